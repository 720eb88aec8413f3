"""Receipts taken in by the office, beside a bare COPY of the rows that it wrote for them.

What is measured is the office's own answer to a till's exchange, without the socket: signature,
every hash and link, raw entries, read models and hourly totals, in one transaction. The limit
beside it writes the same rows by binary COPY, their bytes packed beforehand, in as many
transactions, into tables with the same columns and keys that nothing else guards: no walls, no
checks. What the same COPY takes into tables without keys is told too; no table that is asked
anything can do without them.
"""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from psycopg import sql

from skrin import __version__
from skrin.domain.codec import decode
from skrin.sync.messages import (
    EXCHANGE_PATH,
    MAX_BATCH_BYTES,
    RUNNING,
    SIGNATURE_HEADER,
    TILL_HEADER,
    WIRE_VERSION,
    EnrolRequest,
    Exchange,
    ExchangeAnswer,
    ExchangeHead,
    TillStatus,
    pack_exchange,
    signed_bytes,
)
from skrin.till.storage.shop_reader import ShopReader
from skrin.town.bench_flow import Seat
from skrin.town.office_here import office_here
from skrin.town.places import examples_folder

TABLES = {
    "ingest_entry": "seq",
    "receipts_receipt": "sealed_seq",
    "receipts_line": "sealed_seq",
    "receipts_payment": "sealed_seq",
    "receipts_closing": "seq",
    "statistics_sold": "",
    "statistics_receipts": "",
}
"""What an ingest writes, and by which number a row belongs to a batch; totals go with the last."""


@dataclass(frozen=True, slots=True)
class IngestRound:
    """One round: seconds of the office for all exchanges of a journal, of the bare COPY, and of
    a COPY into tables without keys."""

    receipts: int
    ingest_s: float
    copy_s: float
    keyless_copy_s: float
    rows: int
    exchanges: int


@dataclass(slots=True)
class Batch:
    """An exchange as it lies on the wire, and the entries in it."""

    first_seq: int
    last_seq: int
    body: bytes


