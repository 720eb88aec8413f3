"""What is said of devices, beside the tables of `words`: refusals, states, and what to do."""

from __future__ import annotations


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated when it is shown, not when this is read."""
    return text


DEVICE_REFUSALS: dict[str, str] = {
    "printer_kind_unknown": _("Choose how the printer is connected."),
    "printer_address_unreadable": _(
        "“%(typed)s” is no address of such a printer. Type it as in the example."
    ),
    "printer_paper_unknown": _("Choose the width of the paper and the letters from the lists."),
    "printer_twice": _("There is a printer at %(typed)s here already. Change that one."),
    "printer_gone": _("That printer is no longer set up here. Look at the list."),
    "printers_too_many": _("At most %(most)s printers. Remove one first."),
    "printer_not_raw": _("The printer's queue takes no raw documents. Call service."),
    "paper_waits_there": _(
        "A document waits for this printer and is printed first. See to the printer."
    ),
    "scale_protocol_unknown": _("Choose what the scale speaks."),
    "scale_address_unreadable": _(
        "“%(typed)s” is no serial line. Type it as in the example, and one of the usual speeds."
    ),
    "scale_missing": _("No scale is set up here. Type the weight."),
    "weighing_gone": _("That weight is no longer on the scale. Weigh again, or type it."),
    "weight_wanted": _("%(name)s is sold by weight. Put it on the scale."),
}
"""Beside those of `words.REFUSALS`, by code."""

DEVICE_STATES: dict[str, str] = {
    "battery_good": _("There is enough in the battery."),
    "battery_charges": _("The battery is being charged."),
    "battery_low": _("The battery is getting low."),
    "battery_very_low": _("The battery is nearly empty."),
    "battery_empty": _("Less than a tenth is left in the battery."),
    "printer_not_raw": _("The printer's queue takes no raw documents."),
    "network_wired": _("Connected by cable."),
    "network_wifi": _("Connected by Wi-Fi."),
    "network_mobile": _("Connected by mobile data."),
    "network_no_route": _("There is a network here, but no way out of it."),
    "network_down": _("There is no network."),
    "scale_missing": _("No scale is set up."),
    "scale_ready": _("The scale answers."),
    "scale_asked": _("The scale has not been asked yet."),
    "scale_silent": _("The scale does not answer."),
    "scale_moves": _("The scale answers, and is not still just now."),
    "scale_over": _("More lies on the scale than it can weigh."),
    "scale_under": _("The scale shows less than nothing."),
    "scale_zero": _("The scale does not find its zero."),
    "scale_unit": _("The scale does not tell kilograms in whole grams."),
    "scale_garbled": _("The scale's answer cannot be read."),
}

DEVICE_ADVICE: dict[str, str] = {
    "battery_low": _("Put the device on its charger soon."),
    "battery_very_low": _("Put the device on its charger now."),
    "battery_empty": _(
        "Put the device on its charger now. A printer that is built in may stop: print on another."
    ),
    "printer_not_raw": _(
        "The queue in CUPS is set up with a driver. Make a raw one, and choose that."
    ),
    "scale_silent": _(
        "Is it on, and its cable in? Look at its port, and at what is chosen here. Until then the"
        " weight is typed."
    ),
    "scale_over": _("Take off what does not belong there."),
    "scale_under": _("Take everything off it, set it to zero, and weigh again."),
    "scale_zero": _("Take everything off it, then switch it off and on."),
    "scale_unit": _("Have service set it to kilograms, in steps of whole grams."),
    "scale_garbled": _(
        "Does it speak what is chosen here, at this speed? Until then the weight is typed."
    ),
    "network_no_route": _("Is the shop's router on? Start it again and wait two minutes."),
    "network_down": _("Is the cable in, or Wi-Fi on? Look in the device's own settings."),
}
