"""Card terminals in words: what they speak, what they answered when somebody tried them."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from skrin.domain.card_terminal import EPAS, NEXO_JSON, NEXO_XML
from skrin.payments.contract import TerminalIdentity
from skrin.sync.messages import CardTerminalSettings
from skrin.till.devices.terminal_places import trusts
from skrin.till.flow.terminal_choosing import TriedTerminal
from skrin.till.ui import words
from skrin.till.ui.screens import Level

NOTHING = "–"
Facts = tuple[tuple[str, str], ...]

PROTOCOL_NAMES: dict[str, str] = {
    NEXO_JSON: _("nexo (JSON over TLS)"),
    EPAS: _("EPAS (XML over TCP)"),
    NEXO_XML: _("nexo (XML over HTTP)"),
}
EXAMPLES = {
    NEXO_JSON: "192.168.1.30:8443",
    EPAS: "192.168.1.30:9000",
    NEXO_XML: "192.168.1.30:8080",
}

TROUBLE: dict[str, str] = {
    "not_there": _(
        "Nobody answers at that address. Is the terminal on, and on the shop's network? Look up its"
        " address in its own menu."
    ),
    "untrusted": _(
        "Something answers there, but cannot show that it is the terminal. Look at the address, and"
        " whether the certificate is that of this terminal's authority."
    ),
    "no_answer": _(
        "Something takes the connection but does not answer in time. Does the terminal speak what"
        " is chosen here? Is its payment app open?"
    ),
    "bad_message": _(
        "What answers there speaks something else, or is another till's terminal. Look at what is"
        " chosen here."
    ),
    "busy": _("The terminal is at work for somebody else. Try again in a while."),
    "in_progress": _("The terminal is at work for somebody else. Try again in a while."),
    "not_allowed": _(
        "The terminal does not let this till in. Is the terminal id right? Else the payment"
        " provider must let it in."
    ),
    "message_format": _(
        "The terminal does not understand the till. Look at what is chosen here, and at the"
        " terminal id."
    ),
    "unavailable_device": _(
        "There is no terminal with that id, or it is not ready. Look at the terminal id; else ask"
        " the payment provider."
    ),
    "unavailable_service": _("The terminal is not ready for payments. Ask the payment provider."),
    "unreachable": _("The terminal has no contact with its bank. Look at its network."),
}
OTHER_TROUBLE = _("The terminal does not let the till in (%(code)s). Ask the payment provider.")

STATES: dict[str, str] = {
    "ready": _("The card terminal answers and is ready."),
    "busy": _("The card terminal answers; it is at work just now."),
    "maintenance": _("The card terminal answers, but is being serviced: it takes no payments now."),
    "unreachable": _(
        "The card terminal answers, but has no contact with its bank. Look at its network."
    ),
}


def protocol_name(protocol: str) -> str:
    """What a terminal speaks; a protocol of another version as it is."""
    name = PROTOCOL_NAMES.get(protocol)
    return gettext(name) if name else protocol


def answer(tried: TriedTerminal) -> tuple[Level, str]:
    """What came of trying a terminal, and what to do."""
    state = tried.state
    if state.state == "silent":
        said = TROUBLE.get(state.detail)
        return "bad", gettext(said) if said else gettext(OTHER_TROUBLE) % {"code": state.detail}
    level: Level = "good" if state.state in ("ready", "busy") else "warn"
    return level, gettext(STATES.get(state.state, STATES["ready"]))


def identity_facts(identity: TerminalIdentity) -> Facts:
    """Who a terminal says it is; what it does not tell is left out."""
    program = " ".join(part for part in (identity.program, identity.version) if part)
    rows = (
        (gettext("Device"), identity.serial),
        (gettext("Program"), program),
        (gettext("Maker"), identity.maker),
    )
    return tuple((name, told) for name, told in rows if told)


def facts(one: CardTerminalSettings, serial: str) -> Facts:
    """A terminal as it is set."""
    contact = words.contact_text(one.provider, one.provider_phone)
    rows = [
        (gettext("Terminal id"), one.card_terminal_id),
        (gettext("Speaks"), protocol_name(one.protocol)),
        (gettext("Address"), one.address),
        (gettext("Trusts"), _trusted(one)),
    ]
    if serial:
        rows.append((gettext("Device"), serial))
    if contact:
        rows.append((gettext("Questions"), contact))
    return tuple(rows)


def _trusted(one: CardTerminalSettings) -> str:
    if not one.ca:
        return gettext("no TLS: the shop's own network is the only wall")
    digest = trusts(one.ca)[:16].upper()
    return " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))
