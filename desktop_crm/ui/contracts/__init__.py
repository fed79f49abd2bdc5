"""Contracts and orders on screen."""
