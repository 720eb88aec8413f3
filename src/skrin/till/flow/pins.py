"""PINs: a name and 4 to 6 digits, for a quick switch and for a manager's yes (D28).

The office's hashes never come here. A PIN that the office has accepted once on this till is known
by a verifier of the till's own: argon2id, keyed with a secret of this device. Misses are kept on
the disk, so that a restart forgives none: five lock for a minute, each further one for twice as
long, and after ten only the password helps.
"""

from __future__ import annotations

import hmac
import threading
from collections import defaultdict
from dataclasses import dataclass, field, replace

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from skrin.domain.refusal import Refusal
from skrin.sync.messages import LoginAnswer, Person, PinRequest
from skrin.sync.pins import pin_has_shape
from skrin.till.devices.contract import OfficeAway, OfficeLink, OfficeRefused
from skrin.till.flow.till import Till
from skrin.till.storage.device_file import DeviceFile, KnownPin

MISSES_BEFORE_WAIT = 5
MISSES_BEFORE_PASSWORD = 10
FIRST_WAIT_MS = 60_000
LONGEST_WAIT_MS = FIRST_WAIT_MS * 2 ** (MISSES_BEFORE_PASSWORD - MISSES_BEFORE_WAIT)
"""A wait never looks longer than this, also when the clock was set back meanwhile."""


@dataclass(slots=True)
class Pins:
    """Checks PINs, one try at a time for each person: tries side by side are all counted."""

    device: DeviceFile
    till: Till
    link: OfficeLink
    _locks: dict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))

    def check(self, person: Person, pin: str) -> Person:
        """The person, as known now, when this is their PIN.

        Refused: `pin_shape`, `pin_wrong`, `pin_wait` (with seconds), `pin_needs_password`,
        `pin_unset`, `pin_unknown_here` (not seen on this till, and the office is away),
        `login_no_store`.
        """
        checked_shape(pin)
        with self._locks[person.person]:
            known = self.device.known_pin(person.person)
            self._check_may_try(known)
            if person.pin_version == 0:
                raise Refusal("pin_unset", name=person.display_name)
            if known.verifier and known.pin_version == person.pin_version:
                if not self._verifies(person, known.verifier, pin):
                    self._miss(person, known)
                self.forgive(person)
                return person
            return self._at_office(person, pin, known)

    def remember(self, person: Person, pin: str) -> None:
        """The office has accepted this PIN: from now on this till knows it by itself."""
        verifier = PasswordHasher().hash(self._keyed(person, pin))
        self.device.put_known_pin(person.person, KnownPin(person.pin_version, verifier))

    def forgive(self, person: Person) -> None:
        """Forget the misses: the right PIN came, or the password."""
        known = self.device.known_pin(person.person)
        if known.misses or known.wait_until_utc_ms:
            forgiven = replace(known, misses=0, wait_until_utc_ms=0)
            self.device.put_known_pin(person.person, forgiven)

    def _check_may_try(self, known: KnownPin) -> None:
        if known.misses >= MISSES_BEFORE_PASSWORD:
            raise Refusal("pin_needs_password")
        wait_ms = min(known.wait_until_utc_ms - self.till.clock.now().utc_ms, LONGEST_WAIT_MS)
        if wait_ms > 0:
            raise Refusal("pin_wait", seconds=-(-wait_ms // 1000))

    def _at_office(self, person: Person, pin: str, known: KnownPin) -> Person:
        store = self.till.identity.seat.store
        try:
            answer = self.link.pin(PinRequest(person.person, pin, store))
        except (OfficeAway, OfficeRefused) as away:
            raise Refusal("pin_unknown_here", name=person.display_name) from away
        if answer.person is None:
            self._refused(person, known, answer)
        assert answer.person is not None
        self.remember(answer.person, pin)
        return answer.person

    def _refused(self, person: Person, known: KnownPin, answer: LoginAnswer) -> None:
        if answer.refusal == "wait":
            raise Refusal("pin_wait", seconds=answer.wait_s)
        if answer.refusal == "password":
            raise Refusal("pin_needs_password")
        if answer.refusal == "unset":
            raise Refusal("pin_unset", name=person.display_name)
        if answer.refusal == "not_here":
            raise Refusal("login_no_store")
        self._miss(person, known)

    def _miss(self, person: Person, known: KnownPin) -> None:
        misses = known.misses + 1
        wait_until_utc_ms = 0
        if misses >= MISSES_BEFORE_WAIT:
            wait_ms = FIRST_WAIT_MS * 2 ** (misses - MISSES_BEFORE_WAIT)
            wait_until_utc_ms = self.till.clock.now().utc_ms + wait_ms
        missed = replace(known, misses=misses, wait_until_utc_ms=wait_until_utc_ms)
        self.device.put_known_pin(person.person, missed)
        raise Refusal("pin_wrong")

    def _verifies(self, person: Person, verifier: str, pin: str) -> bool:
        try:
            return PasswordHasher().verify(verifier, self._keyed(person, pin))
        except Argon2Error:
            return False

    def _keyed(self, person: Person, pin: str) -> bytes:
        # The person is in it: the same digits of two people have nothing in common.
        words = f"{person.person}\n{pin}".encode()
        return hmac.digest(self.device.secret("verifier"), words, "sha256")


def checked_shape(pin: str) -> str:
    """A PIN as it may be: 4 to 6 digits. Refused with `pin_shape`."""
    if not pin_has_shape(pin):
        raise Refusal("pin_shape")
    return pin
