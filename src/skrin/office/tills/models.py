# mypy: disable-error-code="var-annotated"
# Fields get their types from Django at run time; its mypy plugin would need a configured Django.
"""Tills, their seats in stores, and enrolment codes."""

from __future__ import annotations

from django.db import models


class Till(models.Model):
    """A device of a company. `till_id` and `public_key` are empty until it has enrolled (D23).
    `predecessor` is the till in whose place it was made (D45). `serial`: the maker's number on the
    device that it was prepared for, `batch` what its preparation was called; empty = by hand.
    `enrolled_at_ms`: 0 where it enrolled before that was kept."""

    id: int
    company_id: int
    predecessor_id: int | None

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    label = models.CharField(max_length=60)
    till_id = models.CharField(max_length=24, null=True)
    public_key = models.CharField(max_length=64, blank=True)
    retired = models.BooleanField(default=False)
    device_name = models.CharField(max_length=80, blank=True)
    enrolled_at_ms = models.BigIntegerField(default=0)
    devices = models.JSONField(default=dict)
    serial = models.CharField(max_length=40, blank=True, default="")
    batch = models.CharField(max_length=40, blank=True, default="")
    predecessor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="successors"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["company", "till_id"], name="till_id_once"),
            models.UniqueConstraint(
                fields=["company", "serial"],
                condition=models.Q(retired=False) & ~models.Q(serial=""),
                name="serial_once",
            ),
        )


class Seat(models.Model):
    """A till in a store: its designation there, and what was last heard from it.

    `incarnation` is the newest start of the program that was heard; `rival_at_ms` when an older one
    was heard after it (two alive, D23).
    """

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    till = models.ForeignKey(Till, on_delete=models.PROTECT, related_name="seats")
    store = models.IntegerField()
    designation = models.CharField(max_length=16)
    heard_at_ms = models.BigIntegerField(default=0)
    incarnation = models.BigIntegerField(default=0)
    rival_at_ms = models.BigIntegerField(default=0)
    version = models.CharField(max_length=40, blank=True)
    status = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["company", "designation"], name="designation_once"),
            models.UniqueConstraint(fields=["till", "store"], name="seat_once"),
        )


class TillSetting(models.Model):
    """What the office sets for the till with a `designation`, or (empty) for all tills of a store:
    `values` by the setting's name (`domain.till_setting`)."""

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    store = models.IntegerField()
    designation = models.CharField(max_length=16, blank=True, default="")
    values = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["company", "store", "designation"], name="till_setting_once"
            ),
        )


class EnrolmentCode(models.Model):
    """A code that lets one device become this till, once and for a while. Only its hash is kept."""

    id: int
    company_id: int
    till_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    till = models.ForeignKey(Till, on_delete=models.CASCADE)
    code_hash = models.CharField(max_length=64)
    expires_at_ms = models.BigIntegerField()
    used_at_ms = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["company", "code_hash"], name="code_once"),)


class Stranger(models.Model):
    """A till that the office has forgotten, with what it shows (`sync.admissions.Admission`).
    `answer`: what a person said, `let_in` or `sent_away`, or `was_out` by the admission of a
    successor; empty = nothing so far. `asked_at_ms` 0: others told of it, and its `admission` holds
    nothing but stores."""

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    till = models.CharField(max_length=24)
    admission = models.JSONField()
    asked_at_ms = models.BigIntegerField()
    answer = models.CharField(max_length=12, blank=True, default="")
    answered_at_ms = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["company", "till"], name="stranger_once"),)


class Event(models.Model):
    """What a person did with a till in the office: `made`, `code`, `retired`; never changed.

    `member` is the id of the membership, `person` its name as it was; `reason` in that person's
    words.
    """

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    till = models.ForeignKey(Till, on_delete=models.PROTECT, related_name="events")
    at_ms = models.BigIntegerField()
    member = models.BigIntegerField()
    person = models.CharField(max_length=40)
    what = models.CharField(max_length=12)
    cause = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=200, blank=True)
