"""Words: what a refusal, a state or a reason is called by the cashier, with the verb that helps."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language, gettext

from skrin.documents.figures import rate
from skrin.domain.money import grouped_amount
from skrin.domain.refusal import Refusal
from skrin.fiscal.se import unit_words
from skrin.till.ui import setting_words
from skrin.till.ui.device_says import DEVICE_ADVICE, DEVICE_REFUSALS, DEVICE_STATES


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated when it is shown, not when this is read."""
    return text


REFUSALS: dict[str, str] = DEVICE_REFUSALS | {
    "amount_unreadable": _("“%(typed)s” is not an amount. Type it like 12 or 12,50."),
    "amount_zero": _("The amount must be more than nothing. Type what it costs."),
    "amount_too_large": _("The amount is too large. Check the digits."),
    "article_unknown": _("The article is no longer in the register. Choose another."),
    "group_unknown": _("The article group is no longer in the register. Choose another."),
    "code_unknown": _("No article has the code %(typed)s. Search for it by name instead."),
    "price_wanted": _("Type a price for %(name)s."),
    "price_missing": _("%(name)s has no price today. Ask who keeps the register."),
    "line_too_many": _("The receipt has %(most)s lines and takes no more. Take payment first."),
    "line_gone": _("The line is already gone. Look at the receipt."),
    "quantity_out_of_range": _("The quantity must be between 0,001 and 9 999. Type another."),
    "quantity_not_whole": _("This is sold in whole pieces. Type a whole number."),
    "way_unknown": _("Choose “Eat in” or “Take away”."),
    "sale_is_being_paid": _(
        "The payment has begun. Finish it, or stop it, before you change this."
    ),
    "sale_waits_for_mark": _("The last receipt waits for the control unit. Wait for it."),
    "outcome_unknown": _("It is not known whether the card was charged. Wait for the answer."),
    "paper_waits": _("Receipt %(number)s is not printed yet. See to the printer first."),
    "document_waits_for_mark": _(
        "The control unit has not registered the last copy or pro forma yet. Wait for it."
    ),
    "copy_waits": _("The copy of receipt %(number)s is not printed yet. See to the printer first."),
    "pro_forma_waits": _("The pro forma is not printed yet. See to the printer first."),
    "copy_made": _(
        "The one copy of this receipt was made %(when)s at till %(designation)s. The law allows no"
        " more."
    ),
    "pro_forma_of_returns": _(
        "Goods come back on this receipt: that is paid out, so it has no pro forma."
    ),
    "copies_forbidden": _("No copies of receipts are made in this country."),
    "slip_waits": _("The slip is not printed yet. See to the printer first."),
    "direction_unknown": _("Choose whether cash is put in or taken out."),
    "reason_wanted": _("Choose why first."),
    "drawer_shut": _("The printer did not open the drawer. Use the drawer's own key."),
    "report_waits": _("The report is not printed yet. See to the printer first."),
    "period_unreadable": _("Choose a day that there is, not after today."),
    "export_unknown": _("This list is not made in that format. Choose another."),
    "export_busy": _("Another file is being made. Wait until it is done."),
    "cart_empty": _("The receipt is empty. Tap an article first."),
    "cart_open": _("There are goods on the receipt. Take payment or abort it, then close the day."),
    "control_unit_missing": _("No control unit is set up, so nothing can be sold. Call service."),
    "control_unit_silent": _("%(unit_code)s No payment has been taken."),
    "control_unit_refuses": _("%(unit_code)s No payment has been taken."),
    "control_unit_of_former_owner": _(
        "Control unit %(unit_id)s and this till belong to company %(before)s, and the store is now"
        " %(now)s. Connect the new owner's control unit, or make a new till at the office, before"
        " you sell."
    ),
    "unit_address_unreadable": _(
        "“%(typed)s” is no address of such a control unit. Type it as in the example."
    ),
    "unit_address_unsafe": _(
        "The password would go unprotected over the internet. Use an address that begins with"
        " https."
    ),
    "till_updating": _("The till changes to a new version. Wait a moment, then do it again."),
    "update_none": _("There is no such update for this till just now. Check again."),
    "update_metered": _("This till is on mobile data now. Say that it may fetch it all the same."),
    "update_busy": _("An update is already on its way. Wait until it is done."),
    "update_counter": _(
        "Something lies on the counter: a receipt, a payment or a paper. Finish it first."
    ),
    "update_nothing_before": _("There is no earlier version on this till to go back to."),
    "unit_kind_unknown": _("Choose how the control unit is connected."),
    "unit_certificate_missing": _("There is no file %(typed)s on this till. Look at its name."),
    "printer_missing": _("No printer is set up, so no receipt can be given. Call service."),
    "printer_paper_out": _("The paper is out. Change the roll, then take payment."),
    "printer_cover_open": _("The printer's cover is open. Close it, then take payment."),
    "printer_offline": _("The printer is offline. Check it, then take payment."),
    "printer_silent": _("The printer does not answer. Check its cable and power, then try again."),
    "card_terminal_missing": _("No card terminal is set up. Take another payment."),
    "card_terminal_waits": _(
        "%(name)s is to tell what became of a payment. Wait until it has, or have a manager state"
        " it; then change or remove it."
    ),
    "card_terminal_holds_part": _(
        "%(name)s took a part of the open receipt, and it alone can give that back. Finish the"
        " receipt first."
    ),
    "method_missing": _("This way to pay is not set up for the store. Take another."),
    "tendered_not_payable": _("Cash is paid in whole kronor. Type a whole amount."),
    "store_busy": _(
        "Something is still going on in %(store)s. Finish or park it there, then change the store."
    ),
    "nothing_to_close": _("The day is already closed, and nothing has happened since."),
    "count_unreadable": _("“%(typed)s” is no number of notes or coins. Write it as 12."),
    "count_twice": _("Count the pieces, or write the sum: not both."),
    "sie_office_away": _(
        "The office makes the file, and it does not answer now. Try again when there is contact."
        " The file is in the office too, under Money."
    ),
    "sie_not_yet": _("The office has not got this Z report yet. Try again in a moment."),
    "sie_refused": _(
        "The office cannot make the file: something is missing for %(why)s. The office says what,"
        " under Money."
    ),
    "count_wanted": _("Count the drawer first: this store wants it counted at every closing."),
    "count_not_now": _(
        "What lies in the drawer belongs to a later day. Close this day without counting."
    ),
    "bank_not_now": _("Cash is taken to the bank on the day that it is. Use Cash out instead."),
    "bank_more_than_counted": _("More is taken to the bank than was counted. Look at both sums."),
    "journal_empty": _("Nothing was registered on those days. Choose others."),
    "z_unknown": _("There is no Z report %(number)s at this till."),
    "too_many_days": _("%(days)s days wait to be closed. Is the clock right? Call service."),
    "clock_went_back": _(
        "The clock is %(minutes)s minutes behind the last receipt. Set the machine's clock right."
    ),
    "no_registers": _("The till has not got its articles yet. It needs contact with the office."),
    "vat_class_unknown": _("An article has a VAT class that is not known (%(vat_class)s)."),
    "login_wrong": _("The e-mail or the password is wrong. Try again."),
    "login_wait": _("Too many tries. Wait %(seconds)s seconds, then try again."),
    "login_office_away": _(
        "The office does not answer, and you have not logged in here before. Somebody who has can."
    ),
    "till_handed_over": _("This register's trade has ended. Sell at the till after it."),
    "handing_over_busy": _("Something is still going on. Finish the sale first."),
    "handing_over_paper": _("A document waits to be printed. Let it come out first."),
    "handing_over_parked": _("Receipts are parked here. Let them be paid or deleted first."),
    "handing_over_asks": _("The till waits for the office's answer. Try again in a moment."),
    "handing_over_day": _("The day is not closed. Close it first."),
    "handing_over_cause": _("Say why the register's trade ends."),
    "login_no_store": _("This device is no till in a store of yours. Ask the owner to add you."),
    "discount_too_large": _("The discount is more than the goods cost."),
    "nothing_left_to_return": _("The goods have already been returned. Look at the receipt."),
    "country_unknown": _("The store's country is not known to this till. Call service."),
    "org_number_unusable": _(
        "The company's registration number cannot be registered. The office must correct it."
    ),
    "designation_unusable": _(
        "The till's designation cannot be registered. The office must correct it."
    ),
    "rate_not_registrable": _(
        "An article has a VAT rate that the control unit does not take. Call service."
    ),
    "receipt_number_unusable": _(
        "The receipt number is too large for the control unit. Call service."
    ),
    "receipt_time_unreadable": _(
        "The receipt's time cannot be registered. Is the clock right? Call service."
    ),
    "receipt_type_unknown": _("The control unit does not take this kind of receipt. Call service."),
    "office_away": _("No contact with the office, and this needs it. Pay another way, or wait."),
    "asking": _("The office is already asked for this. Wait for its answer, or go on without."),
    "stopped": _("This till's records need a person at the office. Selling goes on without this."),
    "too_little": _("Not enough of it lies at this till. Ask the office for it."),
    "lease_over": _("What this till could use without the office has ended. It needs contact."),
    "broken": _(
        "Taken over by %(by)s, so it cannot be paid here. It can be read; park it to put it away."
    ),
    "return_elsewhere": _(
        "What comes back of this receipt is taken at another till now. Open the receipt again to"
        " ask for it."
    ),
    "receipt_gone": _("That receipt is no longer at hand. Search for it again."),
    "parked_left": _(
        "%(count)s parked receipts are left. Finish or delete them, then close the day."
    ),
    "return_not_parkable": _(
        "Goods from an earlier receipt are on it. Finish the return or take them off, then park."
    ),
    "pin_shape": _("A PIN is 4 to 6 digits. Type it again."),
    "pin_easy": _("That PIN is the first that anybody tries. Choose another."),
    "pin_wrong": _("The PIN is wrong. Try again."),
    "pin_wait": _("Too many wrong PINs. Wait %(seconds)s seconds, or log in with the password."),
    "pin_needs_password": _("Too many wrong PINs. Log in with the password."),
    "pin_unset": _("%(name)s has no PIN yet. Log in with the password and choose one."),
    "pin_unknown_here": _(
        "The office does not answer, and %(name)s's PIN has not been used on this till. Ask "
        "somebody who has used theirs here."
    ),
    "person_unknown": _("That person does not work in this store. Choose another."),
    "training_on": _("The till is in training. End training first."),
    "not_in_training": _("This cannot be practised. End training first."),
    "quantity_unreadable": _("“%(typed)s” is not a quantity. Type it like 2 or 0,350."),
    "percent_unreadable": _("“%(typed)s” is not a percentage. Type it like 10 or 12,5."),
    "not_allowed": _("You may not do this. Ask a manager."),
    **setting_words.REFUSALS,
    "approver_wanted": _("Choose a name first."),
    "undo_gone": _("It is too late to undo that. Look at the receipt."),
    "button_gone": _("That key is no longer there. Fetch new keys from the menu."),
    "receipt_elsewhere": _(
        "The office has no sale %(number)s of till %(designation)s yet. Take it back at that till,"
        " or try later."
    ),
    "discount_empty": _("Type how much the discount is."),
    "discount_gone": _("The discount is already gone. Look at the receipt."),
    "not_discountable": _("%(name)s takes no discount."),
    "not_returnable": _("%(name)s is not taken back."),
    "line_follows": _("%(name)s follows another line. Change that one."),
    "text_empty": _("Type a text first."),
    "text_gone": _("The text is already gone. Look at the receipt."),
    "text_too_long": _("The text is too long: at most %(most)s signs. Shorten it."),
    "text_too_many": _("The receipt has %(most)s texts and takes no more."),
    "mode_unknown": _("Choose return mode or end it."),
    "receipt_unknown": _("Receipt %(number)s is not from this till. Look at its number again."),
    "parked_gone": _("That receipt is no longer parked. Look at the list."),
    "cart_on_counter": _(
        "There are goods on the receipt. Take payment for them or park them first."
    ),
    "name_empty": _("Type a name first."),
    "pin_wanted": _("This needs a manager's PIN."),
    "approver_not_allowed": _("That person may not approve this. Choose another."),
    "sold_out": _("%(name)s is sold out. Ring something else."),
    "options_wanted": _("Choose %(name)s first."),
    "parts_wanted": _("Choose what goes into %(name)s first."),
    "code_misread": _("The code %(typed)s was read wrongly. Scan it again."),
    "gift_card_wanted": _("Scan or type the gift card's code."),
    "gift_code_unusable": _("That is no gift card code. Type all its letters and digits."),
    "gift_card_unknown": _("The office knows no gift card with that code. Look at it again."),
    "gift_card_not_sold": _(
        "This gift card has not been sold, so nothing is on it. Sell it first."
    ),
    "gift_card_on_receipt": _("That gift card is on this receipt already. Finish it first."),
    "gift_card_one": _("Gift cards are sold one by one, each with its own code. Ring another."),
    "gift_card_not_parkable": _(
        "A gift card is being sold on this receipt. Take payment or take it off, then park."
    ),
    "gift_card_used": _("Something has been paid with this gift card, so it is not taken back."),
    "gift_card_purpose": _(
        "VAT at %(rate)s was paid when this gift card was sold, so it pays for such goods alone: at"
        " most %(most)s of this receipt. Take another way to pay for the rest."
    ),
    "gift_refund_taxed": _(
        "VAT at %(rate)s was paid when this gift card was sold, so money is not paid back onto it."
        " Sell an amount on the card instead, or give the money back another way."
    ),
    "gift_rate_changed": _(
        "This gift card was sold with VAT at %(rate)s, and the rate is another one today. Sell a"
        " new card instead."
    ),
    "gift_group_two_ways": _(
        "Gift cards of the group %(name)s have one VAT rate eaten in and another taken away, so"
        " they cannot be taxed when they are sold. Ask who keeps the register: as exempt they are"
        " taxed with the goods."
    ),
    "gift_group_missing": _(
        "No article group is set up for such gift cards. Ask who keeps the register."
    ),
    "card_blocked": _("The gift card is blocked. Take another way to pay."),
    "card_expired": _("The gift card's last day has passed. Take another way to pay."),
    "method_no_refund": _("%(name)s cannot give money back. Choose another way."),
    "method_refunds_cash": _("%(name)s is paid back in cash. Choose cash."),
    "method_blocked_offline": _(
        "%(name)s needs contact with the office, and there is none. Take another way to pay."
    ),
    "method_limit_offline": _(
        "Without contact with the office %(name)s takes at most %(most)s at a time. Take the rest"
        " another way."
    ),
    "adapter_missing": _("%(name)s is not connected to this till. Take another way to pay."),
    "method_no_change": _("%(name)s gives no change. At most %(most)s is left to pay."),
    "used_elsewhere": _("This till is now used on another screen. Take over here to go on."),
    "pairing_code_wrong": _("The code is wrong. Look at the till again; %(left)s tries are left."),
    "pairing_code_over": _("The code no longer counts. Ask for a new one at the till."),
    "pairing_wait": _("Too many tries from this device. Wait %(seconds)s seconds."),
    "challenge_over": _("That took too long. Try again."),
    "screen_proof_wrong": _("This browser could not prove which screen it is. Pair it again."),
    "screen_unknown": _("This screen is not paired with the till. Pair it anew."),
    "screens_too_many": _("The till has %(most)s paired screens. Revoke one that is not used."),
    "screens_place_taken": _("Something else on this machine uses %(place)s. Choose another port."),
    "screens_authority_damaged": _(
        "The till's certificate files cannot be read. Call service before you pair anew."
    ),
    "screens_certificate_unusable": _("The public certificate cannot be used. Look at its files."),
    "method_no_tip": _("%(name)s takes no tip here. Take the payment without it."),
    "tip_too_large": _("The tip is more than what is paid, %(most)s. Type another."),
    "outcome_known": _("The card terminal has answered. Look at the screen."),
    "reference_wanted": _("Type the reference on the card terminal's slip."),
    "payment_gone": _("That part is already taken back. Look at what is left to pay."),
}
"""What each refusal says; `%(name)s` places take its values."""

