"""Uploading: entries after the last acknowledged, in order, signed; and registers on the way back.

The office takes only what follows its head, so a repeat has no effect and a lost answer costs
nothing: the next exchange goes on from the head that the office tells (D23, D26).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from skrin.sync.admissions import KNOWN, SENT_AWAY, WAITS
from skrin.sync.messages import (
    MAX_BATCH_BYTES,
    RETIRED,
    RUNNING,
    WIRE_VERSION,
    Exchange,
    ExchangeAnswer,
    ExchangeHead,
    PublicationRequest,
    TillStatus,
    pack_exchange,
)
from skrin.till.devices.contract import OfficeAway, OfficeLink, OfficeRefused
from skrin.till.flow import giftcards, parking, rights, soldout
from skrin.till.flow.publication import apply_publication
from skrin.till.flow.rights_folding import LAST_ORDER
from skrin.till.flow.till import Till
from skrin.till.flow.unsent_counts import UnsentCounts
from skrin.till.storage.shop_reader import ShopReader

log = logging.getLogger(__name__)

IDLE_MS = 5_000
ASKING_S, GATHERS_S = 0.5, 0.5
"""How soon an exchange follows while somebody waits for a right; how long entries are gathered."""

SELLS_S = 2.0
"""So long after the last entry somebody sells: what waits gives way to them."""

PIECE_BYTES = 256 * 1024
GIVES_WAY, LONGEST_PAUSE_S = 4.0, 0.5
"""While somebody sells a backlog goes up in small pieces, and between two of them there is a pause
so many times as long as the exchange took, up to so many seconds: a tap does not wait behind it."""

LOCAL_ALARMS = frozenset({"office_is_ahead", "other_history"})
"""The till's own finding that the office's records are of another history than its own."""

TILLS_HEARD, TILLS_KEPT = "tills_heard", 8
"""Under this name the state keeps which tills enrolled last, as the office told; and how many."""

UNKNOWN_TILL, ASKS, IS_SENT_AWAY = "unknown_till", "asks_to_be_known", "sent_away"
"""The office does not know this till; so it was shown its own word, and asks a person; or a person
there has said that this till is not in use."""

NOT_KNOWN = {KNOWN: UNKNOWN_TILL, WAITS: ASKS, SENT_AWAY: IS_SENT_AWAY}

RETRY_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Pauses after one, two ... failures; far below the five minutes of R-SYNC-001."""


