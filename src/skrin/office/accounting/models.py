# mypy: disable-error-code="var-annotated"
# Fields get their types from Django at run time; its mypy plugin would need a configured Django.
"""The accounts of a company that do not hang on a group or a payment method."""

from __future__ import annotations

from django.db import models


class VatAccount(models.Model):
    """The account of output VAT at a rate, from a day on."""

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    rate_bp = models.IntegerField()
    from_day = models.DateField()
    account = models.CharField(max_length=10)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["company", "rate_bp", "from_day"], name="vat_account_once"
            ),
        )


class Ledger(models.Model):
    """Accounts by role (`rounding`, `tips`, `gift_card`, `cash_difference`, `float_change`,
    `cash`, `cash_in`, `cash_out`, `own_method_1`, `own_method_2`) and by name, and how the files
    are made."""

    id: int
    company_id: int

    company = models.OneToOneField("tenancy.Company", on_delete=models.PROTECT)
    roles = models.JSONField(default=dict)
    names = models.JSONField(default=dict)
    file_name = models.CharField(max_length=80, default="{designation}-Z{z_number}.si")
    series = models.CharField(max_length=8, blank=True)
    ksumma = models.BooleanField(default=False)
