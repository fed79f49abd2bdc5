"""Rules of accounts: hierarchies and their sums, and what a company is known by."""
