"""What a replay of real till data must come to, worked out without the till.

Shares no code with the product, on purpose: it reads the file, the price list and the rules,
and adds up by its own integer arithmetic. If till, Z reports, office and accounting file agree
with this script, they agree with something that cannot have copied their mistakes.

Theory of operation. A row is `Date,Time,Transaction,Item`. Rows of one transaction make one
receipt; rows left out by the rules sell nothing; a transaction of such rows only is no receipt.
Equal items in a row are one line. The day is the local date of (time - day break), the VAT rate
that of the local calendar date. Money is whole öre throughout.

Run:
    python src/skrin/town/independent.py FILE.csv --day-break 04:00 [--json] [--with-receipts]
Exit code 0, or 2 with one sentence on stderr when the input cannot be used.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
HEADER = ["Date", "Time", "Transaction", "Item"]
_EARLIEST = date(2012, 1, 1)  # Serving of food was not taxed at 12 % before this day.

# Swedish VAT in basis points: class -> (first day, rate), rising. Food is 6 % from 1 April 2026
# to the end of 2027 and 12 % before and after; the others stand throughout.
RATES_BP: dict[str, list[tuple[date, int]]] = {
    "standard": [(_EARLIEST, 2500)],
    "restaurant": [(_EARLIEST, 1200)],
    "food": [(_EARLIEST, 1200), (date(2026, 4, 1), 600), (date(2028, 1, 1), 1200)],
    "culture": [(_EARLIEST, 600)],
    "transport": [(_EARLIEST, 600)],
    "exempt": [(_EARLIEST, 0)],
}


class InputError(Exception):
    """The input cannot be used; the text says which place and why."""


# --- arithmetic ---------------------------------------------------------------------------


def half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator as a whole number, halves away from zero. denominator > 0."""
    sign = -1 if numerator < 0 else 1
    whole, rest = divmod(abs(numerator), denominator)
    return sign * (whole + (1 if rest * 2 >= denominator else 0))


def vat_of(gross_minor: int, rate_bp: int) -> int:
    """The VAT contained in a gross amount (öre), rounded half up on the absolute value."""
    return half_up(gross_minor * rate_bp, 10_000 + rate_bp)


