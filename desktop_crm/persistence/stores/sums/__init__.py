"""Exact sums up every hierarchy, kept in the transaction that changes them. `rollups` is the door; the others are its rooms."""
