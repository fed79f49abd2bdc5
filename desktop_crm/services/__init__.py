"""Floor 4: use cases, one file a feature. They open a unit of work, call the domain and return what changed."""
