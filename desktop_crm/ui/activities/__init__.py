"""Activities and tasks on screen: one's day, and the lists."""
