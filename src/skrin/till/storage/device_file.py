"""The device's own file: enrolment, key, settings, people, web sessions (D2, D28)."""

from __future__ import annotations

import os
import secrets
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from skrin.domain.codec import decode, encode
from skrin.domain.printer import PrintersKept
from skrin.domain.scale import ScaleKept
from skrin.fiscal.contract import UnitPlace
from skrin.sync.messages import CardTerminalSettings, EnrolAnswer, Person, StoreSeat
from skrin.till.storage.schema import connect, make_tables, sync_folder

_SCHEMA = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE known_person (
    email TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    verifier TEXT NOT NULL,
    seen_utc_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE session (
    token_hash BLOB PRIMARY KEY,
    person TEXT NOT NULL,
    seen_utc_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

_PINS = """
CREATE TABLE known_pin (
    person TEXT PRIMARY KEY,
    pin_version INTEGER NOT NULL,
    verifier TEXT NOT NULL,
    misses INTEGER NOT NULL,
    wait_until_utc_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""
_VERSIONS = (_SCHEMA, _PINS)


MISSES_KEPT = 200

STORE_SETTING = "store"
"""The store that was last on the screen, where the device is a till in several."""

INSTALLATION_SETTING = "installation"
"""The folder of the installation that the till last ran from, where it ran from one."""


@dataclass(frozen=True, slots=True)
class KnownPin:
    """What this till knows of a person's PIN: its own verifier (empty = none yet) of the PIN's
    version, the misses since the last right one, and until when nobody may try."""

    pin_version: int = 0
    verifier: str = ""
    misses: int = 0
    wait_until_utc_ms: int = 0


@dataclass(frozen=True, slots=True)
class LoginMisses:
    """Wrong passwords of one name since the last right one, and until when nobody may try."""

    count: int = 0
    wait_until_utc_ms: int = 0


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody who logged in here while the office answered, and the till's own verifier."""

    person: Person
    verifier: str


class DeviceFile:
    """`device.sqlite`. Small and rarely written; one lock guards it for all threads."""

    def __init__(self, path: Path) -> None:
        """Open the file, making it (readable by its owner alone) when it is not there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            sync_folder(path.parent)
        self._db = connect(path)
        make_tables(self._db, _VERSIONS)
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _one(self, sql: str, *values: object) -> tuple[object, ...] | None:
        with self._lock:
            row = self._db.execute(sql, values).fetchone()
        return tuple(row) if row else None

    def _run(self, sql: str, *values: object) -> None:
        with self._lock:
            self._db.execute(sql, values)

    def setting(self, name: str, default: str = "") -> str:
        """A setting of this device."""
        row = self._one("SELECT value FROM setting WHERE name = ?", name)
        return str(row[0]) if row else default

    def put_setting(self, name: str, value: str) -> None:
        """Change a setting of this device."""
        self._run("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, value)

    def secret(self, name: str, size: int = 32) -> bytes:
        """A secret of this device: made at random the first time that it is asked for."""
        made = secrets.token_bytes(size)
        self._run("INSERT OR IGNORE INTO secret VALUES (?, ?)", name, made)
        row = self._one("SELECT value FROM secret WHERE name = ?", name)
        assert row and isinstance(row[0], bytes)
        return row[0]

    def key(self) -> Ed25519PrivateKey:
        """The till's own key; the office has the public half (D23)."""
        return Ed25519PrivateKey.from_private_bytes(self.secret("key"))

    def public_key(self) -> bytes:
        """The public half, 32 raw bytes."""
        return self.key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def enrolment(self) -> EnrolAnswer | None:
        """Who this device is; None before it is enrolled."""
        text = self.setting("enrolment")
        return decode(EnrolAnswer, text.encode()) if text else None

    def put_enrolment(self, answer: EnrolAnswer, office: str) -> None:
        """Remember who this device is and where its office is, in one commit."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            for name, value in (("enrolment", encode(answer).decode()), ("office", office)):
                self._db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))
            self._db.execute("COMMIT")

    def unit_chosen(self, store: int) -> UnitPlace | None:
        """The control unit that somebody chose at this till for a store; None = nobody did.
        Each register holds its own (R-CTRL-005)."""
        text = self.setting(f"control_unit-{store}")
        return decode(UnitPlace, text.encode()) if text else None

    def choose_unit(self, store: int, place: UnitPlace | None) -> None:
        """Remember the control unit of a store; None = what the office names counts again."""
        self.put_setting(f"control_unit-{store}", encode(place).decode() if place else "")

    def terminals_chosen(self, store: int) -> tuple[CardTerminalSettings, ...] | None:
        """The card terminals that were set at this till for a store; None = nobody did."""
        text = self.setting(f"card_terminals-{store}")
        return decode(tuple[CardTerminalSettings, ...], text.encode()) if text else None

    def choose_terminals(self, store: int, chosen: tuple[CardTerminalSettings, ...] | None) -> None:
        """Remember the card terminals of a store; None = what the office names counts again."""
        text = "" if chosen is None else encode(chosen).decode()
        self.put_setting(f"card_terminals-{store}", text)

    def printers_kept(self, store: int) -> PrintersKept | None:
        """The printers that were set at this till for a store; None = nobody did."""
        text = self.setting(f"printers-{store}")
        return decode(PrintersKept, text.encode()) if text else None

    def keep_printers(self, store: int, kept: PrintersKept | None) -> None:
        """Remember the printers of a store; None = what the office names counts again."""
        self.put_setting(f"printers-{store}", encode(kept).decode() if kept else "")

    def scale_kept(self, store: int) -> ScaleKept | None:
        """What was set at this till as a store's scale; None = nobody set anything."""
        text = self.setting(f"scale-{store}")
        return decode(ScaleKept, text.encode()) if text else None

    def keep_scale(self, store: int, kept: ScaleKept | None) -> None:
        """Remember the scale of a store; None = the one that the office names counts again."""
        self.put_setting(f"scale-{store}", encode(kept).decode() if kept else "")

    def take_seats(self, seats: tuple[StoreSeat, ...]) -> None:
        """The stores that this device is a till of by now; the next start opens them."""
        known = self.enrolment()
        if known and seats and seats != known.seats:
            text = encode(replace(known, seats=seats)).decode()
            self.put_setting("enrolment", text)

    def next_incarnation(self) -> int:
        """The number of this start of the program (D23)."""
        incarnation = int(self.setting("incarnation", "0")) + 1
        self.put_setting("incarnation", str(incarnation))
        return incarnation

    def known_person(self, email: str) -> KnownPerson | None:
        """Somebody whom this till has seen log in."""
        row = self._one("SELECT person, verifier FROM known_person WHERE email = ?", email)
        if row is None:
            return None
        return KnownPerson(decode(Person, str(row[0]).encode()), str(row[1]))

    def put_known_person(self, email: str, person: Person, verifier: str, at_utc_ms: int) -> None:
        """Remember somebody after a log-in that the office accepted."""
        self._run(
            "INSERT OR REPLACE INTO known_person VALUES (?, ?, ?, ?)",
            email,
            encode(person).decode(),
            verifier,
            at_utc_ms,
        )

    def known_pin(self, person: str) -> KnownPin:
        """What is known of a person's PIN."""
        row = self._one(
            "SELECT pin_version, verifier, misses, wait_until_utc_ms FROM known_pin"
            " WHERE person = ?",
            person,
        )
        return KnownPin(*row) if row else KnownPin()  # type: ignore[arg-type]

    def put_known_pin(self, person: str, known: KnownPin) -> None:
        """Remember what is known of a person's PIN."""
        self._run(
            "INSERT OR REPLACE INTO known_pin VALUES (?, ?, ?, ?, ?)",
            person,
            known.pin_version,
            known.verifier,
            known.misses,
            known.wait_until_utc_ms,
        )

    def login_misses(self) -> dict[str, LoginMisses]:
        """Wrong passwords by the name that was typed: on the disk, so a restart forgives none."""
        text = self.setting("login_misses")
        return decode(dict[str, LoginMisses], text.encode()) if text else {}

    def put_login_misses(self, name: str, misses: LoginMisses | None) -> None:
        """Remember the misses of a name, None = forget them. At most `MISSES_KEPT` names: who
        guesses names pushes out the oldest, which are the first to be free again anyway."""
        kept = self.login_misses()
        if kept.pop(name, None) is None and misses is None:
            return
        if misses:
            kept[name] = misses
        newest = dict(list(kept.items())[-MISSES_KEPT:])
        self.put_setting("login_misses", encode(newest).decode())

    def put_session(self, token_hash: bytes, person: Person, at_utc_ms: int) -> None:
        """Begin a web session; only the hash of its token is kept."""
        self._run(
            "INSERT OR REPLACE INTO session VALUES (?, ?, ?)",
            token_hash,
            encode(person).decode(),
            at_utc_ms,
        )

    def session(self, token_hash: bytes, not_before_utc_ms: int) -> Person | None:
        """The person of a session that was begun after `not_before_utc_ms`."""
        row = self._one(
            "SELECT person FROM session WHERE token_hash = ? AND seen_utc_ms >= ?",
            token_hash,
            not_before_utc_ms,
        )
        return decode(Person, str(row[0]).encode()) if row else None

    def end_session(self, token_hash: bytes) -> None:
        """End a web session."""
        self._run("DELETE FROM session WHERE token_hash = ?", token_hash)

    def next_service_number(self) -> int:
        """The next message number for a card terminal: stored before it is used (D18)."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            row = self._db.execute(
                "SELECT value FROM setting WHERE name = 'service_number'"
            ).fetchone()
            number = int(row[0]) + 1 if row else 1
            self._db.execute(
                "INSERT OR REPLACE INTO setting VALUES ('service_number', ?)", (str(number),)
            )
            self._db.execute("COMMIT")
        return number
