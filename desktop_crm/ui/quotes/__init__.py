"""Quotes on screen: the list, and the builder with its grid of lines, versions, totals and the page as it will be printed."""
