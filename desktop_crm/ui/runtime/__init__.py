"""What keeps the screen alive: lanes, the change hub, routes, undo, the error reporter. No widget and no colour lives here."""
