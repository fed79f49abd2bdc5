"""Proposals: their blocks, what fills them, versions and comparison; pure."""
