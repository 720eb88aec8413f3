"""What each page shows: one function per page, from a `Visit` to the screen of `screens.py`."""