def share(total: int, weights: list[int]) -> list[int]:
    """Split total over weights by largest remainder; ties go to the earlier. All >= 0."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    rests = [total * weight % whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-rests[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def rate_bp(vat_class: str, on: date) -> int:
    """The rate in basis points of a VAT class on a local calendar date."""
    if vat_class not in RATES_BP:
        raise InputError(f"unknown VAT class {vat_class!r}")
    if on < _EARLIEST:
        raise InputError(f"no VAT rates are known before {_EARLIEST}, the file has {on}")
    return [rate for since, rate in RATES_BP[vat_class] if since <= on][-1]


def minor(text: str, where: str) -> int:
    """Kronor written with a point and two decimals, as öre."""
    if not re.fullmatch(r"\d+\.\d\d", text):
        raise InputError(f"{where}: {text!r} is not an amount such as 34.00")
    return int(text.replace(".", ""))


# --- input --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """A row of groups.csv; accounts by rate in basis points."""

    number: int
    name: str
    vat_class: dict[str, str]
    accounts: dict[int, str]


@dataclass(frozen=True)
class Article:
    """What an item text is sold as. `number` is None for an open price on a group."""

    number: int | None
    name: str
    group: Group
    price_minor: int
    cost_minor: int


@dataclass(frozen=True)
class Setup:
    """Everything beside the sales: price list, rules, groups, accounts."""

    articles: dict[str, Article]
    unknown_group: Group
    unknown_price_minor: int
    unknown_cost_minor: int
    left_out: frozenset[str]
    way: str
    cash_every: int
    merge_equal: bool
    merge_open: bool
    accounts: dict[str, str]
    vat_accounts: dict[int, str]


@dataclass
class Transaction:
    """The rows of one transaction of the file, in order."""

    number: int
    day: date
    clock: time
    items: list[str] = field(default_factory=list)


def read_groups(path: Path) -> dict[int, Group]:
    """groups.csv by group number."""
    groups: dict[int, Group] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            ways = {"eat_in": row["vat_eat_in"], "take_away": row["vat_take_away"]}
            accounts = {
                int(per_cent) * 100: row[f"account_{per_cent}"]
                for per_cent in ("25", "12", "6")
                if row[f"account_{per_cent}"]
            }
            number = int(row["number"])
            groups[number] = Group(number, row["name_sv"], ways, accounts)
    return groups


def read_articles(path: Path, groups: dict[int, Group]) -> dict[str, Article]:
    """pricelist.csv by item text."""
    articles: dict[str, Article] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            item, where = row["item"], f"{path.name}, {row['item']}"
            if item in articles:
                raise InputError(f"{where}: listed twice")
            if int(row["group"]) not in groups:
                raise InputError(f"{where}: no group {row['group']}")
            articles[item] = Article(
                int(row["article"]),
                row["name_sv"],
                groups[int(row["group"])],
                minor(row["price"], where),
                minor(row["cost"], where),
            )
    return articles


def read_setup(pricelist: Path, rules: Path, groups: Path, company: Path) -> Setup:
    """Read the four files that stand beside the sales. Raises InputError."""
    by_number = read_groups(groups)
    rule = tomllib.loads(rules.read_text(encoding="utf-8"))
    accounts = tomllib.loads(company.read_text(encoding="utf-8"))["accounts"]
    unknown = rule["unknown_items"]
    if unknown["group"] not in by_number:
        raise InputError(f"{rules.name}: no group {unknown['group']}")
    if rule["sale"]["way"] not in ("eat_in", "take_away"):
        raise InputError(f"{rules.name}: the way is eat_in or take_away")
    if rule["payment"]["cash_when_divisible_by"] < 1:
        raise InputError(f"{rules.name}: cash_when_divisible_by must be 1 or more")
    return Setup(
        articles=read_articles(pricelist, by_number),
        unknown_group=by_number[unknown["group"]],
        unknown_price_minor=minor(unknown["price"], rules.name),
        unknown_cost_minor=minor(unknown["cost"], rules.name),
        left_out=frozenset(rule["items"]["left_out"]),
        way=rule["sale"]["way"],
        cash_every=rule["payment"]["cash_when_divisible_by"],
        merge_equal=rule["lines"]["merge_equal_taps"],
        merge_open=rule["lines"]["merge_open_prices"],
        accounts={name: accounts[name] for name in ("cash", "card", "rounding")},
        vat_accounts={int(rate) * 100: number for rate, number in accounts["output_vat"].items()},
    )


def read_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and the four fields of each row. Raises InputError."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        if next(reader, None) != HEADER:
            raise InputError(f"{path.name}: the first line must be {','.join(HEADER)}")
        for row in reader:
            if len(row) != len(HEADER):
                raise InputError(f"{path.name}, line {reader.line_num}: not four fields")
            yield reader.line_num, row


def read_transactions(path: Path) -> list[Transaction]:
    """The file's transactions in order. Raises InputError where the file contradicts itself."""
    found: list[Transaction] = []
    seen: set[int] = set()
    for line, (day_text, clock_text, number_text, item) in read_rows(path):
        where = f"{path.name}, line {line}"
        try:
            day, clock = date.fromisoformat(day_text), time.fromisoformat(clock_text)
            number = int(number_text)
        except ValueError as error:
            raise InputError(f"{where}: {error}") from error
        if not found or found[-1].number != number:
            if number in seen:
                raise InputError(f"{where}: transaction {number} comes back")
            if found and (day, clock) < (found[-1].day, found[-1].clock):
                raise InputError(f"{where}: the time goes back")
            seen.add(number)
            found.append(Transaction(number, day, clock))
        elif (found[-1].day, found[-1].clock) != (day, clock):
            raise InputError(f"{where}: transaction {number} has two times")
        found[-1].items.append(item.strip())
    return found


# --- receipts -----------------------------------------------------------------------------


@dataclass
class Line:
    """One line of a receipt; vat_minor is its share of the receipt's VAT at that rate."""

    article: Article
    quantity: int
    rate_bp: int
    vat_minor: int = 0

    @property
    def gross_minor(self) -> int:
        """Quantity in whole pieces, so nothing is left to round."""
        return self.quantity * self.article.price_minor


