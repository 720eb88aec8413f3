"""What there is no more of, store by store."""
