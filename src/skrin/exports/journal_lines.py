"""An event of the journal on one line, for people: what happened, to what, for how much."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain import cart, cash, desk, payment
from skrin.domain import journal as house
from skrin.domain.beside import DocumentSigned
from skrin.domain.kind_names import KIND_NAMES
from skrin.domain.quantity import quantity_text
from skrin.domain.receipt import RETURN, ReceiptSealed, ReceiptSigned
from skrin.domain.report import DayReport
from skrin.exports.journal import Event

_NAMES = KIND_NAMES["sv"]


@dataclass(frozen=True, slots=True)
class JournalLine:
    """An event for people. Amounts None = the event has none; `number` is of its own series."""

    seq: int
    at: str
    name: str
    user: str
    text: str = ""
    number: str = ""
    amount_minor: int | None = None
    vat_minor: int | None = None
    payment: str = ""
    unit_id: str = ""
    code: str = ""


def name_of(kind: str) -> str:
    """What a kind of entry is called; one of a later program goes under its own name."""
    return _NAMES.get(kind, kind)


def line_of(event: Event) -> JournalLine:
    """What an event says on one line."""
    h = event.entry.header
    return JournalLine(
        h.seq,
        event.at.isoformat(sep=" "),
        name_of(h.kind),
        h.user,
        **_content(event),  # type: ignore[arg-type]
    )


def _content(event: Event) -> dict[str, object]:
    body = event.body
    if isinstance(body, ReceiptSigned) and event.sealed:
        mark = {"unit_id": body.mark.unit_id, "code": body.mark.code}
        return _receipt(event.sealed) | mark
    if isinstance(body, DocumentSigned):
        mark = {"unit_id": body.mark.unit_id, "code": body.mark.code}
        return (
            (_receipt(event.sealed) if event.sealed else {}) | {"number": str(body.number)} | mark
        )
    if isinstance(body, ReceiptSealed):
        return _receipt(body)
    if isinstance(body, DayReport):
        vat = sum(row.vat_minor for row in body.rows_of("group_rate"))
        number = str(body.number) if body.number else ""
        return {"number": number, "amount_minor": body.net_minor, "vat_minor": vat}
    return _of_line(body) or _of_money(body) or _of_house(body)


def _receipt(sealed: ReceiptSealed) -> dict[str, object]:
    sign = -1 if sealed.kind == RETURN else 1
    lines = ", ".join(
        f"{quantity_text(line.quantity_milli, line.decimals)} {line.name}" for line in sealed.lines
    )
    return {
        "text": ("Retur: " if sign < 0 else "") + lines,
        "number": str(sealed.number),
        "amount_minor": sign * sealed.total_minor,
        "vat_minor": sign * sum(row.vat_minor for row in sealed.vat),
        "payment": sealed.ways_paid,
    }


def _of_line(body: object) -> dict[str, object]:
    if isinstance(body, cart.LineAdded):
        item, sign = body.item, -1 if body.back else 1
        amount = cart.CartLine(0, 0, item, body.quantity_milli, 0).full_minor
        many = quantity_text(body.quantity_milli, item.decimals)
        return {"text": f"{many} {item.name}", "amount_minor": sign * amount}
    if isinstance(body, cart.LineChanged):
        return {"text": f"Rad {body.line}: {quantity_text(body.quantity_milli)}"}
    if isinstance(body, cart.LineRemoved):
        return {"text": f"Rad {body.line}"}
    if isinstance(body, cart.LineRepriced):
        return {"text": f"Rad {body.line}", "amount_minor": body.price_minor}
    if isinstance(body, cart.LineDiscounted | cart.CartDiscounted):
        off = body.discount
        if off is None:
            return {"text": "Ingen rabatt"}
        percent = f"{quantity_text(off.percent_bp * 10)} % " if off.percent_bp else ""
        off_minor = None if off.percent_bp else -off.amount_minor
        return {"text": f"{percent}{off.text}".strip(), "amount_minor": off_minor}
    if isinstance(body, cart.CartAborted | cart.ParkedDeleted):
        return {"text": f"{body.line_count} rader", "amount_minor": body.total_minor}
    if isinstance(body, cart.CartParked | cart.CartFetched):
        return {"text": ", ".join(line.item.name for line in body.cart.lines)}
    return {}


def _of_money(body: object) -> dict[str, object]:
    if isinstance(body, payment.PaymentTaken | payment.PaymentBegun):
        return {"payment": body.method_name, "amount_minor": body.amount_minor}
    if isinstance(body, payment.PaymentDecided):
        return {"text": body.outcome, "amount_minor": body.amount_minor}
    if isinstance(body, payment.PaymentGivenBack):
        return {"amount_minor": body.amount_minor}
    if isinstance(body, cash.FloatSet):
        return {"text": body.cause, "amount_minor": body.amount_minor}
    if isinstance(body, cash.CashMoved):
        sign = 1 if body.direction == cash.CASH_IN else -1
        text = f"{body.reason_name} {body.text}".strip()
        return {
            "number": str(body.number),
            "text": text,
            "amount_minor": sign * body.amount_minor,
        }
    return {}


def _of_house(body: object) -> dict[str, object]:
    if isinstance(body, house.UserLoggedIn):
        return {"text": f"{body.display_name} ({body.role})"}
    if isinstance(body, house.TillStarted):
        return {"text": f"{body.program} {body.version}"}
    if isinstance(body, house.PublicationApplied):
        return {"text": f"Utgåva {body.number}, {body.changed} rader", "code": body.new_digest}
    if isinstance(body, house.JournalOpened):
        return {"text": f"{body.designation} {body.register_serial}"}
    if isinstance(body, house.ArticleSoldOut):
        return {"text": f"{body.article} {'slut' if body.on else 'åter'}"}
    if isinstance(body, desk.TrainingSet):
        return {"text": "på" if body.on else "av"}
    return {}
