"""The door that is shot at: the office's own program in a process of its own, on a database that
this process can look into; and tills that speak to it over HTTP with their keys."""

from __future__ import annotations

import base64
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, cast

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from skrin import __version__
from skrin.sync.messages import EXCHANGE_PATH, WIRE_VERSION, EnrolAnswer, EnrolRequest
from skrin.till.devices.office_link import OfficeClient
from skrin.town.fire.enemy import Enemy
from skrin.town.office_here import office_here
from skrin.town.processes import Part
from skrin.town.world.clocks import TownClock, TrueTime
from skrin.town.world.devices import TownPrinter, TownTerminal, TownUnit
from skrin.town.world.office import TownLink, TownOffice
from skrin.town.world.perils import Perils
from skrin.town.world.tills import TownTill

READY_S = 90.0
DATABASE = "skrin"
DEADLINE_S = 1.0
"""The till's patience, made short: what comes later comes too late."""

Rows = list[tuple[int, bytes]]
_numbers = count(1)


class HastyClient(OfficeClient):
    """The till's own link with a short patience."""

    def _post(self, path: str, body: bytes, timeout_s: float) -> tuple[int, bytes]:
        patience_s = DEADLINE_S if path == EXCHANGE_PATH else timeout_s
        return super()._post(path, body, patience_s)


@dataclass(frozen=True, slots=True)
class Chain:
    """What the office says of a journal."""

    head_seq: int
    head_hash: bytes
    stopped: bool
    alarm: str
    conflicts: int
    unread: int


