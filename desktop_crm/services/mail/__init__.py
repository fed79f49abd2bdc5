"""Mail: accounts of this laptop, what comes in and is matched, what waits for a decision, what goes out and in which state."""
