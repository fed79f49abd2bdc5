"""The rules of activities and tasks: what belongs to which day. Pure."""
