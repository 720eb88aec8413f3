"""Loading a company from a folder of files such as `examples/bageri` (described in
examples/README.md).

Loading again changes nothing that has not changed in the files: companies are known by their
organisation number, everything else by the number or code that stands in its file.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from django.utils import translation

from skrin.domain.article import CARRIED_OVER, OFFERED, PROMPTED
from skrin.domain.money import parse_amount
from skrin.domain.refusal import Refusal
from skrin.office.accounting import actions as accounting
from skrin.office.catalogue import actions as catalogue
from skrin.office.catalogue import queries as catalogue_queries
from skrin.office.giftcards import actions as giftcards
from skrin.office.layouts import actions as layouts
from skrin.office.layouts import queries as layout_queries
from skrin.office.paymentsystems import actions as paymentsystems
from skrin.office.paymentsystems import queries as paymentsystem_queries
from skrin.office.people import actions as people
from skrin.office.people import queries as people_queries
from skrin.office.publication import actions as publication
from skrin.office.tenancy import actions as tenancy
from skrin.office.tenancy import wall
from skrin.office.tills import actions as tills
from skrin.office.ui import file_words
from skrin.sync.messages import DeviceSettings

SINCE = date(2000, 1, 1)
"""Prices and accounts of the files hold from here, so that old sales can be sold again."""

Row = dict[str, str]


class BadFile(Exception):
    """A file of the folder cannot be loaded; says which, and why, in the company's language."""


def load_company(
    folder: Path, devices: Mapping[str, DeviceSettings] | None = None
) -> dict[str, Any]:
    """Load the company of `folder`; returns what a demo needs to know.

    `devices`: what hangs on each till, by designation. The result is plain data for JSON: company
    {id, name}, stores [{number, name}], users [{email, display_name, role, password, pin}],
    groups and articles {number: id}, tills [{label, store, designation, till, code}]; `code` is
    empty when a device has enrolled as that till (`till` then names it).
    """
    setup = tomllib.loads((folder / "company.toml").read_text())
    users = _rows(folder, "users.csv")
    company_id = _company(setup, users)
    language = setup["company"]["language"]
    persons = [
        people.set_person(user["email"], user["password"], user.get("language", ""))
        for user in users
    ]
    with wall.inside(company_id):
        _stores(company_id, folder)
        for user, person_id in zip(users, persons, strict=True):
            member_id = people.set_member(
                company_id, person_id, user["role"], user["display_name"], ()
            )
            if user.get("pin"):
                people.set_pin(company_id, member_id, user["pin"])
        catalogue.set_groups(company_id, _groups(folder), language, SINCE)
        _catalogue(company_id, folder, language)
        _payment_methods(company_id, folder, language)
        with translation.override(language):
            _layouts(company_id, folder, language)
        _accounts(company_id, setup)
        _gift_cards(company_id, folder)
        found = _tills(company_id, folder, devices or {})
        publication.publish_everywhere(company_id)
        return {
            "company": {"id": company_id, "name": setup["company"]["name"]},
            "stores": [
                {"number": int(row["number"]), "name": row["name"]}
                for row in _rows(folder, "stores.csv")
            ],
            "users": users,
            "groups": catalogue_queries.group_ids(company_id),
            "articles": catalogue_queries.article_ids(company_id),
            "tills": found,
        }


