"""The worker's side of an extract: taken, given to a process of its own, watched, ended.

Several offices on one database may do it at once: a row is taken under its lock, and each later
step asks that the try is still its own.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from skrin.office.extracts import terms
from skrin.office.tenancy import wall

log = logging.getLogger(__name__)

AT_ONCE = 10
END_PATIENCE_S = 5.0

Clock = Callable[[], int]
Over = Callable[[], bool]


def make_due(folder: Path, now: Clock, over: Over) -> int:
    """Take up what is due, one after the other; how many rows were looked at.

    folder: where half-made files lie meanwhile. now: UTC ms. over: whether the office ends; what is
    under way then is given back, to be begun again at the next start.
    """
    with wall.as_postman(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT company_id, order_id FROM extracts_due WHERE due_at_ms <= %s"
            " ORDER BY due_at_ms LIMIT %s",
            [now(), AT_ONCE],
        )
        due = cursor.fetchall()
    for company, order_id in due:
        if over():
            break
        attempt = _claim(company, order_id, now())
        if attempt:
            _watch(company, order_id, attempt, folder, now, over)
    return len(due)


def _claim(company: int, order_id: str, now_ms: int) -> int:
    """Take an order that is due for this worker: the number of the try; 0 when there is nothing to
    make of it."""
    with wall.inside(company), connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, tries, alive_at_ms, ended_at_ms FROM extracts_order"
            " WHERE company_id = %s AND id = %s FOR UPDATE SKIP LOCKED",
            [company, order_id],
        )
        row = cursor.fetchone()
        if row is None:
            return 0
        state, tries, alive_at_ms, ended_at_ms = row
        if state not in terms.OPEN:
            _tidy(company, order_id, state, ended_at_ms, now_ms)
            return 0
        if state == terms.MAKING and alive_at_ms + terms.LEASE_MS > now_ms:
            _due_at(company, order_id, alive_at_ms + terms.LEASE_MS)
            return 0
        _forget_pieces(company, order_id)
        if tries >= terms.MOST_TRIES:
            end(company, order_id, terms.FAILED, terms.BROKE, "", now_ms)
            return 0
        cursor.execute(
            "UPDATE extracts_order SET state = %s, tries = %s, alive_at_ms = %s, entries_done = 0"
            " WHERE company_id = %s AND id = %s",
            [terms.MAKING, tries + 1, now_ms, company, order_id],
        )
        _due_at(company, order_id, now_ms + terms.LEASE_MS)
    return int(tries) + 1


def _watch(company: int, order_id: str, attempt: int, folder: Path, now: Clock, over: Over) -> None:
    """Have it made by a process, and say meanwhile that it is alive."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        told = [str(company), order_id, str(attempt), str(os.getpid()), place]
        child = subprocess.Popen([sys.executable, "-m", "skrin.office.extracts.maker", *told])
        try:
            _stay(child, company, order_id, attempt, now, over)
        finally:
            _end_process(child)
    if child.returncode:
        log.warning("extract %s of company %s: exit %s", order_id, company, child.returncode)
    _give_back(company, order_id, attempt, count_try=not over(), now_ms=now())


def _stay(
    child: subprocess.Popen[bytes],
    company: int,
    order_id: str,
    attempt: int,
    now: Clock,
    over: Over,
) -> None:
    began_s = time.monotonic()
    while time.monotonic() - began_s < terms.LONGEST_S and not over():
        try:
            child.wait(terms.SIGN_S)
        except subprocess.TimeoutExpired:
            if not _sign(company, order_id, attempt, now()):
                return
        else:
            return


def _end_process(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(END_PATIENCE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _sign(company: int, order_id: str, attempt: int, now_ms: int) -> bool:
    """Say that the try is alive; whether it is still wanted."""
    with wall.inside(company), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE extracts_order SET alive_at_ms = %s"
            " WHERE company_id = %s AND id = %s AND state = %s AND tries = %s",
            [now_ms, company, order_id, terms.MAKING, attempt],
        )
        if cursor.rowcount != 1:
            return False
        _due_at(company, order_id, now_ms + terms.LEASE_MS)
    return True


def _give_back(company: int, order_id: str, attempt: int, *, count_try: bool, now_ms: int) -> None:
    """A try that ended without a word is taken again; not counted when the office itself ended."""
    with wall.inside(company), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE extracts_order SET state = %s, tries = tries - %s"
            " WHERE company_id = %s AND id = %s AND state = %s AND tries = %s",
            [terms.WAITING, 0 if count_try else 1, company, order_id, terms.MAKING, attempt],
        )
        if cursor.rowcount == 1:
            _due_at(company, order_id, now_ms)


def end(company: int, order_id: str, state: str, reason: str, detail: str, now_ms: int) -> None:
    """Write the end of an order. Call from inside the company."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE extracts_order SET state = %s, reason = %s, detail = %s, ended_at_ms = %s"
            " WHERE company_id = %s AND id = %s",
            [state, reason, detail, now_ms, company, order_id],
        )
    _due_at(company, order_id, now_ms + terms.KEEP_FILE_MS)


def _due_at(company: int, order_id: str, due_at_ms: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE extracts_due SET due_at_ms = %s WHERE company_id = %s AND order_id = %s",
            [due_at_ms, company, order_id],
        )


def _forget_pieces(company: int, order_id: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM extracts_piece WHERE company_id = %s AND order_id = %s",
            [company, order_id],
        )


def _tidy(company: int, order_id: str, state: str, ended_at_ms: int, now_ms: int) -> None:
    """Remove the file of what has ended, and after its time the order."""
    if now_ms < ended_at_ms + terms.KEEP_FILE_MS and state == terms.MADE:
        _due_at(company, order_id, ended_at_ms + terms.KEEP_FILE_MS)
        return
    _forget_pieces(company, order_id)
    _due_at(company, order_id, ended_at_ms + terms.KEEP_ROW_MS)
    if now_ms < ended_at_ms + terms.KEEP_ROW_MS:
        return
    with connection.cursor() as cursor:
        for table, name in (("extracts_order", "id"), ("extracts_due", "order_id")):
            cursor.execute(
                f"DELETE FROM {table} WHERE company_id = %s AND {name} = %s",  # noqa: S608
                [company, order_id],
            )