REASONS: dict[str, str] = {
    "refusal": _("The card was declined. Ask for another card or another way to pay."),
    "wrong_pin": _("Wrong code. Let the customer try again."),
    "cancelled": _("The customer cancelled. Try again, or take another way to pay."),
    "busy": _("The card terminal is busy. Wait a little and try again."),
    "aborted": _("The payment was stopped. Nothing was charged."),
    "not_found": _("Nothing was charged. Try again, or take another way to pay."),
    "not_sent": _("The card terminal could not be reached. Nothing was charged."),
    "logged_out": _("The card terminal is not logged in. Nothing was charged. Try again."),
    "invalid_card": _("The card is not accepted. Ask for another card."),
    "payment_restriction": _("The card is not accepted here. Ask for another card."),
    "inserted_card": _("A card was left in the card terminal. Take it out and try again."),
    "message_format": _("The card terminal did not understand. Nothing was charged."),
    "not_allowed": _("The card terminal does not allow this. Take another way to pay."),
    "unavailable_device": _("The card terminal is not ready. Nothing was charged. Try again."),
    "unavailable_service": _("The card terminal cannot do this. Take another way to pay."),
    "device_out": _("The card terminal is out of order. Nothing was charged."),
    "in_progress": _("The card terminal is busy with something else. Wait a little and try again."),
    "unreachable": _("The card terminal has no contact with its bank. Nothing was charged."),
    "bad_message": _("The card terminal's answer could not be read. Nothing was charged."),
    "partial_refused": _(
        "The card could pay only a part, and nothing was charged. Ask for another card or another "
        "way to pay."
    ),
    "not_reversed": _(
        "The card payment could not be undone: the customer is still charged. Try again, or "
        "finish the sale."
    ),
    "not_refunded": _(
        "The card got nothing back. Try again, or give the money back in another way."
    ),
}
"""Why a card payment came to nothing, by its reason."""

