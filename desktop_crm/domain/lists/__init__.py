"""What a list shows: filters, periods, orders, and the views people keep. Pure values; SQL and screens read them."""
