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
    "paper_waits_there": _(
        "A document waits for this printer and is printed first. See to the printer."
    ),
}
"""Beside those of `words.REFUSALS`, by code."""

DEVICE_STATES: dict[str, str] = {
    "battery_good": _("There is enough in the battery."),
    "battery_charges": _("The battery is being charged."),
    "battery_low": _("The battery is getting low."),
    "battery_very_low": _("The battery is nearly empty."),
    "battery_empty": _("Less than a tenth is left in the battery."),
    "network_wired": _("Connected by cable."),
    "network_wifi": _("Connected by Wi-Fi."),
    "network_mobile": _("Connected by mobile data."),
    "network_no_route": _("There is a network here, but no way out of it."),
    "network_down": _("There is no network."),
}

DEVICE_ADVICE: dict[str, str] = {
    "battery_low": _("Put the device on its charger soon."),
    "battery_very_low": _("Put the device on its charger now."),
    "battery_empty": _(
        "Put the device on its charger now. A printer that is built in may stop: print on another."
    ),
    "network_no_route": _("Is the shop's router on? Start it again and wait two minutes."),
    "network_down": _("Is the cable in, or Wi-Fi on? Look in the device's own settings."),
}
