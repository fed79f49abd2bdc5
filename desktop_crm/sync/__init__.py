"""Replication between laptops and the team's server: messages, merge rules, the laptop's engine and the server itself.

Client and server meet only in `protocol` and `merge`. What the user is told about a run is decided in `services.sync`.
"""
