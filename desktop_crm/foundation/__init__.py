"""Floor 0: words every room uses. It knows nothing of selling, storage or windows."""
