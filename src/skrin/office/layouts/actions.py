"""Changing layouts. Call from inside the company; publish afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from skrin.office.layouts.images import reencoded
from skrin.office.layouts.models import Button, Image, Layout


@dataclass(frozen=True, slots=True)
class ButtonForm:
    """A button as somebody places it. `params` by type:

    article {article}; articles {articles, quantities_milli}; group_open {group};
    group_fixed {group, price_minor}; text {text}; layout {layout}. Each may carry `label` and
    `label_<language>`. Articles, groups and layouts are ids. `image` is what `set_image` gave.
    """

    row: int
    col: int
    w: int
    h: int
    colour: int
    type: str
    params: dict[str, str | int | list[int]] = field(default_factory=dict)
    icon: str = ""
    image: str = ""


def set_layout(company_id: int, code: str, name: str, order: int, columns: dict[str, int]) -> int:
    """Make or change a layout; returns its id."""
    layout, _ = Layout.objects.update_or_create(
        company_id=company_id,
        code=code,
        defaults={"name": name, "order": order, "columns": columns},
    )
    return layout.id


def set_buttons(company_id: int, layout_id: int, forms: Iterable[ButtonForm]) -> None:
    """Lay the buttons of a layout anew, unless they lie so already."""
    wanted = [(f.row, f.col, f.w, f.h, f.colour, f.icon, f.image, f.type, f.params) for f in forms]
    standing = Button.objects.filter(company_id=company_id, layout_id=layout_id).order_by("id")
    places = ("row", "col", "w", "h", "colour", "icon", "image", "type", "params")
    if list(standing.values_list(*places)) == wanted:
        return
    standing.delete()
    Button.objects.bulk_create(
        Button(company_id=company_id, layout_id=layout_id, **dict(zip(places, row, strict=True)))
        for row in wanted
    )


def set_image(company_id: int, raw: bytes) -> str:
    """Take in a PNG, JPEG or WebP for keys; returns its hash, which a `ButtonForm` names it by.

    Refused: `image_too_large`, `image_unreadable` (see `images.reencoded`).
    """
    content = reencoded(raw)
    hashed = hashlib.sha256(content).hexdigest()
    Image.objects.get_or_create(company_id=company_id, hash=hashed, defaults={"content": content})
    return hashed


def drop_images(company_id: int) -> None:
    """Drop the pictures that no button has any more, so that no till keeps them."""
    named = Button.objects.filter(company_id=company_id).exclude(image="").values("image")
    Image.objects.filter(company_id=company_id).exclude(hash__in=named).delete()
