"""The unit's own memory: what it has registered, per company, register and receipt type.

Counters only grow, and they are on disk before an answer leaves. They are what a comparison
with the till, the office and the printer looks at. Every register also has the last message
serial that the unit has heard from it.

Sequence (ours; the drivers only give the error code): a serial is in order when it is one more
than the last heard, or the first from this register. Another one is 011, and counts as heard, so
that the register's next serial is in order again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import asdict, dataclass, field
from typing import Any

from ..durable import Snapshot, StateTrouble
from .fields import Receipt

STATE_VERSION = 1


class OutOfSequence(Exception):
    """The message serial is neither the next nor the last one: NAK 011."""


@dataclass
class Tally:
    """Registered receipts of one type at one register. Amounts in minor units.

    ``again`` counts what is among them a second time, because a message was repeated while the
    unit registers repeats anew.
    """

    number: int = 0
    total_minor: int = 0
    returns_minor: int = 0
    vat_minor: dict[str, int] = field(default_factory=dict)
    again_number: int = 0
    again_total_minor: int = 0

    def add(self, receipt: Receipt, is_again: bool) -> None:
        """Count a registered receipt."""
        self.number += 1
        self.total_minor += receipt.total_minor
        self.returns_minor += receipt.returns_minor
        for rate, amount in receipt.vat_minor.items():
            self.vat_minor[rate] = self.vat_minor.get(rate, 0) + amount
        if is_again:
            self.again_number += 1
            self.again_total_minor += receipt.total_minor


@dataclass
class Line:
    """What the unit remembers of one register's conversation.

    ``code`` is the control code of the last serial, empty if that serial was refused.
    """

    serial: int
    body: str
    code: str


class Memory:
    """The unit's state; the caller holds a lock. With a snapshot, it survives a restart."""

    def __init__(
        self, unit_id: str, snapshot: Snapshot | None, *, ordered: bool = True, between: str = ","
    ) -> None:
        """Load the state, or begin one. Raises `StateTrouble`.

        ``ordered``: message serials must follow each other; ``between`` parts the two halves of a
        control code. Both differ from one protocol to the other.
        """
        self.unit_id = unit_id
        self._ordered, self._between = ordered, between
        self._snapshot = snapshot
        self._secret = secrets.token_bytes(32)
        self._registered = 0
        self._lines: dict[str, Line] = {}
        self._tallies: dict[str, dict[str, dict[str, Tally]]] = {}
        document = snapshot.load() if snapshot else None
        if document is not None:
            self._restore(document)
        elif snapshot:
            self._save()

    def register(self, receipt: Receipt, repeat: str) -> str:
        """Register a receipt and return its control code, durably.

        ``repeat`` says what a repeated serial means: "new" registers anew, "same" gives the
        answer again if the message is the same. Raises `OutOfSequence`.
        """
        key = f"{receipt.org_number} {receipt.pos_id}"
        line = self._lines.get(key)
        is_again = line is not None and receipt.serial == line.serial
        in_order = line is None or is_again or receipt.serial == line.serial + 1
        if self._ordered and line is not None and not in_order:
            self._lines[key] = Line(receipt.serial, receipt.body, "")
            self._save()
            raise OutOfSequence(f"serial {receipt.serial} after {line.serial}")
        if line is not None and is_again:
            if not line.code:
                raise OutOfSequence(f"serial {receipt.serial} was refused before")
            if repeat == "same":
                if receipt.body != line.body:
                    raise OutOfSequence(f"serial {receipt.serial} with other content")
                return line.code
        code = self._control_code(receipt)
        by_type = self._tallies.setdefault(receipt.org_number, {}).setdefault(receipt.pos_id, {})
        by_type.setdefault(receipt.receipt_type, Tally()).add(receipt, is_again)
        self._lines[key] = Line(receipt.serial, receipt.body, code)
        self._save()
        return code

    def receipts_json(self) -> dict[str, Any]:
        """The tallies: organisation number, POS id, receipt type."""
        return {
            org: {
                pos: {kind: asdict(tally) for kind, tally in by_type.items()}
                for pos, by_type in by_pos.items()
            }
            for org, by_pos in self._tallies.items()
        }

    def last_serials(self) -> dict[str, int]:
        """The last message serial heard, per organisation number and POS id."""
        return {key: line.serial for key, line in self._lines.items()}

    def _control_code(self, receipt: Receipt) -> str:
        """32 and 26 base32 characters: a 160-bit code of the data, a 128-bit counter block."""
        self._registered += 1
        counter = b"%d" % self._registered
        data = counter + b"#" + receipt.body.encode("ascii")
        mark = hmac.digest(self._secret, b"receipt " + data, hashlib.sha1)
        block = hmac.digest(self._secret, b"counter " + counter, hashlib.sha256)[:16]
        parts = (base64.b32encode(part).decode("ascii").rstrip("=") for part in (mark, block))
        return self._between.join(parts)

    def _save(self) -> None:
        if self._snapshot is None:
            return
        self._snapshot.save(
            {
                "version": STATE_VERSION,
                "unit_id": self.unit_id,
                "secret": self._secret.hex(),
                "registered": self._registered,
                "lines": {key: asdict(line) for key, line in self._lines.items()},
                "receipts": self.receipts_json(),
            }
        )

    def _restore(self, document: dict[str, Any]) -> None:
        if document.get("version") != STATE_VERSION:
            raise StateTrouble("the state file is of another version")
        if document["unit_id"] != self.unit_id:
            raise StateTrouble(
                f"the state belongs to unit {document['unit_id']}, not to {self.unit_id}"
            )
        self._secret = bytes.fromhex(document["secret"])
        self._registered = document["registered"]
        self._lines = {key: Line(**line) for key, line in document["lines"].items()}
        self._tallies = {
            org: {
                pos: {kind: Tally(**tally) for kind, tally in by_type.items()}
                for pos, by_type in by_pos.items()
            }
            for org, by_pos in document["receipts"].items()
        }
