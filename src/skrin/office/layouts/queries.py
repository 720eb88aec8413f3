"""Layouts as the tills want them."""

from __future__ import annotations

from collections.abc import Iterable

from skrin.domain import article as domain
from skrin.office.layouts.models import Image, Layout


def layouts(company_id: int) -> list[domain.Layout]:
    """All layouts in their order, with their buttons from the top left."""
    found = Layout.objects.filter(company_id=company_id).prefetch_related("buttons")
    return [
        domain.Layout(
            row.id,
            row.name,
            row.order,
            tuple(row.users),
            dict(row.columns),
            tuple(
                domain.Button(
                    *(b.id, b.row, b.col, b.w, b.h, b.colour, b.type, dict(b.params), b.icon),
                    image=b.image,
                )
                for b in sorted(row.buttons.all(), key=lambda b: (b.row, b.col))
            ),
        )
        for row in found.order_by("order", "id")
    ]


def layout_ids(company_id: int) -> dict[str, int]:
    """Layout ids by code."""
    return dict(Layout.objects.filter(company_id=company_id).values_list("code", "id"))


def images(company_id: int, hashes: Iterable[str] | None = None) -> list[domain.Image]:
    """The pictures of keys, or those of `hashes`."""
    found = Image.objects.filter(company_id=company_id)
    if hashes is not None:
        found = found.filter(hash__in=list(hashes))
    return [domain.Image(row.hash, bytes(row.content)) for row in found.order_by("hash")]
