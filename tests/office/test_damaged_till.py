"""The office's page of a till whose file is damaged: words, and what service is told."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.office.cast import Cast, swedish
from tests.office.journals import Journal

from skrin.sync import damage
from skrin.sync.damage import FileDamage
from skrin.sync.messages import Exchange, TillStatus

pytestmark = pytest.mark.office

TECHNICAL = "entry: entry 1204: other hash; row: receipt 311; value: totals 2026-11-20 receipts"
FOUND = (
    FileDamage(damage.ENTRY, "entry", "1204"),
    FileDamage(damage.ROW, "receipt", "311"),
    FileDamage(damage.ROW, "right_hold", "0fa9"),
    FileDamage(damage.ROW, "right_hold", "77ab"),
)


def page_after(cast: Cast, journal: Journal, status: TillStatus) -> str:
    sent = journal.exchange()
    cast.take(Exchange(replace(sent.head, status=status), sent.records))
    return cast.logged_in().get(f"/tills/{journal.till}/1").content.decode()


def test_damage_is_told_in_words_and_the_technical_text_is_folded(
    cast: Cast, journal: Journal
) -> None:
    page = page_after(cast, journal, TillStatus(damage=TECHNICAL, damages=FOUND))
    assert swedish("It sells nothing until it is mended. Use another till meanwhile.") in page
    assert swedish("Entry %(seq)s of the journal is not as it was written.", seq="1204") in page
    assert swedish("receipt %(key)s", key="311") in page
    assert page.count(swedish("what lies here of gift cards, returns and copies")) == 1
    folded = re.findall(r"<details.*?</details>", page, re.DOTALL)
    assert [TECHNICAL in one for one in folded] == [True]
    open_page = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)
    assert "right_hold" not in open_page and "0fa9" not in open_page and "row:" not in open_page


def test_an_older_till_that_sends_no_words_is_told_of_all_the_same(
    cast: Cast, journal: Journal
) -> None:
    page = page_after(cast, journal, TillStatus(damage=TECHNICAL))
    assert swedish("The till's file is damaged") in page and TECHNICAL in page
    whole = page_after(cast, journal, TillStatus())
    assert swedish("The till's file is damaged") not in whole and "<details" not in whole
