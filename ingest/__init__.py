"""The way in: intake, reading, describing. Never calls a search engine and never imports `search_api`."""
