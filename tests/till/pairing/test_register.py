"""The register of paired screens: entries, generations, and who may change the till (D44)."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from tests.till.flow.shop import ANNA, COFFEE, Shop

from skrin.domain.codec import decode_body
from skrin.domain.journal import ScreenPaired, ScreenRevoked, ScreenTakenOver
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow import paying, selling
from skrin.till.flow.writer import ThreadWriter
from skrin.till.pairing.register import (
    OWN,
    SCREENS_MOST,
    Carried,
    PairedScreens,
    ScreenedWriter,
    carrying,
)
from skrin.till.storage.device_file import DeviceFile

CARD_METHOD = 2
NILS = Person("p2", "Nils", "manager", (1,))
pytestmark = pytest.mark.requirement("R-MORE-019")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture
def screens(shop: Shop) -> PairedScreens:
    found = PairedScreens(shop.counter.till, DeviceFile(shop.folder / "device.sqlite"))
    shop.counter.till.writer = ScreenedWriter(shop.counter.till.writer, found)
    return found


def bodies(shop: Shop) -> list[object]:
    """What the journal says of screens."""
    entries = shop.counter.till.file.entries(1)
    screens = [entry for entry in entries if entry.header.kind.startswith("screen.")]
    return [decode_body(e.header.kind, e.header.version, e.body) for e in screens]


def test_pairing_taking_over_and_revoking_are_entries(shop: Shop, screens: PairedScreens) -> None:
    one = screens.pair(NILS, "Surfplatta", "c2xlZXA=")
    assert screens.register.active == OWN, "pairing shows the till, it does not take it"
    screens.take_over(ANNA, one.id)
    screens.take_over(ANNA, one.id)  # It holds the till already: nothing new.
    screens.revoke(NILS, one.id)
    paired, taken, revoked, back = bodies(shop)
    assert isinstance(paired, ScreenPaired) and (paired.screen, paired.name) == (
        one.id,
        "Surfplatta",
    )
    assert "c2xlZXA=" not in repr(paired), "the key's hash is journaled, not the key"
    assert taken == ScreenTakenOver(one.id, OWN, 1)
    assert revoked == ScreenRevoked(one.id)
    assert back == ScreenTakenOver(OWN, one.id, 2), "the till's own screen has it again"
    users = [e.header.user for e in shop.counter.till.file.entries(1) if "screen." in e.header.kind]
    assert users == ["p2", "p1", "p2", "p2"]


def test_only_who_may_change_settings_pairs_and_revokes(shop: Shop, screens: PairedScreens) -> None:
    one = screens.pair(NILS, "Surfplatta", "c2xlZXA=")
    with pytest.raises(Refusal, match="not_allowed"):
        screens.pair(ANNA, "En till", "c2xlZXA=")
    with pytest.raises(Refusal, match="not_allowed"):
        screens.revoke(ANNA, one.id)
    assert len(bodies(shop)) == 1


def test_there_are_at_most_twenty(shop: Shop, screens: PairedScreens) -> None:
    for number in range(SCREENS_MOST):
        screens.pair(NILS, str(number), "c2xlZXA=")
    with pytest.raises(Refusal, match="screens_too_many"):
        screens.pair(NILS, "21", "c2xlZXA=")
    assert len(screens.register.screens) == SCREENS_MOST


def test_an_unknown_screen_takes_nothing_over(shop: Shop, screens: PairedScreens) -> None:
    for act in (screens.take_over, screens.revoke):
        with pytest.raises(Refusal, match="screen_unknown"):
            act(NILS, "nobody")
    assert bodies(shop) == [] and screens.register.generation == 0


def test_the_register_outlives_the_program(shop: Shop, screens: PairedScreens) -> None:
    one = screens.pair(NILS, "Surfplatta", "c2xlZXA=")
    screens.take_over(ANNA, one.id)
    screens.saw(one.id)
    seen = screens.seen_utc_ms(one.id)
    later = PairedScreens(shop.counter.till, screens._device)
    assert later.register == screens.register and later.is_active(one.id)
    assert later.seen_utc_ms(one.id) == seen > 0


def test_a_command_of_an_older_generation_changes_nothing(
    shop: Shop, screens: PairedScreens
) -> None:
    till = shop.counter.till
    one = screens.pair(NILS, "Surfplatta", "c2xlZXA=")
    with carrying(Carried(OWN, 0)):
        selling.tap_article(till, ANNA, "1" * 32, COFFEE)
    screens.take_over(ANNA, one.id)
    head = till.head.seq
    for late in (Carried(OWN, 0), Carried(OWN, 1), Carried(one.id, 0), Carried(one.id, 2)):
        with carrying(late), pytest.raises(Refusal, match="used_elsewhere"):
            selling.tap_article(till, ANNA, "2" * 32, COFFEE)
    assert till.head.seq == head
    with carrying(Carried(one.id, 1)):
        selling.tap_article(till, ANNA, "3" * 32, COFFEE)
    assert till.desk.cart is not None and till.desk.cart.lines[0].quantity_milli == 2000


def test_what_no_screen_asked_for_goes_on(shop: Shop, screens: PairedScreens) -> None:
    """A card payment that runs is the lane's, and the lane carries no screen."""
    one = screens.pair(NILS, "Surfplatta", "c2xlZXA=")
    till = shop.counter.till
    with carrying(Carried(OWN, 0)):
        selling.tap_article(till, ANNA, "1" * 32, COFFEE)
        fresh = shop.counter._fresh("4" * 32)
        paying.pay(till, ANNA, shop.counter.preflight, "4" * 32, CARD_METHOD, None, fresh)
    assert till.desk.attempt is not None, "the card terminal is about to be asked"
    screens.take_over(ANNA, one.id)
    assert till.desk.attempt is not None, "and goes on to be"
    shop.counter.work_off()
    assert till.desk.attempt is None and till.desk.cart is None
    assert till.desk.finished is not None, "the new screen shows the finished sale"


