"""Versions for tills: only marked ones are offered, chosen tills at once, ring by ring."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings
from tests.office.cast import Cast, swedish
from tests.updates.fake import KEY, OTHER_KEY, set_in

from skrin.domain.codec import decode, encode
from skrin.office.tenancy.wall import inside
from skrin.office.tills.models import Till
from skrin.office.updates import queries
from skrin.sync.messages import WIRE_VERSION
from skrin.sync.updates import (
    PIECE_PATH,
    UPDATE_PATH,
    PieceAnswer,
    PieceQuestion,
    UpdateAnswer,
    UpdateQuestion,
)
from skrin.updates.make import public_half

pytestmark = pytest.mark.office

NEXT = "0.2.0"


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Path]:
    """The office's folder, with a set of the next version, one of another maker, and rubbish."""
    folder = tmp_path / "updates"
    folder.mkdir()
    (folder / "release-keys").write_text(public_half(KEY))
    set_in(tmp_path / "a", NEXT).rename(folder / "next.set")
    set_in(tmp_path / "b", "0.3.0", OTHER_KEY).rename(folder / "foreign.set")
    (folder / "torn.set").write_bytes(b"PK")
    with override_settings(DATA_DIR=tmp_path):
        yield folder


def ask(cast: Cast, **told: object) -> UpdateAnswer:
    """What the till of the cast hears."""
    question = UpdateQuestion(WIRE_VERSION, **{"installed": "0.1.0", "updates": True, **told})
    answer = cast.device.post(UPDATE_PATH, encode(question))
    assert answer.status_code == 200, answer.content
    return decode(UpdateAnswer, answer.content)


def piece(cast: Cast, offset: int, version: str = NEXT) -> bytes:
    question = PieceQuestion(WIRE_VERSION, version, offset)
    answer = cast.device.post(PIECE_PATH, encode(question))
    return decode(PieceAnswer, answer.content).data


def number(cast: Cast) -> int:
    with inside(cast.company):
        return Till.objects.get(company_id=cast.company, till_id=cast.device.answer.till).id


def mark(cast: Cast, client: Client, **form: object) -> str:
    said = {
        "till": number(cast),
        "do": "mark",
        "version": NEXT,
        "how": "window",
        "from": "22:30",
        "to": "04.15",
    }
    answer = client.post("/tills/updates", {**said, **form})
    assert answer.status_code in (200, 422)
    return answer.content.decode()


@pytest.mark.requirement("R-UPD-004")
def test_a_till_is_offered_what_it_is_marked_for_and_nothing_else(cast: Cast, shelf: Path) -> None:
    assert ask(cast).offer is None
    assert piece(cast, 0) == b""
    page = mark(cast, cast.logged_in())
    assert "1 kassa är märkt." in page
    offer = ask(cast).offer
    assert offer is not None
    data = (shelf / "next.set").read_bytes()
    assert (offer.version, offer.how) == (NEXT, "window")
    assert (offer.window_from_min, offer.window_to_min) == (22 * 60 + 30, 4 * 60 + 15)
    assert (offer.size_bytes, offer.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert piece(cast, 0) == data and piece(cast, 7) == data[7:]
    assert piece(cast, len(data)) == piece(cast, -1) == b""
    assert piece(cast, 0, "0.3.0") == b""
    assert ask(cast, installed=NEXT).offer is None, "it has it"
    assert ask(cast, installed="0.9.0").offer is None, "it has a newer one"
    mark(cast, cast.logged_in(), version="")
    assert ask(cast).offer is None


@pytest.mark.requirement("OPP-048")
def test_tills_are_marked_ring_by_ring_and_tell_how_far_they_are(cast: Cast, shelf: Path) -> None:
    client = cast.logged_in()
    answer = client.post("/tills/updates", {"till": number(cast), "do": "ring", "ring": "1"})
    assert "1 kassa är flyttad." in answer.content.decode()
    page = client.get("/tills/updates?ring=1").content.decode()
    assert f'value="{number(cast)}" checked' in page
    assert f'value="{number(cast)}" checked' not in client.get("/tills/updates").content.decode()
    assert "0 av 1 installerade" in page and "0.3.0" not in page
    mark(cast, client)
    for told, words in (
        ({}, "Väntar på kassan"),
        ({"metered": True}, "På mobildata: väntar på någon vid kassan"),
        ({"phase": "fetching", "done": 30, "total": 60}, "Hämtar, 50 %"),
        ({"phase": "ready", "version": NEXT}, "Klar, väntar på rätt tillfälle"),
        ({"outcome": "stayed", "outcome_version": NEXT, "fault": "not_ready"}, "Gick tillbaka av"),
        ({"left_behind": NEXT, "phase": "idle"}, "Någon vid kassan gick tillbaka"),
        ({"installed": NEXT}, "1 av 1 installerade"),
        ({"updates": False}, "Uppdaterar sig inte själv"),
    ):
        ask(cast, **told)
        assert words in client.get("/tills/updates").content.decode(), told


def test_a_form_that_is_wrong_changes_nothing_and_says_why(cast: Cast, shelf: Path) -> None:
    client = cast.logged_in()
    for form, fault in (
        ({"till": ""}, "Choose at least one till in the list."),
        ({"till": "999999"}, "Choose at least one till in the list."),
        ({"version": "0.3.0"}, "This version is not here any more. Choose another."),
        ({"how": "soon"}, "Choose when it is installed."),
        ({"from": "25:00"}, "Type the hours like 02:00."),
        ({"do": "ring", "ring": "7"}, "Choose a ring."),
    ):
        assert swedish(fault) in mark(cast, client, **form), form
    with inside(cast.company):
        assert all(not one.version for one in queries.marks(cast.company).values())


def test_nobody_marks_the_tills_of_another_company(cast: Cast, shelf: Path) -> None:
    stranger = cast.logged_in(cast.outsider)
    answer = stranger.post(
        "/tills/updates", {"till": number(cast), "do": "mark", "version": NEXT, "how": "login"}
    )
    assert answer.status_code in (403, 422)
    assert ask(cast).offer is None


def test_without_keys_or_with_others_the_office_hands_nothing_out(cast: Cast, shelf: Path) -> None:
    mark(cast, cast.logged_in())
    assert ask(cast).offer is not None
    (shelf / "release-keys").write_text(public_half(OTHER_KEY) + "\n")
    assert ask(cast).offer is None
    (shelf / "release-keys").unlink()
    assert ask(cast).offer is None
