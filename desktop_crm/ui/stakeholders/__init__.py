"""The map of people: cards and lines to read at a glance and to edit as fast as one talks.

Model first: every act is a service on the write lane, and the scene follows the map value that comes back.
"""
