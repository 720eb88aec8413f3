"""SQLite's log grows while somebody reads long, and is small again afterwards."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from skrin.till.storage.schema import LOG_BYTES, connect

PIECE = 512 * 1024


def test_the_log_that_a_long_reader_let_grow_is_cut_when_it_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    log = tmp_path / "shop.sqlite-wal"
    with closing(connect(path)) as writer, closing(connect(path)) as reader:
        writer.execute("CREATE TABLE kept (n INTEGER PRIMARY KEY, what BLOB)")
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        for number in range(2 * LOG_BYTES // PIECE):
            writer.execute("INSERT INTO kept VALUES (?, ?)", (number, bytes(PIECE)))
        grown = log.stat().st_size
        assert grown > 2 * LOG_BYTES, "all of it waits for the reader"
        reader.execute("COMMIT")
        for number in range(3):
            writer.execute("INSERT INTO kept VALUES (?, '')", (10_000 + number,))
        assert log.stat().st_size <= LOG_BYTES, "and does not stay"
        assert reader.execute("SELECT count(*) FROM kept").fetchone()[0] > 3
