"""The business: companies, catalogue, stock, orders, warehouse. The only room that knows Django."""
