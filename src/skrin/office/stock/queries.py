"""What a store has no more of. Call from inside the company."""

from __future__ import annotations

import hashlib

from django.db import connection


def sold_out(company: int, store: int) -> tuple[str, tuple[int, ...]]:
    """(tag, articles by id): the tag is another whenever the list is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT article FROM stock_sold_out"
            " WHERE company_id = %s AND store = %s AND is_on ORDER BY article",
            [company, store],
        )
        articles = tuple(int(article) for (article,) in cursor.fetchall())
    return hashlib.sha256(repr(articles).encode()).hexdigest()[:16], articles
