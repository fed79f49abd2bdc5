"""What the records say when they are looked at together: duplicates and merges. It decides nothing itself."""
