"""What is damaged of a till's file, in words, and as it goes to the office."""

from __future__ import annotations

import pytest

from skrin.domain.codec import decode, encode
from skrin.sync import damage
from skrin.sync.damage import FileDamage, said
from skrin.sync.messages import TillStatus


def as_it_is(text: str) -> str:
    return text


@pytest.mark.parametrize("place", damage.PLACES)
@pytest.mark.parametrize("key", ["", "7"])
def test_every_place_has_a_sentence_without_a_name_of_ours(place: str, key: str) -> None:
    words = said(FileDamage(place, "right_hold", key), as_it_is)
    assert len(words) > 20 and "right_hold" not in words and "%(" not in words


def test_an_id_is_left_out_and_a_number_of_peoples_is_told() -> None:
    assert "0fa9" not in said(FileDamage(damage.ROW, "parked", "0fa9"), as_it_is)
    assert said(FileDamage(damage.ROW, "receipt", "311"), as_it_is).endswith("receipt 311")
    totals = said(FileDamage(damage.ROW, "totals", "2026-11-20 receipts"), as_it_is)
    assert totals.endswith("the totals of 2026-11-20")


def test_what_a_later_till_names_is_shown_as_it_is() -> None:
    assert said(FileDamage("moon", "crater", "9"), as_it_is) == "crater 9"


def test_an_older_tills_status_is_read() -> None:
    assert decode(TillStatus, b'{"damage": "entry: 7"}').damages == ()
    told = TillStatus(damages=(FileDamage(damage.ENTRY, "entry", "7"),))
    assert decode(TillStatus, encode(told)) == told
