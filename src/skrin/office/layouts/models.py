# mypy: disable-error-code="var-annotated"
# Fields get their types from Django at run time; its mypy plugin would need a configured Django.
"""Layouts: grids of buttons, and the pictures on them."""

from __future__ import annotations

from typing import Any

from django.db import models


class Layout(models.Model):
    """A grid of buttons; `users` empty = everybody's, else membership ids as text."""

    id: int
    company_id: int
    buttons: Any

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    order = models.IntegerField()
    users = models.JSONField(default=list)
    columns = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["company", "code"], name="layout_code_once"),
        )


class Button(models.Model):
    """A button of a layout: where it stands, what it looks like, what it does; `image` by hash."""

    id: int
    company_id: int
    layout_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    layout = models.ForeignKey(Layout, on_delete=models.CASCADE, related_name="buttons")
    row = models.IntegerField()
    col = models.IntegerField()
    w = models.IntegerField(default=1)
    h = models.IntegerField(default=1)
    colour = models.IntegerField(default=0)
    icon = models.CharField(max_length=30, blank=True)
    image = models.CharField(max_length=64, blank=True)
    type = models.CharField(max_length=20)
    params = models.JSONField(default=dict)


class Image(models.Model):
    """A picture for keys: a WebP as `images.reencoded` makes it, known by its SHA-256 (hex)."""

    id: int
    company_id: int

    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    hash = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["company", "hash"], name="layout_image_once"),
        )
