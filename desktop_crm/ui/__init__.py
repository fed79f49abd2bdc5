"""The Qt door: shell, pages and the kit they are made of. It asks services and never opens the database or the wire."""
