"""Who stands at the till: log-in against the office, and without it for those the till knows (D28);
a quick switch by name and PIN, and a manager's yes for one command.

The office's hashes never come here. After a log-in that the office accepted the till keeps a
verifier of its own: argon2id over the password keyed with a secret of this device.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from skrin.domain import role as roles
from skrin.domain.journal import UserLoggedIn, UserLoggedOut
from skrin.domain.refusal import Refusal
from skrin.sync.messages import LoginRequest, Person
from skrin.sync.pins import pin_is_easy
from skrin.till.devices.contract import OfficeAway, OfficeLink, OfficeRefused
from skrin.till.flow.pins import Pins, checked_shape
from skrin.till.flow.till import Till
from skrin.till.storage.device_file import DeviceFile, LoginMisses

MISSES_BEFORE_WAIT = 5
FIRST_WAIT_MS = 60_000
LONGEST_WAIT_MS = 3_600_000
"""A wait never looks longer than this, also when the clock was set back meanwhile."""

SESSION_LASTS_MS = 16 * 3600 * 1000
"""A long shift and some. The cart is the till's: no end of a session touches it."""


@dataclass(slots=True)
class Door:
    """Lets people in, and makes guessing slow."""

    device: DeviceFile
    till: Till
    link: OfficeLink
    pins: Pins = field(init=False)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """PINs are checked with the same device and the same office."""
        self.pins = Pins(self.device, self.till, self.link)

    def people(self) -> list[Person]:
        """Who works in this store, by name: the list that a quick switch begins with."""
        here = self.till.identity.seat.store
        staff = [who for who in self.till.registers.people.values() if here in who.stores]
        return sorted(staff, key=lambda who: (who.display_name.casefold(), who.person))

    def switch(self, person_id: str, pin: str, leaving: str = "") -> tuple[str, Person]:
        """Another person takes over by PIN: a new session's token, and who it is.

        `leaving`: the token of the session that this ends. The cart is the till's and stays.
        Refused: `person_unknown`, and what `Pins.check` refuses.
        """
        person = self.pins.check(self._published(person_id), pin)
        if leaving:
            self.device.end_session(_token_hash(leaving))
        return self.begin(person, "pin"), person

    def approve(self, person_id: str, pin: str, right: str) -> Person:
        """A person who says yes to one command; hand it to the command as `approver`.

        Refused: `approver_not_allowed` when they do not hold `right` themselves,
        `person_unknown`, and what `Pins.check` refuses.
        """
        person = self._published(person_id)
        if self.till.role_of(person).rule(right) != roles.ALLOW:
            raise Refusal("approver_not_allowed", right=right)
        return self.pins.check(person, pin)

    def approvers(self, right: str) -> list[Person]:
        """Who in this store may say yes to `right`, by name."""
        return [who for who in self.people() if self.till.role_of(who).rule(right) == roles.ALLOW]

    def set_pin(self, email: str, password: str, pin: str) -> Person:
        """Give oneself a PIN, with the password; it takes the office.

        Refused: `pin_shape`, `pin_easy`, `login_wrong`, `login_wait`, `login_office_away`,
        `login_no_store`.
        """
        checked_shape(pin)
        if pin_is_easy(pin):
            raise Refusal("pin_easy")
        name = email.strip().lower()
        self._check_wait(name)
        store = self.till.identity.seat.store
        try:
            answer = self.link.login(LoginRequest(name, password, store, pin))
        except (OfficeAway, OfficeRefused) as away:
            raise Refusal("login_office_away") from away
        if answer.person is None:
            self._miss(name, answer.refusal, answer.wait_s)
        assert answer.person is not None
        self._forgive(name)
        self.pins.remember(answer.person, pin)
        return answer.person

    def _published(self, person_id: str) -> Person:
        person = self.till.registers.people.get(person_id)
        if person is None or self.till.identity.seat.store not in person.stores:
            raise Refusal("person_unknown")
        return person

    def log_in(self, email: str, password: str) -> tuple[str, Person]:
        """A new session's token and the person. Refused as `prove` does."""
        here = self.till.identity.seat.store
        person, how = self.prove(email, password, frozenset({here}))
        return self.begin(person, how), person

    def prove(self, email: str, password: str, stores: frozenset[int]) -> tuple[Person, str]:
        """Who this is, and how that was found out, for a device that is a till in these `stores`;
        nobody is logged in by it. Refused: `login_wrong`, `login_wait` (with seconds),
        `login_office_away` (not known here yet), `login_no_store`."""
        name = email.strip().lower()
        self._check_wait(name)
        only = next(iter(stores)) if len(stores) == 1 else 0
        try:
            answer = self.link.login(LoginRequest(name, password, only))
        except (OfficeAway, OfficeRefused) as away:
            person, how = self._known(name, password, away), "offline"
        else:
            if answer.person is None:
                self._miss(name, answer.refusal, answer.wait_s)
            assert answer.person is not None
            person, how = answer.person, "password"
            self.device.take_seats(answer.seats)
            self._remember(name, password, person)
        self._forgive(name)
        if stores.isdisjoint(person.stores):
            raise Refusal("login_no_store")
        self.pins.forgive(person)
        return person, how

    def _check_wait(self, name: str) -> None:
        misses = self.device.login_misses().get(name, LoginMisses())
        wait_ms = min(misses.wait_until_utc_ms - self.till.clock.now().utc_ms, LONGEST_WAIT_MS)
        if misses.count >= MISSES_BEFORE_WAIT and wait_ms > 0:
            raise Refusal("login_wait", seconds=-(-wait_ms // 1000))

    def _miss(self, name: str, refusal: str = "", wait_s: int = 0) -> None:
        if refusal == "wait":
            raise Refusal("login_wait", seconds=wait_s)
        with self._counting:
            count = self.device.login_misses().get(name, LoginMisses()).count + 1
            pause_ms = FIRST_WAIT_MS * 2 ** min(max(0, count - MISSES_BEFORE_WAIT), 10)
            until_ms = self.till.clock.now().utc_ms + min(pause_ms, LONGEST_WAIT_MS)
            self.device.put_login_misses(name, LoginMisses(count, until_ms))
        if refusal == "not_here":
            raise Refusal("login_no_store")
        raise Refusal("login_wrong")

    def _forgive(self, name: str) -> None:
        with self._counting:
            self.device.put_login_misses(name, None)

    def _known(self, name: str, password: str, why: Exception) -> Person:
        known = self.device.known_person(name)
        if known is None:
            raise Refusal("login_office_away") from why
        try:
            PasswordHasher().verify(known.verifier, self._keyed(password))
        except Argon2Error:
            self._miss(name)
        return known.person

    def _remember(self, name: str, password: str, person: Person) -> None:
        verifier = PasswordHasher().hash(self._keyed(password))
        self.device.put_known_person(name, person, verifier, self.till.clock.now().utc_ms)

    def _keyed(self, password: str) -> bytes:
        return hmac.digest(self.device.secret("verifier"), password.encode(), "sha256")

    def begin(self, person: Person, how: str) -> str:
        """A new session of somebody who was proven; its token."""
        token = secrets.token_urlsafe(32)
        self.device.put_session(_token_hash(token), person, self.till.clock.now().utc_ms)

        def command() -> None:
            with self.till.transaction(person) as tx:
                body = UserLoggedIn(person.person, person.display_name, person.role, how)
                tx.append("user.logged_in", body)

        self.till.run(command)
        return token

    def person_of(self, token: str) -> Person | None:
        """The person of a session, while it lasts, and while the till is in a store of theirs."""
        if not token:
            return None
        oldest = self.till.clock.now().utc_ms - SESSION_LASTS_MS
        person = self.device.session(_token_hash(token), oldest)
        here = self.till.identity.seat.store
        return person if person and here in person.stores else None

    def log_out(self, token: str, person: Person) -> None:
        """End a session; the cart stays where it is."""
        self.device.end_session(_token_hash(token))

        def command() -> None:
            with self.till.transaction(person) as tx:
                tx.append("user.logged_out", UserLoggedOut(person.person))

        self.till.run(command)


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
