"""Rows out of packed arrays: what goes in comes out, walls hold, and errors come out in time."""

from __future__ import annotations

import struct

import psycopg
import pytest
from django.db import connection, transaction
from tests.office.cast import Cast

from skrin.office.filling import (
    BIGINT,
    BYTES,
    DAY,
    INTEGER,
    TEXT,
    Kind,
    Packed,
    fill,
    packed,
    sending,
)
from skrin.office.tenancy.wall import inside

pytestmark = pytest.mark.office

_ENTRY: dict[str, Kind] = {"seq": BIGINT, "kind": TEXT, "hash": BYTES, "record": BYTES}


def entries(company: int, *seqs: int) -> Packed:
    """Raw entries of a till that is none, with these numbers."""
    columns = (
        seqs,
        [f"kind {seq} åäö €" for seq in seqs],
        [bytes(range(32))] * len(seqs),
        [b"\0\xff" * seq for seq in seqs],
    )
    constants = {"company_id": company, "till": "SKfill", "store": 3}
    return packed("ingest_entry", constants, _ENTRY, columns)


def stored(cast: Cast) -> list[tuple[object, ...]]:
    return cast.rows("SELECT seq FROM ingest_entry WHERE till = 'SKfill' ORDER BY seq")


def test_every_kind_comes_out_as_it_went_in(cast: Cast) -> None:
    kinds = {"a": BIGINT, "b": INTEGER, "c": TEXT, "d": BYTES, "e": DAY}
    rows = [
        (-(2**63), 2**31 - 1, "", b"", "2026-11-20"),
        (2**63 - 1, -(2**31), "Räksmörgås \U0001f990", bytes(range(256)) * 20, "1999-12-31"),
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE filled (n bigint, t text, a bigint, b integer, c text, d bytea,"
            " e date) ON COMMIT DROP"
        )
        fill("filled", {"n": 5, "t": "fem"}, kinds, [])
        fill("filled", {"n": 5, "t": "fem"}, kinds, rows)
        cursor.execute("SELECT n, t, a, b, c, d, e::text FROM filled ORDER BY a")
        found = [(*row[:5], bytes(row[5]), row[6]) for row in cursor.fetchall()]
    assert found == [(5, "fem", *row) for row in rows]


@pytest.mark.parametrize(
    ("kind", "value"),
    [(BIGINT, 2**63), (INTEGER, 2**31), (TEXT, "A\0B"), (TEXT, "\ud800"), (DAY, "not a day")],
)
def test_what_no_column_can_keep_is_refused_before_it_is_sent(kind: Kind, value: object) -> None:
    with pytest.raises((ValueError, OverflowError, struct.error)):
        packed("nowhere", {}, {"value": kind}, [[value]])


def test_rows_are_sent_while_the_caller_goes_on(cast: Cast) -> None:
    with inside(cast.company), connection.cursor() as cursor:
        with sending(behind=True) as send:
            send(entries(cast.company, *range(1, 2000)))
            send(entries(cast.company, *range(2000, 3000)))
            made = entries(cast.company, 3000)
        made.send()
        cursor.execute("SELECT count(*), max(seq) FROM ingest_entry WHERE till = 'SKfill'")
        assert cursor.fetchone() == (3000, 3000)


@pytest.mark.parametrize("behind", [True, False])
def test_the_first_that_postgresql_refuses_comes_out(cast: Cast, behind: bool) -> None:
    went_on: list[str] = []
    with inside(cast.company):
        entries(cast.company, 1).send()
        with (
            pytest.raises(psycopg.errors.UniqueViolation),
            transaction.atomic(),
            sending(behind=behind) as send,
        ):
            send(entries(cast.company, 2, 1))
            went_on.append("to the end")
            send(entries(cast.company, 4))
        entries(cast.company, 3).send()
    assert went_on == (["to the end"] if behind else [])
    assert stored(cast) == [(1,), (3,)]


def test_an_error_of_the_callers_own_waits_for_the_statement(cast: Cast) -> None:
    with inside(cast.company):
        with pytest.raises(LookupError), sending(behind=True) as send:
            send(entries(cast.company, 1))
            raise LookupError
        entries(cast.company, 2).send()
    assert stored(cast) == [(1,), (2,)]


def test_rows_of_another_company_do_not_pass_the_wall(cast: Cast) -> None:
    with inside(cast.company):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), transaction.atomic():
            entries(cast.other_company, 1).send()
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            transaction.atomic(),
            sending(behind=True) as send,
        ):
            send(entries(cast.other_company, 1))
    assert stored(cast) == []
