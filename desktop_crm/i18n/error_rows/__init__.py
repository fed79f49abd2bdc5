"""Error texts by room of the product: data only."""