@dataclass
class Receipt:
    """One transaction that sells, with every figure that a till must show for it."""

    number: int
    business_day: date
    day: date
    clock: time
    lines: list[Line]
    payment: str
    vat_minor: dict[int, int] = field(default_factory=dict)

    @property
    def total_minor(self) -> int:
        """What the goods cost, before the cash rounding."""
        return sum(line.gross_minor for line in self.lines)

    @property
    def paid_minor(self) -> int:
        """Cash is paid in whole kronor, half a krona up; a card pays the öre."""
        if self.payment == "cash":
            return half_up(self.total_minor, 100) * 100
        return self.total_minor

    @property
    def gross_minor(self) -> dict[int, int]:
        """The total of each rate on the receipt."""
        gross: Counter[int] = Counter()
        for line in self.lines:
            gross[line.rate_bp] += line.gross_minor
        return dict(gross)


def business_day(day: date, clock: time, day_break: time) -> date:
    """The local date of (time - day break); the day break is a wall-clock time."""
    return day - timedelta(days=1) if clock < day_break else day


def lines_of(transaction: Transaction, setup: Setup) -> list[Line]:
    """The receipt's lines, before VAT. Equal items after each other are one line."""
    lines: list[Line] = []
    last_item: str | None = None
    for item in transaction.items:
        if item in setup.left_out:
            continue
        article = setup.articles.get(item) or Article(
            None, item, setup.unknown_group, setup.unknown_price_minor, setup.unknown_cost_minor
        )
        is_open = article.number is None
        # Two unknown items differ in the file but are the same open price at the till.
        key = "" if is_open else item
        if lines and last_item == key and (setup.merge_open if is_open else setup.merge_equal):
            lines[-1].quantity += 1
        else:
            rate = rate_bp(article.group.vat_class[setup.way], transaction.day)
            lines.append(Line(article, 1, rate))
        last_item = key
    return lines


def receipts_of(
    transactions: Iterable[Transaction], setup: Setup, day_break: time
) -> list[Receipt]:
    """The transactions that sell, as receipts with VAT per rate shared to their lines."""
    receipts = []
    for transaction in transactions:
        lines = lines_of(transaction, setup)
        if not lines:
            continue
        cash = transaction.number % setup.cash_every == 0
        receipt = Receipt(
            transaction.number,
            business_day(transaction.day, transaction.clock, day_break),
            transaction.day,
            transaction.clock,
            lines,
            "cash" if cash else "card",
        )
        for rate, gross in receipt.gross_minor.items():
            of_rate = [line for line in lines if line.rate_bp == rate]
            vat = receipt.vat_minor[rate] = vat_of(gross, rate)
            parts = share(vat, [line.gross_minor for line in of_rate])
            for line, part in zip(of_rate, parts, strict=True):
                line.vat_minor = part
        receipts.append(receipt)
    return receipts


# --- sums ---------------------------------------------------------------------------------


