"""What a receipt adds to the hour in which it was sealed. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from skrin.domain.closing import local_time
from skrin.domain.entry import NORMAL, Header
from skrin.domain.quantity import line_amount, pieces
from skrin.domain.receipt import RETURN, SALE, ReceiptSealed

SoldKey = tuple[str, int, str, int, int, int, str]
"""(business day, hour, person, group, article, rate in basis points, unit)."""

Sold = tuple[str, str, int, int, int, int, int, int]
"""(group name, article name, decimals, count, quantity, gross, VAT, cost)."""

HourKey = tuple[str, int, str]
"""(business day, hour, person)."""

Hour = tuple[int, int, int, int]
"""(receipts, returns, gross, VAT)."""


def count_receipts(
    receipts: Iterable[tuple[Header, ReceiptSealed]],
) -> tuple[dict[SoldKey, Sold], dict[HourKey, Hour]]:
    """Add receipts up by article and by hour. A return lowers what was sold; training counts not.

    Kilos and pieces of one article are counted apart: a label may carry a weight or a price.
    A line's cost is its quantity times the cost of one, rounded as its price is. A gift card that
    is sold is a debt and no turnover: it is counted when goods are sold for it.
    """
    sold: dict[SoldKey, Sold] = {}
    hours: dict[HourKey, Hour] = {}
    for header, sealed in receipts:
        if header.mode != NORMAL or sealed.kind not in (SALE, RETURN):
            continue
        sign = -1 if sealed.kind == RETURN else 1
        hour = local_time(header.at_utc_ms, header.utc_offset_min).hour
        day, person = header.business_day, header.user
        vat_minor = owed_minor = 0
        for line in sealed.lines:
            if line.gift and not line.rate_bp:
                owed_minor += line.amount_minor
                continue
            key = (day, hour, person, line.group, line.article, line.rate_bp, line.unit)
            before = sold.get(key)
            _, _, _, count, quantity, gross, vat, cost = before or ("", "", 0, 0, 0, 0, 0, 0)
            vat_minor += line.vat_minor
            sold[key] = (
                line.group_name,
                line.name,
                line.decimals,
                count + sign * pieces(line.quantity_milli, line.decimals),
                quantity + sign * line.quantity_milli,
                gross + sign * line.amount_minor,
                vat + sign * line.vat_minor,
                cost + sign * line_amount(line.quantity_milli, line.cost_minor),
            )
        sales, returns, gross, vat = hours.get((day, hour, person), (0, 0, 0, 0))
        hours[day, hour, person] = (
            sales + (sign > 0),
            returns + (sign < 0),
            gross + sign * (sealed.total_minor - owed_minor),
            vat + sign * vat_minor,
        )
    return sold, hours
