"""A store's registers as rows of sections: (section, key) -> UTF-8 JSON (D25, D40)."""

from __future__ import annotations

from skrin.domain.codec import encode
from skrin.office.catalogue import queries as catalogue
from skrin.office.layouts import queries as layouts
from skrin.office.paymentsystems import queries as paymentsystems
from skrin.office.people import queries as people
from skrin.office.tenancy import queries as tenancy


def rows_of(company: int, store: int) -> dict[tuple[str, str], bytes]:
    """Every row that the tills of a store should have. Call from inside the company."""
    rows: dict[tuple[str, str], bytes] = {
        ("store", "store"): encode(tenancy.store_card(company, store))
    }
    rows |= {("groups", str(group.id)): encode(group) for group in catalogue.groups(company)}
    rows |= {
        ("articles", str(article.id)): encode(article) for article in catalogue.articles(company)
    }
    rows |= {
        ("prices", f"{price.article}:{price.store}:{price.from_day}"): encode(price)
        for price in catalogue.prices(company, store)
    }
    rows |= {("layouts", str(layout.id)): encode(layout) for layout in layouts.layouts(company)}
    rows |= {
        ("payment_methods", str(method.id)): encode(method)
        for method in paymentsystems.methods(company)
    }
    rows |= {
        ("reasons", str(reason.id)): encode(reason) for reason in paymentsystems.reasons(company)
    }
    rows |= {("people", person.person): encode(person) for person in people.staff(company, store)}
    rows |= {
        ("modifier_groups", str(group.id)): encode(group)
        for group in catalogue.modifier_groups(company)
    }
    rows |= {("deals", str(deal.article)): encode(deal) for deal in catalogue.deals(company)}
    rows |= {("roles", role.name): encode(role) for role in people.roles(company)}
    return rows
