# mypy: disable-error-code="var-annotated"
# Fields get their types from Django at run time; its mypy plugin would need a configured Django.
"""Persons, memberships, and the count of wrong passwords."""

from __future__ import annotations

from django.db import models


class Person(models.Model):
    """Somebody who may log in, known by one e-mail address in lower case (D27)."""

    id: int

    email = models.CharField(max_length=254, unique=True)
    password = models.CharField(max_length=200)
    language = models.CharField(max_length=5, blank=True)


class Membership(models.Model):
    """A person in a company: the role, the name on receipts, and the stores (empty = all of them).

    The id of the membership is what the journal calls the person. `pin` is a hash; `pin_misses`
    counts the wrong ones since the last right one, of all tills together. `services`: the right to
    service tills, whatever the role says of it.
    """

    id: int
    company_id: int
    person_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    role = models.CharField(max_length=20)
    display_name = models.CharField(max_length=40)
    stores = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    pin = models.CharField(max_length=200, blank=True)
    pin_version = models.IntegerField(default=0)
    pin_misses = models.IntegerField(default=0)
    services = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["company", "person"], name="membership_once"),
        )


class Role(models.Model):
    """A role that the company has made its own, in the place of the usual one of that name."""

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    name = models.CharField(max_length=20)
    rights = models.JSONField(default=dict)
    discount_limit_bp = models.IntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["company", "name"], name="role_name_once"),)


class Given(models.Model):
    """A right that somebody gave to a person beside the role (`has`), or took; never changed.
    `by_member` is the id of the membership of who did it, `by_name` the name as it was."""

    id: int
    company_id: int
    member_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="given")
    at_ms = models.BigIntegerField()
    by_member = models.BigIntegerField()
    by_name = models.CharField(max_length=40)
    right = models.CharField(max_length=20)
    has = models.BooleanField()


class Attempts(models.Model):
    """Wrong tries under one key (a hash of an e-mail, an address, a code's sender), and the
    lock."""

    key = models.CharField(max_length=64, primary_key=True)
    misses = models.IntegerField()
    last_at_ms = models.BigIntegerField()
    locked_until_ms = models.BigIntegerField()
