"""A scale on its line, with real processes: set, asked while selling, silent, killed in between."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.till.flow.shop import COFFEE, WEIGHED
from tests.till.process.office_stub import OWNER, PASSWORD
from tests.till.process.rig import Simulator, Street, TillProcess
from tests.till.process.screen import Screen, eventually
from tests.till.process.swedish import refusal, swedish

from skrin.till.ui import scale_words

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole_pan(whole_street: Street) -> Iterator[Simulator]:
    scale = Simulator("scale", whole_street.folder)
    try:
        yield scale
    finally:
        scale.part.stop()


@pytest.fixture
def pan(whole_pan: Simulator) -> Iterator[Simulator]:
    whole_pan.reset()
    yield whole_pan
    whole_pan.reset()


def weigh(screen: Screen) -> dict[str, Any]:
    answer = screen.post("/weigh")
    assert answer.status == 200, answer.text
    told: dict[str, Any] = json.loads(answer.text)
    return told


@pytest.mark.requirement("OPP-002", "OPP-054", "R-DEV-013")
def test_a_scale_is_set_asked_and_rung_once_and_stays_after_a_kill(
    street: Street, till: TillProcess, pan: Simulator
) -> None:
    owner = Screen(till.screen.port)
    assert owner.log_in(OWNER, PASSWORD).status == 302
    there = {"protocol": "toledo_8217", "address": pan.part.ready["serial"], "name": "Disken"}
    assert "/scale" in owner.get("/settings").text
    assert swedish("Weigh") not in till.screen.get(f"/window/article/{WEIGHED}").page.text
    wrong = owner.post("/scale/put", **{**there, "address": "/etc/passwd"})
    assert wrong.page.says("#address-fault") == refusal(
        "scale_address_unreadable", typed="/etc/passwd"
    )
    for action in ("test", "put", "remove", "office"):
        assert till.screen.post(f"/scale/{action}", **there).page.says(".notice") == refusal(
            "not_allowed"
        )
    assert weigh(till.screen) == {"state": "no", "sentence": refusal("scale_missing")}
    pan.switch(gross_g=1234)
    assert "1,234 kg" in owner.post("/scale/test", **there).page.text
    assert owner.post("/scale/put", **there).status == 302
    assert "1,234 kg" in owner.get("/scale").page.text
    assert "Disken" in owner.get("/scale").page.text

    till.log_in()
    told = weigh(till.screen)
    assert (told["state"], told["sentence"]) == ("weighed", "1,234 kg")
    tap = {"article_id": str(WEIGHED), "weighing": told["id"], "tap_id": secrets.token_hex(16)}
    first, again = (till.screen.post("/tap", **tap) for _ in range(2))
    assert (first.status, again.status) == (200, 200)
    assert len(again.zone.lines) == 1 and "1,234 kg" in again.zone.lines[0][1]
    late = till.screen.post("/tap", **{**tap, "tap_id": secrets.token_hex(16)})
    assert (late.status, late.notice) == (422, refusal("weighing_gone"))
    piece = {"article_id": str(COFFEE), "weighing": weigh(till.screen)["id"]}
    assert till.screen.post("/tap", **piece).status == 422, "pieces are never weighed"

    till.kill()
    till.restart()
    till.log_in()
    kept = till.screen.post("/tap", **tap)  # The answer was lost with the till: it is sent again.
    assert (kept.status, len(kept.zone.lines)) == (200, 1)
    assert weigh(till.screen)["state"] == "weighed", "remembered"
    till.screen.post("/tap", article_id=str(WEIGHED), quantity="0,5")
    till.screen.post("/pay/cash")
    eventually(lambda: till.screen.poll().print_sentence == swedish("The receipt is printed."))
    slip = till.slips(1)[0]["text"]
    assert "1,234 kg" in slip and "0,500 kg" in slip
    weighed = [one for one in till.bodies("line.added") if one.item.article == WEIGHED]
    assert [(one.quantity_milli, one.by_scale) for one in weighed] == [(1234, True), (500, False)]
    owner.port = till.screen.port
    assert "Våg" in owner.get("/self-test").page.text
    owner.get("/scale")
    assert owner.post("/scale/remove").status == 302
    assert [one.change for one in till.bodies("scale.set")] == ["set", "removed"]
    assert "Våg" not in owner.get("/self-test").page.text


def test_no_weight_is_rung_that_is_none_and_nobody_waits_for_the_scale(
    street: Street, till: TillProcess, pan: Simulator
) -> None:
    owner = Screen(till.screen.port)
    assert owner.log_in(OWNER, PASSWORD).status == 302
    there = {"protocol": "toledo_8217", "address": pan.part.ready["serial"]}
    assert owner.post("/scale/put", **there).status == 302
    till.log_in()
    says = scale_words.WHEN_SELLING
    for switches, code, state in (
        ({"gross_g": 0}, "empty", "no"),
        ({"gross_g": 500, "moving": True}, "moves", "moves"),
        ({"gross_g": 16_000}, "over", "no"),
        ({"gross_g": 100, "under": True}, "under", "no"),
        ({"gross_g": 100, "unit": "lb"}, "unit", "no"),
        ({"gross_g": 100, "garbage": True}, "garbled", "no"),
    ):
        pan.reset()
        pan.switch(**switches)
        assert weigh(till.screen) == {"state": state, "sentence": swedish(says[code])}
    pan.reset()
    time.sleep(2.1)  # What may still come late is let come.
    pan.switch(silent=True, gross_g=500)
    told: list[dict[str, Any]] = []
    other = Screen(till.screen.port)
    other.log_in(OWNER, PASSWORD)
    waiting = threading.Thread(target=lambda: told.append(weigh(other)))
    begun = time.monotonic()
    waiting.start()
    till.screen.tap(COFFEE)
    assert time.monotonic() - begun < 0.7, "a tap does not wait for the scale"
    waiting.join(5)
    assert told == [{"state": "no", "sentence": swedish(says["silent"])}]
    assert swedish("The scale does not answer.") in owner.get("/status").page.text
    scanned = till.screen.post("/scan", code="1003")
    assert scanned.headers["Skrin-Window"].endswith(f"/{WEIGHED}?weigh=1")
    till.screen.post("/pay/cash")
    eventually(lambda: till.screen.poll().print_sentence == swedish("The receipt is printed."))
    assert [line.item.article for line in till.bodies("line.added")] == [COFFEE]
