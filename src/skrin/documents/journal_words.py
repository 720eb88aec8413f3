"""What the journal's entries are called on paper, by language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JournalWords:
    """The head of a journal on paper, and the name of each kind of entry."""

    title: str
    org_number: str
    register: str
    register_serial: str
    days: str
    entries: str
    of: str
    printed_by: str
    goes_on: str
    ends: str
    training: str
    unreadable: str
    kinds: dict[str, str]


_SV = {
    "journal.opened": "Journal öppnad",
    "till.started": "Program startat",
    "till.stopped": "Program avslutat",
    "user.logged_in": "Inloggning",
    "user.logged_out": "Utloggning",
    "publication.applied": "Register ändrade",
    "line.added": "Rad",
    "line.changed": "Antal ändrat, rad",
    "line.removed": "Rad borttagen",
    "line.discounted": "Rabatt på rad",
    "line.repriced": "Pris ändrat på rad",
    "line.noted": "Text på rad",
    "cart.discounted": "Rabatt på kvittot",
    "cart.undiscounted": "Rabatt borttagen",
    "cart.noted": "Text på kvittot",
    "cart.unnoted": "Text borttagen",
    "cart.way_chosen": "Äta här eller ta med",
    "cart.parked": "Kvitto parkerat",
    "cart.fetched": "Parkerat kvitto hämtat",
    "parked.deleted": "Parkerat kvitto borttaget",
    "return_mode.set": "Returläge",
    "training.set": "Övningsläge",
    "article.sold_out": "Slut i lager",
    "payment.given_back": "Betalning återlämnad",
    "cart.aborted": "Köp avbrutet",
    "payment.begun": "Betalning begärd",
    "payment.decided": "Betalning besvarad",
    "payment.checked": "Betalning kontrollerad",
    "payment.taken": "Betalning",
    "receipt.sealed": "Kassakvitto",
    "serial.renewed": "Nytt meddelandenummer",
    "receipt.signed": "Kontrollkod, kvitto",
    "copy.sealed": "Kvittokopia",
    "copy.signed": "Kontrollkod, kopia",
    "pro_forma.sealed": "Förhandskvitto",
    "pro_forma.signed": "Kontrollkod, förhandskvitto",
    "document.refused": "Avvisat av kontrollenheten",
    "document.delivered": "Utskrivet",
    "delivery.repeated": "Utskrift omtagen",
    "float.set": "Växelkassa",
    "cash.counted": "Kassan räknad",
    "drawer.opened": "Lådan öppnad",
    "cash.moved": "Kontanter",
    "x.reported": "X-dagrapport",
    "day.closed": "Z-dagrapport",
    "report.copied": "Kopia av Z-dagrapport",
    "period.reported": "Periodrapport",
    "journal.reported": "Journal utskriven",
    "clock.confirmed": "Klockan bekräftad",
    "right.claimed": "Rätt begärd",
    "right.decided": "Rätt beslutad",
    "right.given_back": "Rätt återlämnad",
    "right.broken": "Rätt flyttad",
    "right.lease_ended": "Rätt löpt ut",
    "right.moved": "Rätt använd",
    "giftcard.credited": "Presentkort laddat",
    "screen.paired": "Skärm ansluten",
    "screen.taken_over": "Skärm tog över",
    "screen.revoked": "Skärm bortkopplad",
}

_EN = {
    "journal.opened": "Journal opened",
    "till.started": "Program started",
    "till.stopped": "Program stopped",
    "user.logged_in": "Log-in",
    "user.logged_out": "Log-out",
    "publication.applied": "Registers changed",
    "line.added": "Line",
    "line.changed": "Quantity changed, line",
    "line.removed": "Line removed",
    "line.discounted": "Discount on a line",
    "line.repriced": "Price changed on a line",
    "line.noted": "Text on a line",
    "cart.discounted": "Discount on the receipt",
    "cart.undiscounted": "Discount removed",
    "cart.noted": "Text on the receipt",
    "cart.unnoted": "Text removed",
    "cart.way_chosen": "Eat in or take away",
    "cart.parked": "Receipt parked",
    "cart.fetched": "Parked receipt fetched",
    "parked.deleted": "Parked receipt deleted",
    "return_mode.set": "Return mode",
    "training.set": "Training mode",
    "article.sold_out": "Sold out",
    "payment.given_back": "Payment given back",
    "cart.aborted": "Purchase aborted",
    "payment.begun": "Payment asked for",
    "payment.decided": "Payment answered",
    "payment.checked": "Payment checked",
    "payment.taken": "Payment",
    "receipt.sealed": "Receipt",
    "serial.renewed": "New message number",
    "receipt.signed": "Control code, receipt",
    "copy.sealed": "Copy of a receipt",
    "copy.signed": "Control code, copy",
    "pro_forma.sealed": "Pro forma",
    "pro_forma.signed": "Control code, pro forma",
    "document.refused": "Refused by the control unit",
    "document.delivered": "Printed",
    "delivery.repeated": "Printed again",
    "float.set": "Float",
    "cash.counted": "Drawer counted",
    "drawer.opened": "Drawer opened",
    "cash.moved": "Cash",
    "x.reported": "X day report",
    "day.closed": "Z day report",
    "report.copied": "Copy of a Z day report",
    "period.reported": "Period report",
    "journal.reported": "Journal printed",
    "clock.confirmed": "Clock confirmed",
    "right.claimed": "Right asked for",
    "right.decided": "Right decided",
    "right.given_back": "Right given back",
    "right.broken": "Right moved away",
    "right.lease_ended": "Right ran out",
    "right.moved": "Right used",
    "giftcard.credited": "Gift card credited",
    "screen.paired": "Screen paired",
    "screen.taken_over": "Screen took over",
    "screen.revoked": "Screen revoked",
}

JOURNAL: dict[str, JournalWords] = {
    "sv": JournalWords(
        title="Journal",
        org_number="Org.nr",
        register="Kassabeteckning",
        register_serial="Tillverkningsnr",
        days="Försäljningsdagar",
        entries="Händelser",
        of="Sista händelse i urvalet",
        printed_by="Utskriven av",
        goes_on="Fortsätter i nästa del",
        ends="Slut på urvalet",
        training="ÖVNING",
        unreadable="kan inte läsas",
        kinds=_SV,
    ),
    "en": JournalWords(
        title="Journal",
        org_number="Org. no",
        register="Register",
        register_serial="Serial number",
        days="Business days",
        entries="Entries",
        of="Last entry chosen",
        printed_by="Printed by",
        goes_on="Goes on in the next part",
        ends="End of what was chosen",
        training="ÖVNING",
        unreadable="cannot be read",
        kinds=_EN,
    ),
}
"""A kind without a name here stands under its own; a test sees to it that none of ours does."""
