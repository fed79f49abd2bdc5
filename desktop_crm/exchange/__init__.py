"""Bytes to values and back: foreign files are read and written here; nothing is stored and nobody is asked."""
