"""What a person says about the words of a page, and what becomes of the page's text, words and boxes."""