class BenchOffice:
    """An office in this process: its application without a socket, and its database."""

    def __init__(self, company: int, owner_url: str) -> None:
        """Made by `bench_office`."""
        from skrin.office.wsgi import application

        self.company = company
        self._owner_url = owner_url
        self._application: Any = application

    def enrol(self, designation: str) -> tuple[Seat, Ed25519PrivateKey]:
        """A new till of store 1, and its key."""
        from skrin.office.load_examples import make_till
        from skrin.office.tills import actions as tills

        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        code = make_till(self.company, 1, designation, f"Bench {designation}")["code"]
        request = EnrolRequest(
            WIRE_VERSION, code, base64.b64encode(public).decode(), "bench", "Skrin", __version__
        )
        answer = tills.enrol(request, time.time_ns() // 1_000_000)
        return Seat(answer.company, answer.till, 1, designation), key

    def take(self, seat: Seat, key: Ed25519PrivateKey, batches: Sequence[Batch]) -> float:
        """Seconds in which the office answered every exchange."""
        requests = [self._environ(seat, key, batch.body) for batch in batches]
        took_s = 0.0
        for batch, environ in zip(batches, requests, strict=True):
            statuses: list[str] = []
            began_s = time.perf_counter()
            answer = b"".join(
                self._application(environ, lambda status, *_, said=statuses: said.append(status))
            )
            took_s += time.perf_counter() - began_s
            assert statuses[0].startswith("200"), f"{statuses[0]}: {answer[:300]!r}"
            head = decode(ExchangeAnswer, answer)
            assert (head.head_seq, head.chain) == (batch.last_seq, RUNNING), head
        return took_s

    @staticmethod
    def _environ(seat: Seat, key: Ed25519PrivateKey, body: bytes) -> dict[str, Any]:
        signature = base64.b64encode(key.sign(signed_bytes(EXCHANGE_PATH, body))).decode()
        return {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": EXCHANGE_PATH,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/octet-stream",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_HOST": "127.0.0.1",
            _environ_name(TILL_HEADER): f"{seat.company}/{seat.till}",
            _environ_name(SIGNATURE_HEADER): signature,
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    def copy_again(self, seat: Seat, batches: Sequence[Batch], *, keys: bool) -> tuple[float, int]:
        """Seconds for a bare COPY of what the office wrote for a till, and how many rows it is."""
        like = sql.SQL("INCLUDING STORAGE INCLUDING INDEXES" if keys else "INCLUDING STORAGE")
        with psycopg.connect(self._owner_url, autocommit=True, connect_timeout=10) as connection:
            packed = [
                self._packed(connection, seat, batch, last=batch is batches[-1])
                for batch in batches
            ]
            for table in TABLES:
                names = sql.Identifier(f"bare_{table}"), sql.Identifier(table)
                connection.execute(sql.SQL("CREATE TABLE {} (LIKE {} {})").format(*names, like))
            began_s = time.perf_counter()
            for tables in packed:
                _copy_in(connection, tables)
            took_s = time.perf_counter() - began_s
            rows = 0
            for table in TABLES:
                name = sql.Identifier(f"bare_{table}")
                found = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(name))
                rows += int((found.fetchone() or (0,))[0])
                connection.execute(sql.SQL("DROP TABLE {}").format(name))
        return took_s, rows

    def _packed(
        self, connection: psycopg.Connection[Any], seat: Seat, batch: Batch, *, last: bool
    ) -> dict[str, bytes]:
        """The rows of a batch by table, as COPY wants them."""
        packed = {}
        with connection.transaction():
            connection.execute("SELECT set_config('skrin.company', %s, true)", [str(self.company)])
            for table, number in TABLES.items():
                if not number and not last:
                    continue
                chosen = sql.SQL("company_id = {} AND till = {}").format(self.company, seat.till)
                if number:
                    chosen += sql.SQL(" AND {} BETWEEN {} AND {}").format(
                        sql.Identifier(number), batch.first_seq, batch.last_seq
                    )
                statement = sql.SQL("COPY (SELECT * FROM {} WHERE {}) TO STDOUT (FORMAT binary)")
                with connection.cursor().copy(
                    statement.format(sql.Identifier(table), chosen)
                ) as copy:
                    packed[table] = b"".join(copy)
        return packed

    def bytes_per_receipt(self) -> float:
        """What the database holds for a receipt, with keys and indexes."""
        with psycopg.connect(self._owner_url, connect_timeout=10) as connection:
            connection.execute("SELECT set_config('skrin.company', %s, true)", [str(self.company)])
            sizes = connection.execute(
                "SELECT sum(pg_total_relation_size(name::regclass))::bigint"
                " FROM unnest(%s::text[]) name",
                [list(TABLES)],
            ).fetchone()
            receipts = connection.execute("SELECT count(*) FROM receipts_receipt").fetchone()
        assert sizes and receipts and receipts[0], "receipts were taken"
        return float(sizes[0]) / float(receipts[0])


def _copy_in(connection: psycopg.Connection[Any], tables: dict[str, bytes]) -> None:
    """One transaction of packed rows by table."""
    with connection.transaction():
        for table, rows in tables.items():
            statement = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(
                sql.Identifier(f"bare_{table}")
            )
            with connection.cursor().copy(statement) as copy:
                copy.write(rows)


def _environ_name(header: str) -> str:
    return f"HTTP_{header.upper().replace('-', '_')}"


@contextmanager
def bench_office(data: Path) -> Iterator[BenchOffice]:
    """An office with the demo company on an embedded PostgreSQL in `data`."""
    with office_here(data) as owner_url:
        from skrin.office.load_examples import load_company

        company = load_company(examples_folder() / "bageri")["company"]["id"]
        yield BenchOffice(company, owner_url)


def batches_of(journal: Path, seat: Seat) -> list[Batch]:
    """A whole journal as the exchanges that a till with a backlog sends."""
    reader = ShopReader(journal)
    batches: list[Batch] = []
    first_seq = 1
    try:
        while records := reader.records(first_seq, MAX_BATCH_BYTES):
            head = ExchangeHead(
                wire=WIRE_VERSION,
                company=seat.company,
                till=seat.till,
                store=seat.store,
                incarnation=1,
                first_seq=first_seq,
                count=len(records),
                orders_after=0,
                version=__version__,
                sent_at_utc_ms=time.time_ns() // 1_000_000,
                status=TillStatus(),
            )
            last_seq = first_seq + len(records) - 1
            batches.append(
                Batch(first_seq, last_seq, pack_exchange(Exchange(head, tuple(records))))
            )
            first_seq = last_seq + 1
    finally:
        reader.close()
    return batches


def ingest_round(
    office: BenchOffice, seat: Seat, key: Ed25519PrivateKey, journal: Path, receipts: int
) -> IngestRound:
    """Have a journal of `receipts` receipts taken in, and write its rows again by bare COPY."""
    batches = batches_of(journal, seat)
    ingest_s = office.take(seat, key, batches)
    copy_s, rows = office.copy_again(seat, batches, keys=True)
    keyless_s, _ = office.copy_again(seat, batches, keys=False)
    return IngestRound(receipts, ingest_s, copy_s, keyless_s, rows, len(batches))