def _rows(folder: Path, name: str) -> list[Row]:
    with (folder / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _company(setup: Mapping[str, Any], users: Sequence[Row]) -> int:
    """The company with this organisation number among those of its first user, or a new one."""
    card = setup["company"]
    hours, minutes = card["day_break"].split(":")
    fields = {
        "name": card["name"],
        "country": card["country"],
        "currency": card["currency"],
        "language": card["language"],
        "time_zone": card["time_zone"],
        "day_break_min": int(hours) * 60 + int(minutes),
        "parked_at_closing": card.get("parked_at_closing", CARRIED_OVER),
        "cash_count": card.get("cash_count", OFFERED),
        "day_end": card.get("day_end", PROMPTED),
        "header": list(setup.get("receipt", {}).get("header", [])),
        "footer": list(setup.get("receipt", {}).get("footer", [])),
    }
    for user in users[:1]:
        person_id = people_queries.person_id(user["email"])
        for member in people_queries.memberships(person_id) if person_id else ():
            if member.org_number == card["org_number"]:
                with wall.inside(member.company_id):
                    tenancy.set_company(member.company_id, **fields)
                return member.company_id
    return tenancy.found_company(org_number=card["org_number"], **fields).id


def _stores(company_id: int, folder: Path) -> None:
    for row in _rows(folder, "stores.csv"):
        address = [row[name] for name in sorted(row) if name.startswith("address_") and row[name]]
        tenancy.set_store(
            company_id, int(row["number"]), name=row["name"], address=address, phone=row["phone"]
        )


def _names(row: Row) -> dict[str, str]:
    """The names by language out of the columns name_sv, name_en ..."""
    return {
        column.removeprefix("name_"): text
        for column, text in row.items()
        if column.startswith("name_") and text
    }


def _yes(text: str) -> bool:
    return text == "yes"


def _groups(folder: Path) -> list[catalogue.GroupForm]:
    return [
        catalogue.GroupForm(
            number=row["number"],
            names=_names(row),
            kind=row["kind"],
            vat_eat_in=row["vat_eat_in"],
            vat_take_away=row["vat_take_away"],
            colour=int(row["colour"]),
            accounts={
                int(column.removeprefix("account_")) * 100: account
                for column, account in row.items()
                if column.startswith("account_") and account
            },
        )
        for row in _rows(folder, "groups.csv")
    ]


def _articles(folder: Path) -> list[catalogue.ArticleForm]:
    return [
        catalogue.ArticleForm(
            number=row["number"],
            names=_names(row),
            group=row["group"],
            unit=row["unit"],
            decimals=int(row["decimals"]),
            price_rule=row["price_rule"],
            price_minor=parse_amount(row["price"], zero_ok=True) if row["price"] else None,
            cost_minor=parse_amount(row["cost"], zero_ok=True) if row["cost"] else 0,
            barcodes=tuple(row["barcodes"].split()),
            discountable=_yes(row["discountable"]),
            returnable=_yes(row["returnable"]),
            kind=row["kind"],
            deposit=row["deposit"],
            modifiers=tuple(row["modifiers"].split()),
        )
        for row in _rows(folder, "articles.csv")
    ]


def _catalogue(company_id: int, folder: Path, language: str) -> None:
    """Articles, then what names articles: modifier groups, what follows an article, deals."""
    articles = _articles(folder)
    catalogue.set_articles(company_id, articles, language, SINCE)
    options: dict[str, list[catalogue.OptionForm]] = {}
    for row in _rows(folder, "modifier_options.csv"):
        price_minor = parse_amount(row["price"], zero_ok=True)
        option = catalogue.OptionForm(row["article"], price_minor, _yes(row["default"]))
        options.setdefault(row["group"], []).append(option)
    groups = [
        catalogue.ModifierGroupForm(
            row["code"],
            _names(row)[language],
            int(row["least"]),
            int(row["most"]),
            tuple(options.get(row["code"], ())),
        )
        for row in _rows(folder, "modifier_groups.csv")
    ]
    catalogue.set_modifier_groups(company_id, groups)
    catalogue.set_followers(company_id, articles)
    deals: dict[str, list[list[str]]] = {}
    for row in sorted(_rows(folder, "deals.csv"), key=lambda row: int(row["part"])):
        deals.setdefault(row["article"], []).append(row["choices"].split())
    catalogue.set_deals(company_id, deals)


def _payment_methods(company_id: int, folder: Path, language: str) -> None:
    for row in _rows(folder, "payment_methods.csv"):
        paymentsystems.set_method(
            company_id,
            row["id"],
            kind=row["kind"],
            name=_names(row)[language],
            names=_names(row),
            adapter=row["adapter"],
            account=row["account"],
            change=_yes(row["change"]),
            refund=row["refund"],
            offline=row["offline"],
            drawer=_yes(row["drawer"]),
            rounding=_yes(row["rounding"]),
            order=int(row["order"]),
            active=_yes(row["active"]),
            tips=_yes(row["tips"]),
            valid_months=int(row.get("valid_months") or 24),
            offline_limit_minor=parse_amount(row["offline_limit"] or "0", zero_ok=True),
            stores=[int(number) for number in row["stores"].split()],
            partial=_yes(row.get("partial") or "yes"),
            provider=row.get("provider") or "",
            provider_phone=row.get("provider_phone") or "",
        )
    for row in _rows(folder, "reasons.csv"):
        paymentsystems.set_reason(
            company_id,
            row["code"],
            kind=row["kind"],
            name=_names(row)[language],
            names=_names(row),
            account=row["account"],
        )


def _gift_cards(company_id: int, folder: Path) -> None:
    """Cards that were sold before; those that are here already stay as they are."""
    if not (folder / "gift_cards.csv").exists():
        return
    for row in _rows(folder, "gift_cards.csv"):
        balance_minor = parse_amount(row["balance"], zero_ok=True)
        form = giftcards.CardForm(row["code"], balance_minor, row["valid_until"])
        try:
            giftcards.bring_in(company_id, [form], "", time.time_ns() // 1_000_000)
        except Refusal as there:
            if there.code != "card_there":
                raise


def _layouts(company_id: int, folder: Path, language: str) -> None:
    for row in _rows(folder, "layouts.csv"):
        columns = {
            name.removeprefix("columns_"): int(count)
            for name, count in row.items()
            if name.startswith("columns_")
        }
        layouts.set_layout(
            company_id, row["layout"], _names(row)[language], int(row["order"]), columns
        )
    rows = _rows(folder, "buttons.csv")
    ids = _Ids(
        catalogue_queries.article_ids(company_id),
        catalogue_queries.group_ids(company_id),
        layout_queries.layout_ids(company_id),
        paymentsystem_queries.method_ids(company_id),
        _images(company_id, folder, {row["image"] for row in rows if row.get("image")}),
    )
    buttons: dict[int, list[layouts.ButtonForm]] = {}
    for row in rows:
        buttons.setdefault(ids.layouts[row["layout"]], []).append(_button(row, ids, language))
    for layout_id, forms in buttons.items():
        layouts.set_buttons(company_id, layout_id, forms)
    layouts.drop_images(company_id)


def _images(company_id: int, folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Take in the pictures of `images/`; returns their hashes by file name."""
    found = {}
    for name in sorted(names):
        if Path(name).name != name:
            raise BadFile(file_words.image_name(name))
        try:
            found[name] = layouts.set_image(company_id, (folder / "images" / name).read_bytes())
        except OSError as gone:
            raise BadFile(file_words.image_gone(name, gone.strerror or "")) from gone
        except Refusal as no:
            raise BadFile(file_words.image_refused(name, no.code)) from no
    return found


class _Ids:
    """Ids by the numbers and codes that stand in the files, and images by their names."""

    def __init__(
        self,
        articles: dict[str, int],
        groups: dict[str, int],
        layouts: dict[str, int],
        methods: dict[str, int],
        images: dict[str, str],
    ) -> None:
        self.articles, self.groups, self.layouts = articles, groups, layouts
        self.methods, self.images = methods, images


def _button(row: Row, ids: _Ids, language: str) -> layouts.ButtonForm:
    params = _button_params(row["type"], row["value"], ids)
    for column, text in row.items():
        if column.startswith("label_") and text:
            params[column] = text
    if row.get(f"label_{language}"):
        params["label"] = row[f"label_{language}"]
    return layouts.ButtonForm(
        row=int(row["row"]),
        col=int(row["col"]),
        w=int(row["w"]),
        h=int(row["h"]),
        colour=int(row["colour"] or 0),
        type=row["type"],
        params=params,
        icon=row["icon"] or "",
        image=ids.images[row["image"]] if row.get("image") else "",
    )


def _button_params(kind: str, value: str, ids: _Ids) -> dict[str, str | int | list[int]]:
    """`1001*2 2103` and the like as ids (see examples/README.md, buttons.csv)."""
    if kind == "article":
        return {"article": ids.articles[value]}
    if kind == "articles":
        parts = [part.partition("*") for part in value.split()]
        return {
            "articles": [ids.articles[number] for number, _, _ in parts],
            "quantities_milli": [int(times or 1) * 1000 for _, _, times in parts],
        }
    if kind == "group_open":
        return {"group": ids.groups[value]}
    if kind == "group_fixed":
        group, _, price = value.partition("@")
        return {"group": ids.groups[group], "price_minor": parse_amount(price)}
    if kind == "layout":
        return {"layout": ids.layouts[value]}
    if kind in ("pay_now", "pay_ask"):
        return {"method": ids.methods[value]}
    if kind == "discount":
        off, _, text = value.partition(" ")
        if off.endswith("%"):
            return {"percent_bp": parse_amount(off[:-1]), "text": text}
        return {"amount_minor": parse_amount(off), "text": text}
    if kind == "return_mode" and value:
        return {"mode": value}
    return {kind: value} if value else {}


def _accounts(company_id: int, setup: Mapping[str, Any]) -> None:
    accounts = setup["accounts"]
    roles = {name: account for name, account in accounts.items() if isinstance(account, str)}
    sie = setup.get("sie", {})
    accounting.set_ledger(
        company_id,
        roles,
        accounts["names"],
        file_name=sie.get("file_name", "{designation}-Z{z_number}.si"),
        series=sie.get("series", ""),
        ksumma=sie.get("ksumma", False),
    )
    vat = {int(rate) * 100: account for rate, account in accounts["output_vat"].items()}
    accounting.set_vat_accounts(company_id, vat, SINCE)


def _tills(
    company_id: int, folder: Path, devices: Mapping[str, DeviceSettings]
) -> list[dict[str, Any]]:
    return [
        make_till(
            company_id,
            int(row["store"]),
            row["designation"],
            row["label"],
            devices.get(row["designation"]),
        )
        for row in _rows(folder, "tills.csv")
    ]


def make_till(
    company_id: int,
    store: int,
    designation: str,
    label: str,
    devices: DeviceSettings | None = None,
) -> dict[str, Any]:
    """Make a till, or find it; returns {label, store, designation, till, code}.

    A till that no device has taken gets a fresh enrolment code, and older ones stop to work.
    Devices that are not given stay as they are. Call inside the company or outside any.
    """
    with wall.inside(company_id):
        till = tills.set_till(company_id, store, designation, label, devices)
        return {
            "label": label,
            "store": store,
            "designation": designation,
            "till": till.till_id or "",
            "code": "" if till.till_id else tills.new_code(till, time.time_ns() // 1_000_000),
        }


def read_devices(path: Path | None) -> dict[str, DeviceSettings]:
    """Device settings by designation from a JSON file: {"VK1-1": {"printer": "127.0.0.1:9100"}}."""
    if path is None:
        return {}
    return msgspec.json.decode(path.read_bytes(), type=dict[str, DeviceSettings])


def load_price_list(company_id: int, path: Path, language: str = "sv") -> dict[str, int]:
    """Add the articles of a replay's price list to the catalogue; returns article ids by item text.

    Columns: item, article, name_sv, group, price, cost (examples/README.md).
    """
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    forms = {
        row["article"]: catalogue.ArticleForm(
            number=row["article"],
            names=_names(row),
            group=row["group"],
            price_minor=parse_amount(row["price"]),
            cost_minor=parse_amount(row["cost"], zero_ok=True),
        )
        for row in rows
    }
    with wall.inside(company_id):
        catalogue.set_articles(company_id, forms.values(), language, SINCE)
        publication.publish_everywhere(company_id)
        ids = catalogue_queries.article_ids(company_id)
    return {row["item"]: ids[row["article"]] for row in rows}


def main(argv: Sequence[str] | None = None) -> int:
    """Load into the office of a data folder that does not run, and print what was loaded as
    JSON."""
    from skrin.office import main as office
    from skrin.office import postgres

    parser = argparse.ArgumentParser(
        description="Load a company into an office that is not running."
    )
    parser.add_argument("--data", type=Path, default=Path(".data/office"))
    parser.add_argument("--folder", type=Path, default=Path("examples/bageri"))
    parser.add_argument("--devices", type=Path)
    args = parser.parse_args(argv)
    try:
        with postgres.office_lock(args.data), office.database(args.data) as (app_url, owner_url):
            office.configure(args.data, app_url, owner_url)
            print(json.dumps(load_company(args.folder, read_devices(args.devices)), indent=2))
    except BadFile as bad:
        print(bad, file=sys.stderr)
        return 1
    except postgres.OfficeIsRunning:
        print(f"An office runs in {args.data}; start it with --load instead.", file=sys.stderr)
        return office.TAKEN
    return 0


if __name__ == "__main__":
    sys.exit(main())
