"""Approvals of quotes: which are needed, whether they were given, for what exactly, and those given in advance. Pure."""
