"""Pages of orders: the clerk's, and the customer's."""
