"""What each place says of a replay, in one shape, and where two of them differ.

A figure is known by what it counts, of which (a rate, a group, an account ...) and on which day.
A place names the kinds of figures that it keeps, so that one it should have and has not counts as
zero and is seen; kinds that it does not keep are not held against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from skrin.domain.codec import decode_body
from skrin.domain.receipt import ReceiptSealed
from skrin.domain.report import DayReport
from skrin.sync.messages import Person
from skrin.till.flow import reporting
from skrin.till.flow.till import Till
from skrin.till.storage.shop_reader import ShopReader
from skrin.town.replay_till import SimulatedDevices

COUNTS = frozenset(
    {
        *("transactions", "receipts", "closings", "documents", "entries", "not taken"),
        *("cash receipts", "card receipts", "pieces of group", "pieces of article"),
    }
)
"""Figures that are numbers of things; all others are amounts in öre."""


class Kind(NamedTuple):
    """What is counted, and whether it is counted for each day."""

    what: str
    daily: bool = False


class Key(NamedTuple):
    """One figure; `of` and `day` (YYYY-MM-DD) are empty where they do not apply."""

    what: str
    of: str = ""
    day: str = ""

    @property
    def kind(self) -> Kind:
        """Which kind of figure this is."""
        return Kind(self.what, bool(self.day))

    def words(self) -> str:
        """How the figure is called in a table."""
        of = self.of
        if self.what.endswith(" at"):
            of = f"{int(self.of) / 100:g} %" if self.of.isdecimal() else self.of
        return " ".join(part for part in (self.day, self.what, of) if part)


Figures = Counter[Key]


@dataclass(slots=True)
class Place:
    """Somewhere that figures are kept."""

    name: str
    kinds: frozenset[Kind]
    figures: Figures = field(default_factory=Counter)

    def says(self, key: Key) -> int | None:
        """A figure, or None when figures of its kind are not kept here."""
        return self.figures[key] if key.kind in self.kinds else None


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that a place gives otherwise than the file."""

    place: str
    key: Key
    expected: int
    found: int

    def line(self) -> str:
        """The difference in words."""
        expected, found = shown(self.key.what, self.expected), shown(self.key.what, self.found)
        off = shown(self.key.what, self.found - self.expected)
        return f"{self.key.words()}: file {expected}, {self.place} {found} (off by {off})"


def kinds(*names: str) -> frozenset[Kind]:
    """Kinds by their names; those with `/day` are daily."""
    return frozenset(Kind(name.removesuffix("/day"), name.endswith("/day")) for name in names)


def shown(what: str, value: int) -> str:
    """A count as it is, an amount in kronor."""
    if what in COUNTS:
        return str(value)
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}"


def differences(file: Place, places: Iterable[Place]) -> list[Difference]:
    """Every figure that a place gives otherwise than the file, the whole before the days."""
    found = []
    for place in places:
        assert place.kinds <= file.kinds, f"{place.name} keeps what the file does not tell"
        asked = {key for key in file.figures if key.kind in place.kinds} | set(place.figures)
        for key in sorted(asked, key=lambda key: (key.day, key.what, key.of)):
            if place.figures[key] != file.figures[key]:
                found.append(Difference(place.name, key, file.figures[key], place.figures[key]))
    return found


OF_RECEIPTS = kinds(
    *("receipts", "total", "rounding", "cash", "card", "cash receipts", "card receipts"),
    *("gross at", "vat at", "gross of group", "net of group", "pieces of group"),
    *("gross of article", "pieces of article"),
    *("receipts/day", "total/day", "rounding/day", "cash/day", "card/day"),
    *("gross at/day", "vat at/day", "net of group/day", "pieces of group/day"),
)
OF_FILE = OF_RECEIPTS | kinds(
    *("transactions", "closings", "closings/day", "documents", "grand total", "entries"),
    *("not taken", "vat", "cost", "net of article", "account", "account/day"),
)
OF_Z = (OF_RECEIPTS - kinds("cash receipts", "card receipts")) | kinds(
    "closings", "closings/day", "grand total"
)


