"""What the page of the tills' settings shows; see screens.py."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.office.ui.screens import Choice, Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """A store with all its tills (`value` "store-<number>"), or one till ("till-<designation>"),
    and what is set for it here; empty = what stands above counts."""

    value: str
    name: str
    remark: str
    is_store: bool
    footer: str
    own: str
    theme: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A setting: whether it is left (`keep`), set (`set`), or the store's again (`back`). POST
    do-<name>."""

    name: str
    ways: tuple[Choice, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TillSettings:
    """``office/till_settings.html`` (R-SET-011). POST till_settings: target (several), do-footer,
    footer, do-own_methods, own (twice), do-theme, theme; or what=accounts: account (twice)."""

    frame: Frame
    rows: tuple[TargetRow, ...]
    footer: Part
    own_methods: Part
    theme: Part
    footer_lines: str
    own: tuple[str, ...]
    themes: tuple[Choice, ...]
    accounts: tuple[str, ...]
    account_fault: str = ""
    fault: str = ""
    done: str = ""
