"""Documents: a frozen value in, bytes out. No ORM, no clock, no query, so that one version prints the same bytes next year."""
