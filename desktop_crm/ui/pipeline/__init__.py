"""Opportunities on screen: the list, and the board with a column for each stage."""