DOUBTS: dict[str, str] = {
    "no_answer": _("The card terminal did not answer in time. Check its cable and power."),
    "in_progress": _("The customer is still at the card terminal."),
    "device_out": _("The card terminal had a fault. Look at its display."),
    "unreachable": _("The card terminal has no contact with its bank."),
    "other_terminal": _("Another card terminal answered."),
    "bad_message": _("The card terminal's answer could not be read."),
    "other_transaction": _(
        "The card terminal's last payment is another one. Look at its display and its receipts."
    ),
    "not_found": _("The card terminal remembers no payment. Look at its display and its receipts."),
    "no_terminal": _("The card terminal that was asked is no longer at this till."),
}
"""Why it is not known what became of a card payment, by its reason."""

STATES: dict[str, str] = DEVICE_STATES | {
    "office_reached": _("The office answered %(seconds)s s ago."),
    "office_away": _("The office does not answer. Selling goes on; what waits is sent later."),
    "office_asking": _("The office has not been asked yet."),
    "office_stopped": _(
        "The office has stopped this till's records. Selling goes on. Call service."
    ),
    "office_retired": _("The office has taken this till out of use. Call service."),
    "office_rival_incarnation": _(
        "This till also runs somewhere else, and only one may send. Call service."
    ),
    "office_other_history": _("The office has other records of this till. Call service."),
    "office_other_hash": _("The office has other records of this till. Call service."),
    "office_broken_link": _("The office has other records of this till. Call service."),
    "office_office_is_ahead": _(
        "The office knows more of this till than the till itself. Was its disk put back?"
        " Call service."
    ),
    "control_unit_answers": _("The control unit answered %(seconds)s s ago."),
    "control_unit_asked": _("The control unit is asked at the next payment."),
    "control_unit_silent": _("The control unit does not answer."),
    "control_unit_refuses": _("The control unit does not register."),
    "control_unit_missing": _("No control unit is set up."),
    "control_unit_former_owner": _("The control unit belongs to another company."),
    "card_terminal_ready": _("The card terminal is ready."),
    "card_terminal_busy": _("The card terminal is at work."),
    "card_terminal_asked": _("The card terminal is asked at the next payment."),
    "card_terminal_unreachable": _("The card terminal has no contact with its bank."),
    "card_terminal_maintenance": _("The card terminal is being serviced."),
    "card_terminal_silent": _("The card terminal does not answer. Check its cable and power."),
    "card_terminal_contradicts": _("The card terminal says otherwise than was stated."),
    "card_terminal_missing": _("No card terminal is set up."),
    "card_terminal_unusable": _("This card terminal is not set up whole. Change it."),
    "printer_ready": _("The printer is ready."),
    "printer_paper_low": _("The paper is nearly out."),
    "printer_paper_out": _("The paper is out. Change the roll, and the receipt is printed."),
    "printer_cover_open": _("The printer's cover is open. Close it, and the receipt is printed."),
    "printer_offline": _("The printer is offline."),
    "printer_silent": _("The printer does not answer."),
    "printer_missing": _("No printer is set up."),
}
"""How a part of the till is, by its code."""

