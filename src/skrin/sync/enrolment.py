"""What stands on the label of a prepared device: where its office is, and its code, as one text."""

from __future__ import annotations

import re

_LABEL = re.compile(r"(https?://[^\s#]{1,200})#enrol=([0-9A-Za-z-]{4,40})")


def label_text(office: str, code: str) -> str:
    """The text of the QR code: an address, so that any camera shows what it is. The code stands
    behind the #, which no browser sends to anybody."""
    return f"{office.rstrip('/')}/#enrol={code}"


def label_read(text: str) -> tuple[str, str] | None:
    """(office, code) of a label's text; None for anything else."""
    shape = _LABEL.fullmatch(text.strip())
    return (shape[1].rstrip("/"), shape[2].upper()) if shape else None
