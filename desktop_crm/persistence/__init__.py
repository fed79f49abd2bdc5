"""Floor 2: the only SQL on the laptop. Frozen values go out; only the unit of work commits."""
