"""The head that every paper of a shop begins with."""

from __future__ import annotations

from collections.abc import Iterator

from skrin.documents.blocks import Block, Centered
from skrin.documents.figures import org_number
from skrin.domain.receipt import Seller


def seller_blocks(seller: Seller, org_label: str, phone_label: str = "") -> Iterator[Block]:
    """Who sells and where (items 1 and 2)."""
    yield Centered(seller.store_name, bold=True)
    if seller.company_name != seller.store_name:
        yield Centered(seller.company_name)
    for line in seller.address:
        yield Centered(line)
    if seller.phone and phone_label:
        yield Centered(f"{phone_label} {seller.phone}")
    yield Centered(f"{org_label} {org_number(seller.org_number)}")
