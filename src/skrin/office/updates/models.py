# mypy: disable-error-code="var-annotated"
# Fields get their types from Django at run time; its mypy plugin would need a configured Django.
"""The mark of a till, and what the till last told of its updates."""

from __future__ import annotations

from django.db import models


class Mark(models.Model):
    """One row for each device of a company. `version` empty = nothing is offered; the window is
    in minutes after midnight at the shop. What begins with `told_` the till said."""

    id: int
    company_id: int
    till_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    till = models.OneToOneField("tills.Till", on_delete=models.PROTECT)
    ring = models.IntegerField(default=3)
    version = models.CharField(max_length=24, blank=True)
    how = models.CharField(max_length=8, blank=True)
    window_from_min = models.IntegerField(default=120)
    window_to_min = models.IntegerField(default=300)
    marked_at_ms = models.BigIntegerField(default=0)
    marked_by = models.CharField(max_length=40, blank=True)
    told_at_ms = models.BigIntegerField(default=0)
    told = models.JSONField(default=dict)
