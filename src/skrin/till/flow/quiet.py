"""What the till does by itself while nobody sells: it closes days that have ended, where the store
wants that (R-CLOSE-010), prints a long journal part by part, and makes copies that the office
ordered (R-COPY-012).

All wait for a counter where nothing lies, a day also for half a minute without an entry, so that
nothing comes between two customers; and all are commands like a person's, refused where those are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from skrin.domain.article import BY_ITSELF
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow import closing, reporting
from skrin.till.flow.ordered_copies import Make, OrderedCopies
from skrin.till.flow.till import Till

NOBODY = Person("", "", "system", ())
"""Who closes a day that nobody closed."""

QUIET_MS = 30_000
"""So long nothing has been written: nobody sells."""

LOOK_EVERY_S = 10.0
NEXT_PART_S = 0.5
COPIES_EVERY_S = 2.0

MOST_BY_ITSELF = 31
"""More forgotten days are closed by a person, who sees whether the clock is right."""


@dataclass(frozen=True, slots=True)
class JournalRun:
    """A journal on its way to paper: the days, the part that comes next, the last entry, and for
    whom."""

    actor: Person
    first_day: str
    last_day: str
    first_seq: int
    next_seq: int
    last_seq: int

    @property
    def parts(self) -> int:
        """On how many papers it comes."""
        return -(-(self.last_seq - self.first_seq + 1) // reporting.PART_ENTRIES)

    @property
    def done(self) -> int:
        """How many of them were sent to the printer."""
        return -(-(self.next_seq - self.first_seq) // reporting.PART_ENTRIES)


@dataclass(slots=True)
class QuietLane:
    """Closes ended days and prints the journal, while nobody sells."""

    till: Till
    fresh: Callable[[str], None] = lambda delivery_id: None
    make_copy: Make | None = None
    """Makes the copy of a receipt, as a person here does."""
    run: JournalRun | None = None
    """What a person asked to be printed; gone after a restart, as it is after a stop."""
    hurries: bool = True
    gathers_s: float = 0.5

    ordered: OrderedCopies | None = field(init=False)

    def __post_init__(self) -> None:
        """Put what is ordered beside the lane."""
        self.ordered = OrderedCopies(self.till, self.make_copy) if self.make_copy else None

    def step(self) -> float:
        """Do the next thing; see `Lane.step`."""
        if self.run and self._print_part(self.run):
            return NEXT_PART_S
        if self.ordered and self.till.sharing.copies and self._is_idle():
            self.ordered.make_due()
        if self.due():
            self._close()
        if self.till.sharing.copies:
            return COPIES_EVERY_S
        return NEXT_PART_S if self.run else LOOK_EVERY_S

    def due(self) -> bool:
        """Whether a day has ended that is to be closed by itself, and nobody sells."""
        till = self.till
        store = till.registers.store
        if store is None or store.day_end != BY_ITSELF or till.clock_stops():
            return False
        if not closing.day_is_forgotten(till):
            return False
        quiet_ms = till.clock.now().utc_ms - till.head.at_utc_ms
        return quiet_ms >= QUIET_MS and self._is_idle()

    def _is_idle(self) -> bool:
        desk = self.till.desk
        if desk.training or desk.pending or desk.attempt or desk.payments:
            return False
        return desk.cart is None or not desk.cart.lines

    def _close(self) -> None:
        till = self.till

        def command() -> None:
            today = till.today()
            ended = [p for p in closing.waiting_periods(till) if p.business_day < today]
            if len(ended) > MOST_BY_ITSELF:
                raise Refusal("too_many_days", days=len(ended))
            if ended:
                last_day = ended[-1].business_day
                closing.close_days(till, NOBODY, last_day, self.fresh, by_itself=True)

        try:
            till.run(command)
            till.closing_refused = ""
        except Refusal as no:
            # It is tried again; meanwhile the screen asks for a person, as if nothing closed it.
            till.closing_refused = no.code

    def _print_part(self, run: JournalRun) -> bool:
        """Print the next part once the one before is out; whether it was."""
        if self.till.desk.undelivered or not self._is_idle():
            return False
        span = (run.first_day, run.last_day)
        try:
            next_seq = reporting.print_journal(
                self.till, run.actor, self.fresh, span, run.next_seq, run.last_seq
            )
        except Refusal:
            return False
        # A person may have stopped it meanwhile.
        if self.run is run:
            self.run = replace(run, next_seq=next_seq) if next_seq else None
        return True
