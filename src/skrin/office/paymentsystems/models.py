# mypy: disable-error-code="var-annotated"
# Fields get their types from Django at run time; its mypy plugin would need a configured Django.
"""Payment methods and their rules."""

from __future__ import annotations

from django.db import models


class PaymentMethod(models.Model):
    """A way to pay and its rules (D40)."""

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    code = models.CharField(max_length=20)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=40)
    names = models.JSONField(default=dict)
    adapter = models.CharField(max_length=20, blank=True)
    account = models.CharField(max_length=10)
    change = models.BooleanField(default=False)
    refund = models.CharField(max_length=12)
    offline = models.CharField(max_length=12)
    drawer = models.BooleanField(default=False)
    rounding = models.BooleanField(default=False)
    order = models.IntegerField()
    active = models.BooleanField(default=True)
    tips = models.BooleanField(default=False)
    valid_months = models.IntegerField(default=24)
    offline_limit_minor = models.BigIntegerField(default=0)
    stores = models.JSONField(default=list)
    partial = models.BooleanField(default=True)
    provider = models.CharField(max_length=60, blank=True, default="")
    provider_phone = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["company", "code"], name="method_code_once"),
        )


class CardTerminal(models.Model):
    """A card terminal of a store: for the till with a `designation`, or (empty) for all its tills
    that name none themselves. `ca`: the certificate of its TLS's authority (PEM), empty = none."""

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    store = models.IntegerField()
    designation = models.CharField(max_length=16, blank=True, default="")
    order = models.IntegerField(default=0)
    card_terminal_id = models.CharField(max_length=40)
    address = models.CharField(max_length=60)
    name = models.CharField(max_length=30, blank=True, default="")
    protocol = models.CharField(max_length=12)
    ca = models.TextField(blank=True, default="")
    provider = models.CharField(max_length=60, blank=True, default="")
    provider_phone = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["company", "store", "designation", "card_terminal_id"],
                name="card_terminal_once",
            ),
        )


class Reason(models.Model):
    """Why a discount, a return or a movement of cash was made, and its account."""

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    code = models.CharField(max_length=20)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    names = models.JSONField(default=dict)
    account = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["company", "code"], name="reason_code_once"),
        )