ADVICE: dict[str, str] = DEVICE_ADVICE | {
    "control_unit_missing": _("Choose one on its page. Nothing can be sold without."),
    "control_unit_former_owner": _("Nothing can be sold. Its page tells what to do."),
    "office_away": _("Nothing to do now. Check the network if it lasts."),
    "card_terminal_contradicts": _(
        "Look at the terminal's own list of payments. Give back what was charged twice, or ask for"
        " what was not. This goes when the day is closed; the office keeps it."
    ),
    "printer_paper_low": _("Have a new roll ready."),
    "printer_paper_out": _("Open the cover, put a new roll in, close it."),
    "printer_cover_open": _("Close it."),
    "printer_offline": _("Press the feed key on the printer, or switch it off and on."),
    "printer_silent": _("Check its cable and power."),
}
"""What to do about it."""


ANSWERS: dict[str, str] = {
    "asking": _("Asking the office …"),
    "unknown": _("Asked, no answer yet. What comes later is given back by itself."),
    "backlog": _("Sending %(unsent)s entries first."),
    "recalled": _("Fetching from till %(holder)s …"),
    "held_by": _("Till %(holder)s has it on the screen."),
    "held_by_person": _("Till %(holder)s (%(person)s) has it on the screen."),
    "holder_away": _("Till %(holder)s does not answer; it alone can give this."),
    "too_little": _("%(free)s can be used now; more lies at till %(holder)s."),
    "too_little_gift_card": _("Only %(free)s of the gift card can be used now."),
    "used_up_gift_card": _("Nothing is left on the gift card."),
    "not_here_yet_gift_card": _(
        "The office knows no gift card with that code yet. Try later, or pay another way."
    ),
    "gift_card_purpose": _(
        "The gift card was taxed when it was sold and pays for goods of its own VAT alone. That is"
        " more than such goods on this receipt, so nothing was taken off it."
    ),
    "gift_card_not_needed": _(
        "The receipt was changed meanwhile, so nothing was taken off the gift card."
    ),
    "used_up": _("All of it has been used."),
    "used_up_copy": _(
        "The one copy of this receipt has been made at till %(holder)s. The law allows no more."
    ),
    "frozen_copy": _(
        "The copy lies at till %(holder)s, which was taken out of use. It can no longer be made."
    ),
    "granted_copy": _("The copy is being printed."),
    "used_up_return": _("All of this has been returned."),
    "used_up_parked": _("That receipt is no longer parked."),
    "not_here_yet": _(
        "This has not reached the office yet. Go to the till that made it, or try later."
    ),
    "frozen": _("Till %(holder)s was taken out of use with this in it."),
    "catching_up": _(
        "The office was put back to a backup, and hears all tills first. Try later, or pay another"
        " way."
    ),
    "stopped": _("This till's records need a person at the office. Selling goes on without this."),
    "office_away": _("No contact with the office, and this needs it. Pay another way, or wait."),
}
"""How a question to the office for a right goes (docs/algorithms/rights.md), by its outcome."""

