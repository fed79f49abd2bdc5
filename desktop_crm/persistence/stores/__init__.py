"""Queries, one file a feature. Sessions come in, frozen values go out."""
