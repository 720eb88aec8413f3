# mypy: disable-error-code="var-annotated"
# Fields get their types from Django at run time; its mypy plugin would need a configured Django.
"""What was published to each store, and which registers were touched since."""

from __future__ import annotations

from django.db import models


class Edition(models.Model):
    """A numbered state of a store's registers and its digest (hex). `form`: how rows were made."""

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    store = models.IntegerField()
    number = models.IntegerField()
    digest = models.CharField(max_length=64)
    published_at_ms = models.BigIntegerField()
    form = models.CharField(max_length=64, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["company", "store", "number"], name="edition_number_once"
            ),
        )


class Row(models.Model):
    """A row as it is now; `number` is the edition that changed it; `row` None = it is gone.

    `bucket` and `hash` are those of sync/publication.py; -1 = not made yet.
    """

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    store = models.IntegerField()
    section = models.CharField(max_length=20)
    key = models.CharField(max_length=80)
    row = models.TextField(null=True)
    number = models.IntegerField()
    bucket = models.IntegerField(default=-1)
    hash = models.BinaryField(default=b"")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["company", "store", "section", "key"], name="published_row_once"
            ),
        )
        indexes = (
            models.Index(fields=["company", "store", "number"], name="published_row_by_number"),
            models.Index(fields=["company", "store", "bucket"], name="published_row_by_bucket"),
        )


class Bucket(models.Model):
    """The digest of a bucket of a store's rows."""

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    store = models.IntegerField()
    bucket = models.IntegerField()
    digest = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["company", "store", "bucket"], name="published_bucket_once"
            ),
        )


class Touched(models.Model):
    """A register's row that was changed and not yet published to a store; no key = the section.

    Written by the database itself in the transaction of the change (`touching.py`), taken away by
    the publisher. Nothing but inserts and deletes: editors never wait for each other here.
    """

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    store = models.IntegerField()
    section = models.CharField(max_length=20)
    key = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = (models.Index(fields=["company", "store"], name="touched_by_store"),)
