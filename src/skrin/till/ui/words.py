"""Words: what a refusal, a state or a reason is called by the cashier, with the verb that helps."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

from skrin.domain.money import grouped_amount
from skrin.domain.refusal import Refusal

N = gettext_noop

REFUSALS: dict[str, str] = {
    "amount_unreadable": N("“%(typed)s” is not an amount. Type it like 12 or 12,50."),
    "amount_zero": N("The amount must be more than nothing. Type what it costs."),
    "amount_too_large": N("The amount is too large. Check the digits."),
    "article_unknown": N("The article is no longer in the register. Choose another."),
    "group_unknown": N("The article group is no longer in the register. Choose another."),
    "code_unknown": N("No article has the code %(typed)s. Search for it by name instead."),
    "price_wanted": N("Type a price for %(name)s."),
    "price_missing": N("%(name)s has no price today. Ask who keeps the register."),
    "line_too_many": N("The receipt has %(most)s lines and takes no more. Take payment first."),
    "line_gone": N("The line is already gone. Look at the receipt."),
    "quantity_out_of_range": N("The quantity must be between 0,001 and 9 999. Type another."),
    "quantity_not_whole": N("This is sold in whole pieces. Type a whole number."),
    "way_unknown": N("Choose “Eat in” or “Take away”."),
    "sale_is_being_paid": N(
        "The payment has begun. Finish it, or stop it, before you change this."
    ),
    "sale_waits_for_mark": N("The last receipt waits for the control unit. Wait for it."),
    "outcome_unknown": N("It is not known whether the card was charged. Wait for the answer."),
    "paper_waits": N("Receipt %(number)s is not printed yet. See to the printer first."),
    "cart_empty": N("The receipt is empty. Tap an article first."),
    "cart_open": N("There are goods on the receipt. Take payment or abort it, then close the day."),
    "control_unit_missing": N("No control unit is set up, so nothing can be sold. Call service."),
    "control_unit_silent": N(
        "The control unit does not answer. No payment has been taken. Check its cable and power,"
        " then try again."
    ),
    "control_unit_refuses": N(
        "The control unit does not register (code %(unit_code)s). No payment has been taken."
        " Call service."
    ),
    "printer_missing": N("No printer is set up, so no receipt can be given. Call service."),
    "printer_paper_out": N("The paper is out. Change the roll, then take payment."),
    "printer_cover_open": N("The printer's cover is open. Close it, then take payment."),
    "printer_offline": N("The printer is offline. Check it, then take payment."),
    "printer_silent": N("The printer does not answer. Check its cable and power, then try again."),
    "card_terminal_missing": N("No card terminal is set up. Take another payment."),
    "method_missing": N("This way to pay is not set up for the store. Take another."),
    "tendered_not_payable": N("Cash is paid in whole kronor. Type a whole amount."),
    "tendered_too_little": N("That is too little. At least %(to_pay)s is needed."),
    "nothing_to_close": N("The day is already closed, and nothing has happened since."),
    "too_many_days": N("%(days)s days wait to be closed. Is the clock right? Call service."),
    "clock_went_back": N(
        "The clock is %(minutes)s minutes behind the last receipt. Set the machine's clock right."
    ),
    "no_registers": N("The till has not got its articles yet. It needs contact with the office."),
    "vat_class_unknown": N("An article has a VAT class that is not known (%(vat_class)s)."),
    "login_wrong": N("The e-mail or the password is wrong. Try again."),
    "login_wait": N("Too many tries. Wait %(seconds)s seconds, then try again."),
    "login_office_away": N(
        "The office does not answer, and you have not logged in here before. Somebody who has can."
    ),
    "login_no_store": N("You do not work in this store. Ask the owner to add you."),
    "discount_too_large": N("The discount is more than the goods cost."),
}
"""What each refusal says; `%(name)s` places take its values."""

REASONS: dict[str, str] = {
    "refusal": N("The card was declined. Ask for another card or another way to pay."),
    "wrong_pin": N("Wrong code. Let the customer try again."),
    "cancelled": N("The customer cancelled. Try again, or take another way to pay."),
    "busy": N("The card terminal is busy. Wait a little and try again."),
    "aborted": N("The payment was stopped. Nothing was charged."),
    "not_found": N("Nothing was charged. Try again, or take another way to pay."),
    "not_sent": N("The card terminal could not be reached. Nothing was charged."),
    "logged_out": N("The card terminal is not logged in. Nothing was charged. Try again."),
    "invalid_card": N("The card is not accepted. Ask for another card."),
    "payment_restriction": N("The card is not accepted here. Ask for another card."),
}
"""Why a card payment came to nothing, by its reason."""

STATES: dict[str, str] = {
    "office_reached": N("The office answered %(seconds)s s ago."),
    "office_away": N("The office does not answer. Selling goes on; what waits is sent later."),
    "office_asking": N("The office has not been asked yet."),
    "office_stopped": N(
        "The office has stopped this till's records. Selling goes on. Call service."
    ),
    "office_other_history": N("The office has other records of this till. Call service."),
    "office_office_is_ahead": N(
        "The office knows more of this till than the till itself. Was its disk put back?"
        " Call service."
    ),
    "control_unit_answers": N("The control unit answered %(seconds)s s ago."),
    "control_unit_asked": N("The control unit is asked at the next payment."),
    "control_unit_silent": N("The control unit does not answer."),
    "control_unit_refuses": N("The control unit does not register."),
    "control_unit_missing": N("No control unit is set up."),
    "card_terminal_ready": N("The card terminal is ready."),
    "card_terminal_busy": N("The card terminal is at work."),
    "card_terminal_asked": N("The card terminal is asked at the next payment."),
    "card_terminal_unreachable": N("The card terminal has no contact with its bank."),
    "card_terminal_maintenance": N("The card terminal is being serviced."),
    "card_terminal_silent": N("The card terminal does not answer. Check its cable and power."),
    "card_terminal_missing": N("No card terminal is set up."),
    "printer_ready": N("The printer is ready."),
    "printer_paper_low": N("The paper is nearly out."),
    "printer_paper_out": N("The paper is out. Change the roll, and the receipt is printed."),
    "printer_cover_open": N("The printer's cover is open. Close it, and the receipt is printed."),
    "printer_offline": N("The printer is offline."),
    "printer_silent": N("The printer does not answer."),
    "printer_missing": N("No printer is set up."),
}
"""How a part of the till is, by its code."""

ADVICE: dict[str, str] = {
    "office_away": N("Nothing to do now. Check the network if it lasts."),
    "control_unit_silent": N("Check its cable and power. It is asked again by itself."),
    "control_unit_refuses": N("Call service. A fault is to be reported to the tax authority."),
    "printer_paper_low": N("Have a new roll ready."),
    "printer_paper_out": N("Open the cover, put a new roll in, close it."),
    "printer_cover_open": N("Close it."),
    "printer_offline": N("Press the feed key on the printer, or switch it off and on."),
    "printer_silent": N("Check its cable and power."),
}
"""What to do about it."""


def refusal_sentence(no: Refusal) -> str:
    """The sentence of a refusal; one that has none is a bug that a test finds."""
    return gettext(REFUSALS[no.code]) % _shown(no.values)


def reason_sentence(reason: str) -> str:
    """Why a card payment came to nothing."""
    return gettext(REASONS.get(reason, N("Nothing was charged. Try again.")))


def state_sentence(code: str, seconds: int = -1) -> str:
    """How a part of the till is."""
    return gettext(STATES.get(code, N("Call service."))) % {"seconds": max(0, seconds)}


def advice(code: str) -> str:
    """What to do about it; empty when there is nothing to do."""
    return gettext(ADVICE[code]) if code in ADVICE else ""


def _shown(values: Mapping[str, str | int]) -> dict[str, str]:
    shown = {}
    for name, value in values.items():
        if name.endswith("_minor"):
            shown[name.removesuffix("_minor")] = grouped_amount(int(value))
        else:
            shown[name] = str(value)
    return shown
