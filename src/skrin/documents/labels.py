"""The words of documents, by language. The law wants Swedish or English (SKVFS 2014:10 5:2).

These are not the programs' gettext texts: a receipt reads the same whatever language the cashier
has chosen, and a copy of it years later too.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReceiptWords:
    """What stands on a receipt beside what was sold."""

    language: str
    org_number: str
    phone: str
    number: str
    register: str
    ways: dict[str, str]
    marks: dict[str, str]
    electronic: str
    discount: str
    of_which_discount: str
    discounted: str
    refers_to: str
    total: str
    rounding: str
    tip: str
    to_pay: str
    to_pay_back: str
    change: str
    card_approval: str
    card_transaction: str
    card_terminal: str
    vat_total: str
    vat_heading: tuple[str, str, str, str]
    cashier: str
    control_unit: str
    control_code: str
    copy_number: str
    copy_made: str
    copy_control_unit: str
    copy_control_code: str
    pro_forma_number: str
    archive: str


@dataclass(frozen=True, slots=True)
class ReportWords:
    """What stands on X and Z reports; the comments give the item of SKVFS 2014:9 7:2."""

    x_report: str  # 3
    z_report: str
    period_report: str
    by_article: str
    copy: str
    copied: str
    copied_by: str
    z_number: str
    org_number: str  # 1
    made: str  # 2
    business_day: str
    business_days: str
    period: str
    register: str  # 4
    register_serial: str
    model: str
    program: str
    version: str
    cashier: str
    days: str
    days_of_span: str
    total_sales: str  # 5
    groups: tuple[str, str, str]  # 6
    vat_total: str  # 7
    vat_heading: tuple[str, str, str, str]
    float_: str  # 8
    float_change: str
    cash_in: str
    cash_out: str
    cash_expected: str
    cash_counted: str
    cash_difference: str
    cash_differences: str
    not_counted: str
    goods: str  # 9
    services: str  # 10
    counts: tuple[str, str, str]
    receipts: str  # 11
    drawer: str  # 12
    copies: str  # 13
    training: str  # 14
    methods: tuple[str, str, str]  # 15
    rounding: str
    tips: str
    returns: str  # 16
    discounts: str  # 17
    reduced: str  # 18
    unfinished: str  # 19
    parked: str
    grand_sales: str  # 20
    grand_returns: str  # 21
    grand_net: str  # 22


@dataclass(frozen=True, slots=True)
class SlipWords:
    """What stands on the slip of cash that was put in or taken out."""

    titles: dict[str, str]
    org_number: str
    number: str
    register: str
    cashier: str
    amount: str
    signature: str


RECEIPT: dict[str, ReceiptWords] = {
    "sv": ReceiptWords(
        language="sv",
        org_number="Org.nr",
        phone="Tel",
        number="Kvittonr",
        register="Kassa",
        ways={"eat_in": "Äta här", "take_away": "Ta med"},
        marks={
            "return": "RETUR",
            "copy": "KOPIA",
            "training": "ÖVNING",
            "pro_forma": "EJ KVITTO",
        },
        electronic="Elektroniskt kassakvitto",
        discount="Rabatt",
        of_which_discount="Varav rabatt",
        discounted="efter rabatt",
        refers_to="Avser kvittonr",
        total="Totalt",
        rounding="Öresavrundning",
        tip="Dricks",
        to_pay="Att betala",
        to_pay_back="Att återbetala",
        change="Växel",
        card_approval="Auktorisation",
        card_transaction="Referens",
        card_terminal="Kortterminal",
        vat_total="Varav moms",
        vat_heading=("Moms", "Netto", "Moms", "Brutto"),
        cashier="Kassör",
        control_unit="Kontrollenhet",
        control_code="Kontrollkod",
        copy_number="Kopia nr",
        copy_made="Kopian gjord",
        copy_control_unit="Kopians enhet",
        copy_control_code="Kopians kontrollkod",
        pro_forma_number="Förhandskvitto nr",
        archive="Ur butikens bokföring, ingen kopia",
    ),
    "en": ReceiptWords(
        language="en",
        org_number="Org. no",
        phone="Phone",
        number="Receipt no",
        register="Till",
        ways={"eat_in": "Eat in", "take_away": "Take away"},
        marks={
            "return": "RETURN",
            "copy": "KOPIA",
            "training": "ÖVNING",
            "pro_forma": "EJ KVITTO",
        },
        electronic="Elektroniskt kassakvitto",
        discount="Discount",
        of_which_discount="Of which discount",
        discounted="less discount",
        refers_to="Refers to receipt no.",
        total="Total",
        rounding="Cash rounding",
        tip="Tip",
        to_pay="To pay",
        to_pay_back="To pay back",
        change="Change",
        card_approval="Approval code",
        card_transaction="Reference",
        card_terminal="Card terminal",
        vat_total="Of which VAT",
        vat_heading=("VAT", "Net", "VAT", "Gross"),
        cashier="Cashier",
        control_unit="Control unit",
        control_code="Control code",
        copy_number="Copy no",
        copy_made="Copy made",
        copy_control_unit="Unit of the copy",
        copy_control_code="Code of the copy",
        pro_forma_number="Pro forma no",
        archive="From the shop's books, no copy",
    ),
}
"""The words that the law gives in so many letters (KOPIA, ÖVNING ...) are the same in English."""

REPORT: dict[str, ReportWords] = {
    "sv": ReportWords(
        x_report="X-dagrapport",
        z_report="Z-dagrapport",
        period_report="Periodrapport",
        by_article="Per artikel",
        copy="KOPIA",
        copied="Kopia utskriven",
        copied_by="Kopia av",
        z_number="Z-nummer",
        org_number="Org.nr",
        made="Rapport gjord",
        business_day="Försäljningsdag",
        business_days="Försäljningsdagar",
        period="Period",
        register="Kassabeteckning",
        register_serial="Tillverkningsnr",
        model="Modell",
        program="Program",
        version="Version",
        cashier="Kassör",
        days="Öppna dagar",
        days_of_span="Dagar",
        total_sales="Total försäljningssumma",
        groups=("Huvudgrupper", "Antal", "Belopp"),
        vat_total="Summa moms",
        vat_heading=("Momssats", "Netto", "Moms", "Brutto"),
        float_="Växelkassa",
        float_change="ändrad från överfört med",
        cash_in="Insatt",
        cash_out="Uttaget",
        cash_expected="Beräknade kontanter",
        cash_counted="Räknade kontanter",
        cash_difference="Differens",
        cash_differences="Kassadifferenser",
        not_counted="Ej räknad",
        goods="Sålda varor",
        services="Sålda tjänster",
        counts=("Registreringar", "Antal", "Belopp"),
        receipts="Kassakvitton",
        drawer="Lådöppningar",
        copies="Kvittokopior",
        training="Kvitton i övningsläge",
        methods=("Betalningsmedel", "Antal", "Belopp"),
        rounding="Varav öresavrundning",
        tips="Varav dricks",
        returns="Returer",
        discounts="Rabatter",
        reduced="Övriga registreringar som minskat försäljningen",
        unfinished="Oavslutade försäljningar",
        parked="Parkerade kvitton, förs över",
        grand_sales="Grand total försäljning",
        grand_returns="Grand total retur",
        grand_net="Grand total netto",
    ),
    "en": ReportWords(
        x_report="X day report",
        z_report="Z day report",
        period_report="Period report",
        by_article="By article",
        copy="KOPIA",
        copied="Copy printed",
        copied_by="Copy by",
        z_number="Z number",
        org_number="Org. no",
        made="Report made",
        business_day="Business day",
        business_days="Business days",
        period="Period",
        register="Register",
        register_serial="Serial number",
        model="Model",
        program="Program",
        version="Version",
        cashier="Cashier",
        days="Open days",
        days_of_span="Days",
        total_sales="Total sales",
        groups=("Main groups", "Number", "Amount"),
        vat_total="Total VAT",
        vat_heading=("VAT rate", "Net", "VAT", "Gross"),
        float_="Float",
        float_change="changed from carried over by",
        cash_in="Put in",
        cash_out="Taken out",
        cash_expected="Expected cash",
        cash_counted="Counted cash",
        cash_difference="Difference",
        cash_differences="Cash differences",
        not_counted="Not counted",
        goods="Goods sold",
        services="Services sold",
        counts=("Registrations", "Number", "Amount"),
        receipts="Receipts",
        drawer="Drawer openings",
        copies="Receipt copies",
        training="Training receipts",
        methods=("Means of payment", "Number", "Amount"),
        rounding="Of which cash rounding",
        tips="Of which tips",
        returns="Returns",
        discounts="Discounts",
        reduced="Other registrations that lowered the sales",
        unfinished="Unfinished sales",
        parked="Parked receipts, carried over",
        grand_sales="Grand total sales",
        grand_returns="Grand total returns",
        grand_net="Grand total net",
    ),
}

SLIP: dict[str, SlipWords] = {
    "sv": SlipWords(
        titles={"cash_in": "Insättning i kassan", "cash_out": "Uttag ur kassan"},
        org_number="Org.nr",
        number="Nr",
        register="Kassa",
        cashier="Kassör",
        amount="Belopp",
        signature="Underskrift",
    ),
    "en": SlipWords(
        titles={"cash_in": "Cash put in", "cash_out": "Cash taken out"},
        org_number="Org. no",
        number="No",
        register="Till",
        cashier="Cashier",
        amount="Amount",
        signature="Signature",
    ),
}
