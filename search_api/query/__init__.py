"""From a typed question to hits with their places on the page. In process; routes and pages stand on it."""
