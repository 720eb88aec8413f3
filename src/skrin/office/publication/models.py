# mypy: disable-error-code="var-annotated"
# Fields get their types from Django at run time; its mypy plugin would need a configured Django.
"""What was published to each store."""

from __future__ import annotations

from django.db import models


class Edition(models.Model):
    """A numbered state of a store's registers and its digest (hex)."""

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    store = models.IntegerField()
    number = models.IntegerField()
    digest = models.CharField(max_length=64)
    published_at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["company", "store", "number"], name="edition_number_once"
            ),
        )


class Row(models.Model):
    """A row as it is now; `number` is the edition that changed it; `row` None = it is gone."""

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    store = models.IntegerField()
    section = models.CharField(max_length=20)
    key = models.CharField(max_length=80)
    row = models.TextField(null=True)
    number = models.IntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["company", "store", "section", "key"], name="published_row_once"
            ),
        )
