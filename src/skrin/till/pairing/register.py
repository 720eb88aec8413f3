"""The paired screens of a till, and which screen it is used on.

Theory: a till has one active screen. `""` is the till's own, the browser beside it; any other is a
paired one. Each taking over makes a new *generation*, which every command carries: what was tapped
before somebody took over elsewhere is refused, also when it was already on its way. The deciding
look is taken on the writer's thread, where taking over happens too, so that none of the two can
slip between the other's look and its deed (`ScreenedWriter`).

The register is kept in the shop's file, in the same commit as the entry that changed it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TypeVar

from skrin.domain import role as roles
from skrin.domain.codec import decode, encode
from skrin.domain.journal import ScreenPaired, ScreenRevoked, ScreenTakenOver
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow.till import Till, Transaction
from skrin.till.flow.writer import Writer
from skrin.till.storage.device_file import DeviceFile

T = TypeVar("T")

OWN = ""
"""The till's own screen: the browser on its machine."""

STATE = "paired_screens"
SCREENS_MOST = 20
NAME_MOST = 30
SEEN_KEPT_MS = 60_000
"""How coarsely the disk knows when a screen was last seen."""


@dataclass(frozen=True, slots=True)
class PairedScreen:
    """A device whose browser may show this till. `public_key`: SPKI in base64."""

    id: str
    name: str
    public_key: str
    paired_utc_ms: int
    paired_by: str


@dataclass(frozen=True, slots=True)
class Register:
    """All paired screens, the active one, and the generation that it holds."""

    screens: tuple[PairedScreen, ...] = ()
    active: str = OWN
    generation: int = 0


@dataclass(slots=True)
class Carried:
    """What a request carries: which screen sent it, and the generation of its page."""

    screen: str
    generation: int
    admitted: bool = False


_carried: ContextVar[Carried | None] = ContextVar("carried", default=None)


@contextmanager
def carrying(carried: Carried) -> Iterator[None]:
    """While this lasts, commands of this thread are run for that screen and generation."""
    token = _carried.set(carried)
    try:
        yield
    finally:
        _carried.reset(token)


class PairedScreens:
    """The register of one till. `register` is replaced whole and may be read by any thread."""

    def __init__(self, till: Till, device: DeviceFile) -> None:
        """Read what was paired; nothing is written."""
        self.till = till
        self._device = device
        self._seen: dict[str, int] = {}
        self._seen_kept: dict[str, int] = {}
        self.register = self._read()

    def _read(self) -> Register:
        text = self.till.file.state(STATE, "")
        return decode(Register, text.encode()) if text else Register()

    def screen(self, screen_id: str) -> PairedScreen | None:
        """A paired screen; None when it never was, or is no longer."""
        return next((one for one in self.register.screens if one.id == screen_id), None)

    def is_active(self, screen_id: str) -> bool:
        """Whether the till is used on this screen."""
        return self.register.active == screen_id

    def check(self, carried: Carried) -> None:
        """Refuse a command of a screen that does not hold the till now: `used_elsewhere`."""
        now = self.register
        if carried.screen != now.active or carried.generation != now.generation:
            raise Refusal("used_elsewhere")

    # Commands.

    def pair(self, actor: Person, name: str, public_key: str) -> PairedScreen:
        """Take a new screen up. Refused: `screens_too_many`, and by role."""
        self.till.check(actor, roles.SETTINGS)
        screen = PairedScreen(
            secrets.token_hex(8), name, public_key, self.till.clock.now().utc_ms, actor.person
        )

        def change(tx: Transaction) -> Register:
            if len(self.register.screens) >= SCREENS_MOST:
                raise Refusal("screens_too_many", most=SCREENS_MOST)
            key_sha256 = sha256(public_key.encode()).hexdigest()
            tx.append("screen.paired", ScreenPaired(screen.id, name, key_sha256))
            return replace(self.register, screens=(*self.register.screens, screen))

        self._commit(actor, change)
        return screen

    def take_over(self, actor: Person, screen_id: str) -> None:
        """From now on the till is used on this screen; a payment that runs goes on (D44).

        A screen that already holds it changes nothing. Refused: `screen_unknown`.
        """

        def change(tx: Transaction) -> Register:
            if screen_id != OWN and self.screen(screen_id) is None:
                raise Refusal("screen_unknown")
            if self.register.active == screen_id:
                return self.register
            return self._hand_to(tx, self.register, screen_id)

        self._commit(actor, change)

    def revoke(self, actor: Person, screen_id: str) -> None:
        """A screen is paired no longer; when it held the till, the till's own screen does.

        Refused: `screen_unknown`, and by role.
        """
        self.till.check(actor, roles.SETTINGS)

        def change(tx: Transaction) -> Register:
            if self.screen(screen_id) is None:
                raise Refusal("screen_unknown")
            tx.append("screen.revoked", ScreenRevoked(screen_id))
            rest = tuple(one for one in self.register.screens if one.id != screen_id)
            left = replace(self.register, screens=rest)
            return self._hand_to(tx, left, OWN) if left.active == screen_id else left

        self._commit(actor, change)

    @staticmethod
    def _hand_to(tx: Transaction, before: Register, screen_id: str) -> Register:
        generation = before.generation + 1
        tx.append("screen.taken_over", ScreenTakenOver(screen_id, before.active, generation))
        return replace(before, active=screen_id, generation=generation)

    def _commit(self, actor: Person, change: Callable[[Transaction], Register]) -> None:
        def command() -> None:
            try:
                with self.till.transaction(actor) as tx:
                    after = change(tx)
                    if after != self.register:
                        self.till.file.put_state(STATE, encode(after).decode())
                self.register = after
            except Refusal:
                raise
            except BaseException:
                self.register = self._read()  # Whether the commit took place, the disk knows.
                raise

        self.till.run(command)

    # When it was last here.

    def saw(self, screen_id: str) -> None:
        """A request of this screen came. Kept on the disk once a minute at most."""
        now_ms = self.till.clock.now().utc_ms
        self._seen[screen_id] = now_ms
        if abs(now_ms - self._seen_kept.get(screen_id, 0)) >= SEEN_KEPT_MS:
            self._seen_kept[screen_id] = now_ms
            self._device.put_setting(f"screen_seen_{screen_id}", str(now_ms))

    def seen_utc_ms(self, screen_id: str) -> int:
        """When a request of this screen last came; 0 when none ever did."""
        kept = self._device.setting(f"screen_seen_{screen_id}", "0")
        return max(self._seen.get(screen_id, 0), int(kept))


class ScreenedWriter:
    """The till's writer, which runs a screen's command only while that screen holds the till.

    Commands that no request brought (the lanes', a start's) pass. A request that was let in once
    is let in to its end: what it began before somebody took over elsewhere it also finishes.
    """

    def __init__(self, writer: Writer, screens: PairedScreens) -> None:
        """Stand before `writer`."""
        self._writer = writer
        self._screens = screens

    def run(self, command: Callable[[], T]) -> T:
        """Run it and return its result. Refused: `used_elsewhere`."""
        carried = _carried.get()
        if carried is None or carried.admitted:
            return self._writer.run(command)

        def screened() -> T:
            self._screens.check(carried)
            carried.admitted = True
            return command()

        return self._writer.run(screened)

    def answers(self, timeout_s: float) -> bool:
        """Whether it gets to a command that does nothing, within this time."""
        return self._writer.answers(timeout_s)

    def stop(self) -> None:
        """Take no more commands."""
        self._writer.stop()
