"""One filled window and panel of the till per kind and state."""

from __future__ import annotations

from dataclasses import replace

from tests.skin.sample_goods import BUTTONS, NBSP

from skrin.till.ui import gifts, sheets
from skrin.till.ui import report_screens as reports
from skrin.till.ui import screens as till

_FORM = sheets.DiscountForm(
    action="till:line_discount", line_no=2, value="10", limit="Upp till 10 % utan chefens kod."
)
_PEOPLE = (till.Choice(value="n", name="Nils"), till.Choice(value="s", name="Saga"))
_MILK = sheets.OptionGroup(
    field="option-1",
    name="Mjölk",
    hint="",
    options=(
        sheets.OptionKey(value=81, name="Havremjölk", price="+6,00", chosen=True),
        sheets.OptionKey(value=82, name="Laktosfri mjölk"),
    ),
    single=True,
    none=True,
)
_MORE = sheets.OptionGroup(
    field="option-2",
    name="Tillbehör",
    hint="Högst 2.",
    options=tuple(
        sheets.OptionKey(value=90 + place, name=name)
        for place, name in enumerate(("Extra shot", "Vaniljsirap", "Grädde"))
    ),
    most=2,
)
WINDOWS: dict[str, object] = {
    "gift": gifts.GiftWindow(refund=True, to_give="34,00"),
    "gift_card": gifts.GiftSheet(
        key="0" * 32,
        name="Presentkort ****0PK8",
        balance="500,00",
        facts=(("Används i kassa", "VK1-2"), ("Gäller till och med", "2028-11-21")),
        can_pay=True,
        amount="120,00",
        to_pay="120,00",
    ),
    "gift_card-new": gifts.GiftSheet(
        key="0" * 32,
        name="Presentkort ****0300",
        balance="0,00",
        facts=(),
        trouble="Presentkortet är inte sålt, så det finns inget på det. Sälj det först.",
        can_load=True,
        is_new=True,
        can_take_back=True,
    ),
    "line": sheets.LineSheet(
        line_no=2,
        article=12,
        name="Räksmörgås på surdegsbröd",
        amount=f"1{NBSP}182,00",
        quantity="12",
        unit="st",
        note="",
        price="98,50",
        discount=_FORM,
        price_hint="Kräver chefens kod.",
        has_options=True,
        can_mark=True,
    ),
    "article": sheets.ArticleSheet(
        article=12, name="Cappuccino", price="44,00", groups=(_MILK, _MORE), unit="st"
    ),
    "article-weighed": sheets.ArticleSheet(
        article=41, name="Lösgodis", price="139,00", asks_quantity=True, unit="kg"
    ),
    "article-weighing": sheets.ArticleSheet(
        article=41,
        name="Lösgodis",
        price="139,00",
        asks_quantity=True,
        unit="kg",
        weighs=True,
        weighs_now=True,
        can_mark=False,
    ),
    "article-weighs": sheets.ArticleSheet(
        article=41, name="Lösgodis", price="139,00", asks_quantity=True, unit="kg", weighs=True
    ),
    "article-open": sheets.ArticleSheet(article=52, name="Tårta på beställning", asks_amount=True),
    "discount": sheets.DiscountWindow(
        form=replace(_FORM, action="till:cart_discount", line_no=0), goods="284,00"
    ),
    "note": sheets.NoteWindow(texts=("Utan grädde",)),
    "park": sheets.ParkWindow(name="1"),
    "outcome": sheets.OutcomeWindow(
        attempt="a1",
        amount="132,00",
        yes="Kortet debiterades",
        no="Kortet debiterades inte",
        contact="Frågor om kortbetalningar: Exempelkort AB, 08-465 004 10.",
    ),
    "tip": sheets.TipWindow(
        to_pay="132,00",
        proposals=(till.Choice(value="700", name="5 % · 7,00"),),
        methods=(till.PayKey(method=2, name="Kort", icon="credit-card"),),
    ),
    "cash": sheets.CashWindow(
        title="Uttag",
        direction="cash_out",
        reasons=(till.Choice(value="7", name="Till banken"), till.Choice(value="8", name="Inköp")),
        verb="Ta ut",
    ),
    "float": reports.FloatWindow(
        title="Växelkassa", sentence="Kontanter i lådan när dagen började.", amount="1000,00"
    ),
    "pin": sheets.PinWindow(
        purpose="approve",
        title="Chefens kod behövs",
        sentence="Att ge mer rabatt än din egen gräns.",
        people=_PEOPLE,
        right="discount_above",
    ),
    "pin-switch": sheets.PinWindow(
        purpose="switch", title="Vem är du?", sentence="Kvittot ligger kvar.", people=_PEOPLE[:1]
    ),
    "pin-nobody": sheets.PinWindow(
        purpose="approve", title="Chefens kod behövs", sentence="", people=()
    ),
    "layouts": sheets.LayoutsWindow(
        layouts=(till.Choice(value="1", name="Kafé"), till.Choice(value="2", name="Bröd"))
    ),
    "tour": sheets.Tour(
        steps=tuple(
            sheets.TourStep(title=title, sentence="Tryck på en knapp.", icon="shopping-bag")
            for title in ("Slå in", "Ta betalt", "När något är i vägen")
        )
    ),
    "camera": None,
    "own_pin": None,
}
PANELS: dict[str, object] = {
    "keys": sheets.KeysPanel(
        title="Alla varor", buttons=BUTTONS, more="Det finns fler.", search=True
    ),
    "receipts": sheets.ReceiptsPanel(
        rows=tuple(
            sheets.FoundReceipt(
                number=str(number),
                time="14:05",
                kind="Försäljning",
                method="Kort",
                total="92,00",
                url=f"/panel/receipts/{number}",
            )
            for number in (105, 104)
        ),
        first="2026-11-20",
        last="2026-11-20",
        searched=True,
    ),
    "receipt": sheets.ReceiptPanel(
        number="104",
        when="2026-11-20 14:05",
        kind="Försäljning",
        total="230,00",
        method="Kontant",
        lines=(
            sheets.SoldLine(
                line_no=1, name="Bryggkaffe", sold="3", amount="102,00", left="2 kvar", can=True
            ),
            sheets.SoldLine(
                line_no=2, name="Extra shot", sold="1", amount="8,00", left="", can=True, child=True
            ),
            sheets.SoldLine(
                line_no=3, name="Semla", sold="1", amount="55,00", left="Redan tillbaka", can=False
            ),
        ),
        can_all=True,
        can_copy=True,
        url="/receipts/104",
    ),
    "receipt-copied": sheets.ReceiptPanel(
        number="105, kassa VK2-1",
        when="",
        kind="Försäljning",
        total="34,00",
        method="Kort",
        lines=(
            sheets.SoldLine(
                line_no=1, name="Bryggkaffe", sold="1", amount="34,00", left="", can=True
            ),
        ),
        can_all=False,
        url="",
        sale="k",
        copy_made="Kopia gjord 2026-11-20 14:02, kassa VK1-1",
        can_copy=True,
    ),
    "parked": sheets.ParkedPanel(
        rows=(
            sheets.ParkedRow(
                cart_id="a", name="Bord 4", time="14:01", contents="2 × Te", total="64,00"
            ),
            sheets.ParkedRow(
                cart_id="b",
                name="Åsas följd",
                time="14:07",
                contents="1 × Räkmacka på surdegsbröd",
                total="119,00",
                elsewhere=True,
                where="På skärmen i kassa VK2-1 (Maximiliana)",
            ),
        ),
        blocked=True,
    ),
}
