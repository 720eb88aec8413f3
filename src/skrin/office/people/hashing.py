"""How passwords are hashed: argon2id by Django, with a memory cost that a small host can bear."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class OfficeArgon2(Argon2PasswordHasher):
    """argon2id with 19 MiB and two passes (OWASP Password Storage Cheat Sheet, read 2026-11-01)."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
