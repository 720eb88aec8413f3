"""Updates at the till: what the office offers is fetched in pieces, prepared beside, and switched
to when nothing lies on any counter (D30, R-UPD-001 to 007).

The till decides only when. What is installed and proven lies in `skrin.updates`; who started the
till does the switch, after the till has ended with `EXIT_UPDATE`.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from skrin import __version__
from skrin.domain.closing import local_time
from skrin.domain.refusal import Refusal
from skrin.sync.messages import WIRE_VERSION, Person
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
from skrin.till.devices.contract import OfficeAway, OfficeRefused
from skrin.till.flow.clock import Clock
from skrin.till.flow.counter import Counter
from skrin.till.flow.till import Till
from skrin.updates.copying import check_room
from skrin.updates.installation import Busy, Installation, State
from skrin.updates.phase import FETCHING, IDLE, PREPARING, READY
from skrin.updates.prepare import GROWS, go_back
from skrin.updates.release import (
    Release,
    SetRefused,
    check_fits,
    check_signature,
    read_manifest,
    version_of,
)

log = logging.getLogger(__name__)

ASK_EVERY_S, LOOK_EVERY_S, BUSY_EVERY_S = 600.0, 5.0, 1.0
QUIET_MS = 15 * 60_000
"""A window opens only where nobody has done anything for so long."""

STARTS_MOST = 3
"""A preparation that dies so often without saying why is given up."""

SETTLED_MS = 10_000
"""An update that was asked for elsewhere waits until the till has been let alone for so long."""

WINDOW_FROM_MIN, WINDOW_TO_MIN = 120, 300
"""02:00 to 05:00, where the office says nothing else."""

METERED, METERED_OK = "metered", "metered_ok"
"""Device settings: `yes` or `no` where a person has said what the link is; and the version that a
person lets it carry."""


class UpdateLink(Protocol):
    """The way to the office. Both calls may raise `OfficeAway` or `OfficeRefused`."""

    def update(self, question: UpdateQuestion) -> UpdateAnswer:
        """Ask what the till may fetch, tell how far it is (deadline 20 s)."""
        ...

    def update_piece(self, question: PieceQuestion) -> PieceAnswer:
        """Ask for a piece of the set (deadline 20 s)."""
        ...


def lies_on_the_counter(counter: Counter) -> bool:
    """Whether something is open that a restart would come between: a receipt with lines, money on
    its way, a receipt without its mark, paper that has not come out, practice."""
    desk = counter.till.desk
    if desk.payments or desk.attempt or desk.pending or desk.signed or desk.registering:
        return True
    if desk.undelivered or desk.training or counter.quiet_lane.run:
        return True
    return desk.cart is not None and bool(desk.cart.lines)


@dataclass(slots=True)
class UpdateLane:
    """Fetches, prepares, and makes way. See `Lane`; `wake` lets it look at once."""

    installation: Installation
    counters: Sequence[Counter]
    link: UpdateLink
    data: Path
    setting: Callable[[str], str]
    is_mobile: Callable[[], bool]
    leave: Callable[[], None]
    offer: UpdateOffer | None = None
    release: Release | None = None
    office_fault: str = ""
    asked_s: float | None = None
    left: bool = False
    wake: threading.Event = field(default_factory=threading.Event)
    hurries: bool = True
    gathers_s: float = 0.0
    _told: State = field(default_factory=State)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _preparing: subprocess.Popen[bytes] | None = None
    _starts: int = 0
    """How often the preparation was begun and neither done nor refused."""

    # What goes on.

    def step(self) -> float:
        """Do the next thing; see `Lane.step`."""
        if self.left:
            return -1.0
        state = self._real_state()
        now_s = self._clock.steady_s()
        due = self.asked_s is None or now_s - self.asked_s >= ASK_EVERY_S
        if due or _of_interest(state) != _of_interest(self._told):
            self.ask()
        if self._switches(state):
            self.make_way(state)
        elif state.phase == FETCHING or self._fetches_by_itself(state):
            return self._fetch_piece()
        return BUSY_EVERY_S if state.phase == PREPARING else LOOK_EVERY_S

    @property
    def _clock(self) -> Clock:
        return self.counters[0].till.clock

    def _real_state(self) -> State:
        """What goes on; a preparation whose process is gone is begun anew from its set."""
        state = self.installation.state()
        if self._preparing is not None and self._preparing.poll() is not None:
            self._preparing = None
        if state.phase != PREPARING:
            self._starts = 0
        elif self._preparing is None:
            self._begin_preparing(state.version)
        return state

    def ask(self) -> None:
        """Ask the office what this till may fetch, and tell how far it is."""
        state = self.installation.state()
        question = UpdateQuestion(
            WIRE_VERSION,
            __version__,
            True,
            state.phase,
            state.version,
            state.done,
            state.total,
            state.wish,
            state.fault,
            state.outcome,
            state.outcome_version,
            self.metered(),
            self._left_behind(state),
        )
        self.asked_s, self._told = self._clock.steady_s(), state
        try:
            answer = self.link.update(question)
        except (OfficeAway, OfficeRefused) as away:
            self.office_fault = str(away)
            return
        self.office_fault = ""
        self._take(answer.offer)
        self._drop_what_is_withdrawn()

    def _left_behind(self, state: State) -> str:
        """The version that somebody went back from; empty = nobody did."""
        if not state.previous:
            return ""
        newer = version_of(state.previous) > version_of(self.installation.current())
        return state.previous if newer else ""

    def _take(self, offer: UpdateOffer | None) -> None:
        """Keep an offer that is proven by our own keys and fits; any other is none."""
        release = None
        if offer is not None:
            try:
                manifest = offer.manifest.encode()
                signature = base64.b64decode(offer.signature)
                check_signature(manifest, signature, self.installation.keys())
                release = read_manifest(manifest)
                check_fits(release, self.installation.current())
                if release.version != offer.version:
                    raise SetRefused("set_unreadable", "another version than is offered")
            except (SetRefused, ValueError) as no:
                if getattr(no, "code", "") != "not_newer":
                    log.error("the office offers %s, which is not taken: %s", offer.version, no)
                offer = release = None
        self.offer, self.release = offer, release

    def _drop_what_is_withdrawn(self) -> None:
        """Without the mark nothing is installed, also when it was fetched (R-UPD-004). What a
        person brought in a file needs no mark: it lies not among the sets that were fetched."""
        state = self.installation.state()
        marked = self.offer.version if self.offer else ""
        if state.phase not in (FETCHING, READY) or state.version == marked or state.wish == "now":
            return
        if state.phase == FETCHING or self._set_of(state.version).is_file():
            self._set_of(state.version).unlink(missing_ok=True)
            self.installation.change(phase=IDLE, version="", wish="", done=0, total=0)

    # Fetching and preparing.

    def metered(self) -> bool:
        """Whether what is fetched costs by the megabyte."""
        said = self.setting(METERED)
        return said == "yes" if said else self.is_mobile()

    def _may_carry(self, version: str) -> bool:
        return not self.metered() or self.setting(METERED_OK) == version

    def _fetches_by_itself(self, state: State) -> bool:
        offer = self.offer
        if offer is None or state.phase != IDLE or offer.how == OFFER:
            return False
        if state.fault and offer.version in (state.version, state.outcome_version):
            return False  # It came to nothing here; a person looks first.
        if offer.version == state.previous:
            return False  # A person went back from it.
        return self._may_carry(offer.version)

    def fetch(self) -> None:
        """A person wants it fetched. Refused: `update_none`, `update_busy`."""
        offer, state = self.offer, self.installation.state()
        if offer is None:
            raise Refusal("update_none")
        if state.phase != IDLE:
            raise Refusal("update_busy")
        self.installation.change(
            phase=FETCHING, version=offer.version, done=0, total=offer.size_bytes, fault=""
        )

    def _fetch_piece(self) -> float:
        offer = self.offer
        if offer is None:
            return LOOK_EVERY_S  # The office is away; what it has withdrawn is dropped elsewhere.
        if not self._may_carry(offer.version):
            self.installation.change(phase=IDLE, done=0, total=0)
            return LOOK_EVERY_S
        self.installation.sets.mkdir(exist_ok=True)
        part = self.installation.sets / f"{offer.version}-{offer.sha256[:16]}.part"
        if self._set_of(offer.version).is_file() and not part.exists():
            self._set_of(offer.version).replace(part)  # Fetched before: it need not come again.
        has = part.stat().st_size if part.exists() else 0
        if not has and (no := self._why_no_room(offer)):
            self.installation.change(phase=IDLE, version=offer.version, **no)
            return LOOK_EVERY_S
        if has < offer.size_bytes:
            try:
                piece = self.link.update_piece(PieceQuestion(WIRE_VERSION, offer.version, has)).data
            except (OfficeAway, OfficeRefused) as away:
                self.office_fault = str(away)
                return LOOK_EVERY_S
            if not piece or len(piece) > PIECE_BYTES:
                self.installation.change(phase=IDLE, fault="fetch_failed", version=offer.version)
                return LOOK_EVERY_S
            with part.open("ab") as file:
                file.write(piece)
            has += len(piece)
            self.installation.change(
                phase=FETCHING, version=offer.version, done=has, total=offer.size_bytes, fault=""
            )
            if has < offer.size_bytes:
                return 0.0
        return self._fetched(offer, part)

    def _why_no_room(self, offer: UpdateOffer) -> dict[str, object] | None:
        """Said before anything is fetched, not when the till's own disk is full."""
        try:
            check_room(self.installation.folder, offer.size_bytes * (GROWS + 1))
        except SetRefused as no:
            return {"fault": no.code, "detail": no.detail}
        return None

    def _fetched(self, offer: UpdateOffer, part: Path) -> float:
        with part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != offer.sha256:
            part.unlink()
            self.installation.change(phase=IDLE, fault="fetch_failed", version=offer.version)
            return LOOK_EVERY_S
        part.replace(self._set_of(offer.version))
        if offer.how != OFFER:
            self.installation.change(wish=offer.how)
        self.installation.change(phase=PREPARING, version=offer.version, done=0, total=0)
        self._begin_preparing(offer.version)
        return BUSY_EVERY_S

    def _set_of(self, version: str) -> Path:
        return self.installation.sets / f"{version}.set"

    def _begin_preparing(self, version: str) -> None:
        path = self._set_of(version)
        try:
            with self.installation.at_work():
                if not path.is_file():  # A set from elsewhere, whose preparation was killed.
                    self.installation.change(phase=IDLE, version="", wish="")
                    return
                if self._starts >= STARTS_MOST:
                    self.installation.change(phase=IDLE, wish="", fault="install_failed")
                    return
        except Busy:
            return  # Somebody is at it: a person, or what an earlier start of this till began.
        self._starts += 1
        command = [sys.executable, "-I", "-m", "skrin.updates.prepare", str(path), "--later"]
        where = ["--installation", str(self.installation.folder), "--data", str(self.data)]
        self._preparing = subprocess.Popen(
            [*command, *where], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )

    # Switching.

    def window(self) -> tuple[int, int]:
        """When the shop is closed, in minutes after midnight."""
        if self.offer is None:
            return WINDOW_FROM_MIN, WINDOW_TO_MIN
        return self.offer.window_from_min, self.offer.window_to_min

    def _switches(self, state: State) -> bool:
        if state.phase != READY:
            return False
        if state.wish == "now":
            return self._untouched_for(SETTLED_MS)
        return state.wish == WINDOW and self._in_window() and self._untouched_for(QUIET_MS)

    def _in_window(self) -> bool:
        now = self._clock.now()
        local = local_time(now.utc_ms, now.offset_min)
        first, last = self.window()
        minute = local.hour * 60 + local.minute
        return first <= minute < last if first <= last else minute >= first or minute < last

    def _untouched_for(self, quiet_ms: int) -> bool:
        return all(
            one.till.clock.now().utc_ms - one.till.head.at_utc_ms >= quiet_ms
            for one in self.counters
        )

    def is_free(self) -> bool:
        """Whether nothing lies on any counter of the device."""
        return not any(lies_on_the_counter(one) for one in self.counters)

    def make_way(self, state: State) -> bool:
        """End the till for the version that is ready, unless something lies on a counter; whether
        it ends. From the look at the counter on nothing new is begun there."""
        with self._lock:
            if self.left or state.phase != READY:
                return self.left
            closed: list[Till] = []
            for one in self.counters:
                if not one.till.run(lambda one=one: _close_if_free(one)):  # type: ignore[misc]
                    break
                closed.append(one.till)
            if len(closed) < len(self.counters):
                for till in closed:
                    till.leaving = False
                return False
            self.installation.change(wish="now")
            self.left = True
        self.leave()
        return True

    def install(self, actor: Person, when: str) -> bool:
        """A person says when: `now` or `window`; whether the till ends now.

        Refused: `update_none`, and `update_counter` for a now while something lies on a counter.
        """
        state = self.installation.state()
        if state.phase != READY:
            raise Refusal("update_none")
        if when == "window":
            self.installation.change(wish=WINDOW)
            return False
        if not self.make_way(state):
            raise Refusal("update_counter")
        log.info("person %s changes to version %s", actor.person, state.version)
        return True

    def back(self, actor: Person) -> bool:
        """To the version before, now; see `install`. Refused also: `update_nothing_before`,
        `update_busy`."""
        if not self.is_free():
            raise Refusal("update_counter")
        try:
            go_back(self.installation)
        except SetRefused as no:
            if no.code == "busy":
                raise Refusal("update_busy") from no
            raise Refusal("update_nothing_before") from no
        return self.install(actor, "now")

    def at_login(self) -> bool:
        """Somebody has just logged in: a version that is marked so is changed to now (R-UPD-003).
        Whether the till ends."""
        state = self.installation.state()
        if state.phase != READY or state.wish != LOGIN:
            return False
        return self.make_way(state)


def _of_interest(state: State) -> State:
    """What the office is told at once, without each piece that came."""
    return replace(state, done=state.done if state.phase == PREPARING else 0)


def _close_if_free(counter: Counter) -> bool:
    if lies_on_the_counter(counter):
        return False
    counter.till.leaving = True
    return True
