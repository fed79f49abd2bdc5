"""Duplicates: found, warned of, put aside, made one, and parted again. One file for each of these acts."""
