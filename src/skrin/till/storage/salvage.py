"""Entries in the bytes of a damaged file, found without SQLite: its tables may lead there no more.

An entry that was written lies on the disk for good, in a page of the file or of its log. It is
found by the cells of every page that looks like one of a table, and by the bytes that each record
of a register begins with. What is found is only offered: whether it belongs anywhere is told by the
chain of hashes (`till/mend_sources.py`).
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from itertools import pairwise
from struct import Struct
from struct import error as StructError

from skrin.domain.entry import JournalDamage, read_entry

Bytes = bytes | mmap.mmap

TABLE_LEAF = 0x0D
LOG_HEADER, FRAME_HEADER = 32, 24
MOST_RECORD_BYTES = 16 * 1024 * 1024
_FIELDS, _COLUMNS, _RECORD_COLUMN = 15, 7, 5
_U16, _U32 = Struct(">H"), Struct(">I")
_INTEGER_BYTES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)


def page_size(shop: Bytes) -> int:
    """The size of a page, as the file says, else SQLite's usual one."""
    said = _U16.unpack_from(shop, 16)[0] if len(shop) >= 18 else 0
    size = 65536 if said == 1 else int(said)
    return size if size >= 512 and size & (size - 1) == 0 else 4096


def records_in(shop: Bytes, log: Bytes, beginning: bytes) -> Iterator[bytes]:
    """All records that can be found: whole, in no order, some more than once. `beginning`: the
    first bytes of every record of the register."""
    size = page_size(shop)
    pages = _Pages(shop, log, size)
    for source, at in pages.all():
        for record in _in_page(pages, bytes(source[at : at + size]), _is_first(source, shop, at)):
            if _is_whole(record):
                yield record
    for source in (shop, log):
        yield from _in_bytes(source, beginning)


def _is_first(source: Bytes, shop: Bytes, at: int) -> bool:
    return at == 0 if source is shop else False


def _is_whole(record: bytes) -> bool:
    try:
        read_entry(record)
    except JournalDamage:
        return False
    return True


class _Pages:
    """The pages of file and log, and where the newest of a number lies."""

    def __init__(self, shop: Bytes, log: Bytes, size: int) -> None:
        self._shop, self._log, self._size = shop, log, size
        self._in_log: dict[int, int] = {}
        for at in range(LOG_HEADER, len(log) - FRAME_HEADER - size + 1, FRAME_HEADER + size):
            self._in_log[_U32.unpack_from(log, at)[0]] = at + FRAME_HEADER

    def all(self) -> Iterator[tuple[Bytes, int]]:
        for at in range(0, len(self._shop) - self._size + 1, self._size):
            yield self._shop, at
        step = FRAME_HEADER + self._size
        for at in range(LOG_HEADER, len(self._log) - step + 1, step):
            yield self._log, at + FRAME_HEADER

    def page(self, number: int) -> bytes | None:
        at = self._in_log.get(number)
        if at is not None:
            return bytes(self._log[at : at + self._size])
        at = (number - 1) * self._size
        if number < 1 or at + self._size > len(self._shop):
            return None
        return bytes(self._shop[at : at + self._size])


def _in_page(pages: _Pages, page: bytes, first: bool) -> Iterator[bytes]:
    head = 100 if first else 0
    if page[head] != TABLE_LEAF:
        return
    count = _U16.unpack_from(page, head + 3)[0]
    for place in range(count):
        pointer = head + 8 + 2 * place
        if pointer + 2 > len(page):
            return
        record = _of_cell(pages, page, _U16.unpack_from(page, pointer)[0])
        if record is not None:
            yield record


def _of_cell(pages: _Pages, page: bytes, at: int) -> bytes | None:
    try:
        size, at = _varint(page, at)
        _, at = _varint(page, at)
        if not 0 < size <= MOST_RECORD_BYTES:
            return None
        payload = _payload(pages, page, at, size)
        return _record_of(payload) if payload else None
    except (IndexError, ValueError, StructError):
        return None


