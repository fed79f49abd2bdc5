"""Accounts on screen: the tree with its sums, and the page of one account."""
