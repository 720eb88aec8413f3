# mypy: disable-error-code="var-annotated"
# Fields get their types from Django at run time; its mypy plugin would need a configured Django.
"""Companies and stores. `Store.number` is the store's integer in every journal; it never
changes."""

from __future__ import annotations

from django.db import models


class Company(models.Model):
    """A customer of the office. Its id is the company's integer in every journal."""

    id: int

    name = models.CharField(max_length=120)
    org_number = models.CharField(max_length=20)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=5, default="sv")
    time_zone = models.CharField(max_length=40)
    day_break_min = models.IntegerField(default=240)
    default_way = models.CharField(max_length=12, default="take_away")
    parked_at_closing = models.CharField(max_length=12, default="carried_over")
    cash_count = models.CharField(max_length=12, default="offered")
    day_end = models.CharField(max_length=12, default="prompted")
    header = models.JSONField(default=list)
    footer = models.JSONField(default=list)


class Store(models.Model):
    """A shop of a company. `header` and `footer` of its papers: empty = the company's. `paper` is
    a `domain.paper.Paper`, empty = a plain one."""

    id: int
    company_id: int

    company = models.ForeignKey(Company, on_delete=models.PROTECT)
    number = models.IntegerField()
    name = models.CharField(max_length=120)
    address = models.JSONField(default=list)
    phone = models.CharField(max_length=40, blank=True)
    header = models.JSONField(default=list)
    footer = models.JSONField(default=list)
    paper = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["company", "number"], name="store_number_once"),
        )
