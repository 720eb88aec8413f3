"""The control unit in words: what it is, how it is, what happened to it."""

from __future__ import annotations

from django.utils.translation import gettext

from skrin.domain.closing import local_time
from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import NO_ANSWER, UnitIdentity, UnitStatus
from skrin.fiscal.se import unit_history, unit_words
from skrin.fiscal.se.fault_report import Reported, fault_times, report_text
from skrin.till.flow import unit_log
from skrin.till.flow.counter import Counter
from skrin.till.ui import words
from skrin.till.ui.screens import Level
from skrin.till.ui.unit_screens import UnitEvent

NOTHING = "–"
Facts = tuple[tuple[str, str], ...]


def kind_name(kind: str) -> str:
    """How a unit is connected."""
    return unit_history.kind_name(kind, words.language())


def short_facts(counter: Counter) -> Facts:
    """What the status page tells of the unit."""
    preflight = counter.preflight
    met = preflight.unit_known.met
    identity = preflight.unit_identity
    number = preflight.unit_id or (met.unit_id if met else NOTHING)
    model = identity.model if identity else (met.model if met else "")
    facts = [(gettext("Serial number"), number)]
    if model:
        facts.append((gettext("Model"), model))
    return (*facts, (gettext("Last answer"), _last_answer(counter)))


def all_facts(counter: Counter) -> Facts:
    """What the unit's own page tells."""
    till, preflight = counter.till, counter.preflight
    met = preflight.unit_known.met
    identity = preflight.unit_identity or (
        UnitIdentity(met.unit_id, met.protocol, met.firmware, met.model) if met else None
    )
    place = till.devices.unit_place
    store = till.registers.store
    return (
        *identity_facts(identity),
        # What it said before it fell silent is no news of it now.
        *(() if preflight.unit_fault in NO_ANSWER else status_facts(preflight.unit_status)),
        (gettext("Last answer"), _last_answer(counter)),
        (gettext("Connected by"), kind_name(place.kind) if place else NOTHING),
        (gettext("Address"), place.address if place else NOTHING),
        (gettext("Register designation (POS id)"), till.identity.seat.designation),
        (gettext("Organisation number"), store.org_number if store else NOTHING),
        (gettext("Belongs to"), met.org_number if met else NOTHING),
    )


def identity_facts(identity: UnitIdentity | None) -> Facts:
    """Who the unit says it is."""
    if identity is None:
        return ((gettext("Serial number"), NOTHING),)
    return (
        (gettext("Serial number"), identity.unit_id),
        (gettext("Model"), identity.model or NOTHING),
        (gettext("Firmware"), identity.firmware or NOTHING),
        (gettext("Protocol version"), identity.protocol or NOTHING),
    )


def status_facts(status: UnitStatus | None) -> Facts:
    """How the unit says it is; what its protocol does not tell is left out."""
    if status is None:
        return ()
    language = words.language()
    main = unit_words.status(status.main_status, language).what.rstrip(".")
    severity = unit_words.severity(status.detail, language)
    facts = [(gettext("Its own status"), f"{main} ({severity})" if severity else main)]
    if status.storage_status:
        storage = unit_words.storage(status.storage_status, language)
        facts.append((gettext("Memory"), storage.what))
    if status.licences:
        facts.append((gettext("Licences"), status.licences))
    return tuple(facts)


def _last_answer(counter: Counter) -> str:
    at = counter.preflight.unit_answered_utc_ms
    return _when(counter, at) if at else NOTHING


def _when(counter: Counter, utc_ms: int) -> str:
    offset_min = counter.till.clock.now().offset_min
    return local_time(utc_ms, offset_min).strftime("%Y-%m-%d %H:%M:%S")


def events(counter: Counter) -> tuple[UnitEvent, ...]:
    """What happened to the unit, latest first."""
    people = counter.till.registers.people
    rows = []
    for header, body in unit_log.log(counter.reader()):
        when = local_time(header.at_utc_ms, header.utc_offset_min).strftime("%Y-%m-%d %H:%M:%S")
        person = people.get(header.user)
        who = person.display_name if person else header.user
        if told := unit_history.happened(body, who, words.language()):
            level: Level = "bad" if told.is_fault else "good"
            rows.append(UnitEvent(when=when, what=told.what, level=level))
    return tuple(rows)


def report(counter: Counter) -> str:
    """The fault report; empty while there was no fault or no shop is known."""
    found = [
        (local_time(header.at_utc_ms, header.utc_offset_min).strftime("%Y-%m-%d %H:%M"), body)
        for header, body in unit_log.log(counter.reader())
    ]
    faults = fault_times(reversed(found))
    store, identity = counter.till.registers.store, counter.till.identity
    if not faults or store is None:
        return ""
    met = counter.preflight.unit_known.met
    of = Reported(
        store.company_name,
        store.org_number,
        store.store_name,
        store.address,
        identity.seat.designation,
        identity.model,
        identity.register_serial,
        identity.version,
        met.unit_id if met else "",
        met.model if met else "",
        met.firmware if met else "",
    )
    return report_text(of, faults, words.language())


def former_owner(counter: Counter) -> str:
    """Why nothing is sold because of whose the unit is; empty when it is the shop's."""
    try:
        unit_log.check_owner(counter.till, counter.preflight.unit_known)
    except Refusal as no:
        return words.refusal_sentence(no)
    return ""
