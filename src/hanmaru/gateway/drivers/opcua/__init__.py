"""OPC UA: browse, subscriptions, reading where a server has none, writing and methods, over an encrypted line."""