PURPOSES: dict[str, str] = {
    "standard": _("goods at %(rate)s"),
    "food": _("food at %(rate)s"),
    "restaurant": _("meals eaten here, %(rate)s"),
    "culture": _("books and culture at %(rate)s"),
    "transport": _("journeys at %(rate)s"),
}
"""What a gift card that was taxed when it was sold is for, by VAT class."""

RIGHTS_SAID: dict[str, str] = {
    "sell": _("To sell."),
    "discount": _("To give a discount."),
    "discount_above": _("To give more discount than your own limit."),
    "return_from_receipt": _("To take goods back from a receipt."),
    "return_without": _("To take goods back without a receipt."),
    "drawer": _("To open the drawer."),
    "cash_in_out": _("To put cash in or take it out."),
    "price": _("To change a price."),
    "x_report": _("To take an X report."),
    "z_report": _("To close the day."),
    "training": _("To practise."),
    "settings": _("To change settings."),
    "service": _("To do service."),
    "state_outcome": _("To say what became of a card payment."),
    "copy": _("To make a copy of a receipt."),
    "take_over": _("To take a parked receipt over from another till."),
    "reports": _("To see the company's figures."),
}
"""What a right lets somebody do."""


def purpose(vat_class: str, rate_bp: int) -> str:
    """What a single-purpose gift card pays for: "food at 6 %"."""
    return gettext(PURPOSES.get(vat_class, PURPOSES["standard"])) % {"rate": rate(rate_bp)}