@dataclass
class Sums:
    """Figures of a day or of the whole file. All amounts in öre."""

    receipts: int = 0
    lines: int = 0
    pieces: int = 0
    total_minor: int = 0
    rounding_minor: int = 0
    payments: dict[str, Counter[str]] = field(
        default_factory=lambda: {"cash": Counter(), "card": Counter()}
    )
    rates: dict[int, Counter[str]] = field(default_factory=dict)
    groups: dict[int, Counter[str]] = field(default_factory=dict)
    sie: Counter[str] = field(default_factory=Counter)

    def add(self, receipt: Receipt, setup: Setup) -> None:
        """Count one receipt."""
        rounding = receipt.paid_minor - receipt.total_minor
        self.receipts += 1
        self.lines += len(receipt.lines)
        self.pieces += sum(line.quantity for line in receipt.lines)
        self.total_minor += receipt.total_minor
        self.rounding_minor += rounding
        self.payments[receipt.payment].update(receipts=1, amount_minor=receipt.paid_minor)
        self.sie[setup.accounts[receipt.payment]] += receipt.paid_minor
        # What the customer paid too much is a gain: credit, so negative.
        self.sie[setup.accounts["rounding"]] -= rounding
        for rate, gross in receipt.gross_minor.items():
            vat = receipt.vat_minor[rate]
            self.rates.setdefault(rate, Counter()).update(
                gross_minor=gross, vat_minor=vat, net_minor=gross - vat
            )
            if rate:
                self.sie[setup.vat_accounts[rate]] -= vat
        for line in receipt.lines:
            self._add_line(line)

    def _add_line(self, line: Line) -> None:
        group, net = line.article.group, line.gross_minor - line.vat_minor
        if line.rate_bp not in group.accounts:
            raise InputError(f"group {group.number} has no account for {line.rate_bp // 100} %")
        self.sie[group.accounts[line.rate_bp]] -= net
        self.groups.setdefault(group.number, Counter()).update(
            pieces=line.quantity,
            gross_minor=line.gross_minor,
            vat_minor=line.vat_minor,
            net_minor=net,
            cost_minor=line.quantity * line.article.cost_minor,
        )

    def as_json(self) -> dict[str, Any]:
        """Plain values; an account that comes to zero is left out, as an accounting file does."""
        assert sum(self.sie.values()) == 0, "debit and credit differ"
        return {
            "receipts": self.receipts,
            "lines": self.lines,
            "pieces": self.pieces,
            "total_minor": self.total_minor,
            "rounding_minor": self.rounding_minor,
            "payments": {
                kind: {"receipts": sums["receipts"], "amount_minor": sums["amount_minor"]}
                for kind, sums in self.payments.items()
            },
            "rates": {str(rate): dict(self.rates[rate]) for rate in sorted(self.rates)},
            "groups": {str(number): dict(self.groups[number]) for number in sorted(self.groups)},
            "sie": {
                account: self.sie[account] for account in sorted(self.sie) if self.sie[account]
            },
        }


def calendar(receipts: list[Receipt]) -> list[date]:
    """Every business day from the first with a sale to the last, empty ones too."""
    if not receipts:
        return []
    first, last = receipts[0].business_day, receipts[-1].business_day
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def closings(receipts: list[Receipt], setup: Setup) -> list[dict[str, Any]]:
    """One entry per Z report: number from 1, day, figures, grand total of sales so far."""
    days = {day: Sums() for day in calendar(receipts)}
    for receipt in receipts:
        days[receipt.business_day].add(receipt, setup)
    result, grand_total = [], 0
    for number, (day, sums) in enumerate(days.items(), start=1):
        grand_total += sums.total_minor
        head = {"z_number": number, "business_day": day.isoformat()}
        result.append(head | sums.as_json() | {"grand_total_minor": grand_total})
    return result


def articles_sold(receipts: list[Receipt]) -> dict[str, dict[str, int]]:
    """Pieces, gross and net per article number; open prices under `open`."""
    sold: dict[str, Counter[str]] = {}
    for receipt in receipts:
        for line in receipt.lines:
            key = "open" if line.article.number is None else str(line.article.number)
            sold.setdefault(key, Counter()).update(
                pieces=line.quantity,
                gross_minor=line.gross_minor,
                net_minor=line.gross_minor - line.vat_minor,
                cost_minor=line.quantity * line.article.cost_minor,
            )
    return {key: dict(sold[key]) for key in sorted(sold)}


def receipt_as_json(receipt: Receipt) -> dict[str, Any]:
    """One receipt with its lines, for a comparison receipt by receipt."""
    return {
        "transaction": receipt.number,
        "at": f"{receipt.day.isoformat()} {receipt.clock.isoformat()}",
        "business_day": receipt.business_day.isoformat(),
        "payment": receipt.payment,
        "total_minor": receipt.total_minor,
        "paid_minor": receipt.paid_minor,
        "rates": {
            str(rate): {"gross_minor": gross, "vat_minor": receipt.vat_minor[rate]}
            for rate, gross in sorted(receipt.gross_minor.items())
        },
        "lines": [
            [line.article.number, line.article.group.number, line.quantity, line.gross_minor]
            for line in receipt.lines
        ],
    }


