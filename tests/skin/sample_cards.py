"""The pages of card payments, filled in."""

from __future__ import annotations

from skrin.office.ui import card_payment_screens as cards
from skrin.office.ui import screens as office

_TILLS = (
    office.Choice(value="", name="Alla kassor i butiken", selected=True),
    office.Choice(value="VK1-1", name="VK1-1 Kassa 1"),
)
_PROTOCOLS = (
    office.Choice(value="nexo", name="nexo (JSON över TLS)", selected=True),
    office.Choice(value="epas", name="EPAS (XML över TCP)"),
)


def _form(number: int, title: str, **filled: str) -> cards.TerminalForm:
    return cards.TerminalForm(
        number=number,
        title=title,
        tills=_TILLS,
        protocols=_PROTOCOLS,
        **filled,  # type: ignore[arg-type]
    )


def card_pages(frame: office.Frame) -> dict[str, tuple[str, object]]:
    """The pages, for `OFFICE`."""
    stores = (office.Link(label="Vetekornet Kvarngatan", url="#"),)
    method = cards.CardMethod(
        number=2, name="Kort", partial=True, tips=True, provider="Exempelkort AB",
        provider_phone="08-465 004 10",
    )  # fmt: skip
    known = _form(7, "Disken", address="192.168.1.30:9000", card_terminal="80000091", name="Disken")
    faults: dict[str, tuple[str, object]] = {
        f"card-terminals-{field}": (
            "card_terminals.html",
            cards.StoreTerminals(
                frame=frame, store=1, store_name="Vetekornet Kvarngatan",
                forms=(_form(0, "Lägg till en kortterminal", error="Det går inte.", field=field),),
                error="Högst 12 kortterminaler. Ta bort en först.",
            ),
        )
        for field in ("address", "card_terminal", "ca")
    }  # fmt: skip
    return faults | {
        "card-payments": (
            "card_payments.html",
            cards.CardPayments(frame=frame, methods=(method,), stores=stores, notice="Sparat."),
        ),
        "card-payments-none": (
            "card_payments.html",
            cards.CardPayments(frame=frame, methods=(), stores=stores),
        ),
        "card-terminals": (
            "card_terminals.html",
            cards.StoreTerminals(
                frame=frame,
                store=1,
                store_name="Vetekornet Kvarngatan",
                forms=(known, _form(0, "Lägg till en kortterminal")),
                notice="Sparat.",
            ),
        ),
    }
