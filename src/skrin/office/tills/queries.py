"""What others may know about tills."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from skrin.office.tills.models import Seat, Till
from skrin.sync.messages import TillStatus


@dataclass(frozen=True, slots=True)
class KnownTill:
    """An enrolled till as the sync needs it; `public_key` is base64."""

    company: int
    till: str
    public_key: str
    stores: tuple[int, ...]
    retired: bool


@dataclass(frozen=True, slots=True)
class SeatCard:
    """A till in a store and what was last heard from it; `till` is empty until it has enrolled."""

    label: str
    till: str
    store: int
    designation: str
    retired: bool
    heard_at_ms: int
    incarnation: int
    rival_at_ms: int
    version: str
    status: TillStatus


def known_till(company_id: int, till: str) -> KnownTill | None:
    """The enrolled till, or None. Call from inside the company."""
    row = Till.objects.filter(company_id=company_id, till_id=till).first()
    if row is None:
        return None
    stores = Seat.objects.filter(company_id=company_id, till=row).values_list("store", flat=True)
    return KnownTill(company_id, till, row.public_key, tuple(sorted(stores)), row.retired)


def seats(company_id: int) -> list[SeatCard]:
    """Every till in every store, by store and designation."""
    rows = Seat.objects.select_related("till").filter(company_id=company_id)
    return [
        SeatCard(
            label=row.till.label,
            till=row.till.till_id or "",
            store=row.store,
            designation=row.designation,
            retired=row.till.retired,
            heard_at_ms=row.heard_at_ms,
            incarnation=row.incarnation,
            rival_at_ms=row.rival_at_ms,
            version=row.version,
            status=msgspec.convert(row.status, TillStatus),
        )
        for row in rows.order_by("store", "designation")
    ]


@dataclass(frozen=True, slots=True)
class Register:
    """A till in a store, as the books of rights know it (D23)."""

    designation: str
    retired: bool


def registers(company_id: int) -> dict[str, Register]:
    """Every register of the company by its serial number `<till_id>-<store>`."""
    rows = Seat.objects.filter(company_id=company_id, till__till_id__isnull=False)
    return {
        f"{till_id}-{store}": Register(designation, retired)
        for till_id, store, designation, retired in rows.values_list(
            "till__till_id", "store", "designation", "till__retired"
        )
    }