def work_out(sales: Path, setup: Setup, day_break: time, with_receipts: bool) -> dict[str, Any]:
    """Everything that the replay of a file must come to, as plain values. Raises InputError."""
    transactions = read_transactions(sales)
    receipts = receipts_of(transactions, setup, day_break)
    days = closings(receipts, setup)
    items = Counter(item for transaction in transactions for item in transaction.items)
    whole = Sums()
    for receipt in receipts:
        whole.add(receipt, setup)
    result = {
        "day_break": day_break.isoformat("minutes"),
        "rows": items.total(),
        "rows_left_out": sum(items[text] for text in setup.left_out),
        "transactions": len(transactions),
        "transactions_selling": len(receipts),
        "dates_with_sales": len({receipt.day for receipt in receipts}),
        "days_with_sales": len({receipt.business_day for receipt in receipts}),
        "empty_days": [day["business_day"] for day in days if not day["receipts"]],
        "closings": len(days),
        "unknown_items": {
            item: items[item]
            for item in sorted(items)
            if item not in setup.articles and item not in setup.left_out
        },
        "whole": whole.as_json(),
        "grand_total_minor": days[-1]["grand_total_minor"] if days else 0,
        "articles": articles_sold(receipts),
        "days": days,
    }
    if with_receipts:
        result["receipts"] = [receipt_as_json(receipt) for receipt in receipts]
    return result


# --- output -------------------------------------------------------------------------------


def kronor(amount_minor: int) -> str:
    """Öre as kronor with a point, for people."""
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{abs(amount_minor) // 100}.{abs(amount_minor) % 100:02d}"


def print_report(result: dict[str, Any]) -> None:
    """The same figures as a table that a person can hold against a Z report."""
    print("   Z day        receipts        total         cash         card   round")
    for day in result["days"]:
        paid = {kind: kronor(sums["amount_minor"]) for kind, sums in day["payments"].items()}
        print(
            f"{day['z_number']:4} {day['business_day']} {day['receipts']:8} "
            f"{kronor(day['total_minor']):>12} {paid['cash']:>12} {paid['card']:>12} "
            f"{kronor(day['rounding_minor']):>7}"
        )
    whole = result["whole"]
    print(
        f"\n{result['rows']} rows, {result['transactions']} transactions, of which "
        f"{result['transactions_selling']} sell; {result['dates_with_sales']} dates with sales, "
        f"{result['closings']} closings, empty: {', '.join(result['empty_days']) or 'none'}"
    )
    print(f"total {kronor(whole['total_minor'])}, rounding {kronor(whole['rounding_minor'])}")
    for title, rows in (("rate", whole["rates"]), ("group", whole["groups"])):
        for key, sums in rows.items():
            name = f"{int(key) // 100} %" if title == "rate" else key
            print(
                f"{title} {name:>5}: gross {kronor(sums['gross_minor'])}, "
                f"vat {kronor(sums['vat_minor'])}, net {kronor(sums['net_minor'])}"
            )
    for account, amount in whole["sie"].items():
        print(f"account {account}: {kronor(amount)}")
    for item, rows in result["unknown_items"].items():
        print(f"unknown item, sold as an open price: {item} ({rows})")


def main(argv: list[str] | None = None) -> int:
    """Read the arguments, print the sums. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    replay, bageri = ROOT / "examples" / "replay", ROOT / "examples" / "bageri"
    parser.add_argument("file", type=Path)
    parser.add_argument("--pricelist", type=Path, default=replay / "pricelist.csv")
    parser.add_argument("--rules", type=Path, default=replay / "rules.toml")
    parser.add_argument("--groups", type=Path, default=bageri / "groups.csv")
    parser.add_argument("--company", type=Path, help="default: company.toml beside the groups")
    parser.add_argument("--day-break", type=time.fromisoformat, default=time(4))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--with-receipts", action="store_true", help="only with --json")
    args = parser.parse_args(argv)
    company = args.company or args.groups.parent / "company.toml"
    try:
        setup = read_setup(args.pricelist, args.rules, args.groups, company)
    except (KeyError, ValueError) as error:
        print(f"price list, rules, groups or company cannot be read: {error!r}", file=sys.stderr)
        return 2
    except (InputError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    try:
        result = work_out(args.file, setup, args.day_break, args.with_receipts)
    except (InputError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if args.json:
        json.dump(result, sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        print_report(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