def _payload(pages: _Pages, page: bytes, at: int, size: int) -> bytes | None:
    room = len(page)
    most = room - 35
    if size <= most:
        return page[at : at + size]
    least = (room - 12) * 32 // 255 - 23
    local = least + (size - least) % (room - 4)
    local = local if local <= most else least
    parts = [page[at : at + local]]
    left, (number,) = size - local, _U32.unpack_from(page[at + local : at + local + 4])
    while left > 0:
        more = pages.page(number)
        if more is None:
            return None
        parts.append(more[4 : 4 + left])
        left -= room - 4
        (number,) = _U32.unpack_from(more)
    return b"".join(parts)


def _record_of(payload: bytes) -> bytes | None:
    """The record column of a row of the table of entries."""
    header, at = _varint(payload, 0)
    kinds: list[int] = []
    while at < header:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    if len(kinds) != _COLUMNS:
        return None
    start = header + sum(_width(kind) for kind in kinds[:_RECORD_COLUMN])
    return payload[start : start + _width(kinds[_RECORD_COLUMN])]


def _width(kind: int) -> int:
    return _INTEGER_BYTES[kind] if kind < len(_INTEGER_BYTES) else max(0, kind - 12) // 2


def _varint(data: Sequence[int], at: int) -> tuple[int, int]:
    value = 0
    for _ in range(8):
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at
    return value << 8 | data[at], at + 1


def _in_bytes(source: Bytes, beginning: bytes) -> Iterator[bytes]:
    """Records that lie in one piece, wherever their page says nothing of them any more."""
    at = source.find(beginning)
    while at >= 0:
        end = at
        for _ in range(_FIELDS):
            if end + 4 > len(source):
                break
            end += 4 + _U32.unpack_from(source, end)[0]
            if end > min(len(source), at + MOST_RECORD_BYTES):
                break
        else:
            record = bytes(source[at:end])
            if _is_whole(record):
                yield record
        at = source.find(beginning, at + 1)


_LOG_MAGIC, _LOG_VERSION = 0x377F0682, 3007000
_LOG_HEAD, _FRAME_HEAD = Struct(">8I"), Struct(">6I")


def resealed(shop: Bytes, log: bytes) -> bytes:
    """A log whose checksums are reckoned anew over all frames of its own generation, to the last
    commit among them. SQLite stops at the first frame that does not fit its checksum, and each
    checksum goes on from the one before: one changed byte hides all that was written after it. In
    the resealed log that byte is a changed byte of one page, or of one that a later frame replaced.
    What is read of it must be proven like everything else."""
    size = page_size(shop) if len(shop) >= 18 else 4096
    step = FRAME_HEADER + size
    heads = [
        (at, *_FRAME_HEAD.unpack_from(log, at))
        for at in range(LOG_HEADER, len(log) - step + 1, step)
    ]
    if not heads:
        return b""
    salts = _salts(log, heads)
    own = [place for place, head in enumerate(heads) if head[3:5] == salts]
    commits = [place for place in own if heads[place][2]]
    if not commits:
        return b""
    most_pages = max(head[2] for head in (heads[place] for place in commits))
    made = bytearray(_LOG_HEAD.pack(_LOG_MAGIC, _LOG_VERSION, size, 0, *salts, 0, 0))
    sums = _checksum(bytes(made[:24]), (0, 0))
    _U32.pack_into(made, 24, sums[0])
    _U32.pack_into(made, 28, sums[1])
    for place in range(own[0], commits[-1] + 1):
        at, number, pages = heads[place][:3]
        if not 0 < number <= most_pages or pages > most_pages:
            continue
        page = log[at + FRAME_HEADER : at + step]
        sums = _checksum(_FRAME_HEAD.pack(number, pages, 0, 0, 0, 0)[:8], sums)
        sums = _checksum(page, sums)
        made += _FRAME_HEAD.pack(number, pages, *salts, *sums) + page
    return bytes(made)


def _salts(log: bytes, heads: Sequence[tuple[int, ...]]) -> tuple[int, int]:
    """The generation of the log: what its header says when a frame says so too, else the first
    that two frames in a row say."""
    said = _LOG_HEAD.unpack_from(log)[4:6]
    found = [(head[3], head[4]) for head in heads]
    if said in found:
        return said[0], said[1]
    for one, two in pairwise(found):
        if one == two:
            return one
    return found[0]


def _checksum(data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    one, two = sums
    words = Struct(f"<{len(data) // 4}I").unpack(data)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two
