"""The ways to pay and their rules."""