OF_PERIOD = frozenset(kind for kind in OF_RECEIPTS if not kind.daily) - kinds(
    "cash receipts", "card receipts"
)


def of_file(told: dict[str, Any], entries: int) -> Place:
    """The independent script's sums; `entries`: how many the till wrote, which no file can tell."""
    place = Place("file", OF_FILE)
    figures = place.figures
    whole = told["whole"]
    figures[Key("transactions")] = told["transactions"]
    figures[Key("closings")] = told["closings"]
    figures[Key("documents")] = whole["receipts"] + told["closings"]
    figures[Key("grand total")] = told["grand_total_minor"]
    figures[Key("entries")] = entries
    for method, sums in whole["payments"].items():
        figures[Key(f"{method} receipts")] = sums["receipts"]
    _take_sums(figures, whole, "")
    for number, sums in told["articles"].items():
        figures[Key("pieces of article", number)] = sums["pieces"]
        figures[Key("gross of article", number)] = sums["gross_minor"]
        figures[Key("net of article", number)] = sums["net_minor"]
        figures[Key("cost")] += sums["cost_minor"]
    for day in told["days"]:
        figures[Key("closings", day=day["business_day"])] = 1
        _take_sums(figures, day, day["business_day"])
    return place


def _take_sums(figures: Figures, sums: dict[str, Any], day: str) -> None:
    figures[Key("receipts", day=day)] = sums["receipts"]
    figures[Key("total", day=day)] = sums["total_minor"]
    figures[Key("rounding", day=day)] = sums["rounding_minor"]
    for method, paid in sums["payments"].items():
        figures[Key(method, day=day)] = paid["amount_minor"]
    for rate, of_rate in sums["rates"].items():
        figures[Key("gross at", rate, day)] = of_rate["gross_minor"]
        figures[Key("vat at", rate, day)] = of_rate["vat_minor"]
        if not day:
            figures[Key("vat")] += of_rate["vat_minor"]
    for number, of_group in sums["groups"].items():
        figures[Key("net of group", number, day)] = of_group["net_minor"]
        figures[Key("pieces of group", number, day)] = of_group["pieces"]
        if not day:
            figures[Key("gross of group", number)] = of_group["gross_minor"]
    for account, amount_minor in sums["sie"].items():
        figures[Key("account", account, day)] = amount_minor


def of_journal(till: Till) -> tuple[Place, Place]:
    """The till's journal: its receipts added up anew, and what its Z reports say."""
    receipts = Place("till", OF_RECEIPTS | kinds("entries"))
    reports = Place("Z", OF_Z)
    reader = ShopReader(till.file.path)
    groups = {group.id: group.number for group in till.registers.groups.values()}
    methods = {str(method.id): method.kind for method in till.registers.methods}
    try:
        for entry in reader.entries(1):
            receipts.figures[Key("entries")] += 1
            if entry.header.kind not in ("receipt.sealed", "day.closed"):
                continue
            body = decode_body(entry.header.kind, entry.header.version, entry.body)
            if isinstance(body, ReceiptSealed):
                _add_receipt(receipts.figures, body, entry.header.business_day, groups)
            elif isinstance(body, DayReport):
                _add_report(reports.figures, body, till, groups, methods)
    finally:
        reader.close()
    return receipts, reports


