"""Updates at the till: only what is marked and signed, fetched in pieces, installed when nothing
lies on the counter."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from tests.till.flow.shop import ANNA, COFFEE, Shop
from tests.updates.fake import KEY, OTHER_KEY, installation_with, put_version, set_in

from skrin.domain.refusal import Refusal
from skrin.sync.updates import (
    LOGIN,
    OFFER,
    PIECE_BYTES,
    WINDOW,
    PieceAnswer,
    PieceQuestion,
    UpdateAnswer,
    UpdateOffer,
    UpdateQuestion,
)
from skrin.till.devices.contract import PAPER_OUT, OfficeAway
from skrin.till.devices.metered import default_route, is_mobile
from skrin.till.flow import selling, training, updating
from skrin.till.flow.updating import ASK_EVERY_S, QUIET_MS, SETTLED_MS, UpdateLane
from skrin.updates import copying
from skrin.updates.installation import Installation
from skrin.updates.phase import FETCHING, IDLE, PREPARING, READY
from skrin.updates.release import ReleaseSet

NEXT = "0.2.0"
BIG = b"x" * (PIECE_BYTES * 2 + 17)


@dataclass
class Office:
    """An office that offers one set; it may be away, or hand out something else."""

    path: Path
    offer: UpdateOffer | None = None
    away: bool = False
    heard: list[UpdateQuestion] = field(default_factory=list)
    pieces: list[int] = field(default_factory=list)
    damage: bool = False

    def mark(self, how: str = OFFER, **changes: object) -> None:
        """Mark the till for the set."""
        with_key = ReleaseSet(self.path, PUBLIC)
        data = self.path.read_bytes()
        offer = UpdateOffer(
            NEXT,
            len(data),
            hashlib.sha256(data).hexdigest(),
            how,
            120,
            300,
            with_key.manifest.decode(),
            base64.b64encode(with_key.signature).decode(),
        )
        self.offer = replace(offer, **changes)  # type: ignore[arg-type]

    def update(self, question: UpdateQuestion) -> UpdateAnswer:
        if self.away:
            raise OfficeAway("gone")
        self.heard.append(question)
        return UpdateAnswer(self.offer)

    def update_piece(self, question: PieceQuestion) -> PieceAnswer:
        if self.away:
            raise OfficeAway("gone")
        self.pieces.append(question.offset)
        data = self.path.read_bytes()[question.offset : question.offset + PIECE_BYTES]
        return PieceAnswer(data[::-1] if self.damage else data)


def public() -> tuple[str, ...]:
    from skrin.updates.make import public_half

    return (public_half(KEY), public_half(OTHER_KEY))


PUBLIC = public()


@dataclass
class Rig:
    """A till with a lane for updates, stepped by hand."""

    shop: Shop
    place: Installation
    office: Office
    lane: UpdateLane
    settings: dict[str, str]
    left: list[bool]
    prepared: list[str]
    dies: list[bool]

    def steps(self, count: int = 12) -> None:
        for _ in range(count):
            self.lane.step()

    def later(self, ms: int) -> None:
        self.shop.clock.utc_ms += ms

    def asks_again(self) -> None:
        self.lane.asked_s = None

    def prepare(self) -> None:
        """What the process of the preparation does."""
        if not self.place.is_whole(NEXT):
            put_version(self.place, NEXT)
        self.place.change(phase=READY, version=NEXT)


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    shop = Shop(tmp_path)
    place = installation_with(tmp_path / "i", "0.1.0")
    settings: dict[str, str] = {}
    left: list[bool] = []
    prepared: list[str] = []
    (tmp_path / "s").mkdir()
    path = set_in(tmp_path / "s", NEXT)
    lane_office = Office(path)

    dies: list[bool] = []

    class Started:
        """In the place of the process that prepares."""

        def __init__(self, command: list[str], **said: object) -> None:
            prepared.append(command[4])

        def poll(self) -> int | None:
            return 1 if dies else None

    monkeypatch.setattr(updating.subprocess, "Popen", Started)
    monkeypatch.setattr(updating, "PIECE_BYTES", PIECE_BYTES)
    lane = UpdateLane(
        place,
        [shop.counter],
        lane_office,
        tmp_path,
        lambda name: settings.get(name, ""),
        lambda: settings.get("mobile") == "yes",
        lambda: left.append(True),
    )
    return Rig(shop, place, lane_office, lane, settings, left, prepared, dies)


@pytest.mark.requirement("R-UPD-004", "R-UPD-006")
def test_without_the_mark_nothing_is_offered_and_only_signed_sets_are(rig: Rig) -> None:
    rig.steps()
    assert rig.lane.offer is None
    with pytest.raises(Refusal, match="update_none"):
        rig.lane.fetch()
    # An offer that another key signed, or whose manifest is of something else, is none.
    rig.office.mark()
    assert rig.office.offer is not None
    good = rig.office.offer
    forged = set_in(rig.place.folder / "forged", NEXT, OTHER_KEY)
    other = ReleaseSet(forged, PUBLIC)
    signature = base64.b64encode(other.signature).decode()
    for bad in (
        replace(good, signature=signature),
        replace(good, signature="?"),
        replace(good, version="0.3.0"),
        replace(good, manifest=good.manifest.replace("0.2.0", "0.4.0")),
    ):
        rig.office.offer = bad
        rig.asks_again()
        rig.steps(2)
        assert rig.lane.offer is None, bad
    rig.office.offer = good
    rig.asks_again()
    rig.steps(2)
    assert rig.lane.offer == good
    assert rig.place.state().phase == IDLE, "nobody has asked for it yet"
    assert rig.office.heard[-1].installed == "0.1.0"


def test_it_comes_in_pieces_and_goes_on_where_it_was(rig: Rig) -> None:
    rig.office.path.write_bytes(_padded(rig.office.path))
    rig.office.mark()
    rig.steps(1)
    rig.lane.fetch()
    rig.lane.step()
    rig.lane.step()
    assert rig.place.state().phase == FETCHING
    rig.office.away = True
    rig.steps(3)
    assert rig.place.state().phase == FETCHING
    # The program dies here: another one goes on with the rest.
    has = rig.place.state().done
    assert has and has % PIECE_BYTES == 0
    again = replace(rig.lane, offer=None, asked_s=None)
    rig.office.away, rig.office.pieces[:] = False, []
    for _ in range(8):
        again.step()
    assert rig.office.pieces[0] == has
    assert rig.place.state().phase == PREPARING
    assert Path(rig.prepared[-1]).read_bytes() == rig.office.path.read_bytes()


def _padded(path: Path) -> bytes:
    """The set as a file of several pieces: a zip may have anything before it."""
    import io
    import zipfile

    out = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(out, "a") as more:
        more.writestr("padding", BIG)
    return out.getvalue()


def test_what_came_damaged_is_thrown_away(rig: Rig) -> None:
    rig.office.damage = True
    rig.office.mark()
    rig.steps(1)
    rig.lane.fetch()
    rig.steps()
    state = rig.place.state()
    assert (state.phase, state.fault) == (IDLE, "fetch_failed")
    assert not list(rig.place.sets.iterdir())
    assert not rig.prepared


@pytest.mark.requirement("R-UPD-007")
def test_over_mobile_data_nothing_is_fetched_unasked(rig: Rig) -> None:
    rig.settings["mobile"] = "yes"
    rig.office.mark(WINDOW)
    rig.steps()
    assert rig.place.state().phase == IDLE and not rig.office.pieces
    assert rig.office.heard[-1].metered
    # What a person says of the link counts more than what the machine thinks.
    rig.settings[updating.METERED] = "no"
    rig.steps()
    assert rig.place.state().phase == PREPARING
    assert rig.office.pieces == [0]


def test_a_person_may_let_one_version_through(rig: Rig) -> None:
    rig.settings["mobile"] = "yes"
    rig.settings[updating.METERED_OK] = NEXT
    rig.office.mark()
    rig.steps(1)
    rig.lane.fetch()
    rig.steps()
    assert rig.place.state().phase == PREPARING


def test_mobile_is_known_by_the_default_route(tmp_path: Path) -> None:
    routes = tmp_path / "route"
    head = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
    both = "wlan0 00000000 0101A8C0 0003 0 0 600 00000000 0 0 0\n"
    mobile = "wwan0 00000000 0101A8C0 0003 0 0 700 00000000 0 0 0\n"
    routes.write_text(head + both + mobile)
    assert not is_mobile(routes)
    routes.write_text(head + mobile + "wlan0 0001A8C0 00000000 0001 0 0 600 00FFFFFF 0 0 0\n")
    assert is_mobile(routes)
    assert not is_mobile(tmp_path / "no such file")


def test_a_way_out_by_ipv6_alone_is_one(tmp_path: Path) -> None:
    """Where IPv6 is off or leads nowhere, Linux has a default route all the same: on `lo`, which
    rejects."""
    head = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
    (tmp_path / "route").write_text(head + "eth0 0000FEA9 00000000 0001 0 0 1000 0000FFFF 0 0 0\n")
    zero, router = "0" * 32, "fe80" + "0" * 27 + "1"
    to_all = f"{zero} 00 {zero} 00"
    rejects = f"{to_all} {zero} ffffffff 00000001 00000000 00200200       lo\n"
    near = f"fe80{'0' * 28} 40 {zero} 00 {zero} 00000100 00000001 00000000 00000001     eth0\n"
    (tmp_path / "ipv6_route").write_text(near + rejects)
    assert default_route(tmp_path / "route") == ""
    way = f"{to_all} {router} 00000400 00000003 00000000 00000003     eth0\n"
    modem = f"{to_all} {router} 00000500 00000003 00000000 00000003    wwan0\n"
    (tmp_path / "ipv6_route").write_text(near + modem + way + rejects)
    assert default_route(tmp_path / "route") == "eth0"
    (tmp_path / "ipv6_route").write_text(modem + rejects)
    assert is_mobile(tmp_path / "route")


def test_the_window_waits_for_the_night_and_for_quiet(rig: Rig) -> None:
    rig.office.mark(WINDOW)
    rig.steps()
    rig.prepare()
    assert rig.place.state().wish == WINDOW
    rig.steps()
    assert not rig.left, "it is the middle of the day"
    rig.later(_ms_until(rig, 2, 5))
    rig.shop.counter.till.run(lambda: None)
    selling.tap_article(rig.shop.till, ANNA, rig.shop.tap_id(), COFFEE, None)
    selling.abort(rig.shop.till, ANNA)
    rig.steps()
    assert not rig.left, "somebody has just been there"
    rig.later(QUIET_MS)
    rig.steps()
    assert rig.left == [True]
    assert rig.place.state().wish == "now"


def _ms_until(rig: Rig, hour: int, minute: int) -> int:
    from skrin.domain.closing import local_time

    now = rig.shop.clock.now()
    local = local_time(now.utc_ms, now.offset_min)
    minutes = (hour * 60 + minute) - (local.hour * 60 + local.minute)
    return (minutes % (24 * 60)) * 60_000


def _with_a_line(rig: Rig) -> None:
    selling.tap_article(rig.shop.till, ANNA, rig.shop.tap_id(), COFFEE, None)


def _practising(rig: Rig) -> None:
    training.set_training(rig.shop.till, OWNER, True, None)


def _waiting_for_the_unit(rig: Rig) -> None:
    _with_a_line(rig)
    rig.shop.counter.preflight.check_unit()
    rig.shop.unit.be_silent(1000)
    rig.shop.counter.pay_cash(ANNA, rig.shop.tap_id(), None)
    assert rig.shop.till.desk.pending


def _waiting_for_paper(rig: Rig) -> None:
    _with_a_line(rig)
    rig.shop.printer.stop_in_next = PAPER_OUT
    rig.shop.counter.pay_cash(ANNA, rig.shop.tap_id(), None)
    assert rig.shop.till.desk.undelivered


OWNER = replace(ANNA, role="owner")


@pytest.mark.parametrize(
    "lay",
    [_with_a_line, _practising, _waiting_for_the_unit, _waiting_for_paper],
    ids=["line", "practice", "mark", "paper"],
)
def test_it_never_goes_away_from_what_lies_on_the_counter(
    rig: Rig, lay: Callable[[Rig], None]
) -> None:
    rig.prepare()
    lay(rig)
    rig.place.change(wish="now")
    rig.later(SETTLED_MS * 100)
    rig.steps()
    assert not rig.left
    with pytest.raises(Refusal, match="update_counter"):
        rig.lane.install(OWNER, "now")
    with pytest.raises(Refusal, match="update_counter"):
        rig.lane.back(OWNER)
    assert not rig.shop.till.leaving


def test_a_tap_after_the_till_has_begun_to_go_is_told_so(rig: Rig) -> None:
    rig.prepare()
    assert rig.lane.install(OWNER, "now")
    assert rig.left == [True]
    with pytest.raises(Refusal, match="till_updating"):
        _with_a_line(rig)
    assert rig.lane.step() < 0 and rig.left == [True]


def test_a_second_store_that_is_busy_keeps_the_device(rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    second = Shop(tmp_path / "second")
    rig.lane.counters = [rig.shop.counter, second.counter]
    selling.tap_article(second.till, ANNA, second.tap_id(), COFFEE, None)
    rig.prepare()
    with pytest.raises(Refusal, match="update_counter"):
        rig.lane.install(OWNER, "now")
    _with_a_line(rig)  # The first store sells on.
    assert not rig.shop.till.leaving and not rig.left


@pytest.mark.requirement("R-UPD-003")
def test_marked_for_the_log_in_it_is_installed_there_and_not_before(rig: Rig) -> None:
    rig.office.mark(LOGIN)
    rig.steps()
    assert not rig.lane.at_login(), "it is not prepared yet: who logs in sells"
    rig.prepare()
    rig.later(QUIET_MS * 100)
    rig.steps()
    assert not rig.left
    _with_a_line(rig)
    assert not rig.lane.at_login(), "a receipt lies there from before"
    selling.abort(rig.shop.till, ANNA)
    assert rig.lane.at_login()
    assert rig.left == [True]


def test_a_mark_that_is_taken_back_takes_back_what_was_fetched(rig: Rig) -> None:
    rig.office.mark(WINDOW)
    rig.steps()
    rig.prepare()
    rig.office.offer = None
    rig.asks_again()
    rig.steps(2)
    state = rig.place.state()
    assert (state.phase, state.wish) == (IDLE, "")
    assert not list(rig.place.sets.iterdir())
    # What a person brought in a file needs no mark.
    rig.prepare()
    rig.asks_again()
    rig.steps(2)
    assert rig.place.state().phase == READY


def test_the_office_hears_how_far_it_is_and_why_it_stayed(rig: Rig) -> None:
    rig.office.mark(WINDOW)
    rig.steps()
    asked = len(rig.office.heard)
    rig.place.change(phase=IDLE, version=NEXT, fault="check_failed", wish="")
    rig.steps()
    assert len(rig.office.heard) == asked + 1
    assert rig.office.heard[-1].fault == "check_failed"
    assert rig.place.state().phase == IDLE, "it is not fetched again by itself"
    rig.lane.fetch()
    assert rig.place.state().phase == FETCHING, "a person may try again"
    assert ASK_EVERY_S >= 60, "an ordinary day costs few questions"


def test_a_preparation_that_dies_without_a_word_is_given_up(rig: Rig) -> None:
    rig.dies.append(True)
    rig.office.mark(WINDOW)
    rig.steps(30)
    state = rig.place.state()
    assert (state.phase, state.fault) == (IDLE, "install_failed")
    assert len(rig.prepared) == updating.STARTS_MOST
    rig.steps()
    assert len(rig.prepared) == updating.STARTS_MOST, "a person looks first"


def test_what_somebody_else_prepares_is_not_begun_twice(rig: Rig) -> None:
    rig.office.mark(WINDOW)
    with rig.place.at_work():
        rig.steps()
        assert rig.place.state().phase == PREPARING
        assert not rig.prepared
    rig.steps(2)
    assert len(rig.prepared) == 1
    # A set that a person brought, whose preparation was killed, has nobody to go on with it.
    rig.place.change(phase=PREPARING, version="0.7.0")
    rig.lane._preparing = None
    rig.steps(3)
    state = rig.place.state()
    assert (state.phase, state.version) == (PREPARING, NEXT)
    assert rig.office.pieces == [0], "what was fetched need not come again"


def test_a_full_disk_is_said_before_anything_is_fetched(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "SPARE_BYTES", 1 << 60)
    rig.office.mark(WINDOW)
    rig.steps()
    assert rig.place.state().fault == "no_room"
    assert not rig.office.pieces


def test_a_version_that_somebody_went_back_from_does_not_come_again_by_itself(rig: Rig) -> None:
    rig.place.change(previous=NEXT)
    rig.office.mark(WINDOW)
    rig.steps()
    assert rig.place.state().phase == IDLE and not rig.office.pieces
    assert rig.office.heard[-1].left_behind == NEXT
    rig.lane.fetch()
    rig.steps()
    assert rig.place.state().phase == PREPARING, "a person may want it all the same"


@pytest.mark.requirement("R-UPD-005", "OPP-048")
def test_a_release_is_offered_and_installed_on_any_day_of_the_week(rig: Rig) -> None:
    """No supplier's signing day: the key is the maker's own."""
    rig.office.mark(WINDOW)
    rig.steps()
    rig.prepare()
    nights = set()
    for _ in range(7):
        rig.later(_ms_until(rig, 12, 0))
        rig.steps(1)
        assert not rig.lane._switches(rig.place.state()), "by day nobody is disturbed"
        rig.later(_ms_until(rig, 2, 5))
        if rig.lane._switches(rig.place.state()):
            nights.add(rig.shop.till.local_date().weekday())
    assert nights == set(range(7))