class Door:
    """An office at work. Call inside `open_door`."""

    def __init__(self, folder: Path, owner_url: str) -> None:
        self.folder = folder
        self.true = TrueTime(_now_ms())
        self.admin_url = owner_url.replace("skrin_owner", "postgres", 1)
        self.company = TownOffice(folder, self.true)
        self._starts = count(1)
        self.office = self._new_office()
        self.port = 0
        self.start()
        self.database = psycopg.connect(self.admin_url, autocommit=True)

    def _new_office(self) -> Part:
        data = self.folder / f"office-{next(self._starts)}"
        data.mkdir()
        # The office's folder is kept where its database is put back: what it signed stays signed.
        shutil.copy2(self.folder / "database" / "secret_key", data)
        return Part(
            "office",
            "skrin.cli",
            ["office", "--data", str(data), "--port", "0"],
            self.folder / "office.log",
            {"DATABASE_URL": self.admin_url},
        )

    def start(self) -> None:
        """Start the office's program."""
        self.office.start()
        self.port = int(self.office.wait_ready(READY_S)["port"])

    def close(self) -> None:
        """Stop it."""
        self.database.close()
        self.office.stop()

    def enrol(self) -> tuple[EnrolAnswer, Ed25519PrivateKey]:
        """A new till of the company, and its key."""
        from skrin.office.load_examples import make_till
        from skrin.office.tills import actions as tills

        number = next(_numbers)
        made = make_till(self.company.company, 1, f"FIRE-{number}", f"Fire {number}")
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        code, raw = str(made["code"]), base64.b64encode(public).decode()
        request = EnrolRequest(WIRE_VERSION, code, raw, "fire", "Skrin", __version__)
        return tills.enrol(request, _now_ms()), key

    def till(self, dice: random.Random) -> tuple[TownTill, Enemy]:
        """A till whose way to the office leads past an enemy."""
        enrolled, key = self.enrol()
        enemy = Enemy(self.port, dice, EXCHANGE_PATH)
        return self.till_of(enrolled, key, enemy, self.folder / enrolled.till), enemy

    def till_of(
        self, enrolled: EnrolAnswer, key: Ed25519PrivateKey, enemy: Enemy, folder: Path
    ) -> TownTill:
        """The program of a till on a folder."""
        name = f"{enrolled.company}/{enrolled.till}"
        client = HastyClient(f"http://127.0.0.1:{enemy.port}", name, key)
        perils = Perils()
        return TownTill(
            enrolled,
            TownClock(self.true, str(folder), begun_ms=self.true.utc_ms),
            cast(TownLink, client),
            perils,
            folder,
            TownUnit(f"U{folder.name}", perils, same_answer_again=False),
            TownTerminal(f"POI-{folder.name}", perils),
            TownPrinter(perils),
        )

    # Looking into the database.

    def rows(self, till: str) -> Rows:
        """Number and hash of each entry that the office has of a till."""
        found = self._ask("SELECT seq, hash FROM ingest_entry WHERE {} ORDER BY seq", till)
        return [(int(seq), bytes(digest)) for seq, digest in found]

    def chain(self, till: str) -> Chain:
        """How its chain stands."""
        found = self._ask(
            "SELECT head_seq, head_hash, stopped, alarm FROM ingest_chain WHERE {}", till
        )
        ((conflicts,),) = self._ask("SELECT count(*) FROM ingest_conflict WHERE {}", till)
        ((unread,),) = self._ask("SELECT count(*) FROM ingest_unread WHERE {}", till)
        seq, digest, stopped, alarm = found[0] if found else (0, bytes(32), False, "")
        return Chain(int(seq), bytes(digest), stopped, alarm, int(conflicts), int(unread))

    def receipts(self, till: str) -> int:
        """How many receipts the office's pages know of a till."""
        ((receipts,),) = self._ask("SELECT count(*) FROM receipts_receipt WHERE {}", till)
        return int(receipts)

    # The database is put back.

    def save(self) -> None:
        """Dump the database, as an operator does."""
        self._run("pg_dump", "--format=custom", f"--file={self._dump}", DATABASE)

    def put_back(self) -> None:
        """The office is stopped, its database is made anew from the dump, the office is started."""
        from django.db import connections

        self.database.close()
        self.office.stop()
        connections.close_all()
        self._run("dropdb", "--force", DATABASE)
        self._run("createdb", "--owner=skrin_owner", "--template=template0", DATABASE)
        self._run("pg_restore", f"--dbname={DATABASE}", "--exit-on-error", str(self._dump))
        self.office = self._new_office()
        self.start()
        self.database = psycopg.connect(self.admin_url, autocommit=True)

    @cached_property
    def _programs(self) -> str:
        """Where the server's own programs lie."""
        found = self.database.execute("SELECT setting FROM pg_config WHERE name = 'BINDIR'")
        return str((found.fetchone() or ("",))[0])

    @property
    def _dump(self) -> Path:
        return self.folder / "office.dump"

    def _run(self, program: str, *arguments: str) -> None:
        found = Path(self._programs) / program
        place = psycopg.conninfo.conninfo_to_dict(self.admin_url)
        where = [f"--host={place['host']}", f"--username={place['user']}"]
        if "port" in place:
            where.append(f"--port={place['port']}")
        told = subprocess.run(
            [str(found), *where, *arguments], check=False, capture_output=True, text=True
        )
        assert not told.returncode, f"{program}: {told.stderr}"

    def edition(self) -> tuple[int, str]:
        """Number and digest of what is published to the first store."""
        found = self.database.execute(
            "SELECT number, digest FROM publication_edition WHERE company_id = %s AND store = 1"
            " ORDER BY number DESC LIMIT 1",
            [self.company.company],
        ).fetchone()
        assert found is not None, "a company's registers are published"
        return int(found[0]), str(found[1])

    def waits(self) -> bool:
        """Whether the office hears its tills before it grants anything."""
        found = self.database.execute(
            "SELECT 1 FROM rights_catching_up WHERE company_id = %s", [self.company.company]
        ).fetchone()
        return found is not None

    def reported(self, what: str) -> int:
        """How many of these a person has to look at."""
        found = self.database.execute(
            "SELECT count(*) FROM rights_report WHERE company_id = %s AND what = %s",
            [self.company.company, what],
        ).fetchone()
        return int(found[0]) if found else 0

    def rival(self, till: str) -> bool:
        """Whether an older start of a till was heard after a newer one."""
        found = self.database.execute(
            "SELECT 1 FROM tills_seat s JOIN tills_till t ON t.id = s.till_id"
            " WHERE t.company_id = %s AND t.till_id = %s AND s.rival_at_ms > 0",
            [self.company.company, till],
        ).fetchone()
        return found is not None

    def retire(self, till: str) -> None:
        """Nobody waits for this till any more."""
        self.database.execute(
            "UPDATE tills_till SET retired = true WHERE company_id = %s AND till_id = %s",
            [self.company.company, till],
        )

    def retire_all(self) -> None:
        """Nobody waits for those who were here before: some of them forged, and answer no more."""
        self.database.execute(
            "UPDATE tills_till SET retired = true WHERE company_id = %s", [self.company.company]
        )

    def next_price(self) -> int:
        """A price that nothing had before."""
        return 100_000 + 100 * next(_numbers)

    def forget(self, till: str) -> None:
        """Put a till's chain back to nothing, as its administrator alone could."""
        for table in ("ingest_entry", "ingest_conflict", "ingest_unread", "ingest_chain"):
            self._ask(f"DELETE FROM {table} WHERE {{}}", till)  # noqa: S608 (names of ours)
        self.database.execute(
            "UPDATE tills_seat SET incarnation = 0 WHERE till_id IN"
            " (SELECT id FROM tills_till WHERE till_id = %s)",
            [till],
        )

    def _ask(self, statement: str, till: str) -> list[tuple[Any, ...]]:
        where = "company_id = %s AND till = %s"
        cursor = self.database.execute(
            cast(Any, statement.format(where)), [self.company.company, till]
        )
        return cursor.fetchall() if cursor.description else []


def _now_ms() -> int:
    from skrin.office.worker import now_ms

    return now_ms()


@contextmanager
def open_door(folder: Path) -> Iterator[Door]:
    """An office with its database in `folder`."""
    data = folder / "database"
    data.mkdir()
    with office_here(data) as owner_url:
        door = Door(folder, owner_url)
        try:
            yield door
        finally:
            door.close()


__all__ = ["Chain", "Door", "Rows", "open_door"]
