"""Leads on screen."""
