"""Quotes: drafts, what they cost, and the versions that are frozen from them. Pure: no clock, no database, no formatting."""