def right_sentence(right: str) -> str:
    """What is to be approved; empty for a right that this program does not know."""
    return gettext(RIGHTS_SAID[right]) if right in RIGHTS_SAID else ""


def refusal_sentence(no: Refusal) -> str:
    """The sentence of a refusal; one that has none is a bug that a test finds."""
    return gettext(REFUSALS[no.code]) % _shown(no.values)


def answer_sentence(outcome: str, kind: str = "", **values: str) -> str:
    """How the question for a right of this kind goes; values are shown as they are."""
    said = ANSWERS.get(f"{outcome}_{kind}") or ANSWERS.get(outcome) or REFUSALS[outcome]
    return gettext(said) % values


def reason_sentence(reason: str) -> str:
    """Why a card payment came to nothing."""
    return gettext(REASONS.get(reason, _("Nothing was charged. Try again.")))


PROVIDERS = frozenset(
    {
        *("not_sent", "logged_out", "message_format", "not_allowed", "unavailable_device"),
        *("unavailable_service", "device_out", "unreachable", "bad_message", "not_reversed"),
        *("not_refunded", "payment_restriction"),
    }
)
"""Why a card payment came to nothing, where the payment provider is who can tell more. A card that
is declined is the customer's own matter."""


def contact_sentence(provider: str, phone: str) -> str:
    """Whom to ask about card payments: the payment provider, not the maker of the till."""
    if not provider:
        return gettext("Questions about card payments are answered by your payment provider.")
    if not phone:
        return gettext("Questions about card payments: %(provider)s.") % {"provider": provider}
    told = {"provider": provider, "phone": phone}
    return gettext("Questions about card payments: %(provider)s, %(phone)s.") % told


