"""The accounting file of a Z, asked for by the till that closed the day (R-REP-013).

The office makes it, as it has the accounts: the till would need them all to do the same.
"""

from __future__ import annotations

from dataclasses import dataclass

ACCOUNTING_PATH = "/sync/accounting"


@dataclass(frozen=True, slots=True)
class AccountingQuestion:
    """A till asks for the file of its Z at entry `seq` of its journal in a store."""

    store: int
    seq: int


@dataclass(frozen=True, slots=True)
class AccountingAnswer:
    """The file; `found` False = the office has not got that Z yet. `refusal`: why there is no file
    (a code, and what it is about): an account is missing, say."""

    found: bool
    file_name: str = ""
    content: bytes = b""
    refusal: str = ""
    about: str = ""
