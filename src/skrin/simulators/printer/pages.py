"""The paper on the control page, and as JSON and pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from ..control_page import Answer, json_answer, text_answer
from . import picture
from .paper import Slip, to_json
from .slips import Slips

SHOWN_ON_PAGE = 12
_ONE = re.compile(r"/slips/([0-9]{1,9})(\.png)?")


def newest(slips: Slips) -> str:
    """The newest slips as pictures, their text beside them for those who cannot see."""
    figures = "".join(_figure(slip) for slip in slips.newest_first()[:SHOWN_ON_PAGE])
    if not figures:
        figures = "<p>Nothing has been printed yet.</p>"
    return (
        '<section aria-labelledby="paper"><h2 id="paper">Paper, newest first</h2>'
        f'<div class="slips">{figures}</div></section>'
    )


def get(slips: Slips, path: str, query: Mapping[str, list[str]]) -> Answer | None:
    """``/slips?after=N`` oldest first, ``/slips/N`` with styles, ``/slips/N.png``."""
    if path == "/slips":
        after = query.get("after", ["0"])[0]
        if not (after.isascii() and after.isdigit()):
            return json_answer({"error": "after is a slip's number"}, 400)
        chosen = [slip for slip in slips.newest_first() if slip.number > int(after)]
        return json_answer([_summary(slip) for slip in reversed(chosen)])
    found = _ONE.fullmatch(path)
    if found is None:
        return None
    slip = slips.get(int(found[1]))
    if slip is None:
        return text_answer(f"there is no slip {found[1]}", 404)
    if found[2]:
        return Answer(200, "image/png", picture.png(slip))
    return json_answer({**_summary(slip), "elements": to_json(slip)["elements"]})


def _summary(slip: Slip) -> dict[str, Any]:
    return {
        "number": slip.number,
        "at": slip.at,
        "text": slip.text(),
        "bytes": slip.byte_count,
        "kicks": slip.kicks,
        "complete": slip.is_complete,
        "codes": slip.codes(),
    }


def _figure(slip: Slip) -> str:
    number, end = slip.number, "" if slip.is_complete else ", torn off where the paper ended"
    return (
        f'<figure><img src="/slips/{number}.png" width="320" alt="Slip {number}; text below">'
        f"<figcaption>Slip {number}, {escape(slip.at[11:19])}{end}</figcaption>"
        f'<details id="slip-{number}"><summary>Text</summary><pre>{escape(slip.text())}</pre>'
        "</details></figure>"
    )
