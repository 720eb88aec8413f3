"""The end of a register's trade: everything that lies here of shared rights is given back (D21).

A till that is replaced, or leaves for a new owner, ends in order while it still works. In one entry
it gives back what it holds, also the copies and returns that its receipts bear. From then on it
registers no trade: its pages are read, reports are copied, what is unsent goes up. So whoever comes
after it may copy and return what it sold, and nobody twice. A till that died hands nothing over.
"""

from __future__ import annotations

from pathlib import Path

from skrin.domain import role as roles
from skrin.domain.refusal import Refusal
from skrin.domain.rights.terms import HandedOver
from skrin.exports.package import PackageDamage
from skrin.sync.messages import Person
from skrin.till.flow import closing
from skrin.till.flow.rights_folding import fold_handed_over, open_holds
from skrin.till.flow.till import Till
from skrin.till.storage.journal_file import JournalFile
from skrin.till.storage.package_file import PackageFile

ENDED = "till.handed_over"
REPLACED, MOVED_OUT = "replaced", "moved_out"
CAUSES = (REPLACED, MOVED_OUT)


def check_may_end(till: Till) -> None:
    """Refuse while something must be done before: `training_on`, `handing_over_busy`,
    `handing_over_paper`, `handing_over_parked`, `handing_over_asks`, `handing_over_day`. Call on
    the writer."""
    desk = till.desk
    if desk.training:
        raise Refusal("training_on")
    goods = desk.cart is not None and desk.cart.lines
    if goods or desk.payments or desk.attempt or desk.pending or desk.registering:
        raise Refusal("handing_over_busy")
    if desk.undelivered:
        raise Refusal("handing_over_paper")
    if till.file.parked():
        raise Refusal("handing_over_parked")
    if open_holds(till.file):
        raise Refusal("handing_over_asks")
    if closing.waiting_periods(till):
        raise Refusal("handing_over_day")


def hand_over(till: Till, actor: Person, cause: str) -> None:
    """End the register's trade, for good. Refused: `not_allowed`, and what `check_may_end` does;
    `till_handed_over` when it has ended before."""

    def command() -> None:
        till.check(actor, roles.SETTINGS)
        if till.handed_over:
            raise Refusal("till_handed_over")
        if cause not in CAUSES:
            raise Refusal("handing_over_cause")
        check_may_end(till)
        receipts = till.series.get("receipt", 0)
        with till.transaction(actor) as tx:
            tx.append("till.handed_over", HandedOver(cause, receipts))
            fold_handed_over(till.file)
        till.handed_over = True

    till.run(command)


def holds_the_end(package: Path, shop: Path) -> bool:
    """Whether a package was made after the trade of the register in the file `shop` had ended: it
    holds that entry. No clock is asked, for one may have been set back."""
    records = JournalFile(shop)
    try:
        ended = records.last_of(ENDED, records.last_seq())
    finally:
        records.close()
    if ended is None:
        return False
    try:
        with PackageFile(package) as made:
            return made.manifest.last_seq >= ended.header.seq
    except PackageDamage:
        return False
