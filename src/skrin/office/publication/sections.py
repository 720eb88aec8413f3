"""A store's registers as rows of sections: (section, key) -> UTF-8 JSON (D25, D40)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import cache

import msgspec

from skrin.domain import article as domain
from skrin.domain.cash import Reason
from skrin.domain.codec import encode
from skrin.domain.payment import PaymentMethod
from skrin.domain.role import USUAL_ROLES, Role
from skrin.office.catalogue import queries as catalogue
from skrin.office.layouts import queries as layouts
from skrin.office.paymentsystems import queries as paymentsystems
from skrin.office.people import queries as people
from skrin.office.tenancy import queries as tenancy
from skrin.office.tills import queries as tills
from skrin.sync.messages import Person, StoreCardTerminal, StoreTillSettings

Rows = dict[str, bytes]
"""The rows of one section by key."""

FORM = "2"
"""Raised when rows are made in another way that the shapes below do not show."""

_SHAPES = (
    domain.StoreCard,
    domain.Group,
    domain.Article,
    domain.Price,
    domain.Layout,
    domain.Image,
    PaymentMethod,
    Reason,
    Person,
    domain.ModifierGroup,
    domain.Deal,
    Role,
    StoreCardTerminal,
    StoreTillSettings,
)


@cache
def form() -> str:
    """A mark (hex) of how this program makes rows: with another one everything is made anew."""
    shapes, parts = msgspec.json.schema_components(_SHAPES)
    said = msgspec.json.encode((FORM, shapes, parts, USUAL_ROLES), order="deterministic")
    return hashlib.sha256(said).hexdigest()


def _store(company: int, store: int) -> Rows:
    return {"store": encode(tenancy.store_card(company, store))}


def _articles(company: int, keys: Iterable[str] | None = None) -> Rows:
    ids = None if keys is None else [int(key) for key in keys]
    return {str(article.id): encode(article) for article in catalogue.articles(company, ids)}


def _prices(company: int, store: int, keys: Iterable[str] | None = None) -> Rows:
    ids = None if keys is None else {int(key.partition(":")[0]) for key in keys}
    wanted = None if keys is None else set(keys)
    return {
        key: encode(price)
        for price in catalogue.prices(company, store, ids)
        if (key := f"{price.article}:{price.store}:{price.from_day}")
        and (wanted is None or key in wanted)
    }


def _images(company: int, keys: Iterable[str] | None = None) -> Rows:
    return {image.hash: encode(image) for image in layouts.images(company, keys)}


_WHOLE: dict[str, Callable[[int, int], Rows]] = {
    "store": _store,
    "groups": lambda company, _: {str(g.id): encode(g) for g in catalogue.groups(company)},
    "layouts": lambda company, _: {str(one.id): encode(one) for one in layouts.layouts(company)},
    "images": lambda company, _: _images(company),
    "payment_methods": lambda company, store: {
        str(method.id): encode(method) for method in paymentsystems.methods(company, store=store)
    },
    "card_terminals": lambda company, store: {
        str(one.id): encode(one) for one in paymentsystems.card_terminals(company, store)
    },
    "settings": lambda company, store: {
        f"till:{one.designation}" if one.designation else "store": encode(one)
        for one in tills.till_settings(company, store)
    },
    "reasons": lambda company, _: {
        str(reason.id): encode(reason) for reason in paymentsystems.reasons(company)
    },
    "people": lambda company, store: {
        person.person: encode(person) for person in people.staff(company, store)
    },
    "modifier_groups": lambda company, _: {
        str(group.id): encode(group) for group in catalogue.modifier_groups(company)
    },
    "deals": lambda company, _: {
        str(deal.article): encode(deal) for deal in catalogue.deals(company)
    },
    "roles": lambda company, _: {role.name: encode(role) for role in people.roles(company)},
    "articles": lambda company, _: _articles(company),
    "prices": lambda company, store: _prices(company, store),
}
MADE = tuple(_WHOLE)
"""The sections that there are rows of."""


def rows_in(company: int, store: int, section: str, keys: Iterable[str] | None = None) -> Rows:
    """The rows that a section should have, or those of `keys`. Call from inside the company."""
    if keys is not None and section == "articles":
        return _articles(company, keys)
    if keys is not None and section == "prices":
        return _prices(company, store, keys)
    if keys is not None and section == "images":
        return _images(company, keys)
    found = _WHOLE[section](company, store)
    return found if keys is None else {key: found[key] for key in keys if key in found}


def rows_of(company: int, store: int) -> dict[tuple[str, str], bytes]:
    """Every row that the tills of a store should have. Call from inside the company."""
    return {
        (section, key): row
        for section in MADE
        for key, row in rows_in(company, store, section).items()
    }
