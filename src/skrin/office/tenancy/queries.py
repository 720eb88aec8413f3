"""What others may know about companies and stores."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from skrin.domain.article import StoreCard
from skrin.domain.codec import decode, encode
from skrin.domain.paper import PLAIN_PAPER, Paper
from skrin.office.tenancy.models import Company, Store


def company(company_id: int) -> Company:
    """The company. Raises `Company.DoesNotExist`, also for one outside the wall."""
    return Company.objects.get(id=company_id)


def day_at(time_zone: str, day_break_min: int, now_ms: int) -> date:
    """The business day that it is at a moment, where days begin so many minutes after midnight."""
    now = datetime.fromtimestamp(now_ms / 1000, tz=UTC).astimezone(ZoneInfo(time_zone))
    return (now - timedelta(minutes=day_break_min)).date()


def today(company_id: int, now_ms: int) -> date:
    """The business day that it is now at a company."""
    owner = company(company_id)
    return day_at(owner.time_zone, owner.day_break_min, now_ms)


def stores(company_id: int) -> list[Store]:
    """The stores of a company by number."""
    return list(Store.objects.filter(company_id=company_id).order_by("number"))


def store_names(company_id: int) -> dict[int, str]:
    """The names of a company's stores by number."""
    return dict(Store.objects.filter(company_id=company_id).values_list("number", "name"))


def paper_of(shop: Store) -> Paper:
    """What a store says of its papers."""
    return decode(Paper, encode(shop.paper)) if shop.paper else PLAIN_PAPER


def store_card(company_id: int, store: int) -> StoreCard:
    """The store as its tills and papers know it. Raises `Store.DoesNotExist`."""
    shop = Store.objects.select_related("company").get(company_id=company_id, number=store)
    owner = shop.company
    return StoreCard(
        company=owner.id,
        store=shop.number,
        company_name=owner.name,
        org_number=owner.org_number,
        store_name=shop.name,
        address=tuple(shop.address),
        phone=shop.phone,
        country=owner.country,
        currency=owner.currency,
        time_zone=owner.time_zone,
        day_break_min=owner.day_break_min,
        header=tuple(shop.header or owner.header),
        footer=tuple(shop.footer or owner.footer),
        default_way=owner.default_way,
        parked_at_closing=owner.parked_at_closing,
        cash_count=owner.cash_count,
        day_end=owner.day_end,
        paper=paper_of(shop),
    )
