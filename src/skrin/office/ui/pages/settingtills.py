"""Settings of tills: made once here, for chosen tills or whole stores (R-SET-011)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skrin.domain.refusal import Refusal
from skrin.domain.till_setting import (
    FOOTER,
    OWN_METHOD_IDS,
    OWN_METHODS,
    SETTINGS,
    THEME,
    THEMES,
    Value,
    checked,
)
from skrin.office.accounting import actions as accounts
from skrin.office.accounting import queries as accounting
from skrin.office.paymentsystems import queries as paymentsystems
from skrin.office.publication import actions as publication
from skrin.office.tenancy import actions as tenancy_actions
from skrin.office.tenancy import queries as tenancy
from skrin.office.tills import actions
from skrin.office.tills import queries as tills
from skrin.office.ui.doors import Visit
from skrin.office.ui.pages import enrolling, units
from skrin.office.ui.screens import Choice
from skrin.office.ui.setting_screens import Part, TargetRow, TillSettings

KEEP, SET, BACK = "keep", "set", "back"
TYPED_MOST = 2000


def page(
    visit: Visit, *, done: str = "", fault: str = "", faults: dict[str, str] | None = None
) -> TillSettings:
    """Every store and till that the member may change, with what is set for it here."""
    sent, wrong = visit.request.POST, faults or {}
    typed = bool(fault or wrong)
    own = sent.getlist("own")[: len(OWN_METHOD_IDS)] if typed else []
    known = [account for _number, account in sorted(accounting.own_methods(visit.company).items())]
    return TillSettings(
        frame=visit.frame("tills"),
        rows=tuple(_rows(visit, set(sent.getlist("target")) if typed else set())),
        footer=_part(visit, FOOTER, wrong, _("The store's foot of the receipt")),
        own_methods=_part(visit, OWN_METHODS, wrong, _("What the store says, else none")),
        theme=_part(visit, THEME, wrong, _("What the store says, else as each screen's system")),
        footer_lines=sent.get("footer", "")[:TYPED_MOST] if typed else "",
        own=tuple(own) + ("",) * (len(OWN_METHOD_IDS) - len(own)),
        themes=tuple(
            Choice(value=theme, name=theme_name(theme), selected=sent.get("theme") == theme)
            for theme in THEMES
        ),
        accounts=tuple(sent.getlist("account")) if "account" in wrong else tuple(known),
        account_fault=wrong.get("account", ""),
        fault=fault,
        done=done,
    )


def change(visit: Visit) -> TillSettings:
    """Set what the form says for every chosen till and store; a page with a fault changed
    nothing."""
    sent = visit.request.POST
    if sent.get("what") == "accounts":
        return _set_accounts(visit)
    known = {row.value for row in _rows(visit, set())}
    targets = [target for target in dict.fromkeys(sent.getlist("target")) if target in known]
    if not targets:
        return page(visit, fault=_("Choose at least one store or till in the list."))
    methods = paymentsystems.methods(visit.company)
    changes: dict[str, Value | None] = {}
    faults: dict[str, str] = {}
    for name in SETTINGS:
        way = sent.get(f"do-{name}", KEEP)
        try:
            if way == SET:
                changes[name] = checked(name, _typed(visit, name), methods)
            elif way == BACK:
                changes[name] = None
        except Refusal as no:
            faults[name] = _sentence(no)
    if faults:
        return page(visit, faults=faults)
    if not changes:
        return page(visit, fault=_("Choose what to set: nothing was to be changed."))
    for target in targets:
        _set(visit, target, changes)
    publication.publish_everywhere(visit.company)
    said = ngettext(
        "Saved for %(n)s line of the list. Tills that are connected have it in seconds.",
        "Saved for %(n)s lines of the list. Tills that are connected have it in seconds.",
        len(targets),
    )
    return page(visit, done=said % {"n": len(targets)})


def _set(visit: Visit, target: str, changes: dict[str, Value | None]) -> None:
    kind, _dash, value = target.partition("-")
    doer = enrolling.doer(visit)
    if kind == "till":
        store = next(seat.store for seat in _seats(visit) if seat.designation == value)
        actions.set_settings(visit.company, store, value, changes, doer)
        return
    store, rest = int(value), dict(changes)
    lines = rest.pop(FOOTER, None)  # None: "the store's" is what a store has already.
    if lines is not None:  # A store's foot has one home: its papers.
        card = tenancy.store_card(visit.company, store)
        tenancy_actions.set_paper(visit.company, store, card.header, lines, card.paper)
    if rest:
        actions.set_settings(visit.company, store, "", rest, doer)


def _set_accounts(visit: Visit) -> TillSettings:
    typed = [text.strip() for text in visit.request.POST.getlist("account")]
    try:
        with transaction.atomic():  # Both or none: the page says that nothing was changed.
            for place, account in enumerate(typed[: len(OWN_METHOD_IDS)], start=1):
                accounts.set_own_method_account(visit.company, place, account)
    except Refusal:
        wrong = _("An account is 3 to 10 digits, as 1580.")
        return page(visit, faults={"account": wrong})
    return page(visit, done=_("Saved. Accounting files that are made from now on have it."))


def _typed(visit: Visit, name: str) -> Value:
    sent = visit.request.POST
    if name == FOOTER:
        return tuple(sent.get("footer", "")[:TYPED_MOST].splitlines())
    if name == OWN_METHODS:
        return tuple(text[:TYPED_MOST] for text in sent.getlist("own"))
    return (sent.get("theme", "")[:TYPED_MOST],)


def _sentence(no: Refusal) -> str:
    said = {
        "paper_lines_too_many": _("At most %(most)s lines stand there. Take some away."),
        "paper_line_too_long": _("A line has at most %(most)s signs. Shorten it."),
        "own_methods_too_many": _("There are at most %(most)s own payment methods."),
        "own_method_too_long": _("A payment method has at most %(most)s signs. Shorten it."),
        "own_method_twice": _("Both have the same name. Call one of them something else."),
        "own_method_taken": _(
            "“%(name)s” is what the shop calls another payment method. Choose another name."
        ),
        "theme_unknown": _("Choose one of the colours."),
    }
    return said[no.code] % no.values


def _part(visit: Visit, name: str, wrong: dict[str, str], store_words: str) -> Part:
    chosen = visit.request.POST.get(f"do-{name}", KEEP) if wrong else KEEP
    names = {
        KEEP: _("Leave it as it is"),
        SET: _("Set it to"),
        BACK: store_words,
    }
    return Part(
        name=name,
        ways=tuple(
            Choice(value=way, name=words, selected=way == chosen) for way, words in names.items()
        ),
        fault=wrong.get(name, ""),
    )


def _seats(visit: Visit) -> list[tills.SeatCard]:
    return [seat for seat in units.seen_seats(visit) if not seat.retired]


def _rows(visit: Visit, chosen: set[str]) -> Iterable[TargetRow]:
    seats = _seats(visit)
    for store in tenancy.stores(visit.company):
        if not visit.member.may_see(store.number):
            continue
        kept = {
            one.designation: one.values for one in tills.till_settings(visit.company, store.number)
        }
        foot = tenancy.store_card(visit.company, store.number).footer
        value = f"store-{store.number}"
        here = {**kept.get("", {}), FOOTER: foot}
        yield _row(value, store.name, _("All tills of the store"), here, value in chosen)
        for seat in seats:
            if seat.store == store.number:
                value = f"till-{seat.designation}"
                here = kept.get(seat.designation, {})
                yield _row(value, seat.label, seat.designation, here, value in chosen)


def _row(value: str, name: str, remark: str, kept: dict[str, Value], chosen: bool) -> TargetRow:
    theme = kept.get(THEME, ())
    return TargetRow(
        value=value,
        name=name,
        remark=remark,
        is_store=value.startswith("store-"),
        footer=_shown(kept, FOOTER),
        own=_shown(kept, OWN_METHODS),
        theme=theme_name(theme[0]) if theme else "",
        chosen=chosen,
    )


def _shown(kept: dict[str, Value], name: str) -> str:
    if name not in kept:
        return ""
    return " / ".join(text for text in kept[name] if text) or _("none")


def theme_name(theme: str) -> str:
    """What a theme is called."""
    return {
        "light": _("Light"),
        "dark": _("Dark"),
        "contrast": _("High contrast"),
    }.get(theme, _("As the screen's system says"))
