"""What this register is reported with: the brand's words, the shop's, the unit's and a person's."""

from __future__ import annotations

from datetime import date

from skrin.brand import brand
from skrin.domain import role as roles
from skrin.domain.codec import decode, encode
from skrin.domain.control_unit import UnitMet
from skrin.domain.refusal import Refusal
from skrin.domain.registration import (
    Registration,
    RegistrationReported,
    RegistrationSet,
    applied,
    to_report,
    unit_words,
)
from skrin.sync.messages import Person
from skrin.till.flow.till import Till
from skrin.till.storage.register_reader import RegisterReader

STATED, REPORTED = "registration", "registration_reported"
"""Under which names the newest of each stand beside the journal."""

TEXT_MOST = 120


def registration_of(till: Till, unit_id: str, met: UnitMet | None = None) -> Registration:
    """What the register would be reported with now. `unit_id`: the control unit that answers;
    `met`: what it told of itself, which counts before the brand's words on its units."""
    sold_as, store, identity = brand(), till.registers.store, till.identity
    now = Registration(
        store.company_name if store else "",
        store.org_number if store else "",
        store.store_name if store else identity.seat.name,
        ", ".join(store.address) if store else "",
        "",
        identity.seat.designation,
        identity.register_serial,
        identity.model,
        identity.program,
        identity.version,
        sold_as.declaration,
        unit_id,
        *([""] * 5),
    )
    told = unit_words(met.model, met.firmware) if met and met.unit_id == unit_id else ()
    return applied(now, stated(till.file.registers), (*sold_as.unit.told_of(unit_id), *told))


def stated(reader: RegisterReader) -> RegistrationSet | None:
    """What a person stated last."""
    kept = reader.state(STATED)
    return decode(RegistrationSet, kept.encode()) if kept else None


def reported(reader: RegisterReader) -> RegistrationReported | None:
    """What was reported last."""
    kept = reader.state(REPORTED)
    return decode(RegistrationReported, kept.encode()) if kept else None


def waiting(till: Till, unit_id: str, met: UnitMet | None = None) -> tuple[str, ...]:
    """The keys of what is to be reported; while no unit has answered, those of the rest."""
    return to_report(registration_of(till, unit_id, met), reported(till.file.registers))


def state_unit(till: Till, actor: Person, told: RegistrationSet) -> None:
    """A person states what no protocol tells. Refused: `not_allowed`, `text_too_long`."""

    def command() -> None:
        till.check(actor, roles.SETTINGS)
        values = [getattr(told, name) for name in RegistrationSet.__slots__]
        if any(len(value) > TEXT_MOST for value in values):
            raise Refusal("text_too_long", most=TEXT_MOST)
        with till.transaction(actor) as tx:
            tx.append("registration.set", told)
            till.file.put_state(STATED, encode(told).decode())

    till.run(command)


def state_reported(
    till: Till, actor: Person, unit_id: str, on: str, met: UnitMet | None = None
) -> None:
    """A person says that the register was reported as it is now. Refused: `not_allowed`,
    `period_unreadable` when `on` is no day until today."""
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise Refusal("period_unreadable") from None
    if day > till.local_date():
        raise Refusal("period_unreadable")

    def command() -> None:
        till.check(actor, roles.SETTINGS)
        now = registration_of(till, unit_id, met)
        told = RegistrationReported(on, actor.display_name, dict(now.values))
        with till.transaction(actor) as tx:
            tx.append("registration.reported", told)
            till.file.put_state(REPORTED, encode(told).decode())

    till.run(command)
