"""The town: people and bad luck around till and office; here the demo's processes and its shopper."""
