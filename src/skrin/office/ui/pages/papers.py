"""The papers of a store: lines above and below, texts by condition, the logo, and how it looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skrin.documents import PLAIN, Look, receipt_html
from skrin.domain.article import StoreCard
from skrin.domain.entry import TRAINING
from skrin.domain.paper import (
    FOOTER,
    FOOTER_LINES,
    HEADER,
    LANGUAGES,
    MOST_LINES,
    MOST_SIGNS,
    MOST_TEXTS,
    PLACES,
    WHOLE_DAY_MIN,
    Moment,
    Paper,
    PaperText,
    lines_of,
)
from skrin.domain.payment import CARD, Payment
from skrin.domain.receipt import (
    PRO_FORMA,
    RETURN,
    SALE,
    FiscalMark,
    ReceiptLine,
    ReceiptSealed,
    SignedReceipt,
)
from skrin.domain.refusal import Refusal
from skrin.domain.sealing import seller_of
from skrin.domain.vat import vat_per_rate
from skrin.office.publication import actions as publication
from skrin.office.tenancy import actions, logos
from skrin.office.tenancy import queries as tenancy
from skrin.office.ui import paper_screens
from skrin.office.ui.doors import Visit
from skrin.office.ui.screens import Choice

KINDS = (SALE, RETURN, PRO_FORMA, TRAINING)


def page(visit: Visit, store: int, notice: str = "", error: str = "") -> paper_screens.PaperPage:
    """What the papers of a store say now. Raises `Http404`."""
    card = _card(visit, store)
    texts = [_fields(number, text) for number, text in enumerate(card.paper.texts, start=1)]
    if len(texts) < MOST_TEXTS:
        empty = PaperText(FOOTER, ())
        texts.append(replace(_fields(len(texts) + 1, empty), is_new=True))
    return paper_screens.PaperPage(
        frame=visit.frame("settings"),
        store=store,
        store_name=card.store_name,
        header="\n".join(card.header),
        footer="\n".join(card.footer),
        languages=_choices(_languages(), (card.paper.language,)),
        shows_code=card.paper.shows_code,
        has_logo=card.paper.logo is not None,
        texts=tuple(texts),
        preview=_preview(card, visit),
        notice=notice,
        error=error,
    )


def save(visit: Visit, store: int) -> paper_screens.PaperPage:
    """Take the form; the tills hear of it at once. A page with `error` changed nothing."""
    card = _card(visit, store)
    try:
        header, footer, paper = _read(visit, card.paper)
    except Refusal as no:
        return _as_typed(visit, page(visit, store, error=_sentence(no)))
    actions.set_paper(visit.company, store, header, footer, paper)
    publication.publish_everywhere(visit.company)
    return page(visit, store, notice=_("Saved. Tills that are connected have it in seconds."))


def _sentence(no: Refusal) -> str:
    """What was wrong with what was given."""
    said = {
        "paper_lines_too_many": _("At most %(most)s lines stand there. Take some away."),
        "paper_line_too_long": _("A line has at most %(most)s signs. Shorten it."),
        "paper_time_unreadable": _("“%(typed)s” is no time or day."),
        "image_too_large": _("The picture is too large: at most 10 MB and 24 million pixels."),
        "image_unreadable": _("The picture cannot be read. Give a PNG, JPEG or WebP."),
    }
    return said[no.code] % no.values


def _as_typed(visit: Visit, screen: paper_screens.PaperPage) -> paper_screens.PaperPage:
    """The page with what was typed, so that nothing of it is lost; a picture must be given anew."""
    sent = visit.request.POST
    numbers = [n for n in range(1, MOST_TEXTS + 1) if sent.get(f"lines-{n}")]
    numbers.append(max(numbers, default=0) + 1)
    return replace(
        screen,
        header=sent.get("header", ""),
        footer=sent.get("footer", ""),
        languages=_choices(_languages(), (sent.get("language", ""),)),
        shows_code=bool(sent.get("shows_code")),
        texts=tuple(_typed_fields(visit, number) for number in numbers),
    )


def _typed_fields(visit: Visit, number: int) -> paper_screens.TextFields:
    sent = visit.request.POST
    place, language = sent.get(f"place-{number}", FOOTER), sent.get(f"language-{number}", "")
    blank = _fields(number, PaperText(place, (), language=language))

    def chosen(choices: tuple[Choice, ...], name: str) -> tuple[Choice, ...]:
        picked = sent.getlist(f"{name}-{number}")
        return tuple(replace(one, selected=one.value in picked) for one in choices)

    return replace(
        blank,
        lines=sent.get(f"lines-{number}", ""),
        kinds=chosen(blank.kinds, "kinds"),
        weekdays=chosen(blank.weekdays, "weekdays"),
        from_time=sent.get(f"from-{number}", ""),
        to_time=sent.get(f"to-{number}", ""),
        first_day=sent.get(f"first-{number}", ""),
        last_day=sent.get(f"last-{number}", ""),
        is_new=not sent.get(f"lines-{number}"),
    )


def _card(visit: Visit, store: int) -> StoreCard:
    known = {one.number for one in tenancy.stores(visit.company)}
    if store not in known or not visit.member.may_see(store):
        raise Http404
    return tenancy.store_card(visit.company, store)


def look_of(visit: Visit, store: int) -> Look:
    """What a store puts on its papers beside words; plain for one that is gone."""
    if store not in {one.number for one in tenancy.stores(visit.company)}:
        return PLAIN
    paper = tenancy.store_card(visit.company, store).paper
    return Look(paper.logo, paper.shows_code)


# Reading the form.


def _read(visit: Visit, before: Paper) -> tuple[tuple[str, ...], tuple[str, ...], Paper]:
    sent = visit.request.POST
    header = _checked_lines(sent.get("header", "").splitlines(), FOOTER_LINES)
    footer = _checked_lines(sent.get("footer", "").splitlines(), FOOTER_LINES)
    texts = [_text(visit, number) for number in range(1, MOST_TEXTS + 1)]
    logo = None if sent.get("no_logo") else before.logo
    given = visit.request.FILES.get("logo")
    if given is not None:
        logo = logos.logo_of(given.read())
    language = sent.get("language", "")
    return (
        header,
        footer,
        Paper(
            language if language in LANGUAGES else before.language,
            tuple(text for text in texts if text and text.lines),
            logo,
            bool(sent.get("shows_code")),
        ),
    )


def _text(visit: Visit, number: int) -> PaperText | None:
    sent = visit.request.POST
    lines = _checked_lines(sent.get(f"lines-{number}", "").splitlines(), MOST_LINES)
    place = sent.get(f"place-{number}", FOOTER)
    if not lines or place not in PLACES:
        return None
    language = sent.get(f"language-{number}", "")
    weekdays = {one for one in sent.getlist(f"weekdays-{number}") if one in set("1234567")}
    return PaperText(
        place,
        lines,
        tuple(one for one in KINDS if one in sent.getlist(f"kinds-{number}")),
        _minute(sent.get(f"from-{number}", ""), 0),
        _minute(sent.get(f"to-{number}", ""), WHOLE_DAY_MIN),
        _day(sent.get(f"first-{number}", "")),
        _day(sent.get(f"last-{number}", "")),
        tuple(sorted(int(one) for one in weekdays)),
        language if language in LANGUAGES else "",
    )


def _minute(typed: str, otherwise: int) -> int:
    if not typed:
        return otherwise
    try:
        at = time.fromisoformat(typed)
    except ValueError as fault:
        raise Refusal("paper_time_unreadable", typed=typed[:20]) from fault
    return at.hour * 60 + at.minute


def _day(typed: str) -> str:
    try:
        return date.fromisoformat(typed).isoformat() if typed else ""
    except ValueError as fault:
        raise Refusal("paper_time_unreadable", typed=typed[:20]) from fault


def _checked_lines(typed: Iterable[str], most: int) -> tuple[str, ...]:
    """Typed lines, blanks made single, empty ones at the end gone. Refused: `paper_lines_too_many`,
    `paper_line_too_long`."""
    lines = [" ".join(line.split()) for line in typed]
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) > most:
        raise Refusal("paper_lines_too_many", most=most)
    if any(len(line) > MOST_SIGNS for line in lines):
        raise Refusal("paper_line_too_long", most=MOST_SIGNS)
    return tuple(lines)


# Showing it.


def _choices(names: Iterable[tuple[str, str]], chosen: Iterable[str]) -> tuple[Choice, ...]:
    picked = set(chosen)
    return tuple(Choice(value=one, name=name, selected=one in picked) for one, name in names)


def _languages() -> tuple[tuple[str, str], ...]:
    return ("sv", _("Swedish")), ("en", _("English"))


def _fields(number: int, text: PaperText) -> paper_screens.TextFields:
    kinds = zip(KINDS, (_("Sale"), _("Return"), _("Pro forma"), _("Training")), strict=True)
    days = [(str(day), date_format(date(2024, 1, day), "D")) for day in range(1, 8)]
    whole = (text.from_min, text.to_min) == (0, WHOLE_DAY_MIN)
    return paper_screens.TextFields(
        number=number,
        places=_choices(((HEADER, _("Above")), (FOOTER, _("Below"))), (text.place,)),
        lines="\n".join(text.lines),
        kinds=_choices(kinds, text.kinds),
        weekdays=_choices(days, map(str, text.weekdays)),
        languages=_choices((("", _("Any language")), *_languages()), (text.language,)),
        from_time="" if whole else _clock(text.from_min),
        to_time="" if whole or text.to_min == WHOLE_DAY_MIN else _clock(text.to_min),
        first_day=text.first_day,
        last_day=text.last_day,
    )


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _preview(card: StoreCard, visit: Visit) -> str:
    """An example sale as it would come out now."""
    look = Look(card.paper.logo, card.paper.shows_code)
    return receipt_html(_example(card, visit), 42, look=look)


def _example(card: StoreCard, visit: Visit) -> SignedReceipt:
    now = datetime.fromtimestamp(visit.now_ms / 1000, tz=UTC).astimezone(ZoneInfo(visit.time_zone))
    at = Moment(now.date().isoformat(), now.hour * 60 + now.minute, now.isoweekday())
    amount_minor = 100_00
    rows, (vat_minor,) = vat_per_rate([(2500, amount_minor)])
    line = ReceiptLine(
        *(1, 0, "", _("Example"), 0, "", "goods", "st", 0, 1000, amount_minor, amount_minor, 0),
        *(2500, vat_minor, 0, 0),
    )
    paid = Payment("p", 0, CARD, _("Card"), amount_minor, amount_minor, 0, 0)
    sealed = ReceiptSealed(
        receipt_id="",
        kind=SALE,
        number=1,
        cart_id="",
        designation="",
        seller=seller_of(card),
        currency=card.currency,
        way="",
        cashier=visit.member.display_name,
        lines=(line,),
        vat=tuple(rows),
        payments=(paid,),
        total_minor=amount_minor,
        rounding_minor=0,
        tip_minor=0,
        discount_minor=0,
        reduced_count=0,
        reduced_minor=0,
        message_serial=1,
        header=(*card.header, *lines_of(card.paper, HEADER, SALE, at)),
        footer=(*card.footer[:FOOTER_LINES], *lines_of(card.paper, FOOTER, SALE, at)),
        language=card.paper.language,
    )
    mark = FiscalMark(_("Example"), "", "0", "0", 1, 1)
    offset = now.utcoffset()
    offset_min = int(offset.total_seconds() // 60) if offset else 0
    return SignedReceipt(sealed, mark, int(now.timestamp() * 1000), offset_min, "", "normal")
