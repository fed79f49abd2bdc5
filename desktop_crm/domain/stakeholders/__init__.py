"""Who decides at a customer: maps of people, how they are laid out, who is missing and which way leads to the buyer.

Pure: frozen values in and out. Knows nothing of rows, screens or files.
"""