def contact_text(provider: str, phone: str) -> str:
    """The same as a fact beside its label; empty when nobody is named."""
    return ", ".join(part for part in (provider, phone) if part)


def doubt_sentence(reason: str) -> str:
    """Why it is not known what became of a card payment; empty when there is no more to say."""
    return gettext(DOUBTS[reason]) if reason in DOUBTS else ""


def unit_sentence(fault: str) -> str:
    """Why a sealed receipt has no mark yet: `silent`, `missing`, a refusal's or the unit's code."""
    said = unit_fault(fault)
    return f"{said.what} {said.to_do}".rstrip()


def unit_fault(fault: str) -> unit_words.Words:
    """Why the control unit gives no mark, and what to do about it."""
    if fault in REFUSALS:
        return unit_words.Words(gettext(REFUSALS[fault]), "")
    return unit_words.fault(fault, language())


def unit_status(code: str) -> unit_words.Words:
    """What the control unit says of itself."""
    return unit_words.status(code, language())


def language() -> str:
    """The language of this screen, of those that the control unit's words are in."""
    chosen = (get_language() or "sv")[:2]
    return chosen if chosen in unit_words.LANGUAGES else "en"


def document_refused(unit_code: str) -> str:
    """Why a copy or a pro forma came to nothing."""
    return gettext(
        "The control unit does not take the copy or pro forma (code %(code)s). Selling goes on."
        " Call service."
    ) % {"code": unit_code}


def state_sentence(code: str, seconds: int = -1) -> str:
    """How a part of the till is."""
    return gettext(STATES.get(code, _("Call service."))) % {"seconds": max(0, seconds)}


def advice(code: str) -> str:
    """What to do about it; empty when there is nothing to do."""
    return gettext(ADVICE[code]) if code in ADVICE else ""


def _shown(values: Mapping[str, str | int]) -> dict[str, str]:
    shown = {}
    for name, value in values.items():
        if name.endswith("_minor"):
            shown[name.removesuffix("_minor")] = grouped_amount(int(value))
        elif name.endswith("_bp"):
            shown[name.removesuffix("_bp")] = rate(int(value))
        elif name == "unit_code":
            shown[name] = unit_sentence(str(value))
        else:
            shown[name] = str(value)
    return shown