def _add_receipt(figures: Figures, sealed: ReceiptSealed, day: str, groups: dict[int, str]) -> None:
    for on in ("", day):
        figures[Key("receipts", day=on)] += 1
        figures[Key("total", day=on)] += sealed.total_minor
        figures[Key("rounding", day=on)] += sealed.rounding_minor
        for paid in sealed.payments:
            figures[Key(paid.kind, day=on)] += paid.amount_minor
        for row in sealed.vat:
            figures[Key("gross at", str(row.rate_bp), on)] += row.gross_minor
            figures[Key("vat at", str(row.rate_bp), on)] += row.vat_minor
        for line in sealed.lines:
            number = groups[line.group]
            figures[Key("pieces of group", number, on)] += line.quantity_milli // 1000
            figures[Key("net of group", number, on)] += line.amount_minor - line.vat_minor
    for paid in sealed.payments:
        figures[Key(f"{paid.kind} receipts")] += 1
    for line in sealed.lines:
        article = line.number if line.article else "open"
        figures[Key("gross of group", groups[line.group])] += line.amount_minor
        figures[Key("pieces of article", article)] += line.quantity_milli // 1000
        figures[Key("gross of article", article)] += line.amount_minor


def _add_report(
    figures: Figures,
    report: DayReport,
    till: Till,
    groups: dict[int, str],
    methods: dict[str, str],
) -> None:
    (period,) = report.periods
    for on in ("", period.business_day):
        figures[Key("closings", day=on)] += 1
    _add_rows(figures, report, till, groups, methods, ("", period.business_day))
    figures[Key("grand total")] = report.grand.net_minor


def _add_rows(
    figures: Figures,
    report: DayReport,
    till: Till,
    groups: dict[int, str],
    methods: dict[str, str],
    days: tuple[str, ...],
) -> None:
    """What a report says, of the whole (an empty day) and of its day."""
    for on in days:
        figures[Key("receipts", day=on)] += report.row("receipts").count
        figures[Key("total", day=on)] += report.net_minor
        figures[Key("rounding", day=on)] += report.row("rounding").amount_minor
        for row in report.rows_of("method"):
            figures[Key(methods[row.key], day=on)] += row.amount_minor
        for row in report.rows_of("group_rate"):
            group, rate = row.key.split(":")
            number = groups[int(group)]
            figures[Key("gross at", rate, on)] += row.amount_minor
            figures[Key("vat at", rate, on)] += row.vat_minor
            figures[Key("pieces of group", number, on)] += row.count
            figures[Key("net of group", number, on)] += row.amount_minor - row.vat_minor
            if not on:
                figures[Key("gross of group", number)] += row.amount_minor
    for row in report.rows_of("article"):
        article = till.registers.articles.get(int(row.key.split(":")[0]))
        number = article.number if article else "open"
        figures[Key("pieces of article", number)] += row.count
        figures[Key("gross of article", number)] += row.amount_minor


def of_period(till: Till, actor: Person) -> Place:
    """The till's report of every day there is, as a person would take it for the whole interval."""
    place = Place("period report", OF_PERIOD)
    reader = ShopReader(till.file.path)
    try:
        span = (till.first_day, till.head.business_day)
        report = reporting.period_report(till, reader, actor, *span)
    finally:
        reader.close()
    groups = {group.id: group.number for group in till.registers.groups.values()}
    methods = {str(method.id): method.kind for method in till.registers.methods}
    _add_rows(place.figures, report, till, groups, methods, ("",))
    return place


def of_devices(devices: SimulatedDevices) -> list[Place]:
    """What the control unit, the card terminal and the printer counted by themselves."""
    unit = Place("control unit", kinds("receipts", "total", "vat at"))
    for counted in devices.control_unit.counters.values():
        unit.figures[Key("receipts")] += counted.receipts
        unit.figures[Key("total")] += counted.total_minor
        for rate_bp, vat_minor in counted.vat_minor.items():
            unit.figures[Key("vat at", str(rate_bp))] += vat_minor
    card = Place("card terminal", kinds("card", "card receipts"))
    card.figures[Key("card")] = devices.card_terminal.charged_minor
    card.figures[Key("card receipts")] = devices.card_terminal.charges
    printer = Place("printer", kinds("documents"))
    printer.figures[Key("documents")] = devices.printer.printed
    return [unit, card, printer]
