"""Paired screens: another device's browser as the screen of a till that runs elsewhere (D44)."""
