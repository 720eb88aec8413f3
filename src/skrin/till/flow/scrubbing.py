"""What leaves the till to find a fault carries no secret and nobody's name.

A log is written by programs that do not know who reads it. So what is handed out of it is cleaned
line by line: log-ins in addresses, e-mail, whatever follows a word like password, gift card codes,
long numbers (cards, people, telephones), home folders, and the names that the till knows. Rather
too much than too little: a fault is found by kinds, times and places in the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

_STAMP = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ")
_MOST_LINE = 2_000
_RULES = (
    (re.compile(r"://[^/\s@]+@"), "://[login]@"),
    (re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (
        re.compile(
            r"(?i)\b(\w*(?:password|passwd|lösenord|secret|token|cookie|authorization|csrf|pin"
            r"|sessionid|private.?key))(['\"]?\s*[=:]\s*)(?:(?:basic|bearer|digest)\s+)?\S+"
        ),
        r"\1\2[secret]",
    ),
    (re.compile(r"(/home/|/Users/|\\Users\\)[^/\\\s:]+"), r"\1[user]"),
    (re.compile(r"(?<!\w)(?=\w*[A-Z])(?=\w*\d)[0-9A-Z]{15}(?!\w)"), "[code]"),
    (re.compile(r"(?<![\w.])(?!\d{4}-\d\d-\d\d\b)\+?\d(?:[ -]?\d){7,}(?!\w)"), "[number]"),
)
_SHORTEST_NAME = 2


def scrubbed(text: str, names: Iterable[str] = ()) -> str:
    """The text without what no stranger may read. `names`: of people, and whatever else somebody
    typed to tell one customer from another."""
    known = sorted({part for name in names for part in _parts(name)}, key=len, reverse=True)
    clean = partial(_line, names=_any_of(known))
    return "\n".join(clean(line) for line in text.split("\n"))


def _parts(name: str) -> Iterable[str]:
    """A name and each of its words."""
    return (part for part in (name.strip(), *name.split()) if len(part) >= _SHORTEST_NAME)


def _any_of(names: list[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    return re.compile(rf"(?i)(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")


def _line(line: str, names: re.Pattern[str] | None) -> str:
    stamp = _STAMP.match(line)
    at = stamp.end() if stamp else 0
    rest = line[at : at + _MOST_LINE]
    for pattern, instead in _RULES:
        rest = pattern.sub(instead, rest)
    if names is not None:
        rest = names.sub("[name]", rest)
    return line[:at] + rest
