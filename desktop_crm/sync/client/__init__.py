"""The laptop's half of replication: the engine that decides what to ask next, the transport that asks, the schedule that says when.

The engine does no I/O of its own: clock, disk and answers are handed in, so the simulation runs this very code.
"""