def test_a_tap_that_waits_while_somebody_takes_over_is_refused(
    shop: Shop, screens: PairedScreens
) -> None:
    """The look that decides is the writer's: the tap was sent first, and runs second."""
    till = shop.counter.till
    inner = ThreadWriter()
    till.writer = ScreenedWriter(inner, screens)
    one = screens.pair(NILS, "Surfplatta", "c2xlZXA=")
    busy, go_on = threading.Event(), threading.Event()

    def block() -> None:
        busy.set()
        assert go_on.wait(10)

    said: list[str] = []

    def tap() -> None:
        screens.check(Carried(OWN, 0))  # The first look lets it pass.
        with carrying(Carried(OWN, 0)):
            try:
                selling.tap_article(till, ANNA, "5" * 32, COFFEE)
            except Refusal as no:
                said.append(no.code)

    threads = [threading.Thread(target=inner.run, args=(block,))]
    threads[0].start()
    assert busy.wait(10)
    threads += [threading.Thread(target=screens.take_over, args=(ANNA, one.id))]
    threads[1].start()
    wait_for(lambda: inner._queue.qsize() == 1)
    threads += [threading.Thread(target=tap)]
    threads[2].start()
    wait_for(lambda: inner._queue.qsize() == 2)
    go_on.set()
    for thread in threads:
        thread.join(10)
    inner.stop()
    assert said == ["used_elsewhere"] and till.desk.cart is None
    assert screens.register.generation == 1


def wait_for(true: object, patience_s: float = 10.0) -> None:
    """Wait until it is true."""
    pause = threading.Event()
    for _ in range(int(patience_s / 0.005)):
        if true():  # type: ignore[operator]
            return
        pause.wait(0.005)
    raise AssertionError("it did not come about in time")


def test_a_commit_that_fails_leaves_the_register_as_the_disk_has_it(
    shop: Shop, screens: PairedScreens, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = screens.pair(NILS, "Surfplatta", "c2xlZXA=")

    def full(name: str, value: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shop.counter.till.file, "put_state", full)
    with pytest.raises(OSError, match="No space"):
        screens.take_over(ANNA, one.id)
    monkeypatch.undo()
    assert screens.is_active(OWN) and len(bodies(shop)) == 1
    screens.take_over(ANNA, one.id)
    assert screens.register.generation == 1