@dataclass(slots=True)
class UploadLane:
    """Sends the journal up and takes publications down."""

    till: Till
    link: OfficeLink
    reader: ShopReader
    incarnation: int
    status: Callable[[], TillStatus] = TillStatus
    answered_s: float | None = None
    failures: int = 0
    fault: str = ""
    alarm: str = ""
    counts: UnsentCounts = field(default_factory=UnsentCounts)
    take_up: Callable[[], None] = lambda: None
    """Told after a publication was taken."""
    urged: bool = False
    """Whether somebody wants the office asked now, however long the pause is."""
    _breathes: bool = False
    """Whether the pause now is one between two pieces of a backlog."""
    _last_seq: int = -1
    _last_entry_s: float = -SELLS_S

    @property
    def gathers_s(self) -> float:
        """A claim goes up at once, and what somebody waits for; other entries wait a little for
        more."""
        return 0.0 if self.urged or self.till.sharing.asking else GATHERS_S

    @property
    def sends(self) -> bool:
        """Whether entries go up: a till that is out of use still sends what it has (D45)."""
        return self.alarm in ("", RETIRED)

    @property
    def hurries(self) -> bool:
        """New entries are sent at once, but not into an office that does not answer, and not while
        older ones give way; unless somebody wants it."""
        return self.urged or (not self.failures and not self._breathes)

    def unsent(self) -> int:
        """How many entries the office has not acknowledged."""
        return max(0, self.till.head.seq - self.till.acknowledged_seq)

    def step(self) -> float:
        """One exchange; then the next while there is a backlog: at once, or soon where somebody
        sells meanwhile. See `Lane.step`."""
        began_s, self.urged = self.till.clock.steady_s(), False
        gently = self._gives_way(began_s)
        rights.ask_again(self.till)
        giftcards.tidy(self.till)
        try:
            answer = self._exchange(PIECE_BYTES if gently else MAX_BATCH_BYTES)
            if self._is_other(answer):
                self._publication()
        except (OfficeAway, OfficeRefused) as away:
            self.failures, self._breathes = self.failures + 1, False
            self.fault = self._not_known() if str(away) == UNKNOWN_TILL else str(away)
            rights.heard(self.till, None, "")
            return RETRY_S[min(self.failures, len(RETRY_S)) - 1]
        self.failures, self.fault = 0, ""
        self.answered_s = self.till.clock.steady_s()
        backlog = self.unsent() > 0 and self.sends
        self._breathes = backlog and gently
        if backlog:
            took_s = self.answered_s - began_s
            return min(took_s * GIVES_WAY, LONGEST_PAUSE_S) if gently else 0.0
        pause_s = max(0.2, (answer.next_exchange_ms or IDLE_MS) / 1000)
        return min(pause_s, ASKING_S) if self.till.sharing.hurries() else pause_s

    def _gives_way(self, now_s: float) -> bool:
        """Whether somebody sells and nobody waits for a right."""
        if self._last_seq not in (-1, self.till.head.seq):
            self._last_entry_s = now_s
        self._last_seq = self.till.head.seq
        return now_s - self._last_entry_s < SELLS_S and not self.till.sharing.asking

    def _not_known(self) -> str:
        """The office has forgotten this till, so it is shown its own word; what came of it."""
        admission = self.till.identity.admission
        if admission is None:
            return UNKNOWN_TILL
        try:
            return NOT_KNOWN[self.link.known_again(admission).state]
        except (OfficeAway, OfficeRefused, KeyError):
            return UNKNOWN_TILL

    def _exchange(self, max_bytes: int) -> ExchangeAnswer:
        till = self.till
        first_seq = self.till.acknowledged_seq + 1
        records = self.reader.records(first_seq, max_bytes) if self.sends else []
        identity = till.identity
        head = ExchangeHead(
            WIRE_VERSION,
            identity.company,
            identity.till,
            identity.seat.store,
            self.incarnation,
            first_seq,
            len(records),
            int(self.reader.state(LAST_ORDER, "0")),
            identity.version,
            till.clock.now().utc_ms,
            self.status(),
            self.reader.state(soldout.TAG),
            self.reader.state(parking.TAG),
            parking.names_to_tell(till, self.reader),
            tuple(self.reader.state(TILLS_HEARD).split()),
        )
        answer = self.link.exchange(pack_exchange(Exchange(head, tuple(records))))
        self._take(answer)
        return answer

    def _take(self, answer: ExchangeAnswer) -> None:
        if answer.chain != RUNNING:
            self.alarm = answer.alarm or answer.chain
        elif answer.head_seq > self.till.head.seq and answer.head_seq > self.reader.head()[0]:
            # The office knows more of this journal than its own till: a disk put back from a copy.
            # (What was sent out of the file may be a moment ahead of what the till goes by.)
            self.alarm = "office_is_ahead"
        elif not self._same_hash(answer):
            self.alarm = "other_history"
        else:
            self.alarm = ""
        if self.alarm:
            log.error("the office and this till disagree: %s", self.alarm)
        self.till.acknowledged_seq = min(answer.head_seq, self.till.head.seq)
        rights.heard(self.till, answer, self.alarm)
        if not self.alarm:
            soldout.take_list(self.till, self.reader, answer)
            parking.take_list(self.till, answer)
            self._remember_till(answer.till_enrolled)
        self.till.sharing.copies = () if self.alarm else answer.copies
        if self.alarm not in LOCAL_ALARMS:
            rights.take_orders(self.till, answer.orders)

    def _remember_till(self, till: str) -> None:
        """Which tills the company has: an office that is put back to a backup may forget one."""
        heard = self.reader.state(TILLS_HEARD).split()
        if not till or till in heard:
            return

        def command() -> None:
            with self.till.file.commit():
                kept = [*heard, till][-TILLS_KEPT:]
                self.till.file.put_state(TILLS_HEARD, " ".join(kept))

        self.till.run(command)

    def _same_hash(self, answer: ExchangeAnswer) -> bool:
        if answer.head_seq == 0:
            return True
        entry = self.reader.entry(answer.head_seq)
        return entry is not None and entry.hash.hex() == answer.head_hash

    def _is_other(self, answer: ExchangeAnswer) -> bool:
        """Whether the office publishes other registers than the till has. The number alone does not
        tell: an office that was put back to a backup gives its numbers again."""
        if answer.publication != self.till.publication:
            return True
        told = answer.publication_digest
        return bool(told) and told != self.reader.state("publication_digest")

    def _publication(self) -> None:
        till = self.till
        request = PublicationRequest(
            till.identity.seat.store, till.publication, self.reader.state("publication_digest")
        )
        answer = self.link.publication(request)
        if not apply_publication(till, answer):
            whole = self.link.publication(PublicationRequest(request.store, 0, ""))
            if not apply_publication(till, whole):
                raise OfficeAway("the publication does not match its digest")
        self.take_up()
