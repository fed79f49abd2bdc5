"""Mail on the screen: how the accounts stand, what waits for a decision, what goes out, an exchange with its answers."""
