"""Who stands at the till: log-in against the office, and without it for those the till knows (D28).

The office's hashes never come here. After a log-in that the office accepted the till keeps a
verifier of its own: argon2id over the password keyed with a secret of this device.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from skrin.domain.journal import UserLoggedIn, UserLoggedOut
from skrin.domain.refusal import Refusal
from skrin.sync.messages import LoginRequest, Person
from skrin.till.devices.contract import OfficeAway, OfficeLink, OfficeRefused
from skrin.till.flow.till import Till
from skrin.till.storage.device_file import DeviceFile

MISSES_BEFORE_WAIT = 5
FIRST_WAIT_S = 60.0
SESSION_LASTS_MS = 16 * 3600 * 1000
"""A long shift and some. The cart is the till's: no end of a session touches it."""


@dataclass(slots=True)
class Door:
    """Lets people in, and makes guessing slow."""

    device: DeviceFile
    till: Till
    link: OfficeLink
    misses: dict[str, tuple[int, float]] = field(default_factory=dict)

    def log_in(self, email: str, password: str) -> tuple[str, Person]:
        """A new session's token and the person. Refused: `login_wrong`, `login_wait` (with
        seconds), `login_office_away` (not known here yet), `login_no_store`."""
        name = email.strip().lower()
        self._check_wait(name)
        try:
            answer = self.link.login(LoginRequest(name, password, self.till.identity.seat.store))
        except (OfficeAway, OfficeRefused) as away:
            person, how = self._known(name, password, away), "offline"
        else:
            if answer.person is None:
                self._miss(name, answer.refusal, answer.wait_s)
            assert answer.person is not None
            person, how = answer.person, "password"
            self._remember(name, password, person)
        self.misses.pop(name, None)
        if self.till.identity.seat.store not in person.stores:
            raise Refusal("login_no_store")
        return self._begin(person, how), person

    def _check_wait(self, name: str) -> None:
        count, until_s = self.misses.get(name, (0, 0.0))
        left_s = until_s - self.till.clock.steady_s()
        if count >= MISSES_BEFORE_WAIT and left_s > 0:
            raise Refusal("login_wait", seconds=int(left_s) + 1)

    def _miss(self, name: str, refusal: str = "", wait_s: int = 0) -> None:
        if refusal == "wait":
            raise Refusal("login_wait", seconds=wait_s)
        count = self.misses.get(name, (0, 0.0))[0] + 1
        pause_s = FIRST_WAIT_S * 2 ** max(0, count - MISSES_BEFORE_WAIT)
        self.misses[name] = (count, self.till.clock.steady_s() + min(pause_s, 3600.0))
        if refusal == "not_here":
            raise Refusal("login_no_store")
        raise Refusal("login_wrong")

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

    def _begin(self, person: Person, how: str) -> str:
        token = secrets.token_urlsafe(32)
        self.device.put_session(_token_hash(token), person, self.till.clock.now().utc_ms)

        def command() -> None:
            with self.till.transaction(person) as tx:
                body = UserLoggedIn(person.person, person.display_name, person.role, how)
                tx.append("user.logged_in", body)

        self.till.run(command)
        return token

    def person_of(self, token: str) -> Person | None:
        """The person of a session, while it lasts."""
        if not token:
            return None
        oldest = self.till.clock.now().utc_ms - SESSION_LASTS_MS
        return self.device.session(_token_hash(token), oldest)

    def log_out(self, token: str, person: Person) -> None:
        """End a session; the cart stays where it is."""
        self.device.end_session(_token_hash(token))

        def command() -> None:
            with self.till.transaction(person) as tx:
                tx.append("user.logged_out", UserLoggedOut(person.person))

        self.till.run(command)


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
