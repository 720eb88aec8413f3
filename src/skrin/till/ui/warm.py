"""The pages, loaded before the till says that it is ready, so that the first page is not slow."""

from __future__ import annotations

from django.template.loader import get_template
from django.urls import get_resolver

FIRST_PAGES = ("login", "selling", "_zone", "_state", "_notice")


def load_pages() -> None:
    """Import every view, and read the templates that each sale needs."""
    assert get_resolver().url_patterns, "the till has pages"
    for name in FIRST_PAGES:
        get_template(f"till/{name}.html")
