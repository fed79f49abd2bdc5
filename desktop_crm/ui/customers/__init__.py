"""Tickets on screen."""
