"""The town: people and bad luck around till and office; here the demo and its shopper."""
