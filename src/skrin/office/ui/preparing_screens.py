"""What the pages show on which tills are prepared in batches; see screens.py."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.office.ui.screens import Frame, Level, TillRow


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """A till that waits for its device."""

    number: int
    serial: str
    name: str
    designation: str
    store: str
    batch: str
    level: Level
    state: str
    """How long its code works, or that it does not any more."""
    complete: str
    """What is missing of its devices; empty = nothing."""
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepare:
    """``office/till_prepare.html`` (R-MORE-014). POST till_prepare: what=make with devices (text)
    or file, batch, days, incomplete (yes); what=codes or what=back with till (several), days,
    reason."""

    frame: Frame
    rows: tuple[WaitingRow, ...]
    devices: str
    batch: str
    days: str
    days_most: int
    incomplete: bool
    faults: tuple[str, ...] = ()
    """What is wrong with the file, line by line: nothing was made."""
    fault: str = ""
    done: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRow:
    """A till with its code, shown once."""

    number: int
    serial: str
    name: str
    designation: str
    store: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """``office/till_prepared.html``. POST till_labels: code (several), format (pdf, zip)."""

    frame: Frame
    rows: tuple[PreparedRow, ...]
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyCard:
    """A company that the person looks after, and its tills."""

    name: str
    org_number: str
    rows: tuple[TillRow, ...]
    tills_url: str
    prepare_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Companies:
    """``office/companies.html``: every company that the person services (R-MORE-014)."""

    frame: Frame
    companies: tuple[CompanyCard, ...]
    summary: str
