# mypy: disable-error-code="var-annotated"
# Fields get their types from Django at run time; its mypy plugin would need a configured Django.
"""Groups, articles and prices of a company."""

from __future__ import annotations

from django.db import models


class Group(models.Model):
    """An article group; it names a VAT class per way of sale, never a rate (D41)."""

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    names = models.JSONField(default=dict)
    kind = models.CharField(max_length=12)
    vat_eat_in = models.CharField(max_length=20)
    vat_take_away = models.CharField(max_length=20)
    colour = models.IntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["company", "number"], name="group_number_once"),
        )


class GroupAccount(models.Model):
    """The revenue account of a group at a VAT rate, from a day on (D14)."""

    id: int
    company_id: int
    group_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    group = models.ForeignKey(Group, on_delete=models.CASCADE)
    rate_bp = models.IntegerField()
    from_day = models.DateField()
    account = models.CharField(max_length=10)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["group", "rate_bp", "from_day"], name="group_account_once"
            ),
        )


class Article(models.Model):
    """Something that can be sold. `kind` is its group's, or `deposit`, `deal`, `gift_card`;
    `modifier_groups` are ids in the order in which they are asked."""

    id: int
    company_id: int
    group_id: int
    deposit_id: int | None

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    group = models.ForeignKey(Group, on_delete=models.PROTECT)
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    names = models.JSONField(default=dict)
    kind = models.CharField(max_length=12)
    unit = models.CharField(max_length=8)
    decimals = models.IntegerField(default=0)
    price_rule = models.CharField(max_length=8)
    barcodes = models.JSONField(default=list)
    discountable = models.BooleanField(default=True)
    returnable = models.BooleanField(default=True)
    deposit = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    modifier_groups = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["company", "number"], name="article_number_once"),
        )


class ModifierGroup(models.Model):
    """Choices that go with an article (D42); `options`: {article, price_minor, default} each."""

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    least = models.IntegerField(default=0)
    most = models.IntegerField(default=1)
    options = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["company", "code"], name="modifier_group_code_once"),
        )


class Deal(models.Model):
    """A deal: an article whose price is spread over its parts; `parts`: a list of choices each."""

    id: int
    company_id: int
    article_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    article = models.OneToOneField(Article, on_delete=models.CASCADE)
    parts = models.JSONField(default=list)


class Price(models.Model):
    """What an article costs from a day on, in one store or in all (0)."""

    id: int
    company_id: int
    article_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    article = models.ForeignKey(Article, on_delete=models.CASCADE)
    store = models.IntegerField(default=0)
    from_day = models.DateField()
    price_minor = models.BigIntegerField()
    cost_minor = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["article", "store", "from_day"], name="price_once"),
        )
