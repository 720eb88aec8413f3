"""Why a setting was not set, in words for whoever typed it."""

from __future__ import annotations


def _(text: str) -> str:
    return text


REFUSALS: dict[str, str] = {
    "setting_unknown": _("This till does not have that setting. Look at the page again."),
    "paper_lines_too_many": _("At most %(most)s lines stand there. Take some away."),
    "paper_line_too_long": _("A line has at most %(most)s signs. Shorten it."),
    "own_methods_too_many": _("There are at most %(most)s own payment methods."),
    "own_method_too_long": _("A payment method has at most %(most)s signs. Shorten it."),
    "own_method_twice": _("Both have the same name. Call one of them something else."),
    "own_method_taken": _(
        "“%(name)s” is what the shop calls another payment method. Choose another name."
    ),
    "own_method_in_use": _(
        "A part of the open receipt is paid with %(name)s. Finish that sale first."
    ),
    "theme_unknown": _("Choose one of the colours."),
    "card_terminal_protocol_unknown": _("Choose what the card terminal speaks."),
    "card_terminal_id_unreadable": _(
        "“%(typed)s” is no terminal id. It stands in the payment provider's papers: letters,"
        " digits, and signs like -."
    ),
    "card_terminal_address_unreadable": _(
        "“%(typed)s” is no address of a card terminal. Type its number and port, as in the example."
    ),
    "card_terminal_certificate_wanted": _(
        "This terminal is spoken to over TLS only. Give the certificate of its authority; the"
        " payment provider has it."
    ),
    "card_terminal_certificate_unreadable": _(
        "The certificate %(typed)s cannot be read. Paste it whole, with its first and last line,"
        " or give the name of a file on this till."
    ),
    "card_terminal_twice": _("There is a card terminal %(typed)s here already. Change that one."),
    "card_terminal_gone": _("That card terminal is no longer set up here. Look at the list."),
    "card_terminals_too_many": _("At most %(most)s card terminals. Remove one first."),
}
