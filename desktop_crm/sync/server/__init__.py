"""The team's server: one process, one database (SQLite or PostgreSQL), the protocol over HTTP.

It never opens a laptop's database; it shares the registry, the messages and the merge rules with the laptop.
"""
