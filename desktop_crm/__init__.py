"""Desktop CRM: the client account managers open on their laptops. This file holds the version and nothing else."""

__version__ = "0.1.0"
