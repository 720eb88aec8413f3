"""What simulated people buy without being asked anything."""

from __future__ import annotations

from skrin.domain.article import Article


def is_plain(article: Article) -> bool:
    """Goods of a fixed price that nothing follows: rung with one tap, or weighed and rung."""
    fixed = (article.kind, article.price_rule) == ("goods", "fixed")
    return fixed and not (article.modifier_groups or article.deposit)
