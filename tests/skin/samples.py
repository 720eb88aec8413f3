"""One filled screen per page and state, in the words of the demo bakery."""

from __future__ import annotations

from dataclasses import replace

from skrin.office.ui import card_screens as cards
from skrin.office.ui import screens as office
from skrin.office.ui import till_screens as till_pages
from skrin.till.ui import day_screens as day
from skrin.till.ui import gifts, sheets
from skrin.till.ui import pairing_screens as pairing
from skrin.till.ui import screens as till

NBSP = "\N{NO-BREAK SPACE}"

PAPER = """\
              Vetekornet
             Storgatan 4
          123 45 Exempelstad
         Org.nr 556677-8899
------------------------------------------
Kassakvitto nr 104
2026-11-20 14:05          Kassa 1  VK1-1
Säljare: Åsa
------------------------------------------
  2 Kardemummabulle                  64,00
    à 32,00
  1 Kaffe, brygg                     34,00
  1 Räksmörgås på surdegsbröd
    med ägg och dill                 98,50
------------------------------------------
Att betala SEK                      196,50
Öresavrundning                        0,50
Kontant                             200,00
Tillbaka                              3,00

Moms %      Netto        Moms       Brutto
12,00      175,45       21,05       196,50

Kontrollenhet  SIM0000000001
            Tack och välkommen åter
"""

STATE = till.State(level="good", label="Allt fungerar", etag="7")
FRAME = till.Frame(
    shop_name="Vetekornet",
    store_name="Storgatan",
    till_name="Kassa 1",
    user_name="Åsa Öberg",
    version="0.1.0",
    state=STATE,
)

_KAFE = (
    ("Kaffe, brygg", "34,00", 1),
    ("Cappuccino", "42,00", 1),
    ("Caffè latte", "46,00", 1),
    ("Espresso", "28,00", 1),
    ("Te", "32,00", 12),
    ("Varm choklad", "45,00", 1),
    ("Kardemummabulle", "32,00", 3),
    ("Kanelbulle", "30,00", 3),
    ("Semla", "48,00", 3),
    ("Prinsesstårta, bit", "55,00", 4),
    ("Kladdkaka", "42,00", 4),
    ("Chokladboll", "25,00", 4),
    ("Räksmörgås på surdegsbröd", "98,50", 10),
    ("Ost- och skinkfralla", "49,00", 10),
    ("Avokadomacka", "79,00", 11),
    ("Dagens soppa", "95,00", 2),
    ("Pastasallad", "89,00", 11),
    ("Läsk 33 cl", "25,00", 8),
    ("Mineralvatten", "24,00", 7),
    ("Äppelmust", "29,00", 9),
    ("Smoothie", "52,00", 9),
    ("Kaffebönor 500 g", "129,00", 6),
    ("Tygkasse", "99,00", 6),
)


def _button(index: int, name: str, price: str, colour: int) -> till.Button:
    return till.Button(
        kind="article",
        id=str(index + 1),
        name=name,
        price=price,
        colour=colour,
        row=index // 5 + 1,
        col=index % 5 + 1,
        sold_out=name == "Semla",
    )


BUTTONS = tuple(_button(index, *row) for index, row in enumerate(_KAFE))
OPEN_ENTRY = till.Button(
    kind="group", id="9", name="Övrigt bröd", colour=5, row=5, col=4, w=2, asks_amount=True
)
DOES = (
    till.Button(kind="press", id="51", name="Fika för två", colour=1, price="132,00", icon="star"),
    till.Button(kind="press", id="52", name="Stammis", colour=0, price="−10 %", icon="percent"),
    till.Button(kind="zone", id="1", name="Kontant", colour=0, url="/paying?ask=pay"),
    till.Button(kind="window", id="53", name="Text", colour=0, url="/w", icon="message-square"),
    till.Button(kind="panel", id="54", name="Alla varugrupper", colour=0, url="/p", icon="layers"),
    till.Button(kind="link", id="55", name="Dagen", colour=0, url="/d", icon="calendar-check"),
    till.Button(kind="layout", id="1", name="Till kafé", colour=0, icon="layout-grid"),
)
LAYOUTS = (
    till.Layout(id="1", name="Kafé", columns=5, buttons=(*BUTTONS, OPEN_ENTRY)),
    till.Layout(id="2", name="Bröd", columns=4, buttons=BUTTONS[6:12], tablet_columns=3),
    till.Layout(id="3", name="Dryck", columns=5, buttons=BUTTONS[:6], handheld_columns=1),
    till.Layout(id="4", name="Mer", columns=5, buttons=DOES),
)
LINES = (
    till.Line(
        line_no=1,
        name="Kardemummabulle",
        quantity="2",
        price="32,00",
        amount="64,00",
        vat="12" + NBSP + "%",
    ),
    till.Line(
        line_no=2,
        name="Kaffe, brygg",
        quantity="1",
        price="34,00",
        amount="34,00",
        vat="12" + NBSP + "%",
    ),
    till.Line(
        line_no=4,
        name="Lösgodis",
        quantity="0,350" + NBSP + "kg",
        price="139,00",
        amount="48,65",
        vat="12" + NBSP + "%",
        notes=("Rabatt 10 % -5,41",),
        steps=False,
    ),
    till.Line(
        line_no=5, name="Extra shot", quantity="1", price="8,00", amount="8,00", vat="", child=True
    ),
    till.Line(
        line_no=6,
        name="Tygkasse",
        quantity="1",
        price="99,00",
        amount="−99,00",
        vat="25" + NBSP + "%",
        notes=("Av kvittonr 17, kassa VK1-1",),
        back=True,
    ),
    till.Line(
        line_no=3,
        name="Räksmörgås på surdegsbröd",
        quantity="12",
        price="98,50",
        amount="1" + NBSP + "182,00",
        vat="12" + NBSP + "%",
        last=True,
    ),
)
RECEIPT = till.Receipt(
    lines=LINES,
    pieces="16 varor",
    total=f"1{NBSP}328,65",
    cash_total=f"1{NBSP}329,00",
    card_total=f"1{NBSP}328,65",
    vat_rows=(
        till.VatRow(rate=f"12{NBSP}%", net=f"1{NBSP}186,29", vat="142,36"),
        till.VatRow(rate=f"25{NBSP}%", net="80,00", vat="20,00"),
    ),
    way="eat_in",
    discounts=(till.DiscountRow(place=0, text="Stammis 10 %", amount="−12,00"),),
    texts=("Utan grädde",),
    more_keys=(till.PayKey(method=3, name="Swish", icon="wallet"),),
    parked=2,
)
REFUND = replace(RECEIPT, refund=True, more_keys=())
EMPTY = till.Receipt(
    lines=(),
    pieces="",
    total="0,00",
    cash_total="0,00",
    card_total="0,00",
    way="take_away",
    can_cash=False,
    can_card=False,
)
OFF = replace(RECEIPT, can_cash=False, can_card=False)
NOTICE = till.Notice(
    sentence="Kontrollenheten svarar inte. Se efter att den har ström, och försök igen.",
    level="bad",
    ways=(till.Way(label="Försök igen", action="till:retry"),),
)
METHODS = (
    till.PayKey(method=1, name="Kontant", icon="banknote"),
    till.PayKey(method=2, name="Kort", icon="credit-card", chosen=True),
    till.PayKey(method=3, name="Swish", icon="wallet"),
    till.PayKey(method=4, name="Rikskort", icon="wallet", can=False),
)
PAY_WINDOW = till.Paying(
    state="window",
    to_pay=f"1{NBSP}329,00",
    proposals=(
        till.Proposal(label="Jämnt", tendered="1329"),
        till.Proposal(label=f"1{NBSP}340", tendered="1340"),
        till.Proposal(label=f"1{NBSP}400", tendered="1400"),
        till.Proposal(label=f"1{NBSP}500", tendered="1500"),
    ),
    methods=METHODS,
    tendered="1200,555",
    error="”1200,555” är inget belopp. Skriv det som 12 eller 12,50.",
)
PARTS = till.Paying(
    state="window",
    to_pay="829,00",
    total=f"1{NBSP}329,00",
    methods=METHODS,
    paid_rows=(
        till.PaidRow(name="Kort", amount="300,00", payment_id="a"),
        till.PaidRow(name="Swish", amount="200,00", payment_id="b"),
    ),
    can_leave=False,
)
CARD = till.Paying(
    state="card",
    to_pay=f"1{NBSP}328,65",
    sentence="Följ kortterminalen.",
    detail="Kunden slår sin kod",
    can_stop=True,
    poll_ms=250,
)
WAITING = till.Paying(
    state="waiting",
    to_pay=f"1{NBSP}328,65",
    sentence="Kontrollenheten har inte svarat än. Kvittot sänds igen tills den svarar.",
    poll_ms=1000,
)
TROUBLE = till.Paying(
    state="trouble",
    to_pay=f"1{NBSP}328,65",
    sentence="Papperet är slut. Byt rulle, så skrivs kvittot ut.",
    detail="Inget är betalt.",
    ways=(
        till.Way(label="Försök igen", action="till:retry", primary=True),
        till.Way(label="Tillbaka till kvittot", action="till:paying_cancel"),
    ),
    poll_ms=1000,
)
UNKNOWN = till.Paying(
    state="unknown",
    to_pay=f"1{NBSP}328,65",
    detail="Frågade senast 14:05:12. Ta inte betalt en gång till.",
    ways=(till.Way(label="Fråga kortterminalen nu", action="till:retry", primary=True),),
    poll_ms=1000,
)
QUESTION = till.Paying(
    state="question",
    to_pay=f"1{NBSP}328,65",
    sentence="Kom kvittot ut?",
    detail="Skrivaren tystnade medan den skrev.",
    ways=(
        till.Way(
            label="Ja", action="till:answer_printed", name="answer", value="yes", primary=True
        ),
        till.Way(label="Nej, skriv ut", action="till:answer_printed", name="answer", value="no"),
    ),
)
DONE_CASH = till.Done(
    number="104",
    total=f"1{NBSP}328,65",
    method="Kontant",
    tendered=f"1{NBSP}400,00",
    change="71,00",
    rounding="0,35",
    print_sentence="Kvittot är utskrivet.",
    url="/receipts/104",
)
DONE_CARD = till.Done(
    number="105",
    total=f"1{NBSP}328,65",
    method="Kort",
    print_level="warn",
    print_sentence="Papperet är slut. Byt rulle, så skrivs kvittot ut.",
    poll_ms=1000,
)

_SELLING = till.Selling(
    frame=replace(FRAME, sells=True), layouts=LAYOUTS, receipt=RECEIPT, etag="12", starts="1"
)
RETURNING = till.ModeStrip(
    mode="return",
    sentence="Returläge: det du slår in lämnas tillbaka.",
    way=till.Way(label="Avsluta returen", action="till:return_mode", name="mode", value="off"),
    keep=till.Way(label="Lås läget", action="till:return_mode", name="mode", value="locked"),
)
TRAINING = till.ModeStrip(
    mode="training",
    sentence="Övning: inget säljs och inget betalas.",
    way=till.Way(label="Avsluta övningen", action="till:training", name="on", value="0"),
)
_PARTS = (
    day.Part(
        icon="office",
        name="Kontoret",
        level="warn",
        state="Inte nått på 12 minuter",
        advice="Sälj vidare. Allt skickas när förbindelsen är tillbaka.",
        facts=(("Oskickade händelser", "48"), ("Äldsta", "13:51"), ("Senaste kontakt", "13:50")),
    ),
    day.Part(
        icon="control_unit",
        name="Kontrollenheten",
        level="good",
        state="Svarade för 3 s sedan",
        facts=(("Nummer", "SIM0000000001"),),
    ),
    day.Part(
        icon="card_terminal", name="Kortterminalen", level="good", state="Svarade för 10 s sedan"
    ),
    day.Part(
        icon="printer",
        name="Skrivaren",
        level="bad",
        state="Papperet är slut",
        advice="Byt rulle, så skrivs kvittot ut.",
    ),
    day.Part(icon="version", name="Programmet", level="good", state="Skrin 0.1.0"),
)

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
    "article-open": sheets.ArticleSheet(article=52, name="Tårta på beställning", asks_amount=True),
    "discount": sheets.DiscountWindow(
        form=replace(_FORM, action="till:cart_discount", line_no=0), goods="284,00"
    ),
    "note": sheets.NoteWindow(texts=("Utan grädde",)),
    "park": sheets.ParkWindow(name="1"),
    "outcome": sheets.OutcomeWindow(
        attempt="a1", amount="132,00", yes="Kortet debiterades", no="Kortet debiterades inte"
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
        url="/receipts/104",
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

FINGERPRINT = "\n".join(["8c1f 04a9 77be 12d0 5f3e 9a61 c2d8 40b7"] * 2)
DOT = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/%3E"
SETS = replace(FRAME, sets=True, generation=3)
PAIRED_ROWS = (
    pairing.ScreenRow(screen="", name="Kassans egen skärm", active=False, here=True),
    pairing.ScreenRow(
        screen="a1", name="Surfplattan vid dörren", active=True, here=False,
        seen="2026-11-20 14:05", paired="2026-11-02 09:12",
    ),
    pairing.ScreenRow(screen="b2", name="Handdator 2", active=False, here=False),
)  # fmt: skip
PAIRING: dict[str, tuple[str, object]] = {
    "screens-off": (
        "screens.html",
        pairing.PairedScreensPage(frame=SETS, on=False, rows=PAIRED_ROWS[:1]),
    ),
    "screens": (
        "screens.html",
        pairing.PairedScreensPage(
            frame=SETS, on=True, rows=PAIRED_ROWS, address="https://192.168.1.20:8443/",
            fingerprint=FINGERPRINT, name_error="Skriv ett namn först.",
            notice=till.Notice(sentence="Kassan har 20 parkopplade skärmar.", level="bad"),
        ),
    ),
    "screen-code": (
        "screen_code.html",
        pairing.ScreenCode(
            frame=SETS, name="Surfplattan vid dörren", code="7KQ4 MX2P", minutes=5,
            address="https://192.168.1.20:8443/pair", picture=DOT, certificate_picture=DOT,
            certificate_address="http://192.168.1.20:8443/", fingerprint=FINGERPRINT,
        ),
    ),
    "screen-code-public": (
        "screen_code.html",
        pairing.ScreenCode(
            frame=SETS, name="Handdator 2", code="7KQ4 MX2P", minutes=1,
            address="https://kassa.vetekornet.example/pair", picture=DOT,
        ),
    ),
    "pair": (
        "pair.html",
        pairing.Pair(frame=replace(FRAME, user_name=""), till="t1", authority="8c1f"),
    ),
    "elsewhere": (
        "message.html",
        pairing.Elsewhere(
            frame=FRAME, title="Används på en annan skärm",
            sentence="Kassan används nu på en annan skärm. Ta över här för att fortsätta.",
            ways=(till.Way(label="Ta över", action="till:take_over", primary=True),),
        ),
    ),
}  # fmt: skip
TILL: dict[str, tuple[str, object]] = PAIRING | {
    "login": ("login.html", till.Login(frame=replace(FRAME, user_name=""))),
    "login-faults": (
        "login.html",
        till.Login(
            frame=replace(FRAME, user_name=""),
            email="asa@vetekornet.example",
            people=(
                till.Choice(value="1", name="Åsa", selected=True),
                till.Choice(value="2", name="Maximiliana"),
            ),
            pin_error="PIN-koden är fel. Försök igen.",
            password_error="Lösenordet stämmer inte. Skriv det igen.",
            error="Kontoret nås inte just nu.",
            next_url="/",
        ),
    ),
    "selling": ("selling.html", _SELLING),
    "selling-empty": ("selling.html", replace(_SELLING, receipt=EMPTY)),
    "selling-notice": (
        "selling.html",
        replace(
            _SELLING,
            notice=NOTICE,
            frame=replace(
                FRAME, state=till.State(level="bad", label="Kontrollenheten svarar inte")
            ),
        ),
    ),
    "selling-training": ("selling.html", replace(_SELLING, modes=(TRAINING,))),
    "selling-return": ("selling.html", replace(_SELLING, receipt=REFUND, modes=(RETURNING,))),
    "paying-window": ("selling.html", replace(_SELLING, receipt=OFF, paying=PAY_WINDOW)),
    "paying-parts": ("selling.html", replace(_SELLING, receipt=OFF, paying=PARTS)),
    "paying-card": ("selling.html", replace(_SELLING, receipt=OFF, paying=CARD)),
    "paying-waiting": ("selling.html", replace(_SELLING, receipt=OFF, paying=WAITING)),
    "paying-trouble": ("selling.html", replace(_SELLING, receipt=OFF, paying=TROUBLE)),
    "paying-unknown": ("selling.html", replace(_SELLING, receipt=OFF, paying=UNKNOWN)),
    "paying-question": ("selling.html", replace(_SELLING, receipt=OFF, paying=QUESTION)),
    "done-cash": ("selling.html", replace(_SELLING, receipt=EMPTY, done=DONE_CASH)),
    "done-card": ("selling.html", replace(_SELLING, receipt=EMPTY, done=DONE_CARD)),
    "zone": ("_zone.html", till.Zone(receipt=RECEIPT, etag="13", modes=(RETURNING,))),
    **{
        f"window-{name}": (f"_window_{name.partition('-')[0]}.html", screen)
        for name, screen in WINDOWS.items()
    },
    **{
        f"panel-{name}": (f"_panel_{name.partition('-')[0]}.html", screen)
        for name, screen in PANELS.items()
    },
    "notice": ("_notice.html", till.Refusal(notice=NOTICE)),
    "found": ("_found.html", till.Found(query="bull", buttons=BUTTONS[6:8], more="och 12 till")),
    "found-nothing": ("_found.html", till.Found(query="xyz", buttons=())),
    "state": ("_state.html", STATE),
    "status": (
        "status.html",
        day.Status(frame=FRAME, headline="Skrivaren behöver papper.", parts=_PARTS),
    ),
    "day": (
        "day.html",
        day.Day(
            frame=FRAME,
            day_name="fredag 20 november",
            report=day.Paper(text=PAPER),
            report_title="X-rapport",
            open_days=(
                day.OpenDay(
                    day="2026-11-19",
                    name="torsdag 19 november",
                    summary=f"41 kvitton, 3{NBSP}912,00",
                ),
                day.OpenDay(
                    day="2026-11-20",
                    name="i dag, fredag 20 november",
                    summary=f"12 kvitton, 1{NBSP}104,00",
                    can_close=False,
                    reason="Stäng torsdagen först.",
                ),
            ),
            closed=(
                day.Closed(number="11", name="18 november", total=f"4{NBSP}120,50", url="/day/11"),
            ),
            asks_float=True,
            float_amount="12,345,6",
            float_error="Skriv beloppet som 1000 eller 1000,50.",
        ),
    ),
    "day-empty": (
        "day.html",
        day.Day(
            frame=FRAME,
            day_name="fredag 20 november",
            report=None,
            notice=till.Notice(sentence="Gårdagen är inte stängd. Stäng den först."),
        ),
    ),
    "receipts": (
        "receipts.html",
        day.Receipts(
            frame=FRAME,
            day_name="fredag 20 november",
            first="2026-11-20",
            last="2026-11-20",
            rows=(
                day.ReceiptRow(
                    number="105",
                    time="14:07",
                    kind="Försäljning",
                    method="Kort",
                    total="92,00",
                    url="/receipts/105",
                    level="warn",
                    remark="Väntar på utskrift",
                ),
                day.ReceiptRow(
                    number="104",
                    time="14:05",
                    kind="Försäljning",
                    method="Kontant",
                    total=f"1{NBSP}196,50",
                    url="/receipts/104",
                ),
            ),
        ),
    ),
    "receipts-empty": (
        "receipts.html",
        day.Receipts(frame=FRAME, day_name="fredag 20 november", rows=()),
    ),
    "receipt": (
        "receipt.html",
        day.ReceiptPage(
            frame=FRAME, number="104", paper=day.Paper(text=PAPER), remark="Väntar på utskrift."
        ),
    ),
    "message": (
        "message.html",
        till.Message(
            frame=FRAME,
            title="Sidan finns inte",
            sentence="Kvitto 999 finns inte i den här kassan. Välj ett i listan.",
            ways=(till.Way(label="Alla kvitton", action="till:receipts", post=False),),
        ),
    ),
}

# --- The office ---------------------------------------------------------------------------------

_MENU = (
    ("I dag", "house"),
    ("Försäljning", "chart-column"),
    ("Artiklar", "tag"),
    ("Kassor", "monitor"),
    ("Pengar", "wallet"),
    ("Inställningar", "settings"),
)
O_FRAME = office.Frame(
    menu=tuple(
        office.MenuItem(label=label, url="/", icon=icon, here=not place)
        for place, (label, icon) in enumerate(_MENU)
    ),
    company_name="Vetekornet AB",
    user_name="Märta Ek",
    version="0.1.0",
    place="today",
    companies=(
        office.Choice(value="1", name="Vetekornet AB", selected=True),
        office.Choice(value="2", name="Kornboden AB"),
    ),
)
SALES = replace(O_FRAME, place="sales", companies=())
_STORES = (
    office.Choice(value="", name="Alla butiker", selected=True),
    office.Choice(value="1", name="Storgatan"),
)
FILTER = office.Filter(
    from_day="2026-11-01",
    to_day="2026-11-20",
    stores=_STORES,
    tills=(office.Choice(value="", name="Alla kassor", selected=True),),
    shortcuts=(
        office.Link(label="I dag", url="?from=2026-11-20"),
        office.Link(label="Denna månad", url="?from=2026-11-01"),
    ),
)
_HOURS = (("07", 412), ("08", 1980), ("09", 2310), ("10", 1720), ("11", 2904), ("12", 3655))
CHART = office.bar_chart(
    "Försäljning per timme",
    "kr med moms",
    [(hour, kronor, f"{kronor},00") for hour, kronor in _HOURS],
)
MANY = office.bar_chart(
    "Försäljning per dag", "kr utan moms", [(str(d), 9000 + d * 137, "x") for d in range(1, 31)]
)
O_ROWS = tuple(
    office.ReceiptRow(
        number=str(number),
        designation="VK1-1",
        clock=f"14:{number - 100:02}",
        time=f"2026-11-20 14:{number - 100:02}",
        store="Storgatan",
        till="Kassa 1",
        kind="Försäljning",
        method=method,
        total=total,
        url=f"/receipts/{number}",
    )
    for number, method, total in (
        (105, "Kort", "92,00"),
        (104, "Kontant", f"1{NBSP}196,50"),
        (103, "Kort", "64,00"),
    )
)
_FIGURES = (
    office.Figure(
        name="Försäljning",
        value=f"12{NBSP}981,00",
        unit="kr",
        remark="8 % mer än förra fredagen",
    ),
    office.Figure(name="Kvitton", value="141", unit="st"),
    office.Figure(name="Medelköp", value="92,06", unit="kr"),
    office.Figure(name="Bruttovinst", value=f"7{NBSP}412,10", unit="kr"),
)
_ARTICLES = (
    office.ArticleRow(
        name="Kaffe, brygg",
        number="412",
        net=f"12{NBSP}507,14",
        profit=f"10{NBSP}118,00",
        margin="80,9 %",
    ),
    office.ArticleRow(
        name="Cappuccino",
        number="188",
        net=f"7{NBSP}050,00",
        profit=f"4{NBSP}982,00",
        margin="70,7 %",
    ),
)
_GROUPS = (
    office.GroupRow(
        name="Kaffe och te",
        colour=1,
        number="600",
        net=f"19{NBSP}557,14",
        profit=f"15{NBSP}100,00",
        margin="77,2 %",
        articles=_ARTICLES,
        open=True,
    ),
    office.GroupRow(
        name="Bullar och kakor",
        colour=3,
        number="388",
        net=f"10{NBSP}020,00",
        profit=f"6{NBSP}310,00",
        margin="63,0 %",
        articles=_ARTICLES[:1],
    ),
    office.GroupRow(
        name="Smörgåsar",
        colour=10,
        number="102",
        net=f"8{NBSP}010,00",
        profit=f"4{NBSP}001,00",
        margin="",
        articles=_ARTICLES[:1],
    ),
)
_FACTS = (
    ("Butik", "Storgatan"),
    ("Kassa", "Kassa 1 (VK1-1)"),
    ("Kontrollenhet", "SIM0000000001"),
    ("Kontrollkod", "AB12CD34EF56GH78"),
    ("Händelse", "1 204"),
)
_TILLS = (
    office.TillRow(
        name="Kassa 1",
        designation="VK1-1",
        store="Storgatan",
        level="good",
        state="Uppkopplad",
        last_contact="för 4 s sedan",
        unsent="0",
        head=f"1{NBSP}204",
        version="0.1.0",
    ),
    office.TillRow(
        name="Kassa 2",
        designation="VK2-1",
        store="Torget",
        level="warn",
        state="Inte hörd av på 2 h",
        last_contact="2026-11-20 12:04",
        unsent="48, äldst 11:58",
        head="871",
        version="0.1.0",
        remark="Senast laddad med version 0.0.9",
        url="/tills/2",
    ),
)

OFFICE: dict[str, tuple[str, object]] = {
    "login": ("login.html", office.Login(frame=replace(O_FRAME, user_name="", place=""))),
    "login-faults": (
        "login.html",
        office.Login(
            frame=replace(O_FRAME, user_name="", place=""),
            email="marta",
            email_error="Skriv hela adressen, med @.",
            error="För många försök. Vänta en minut.",
            next_url="/",
        ),
    ),
    "today": (
        "today.html",
        office.Today(
            frame=O_FRAME,
            day_name="fredag 20 november 2026",
            figures=_FIGURES,
            chart=CHART,
            rows=tuple(
                office.HourRow(
                    hour=f"{hour}-{int(hour) + 1:02}", receipts="24", total=f"{kronor},00"
                )
                for hour, kronor in _HOURS
            ),
            filter=office.Filter(stores=_STORES),
            alarms=(
                office.Alarm(
                    level="warn",
                    sentence="Kassa 2 har inte hörts av på 2 timmar.",
                    link=office.Link(label="Se kassorna", url="/tills"),
                ),
            ),
            latest=O_ROWS,
            poll_url="/",
            etag="9",
        ),
    ),
    "today-empty": (
        "today.html",
        office.Today(
            frame=O_FRAME, day_name="fredag 20 november 2026", figures=(), chart=None, rows=()
        ),
    ),
    "statistics": (
        "statistics.html",
        office.Statistics(
            frame=SALES,
            filter=FILTER,
            period_name="1-20 november 2026",
            figures=_FIGURES,
            chart=MANY,
            groups=_GROUPS,
            total=office.GroupRow(
                name="Summa",
                colour=1,
                number=f"1{NBSP}090",
                net=f"37{NBSP}587,14",
                profit=f"25{NBSP}411,00",
                margin="67,6 %",
                articles=(),
            ),
            exports=(office.Link(label="CSV", url="/statistics.csv"),),
        ),
    ),
    "statistics-empty": (
        "statistics.html",
        office.Statistics(
            frame=SALES,
            filter=replace(FILTER, error="Första dagen ligger efter den sista."),
            period_name="",
            figures=(),
            chart=None,
            groups=(),
            total=None,
        ),
    ),
    "receipts": (
        "receipts.html",
        office.Receipts(
            frame=SALES,
            filter=replace(FILTER, query=""),
            rows=O_ROWS,
            pager=office.Pager(text=f"1-50 av 9{NBSP}465", newer_url="?", older_url="?before=50"),
        ),
    ),
    "receipts-empty": ("receipts.html", office.Receipts(frame=SALES, filter=FILTER, rows=())),
    "receipt": (
        "receipt.html",
        office.Receipt(
            frame=SALES,
            number="104",
            designation="VK1-1",
            paper=office.Paper(text=PAPER),
            facts=_FACTS,
        ),
    ),
    "closings": (
        "closings.html",
        office.Closings(
            frame=SALES,
            filter=FILTER,
            rows=(
                office.ClosingRow(
                    number="11",
                    day="2026-11-18",
                    closed_at="2026-11-18 18:04",
                    store="Storgatan",
                    till="Kassa 1",
                    receipts="44",
                    total=f"4{NBSP}120,50",
                    url="/closings/11",
                    sie_url="/sie/11",
                ),
            ),
            open_days=("Kassa 2: torsdag 19 november",),
        ),
    ),
    "closings-empty": ("closings.html", office.Closings(frame=SALES, filter=FILTER, rows=())),
    "closing": (
        "closing.html",
        office.Closing(
            frame=SALES,
            title="Z-rapport 11",
            paper=office.Paper(text=PAPER),
            facts=_FACTS,
            links=(office.Link(label="SIE-fil", url="/sie/11", primary=True),),
        ),
    ),
    "tills": (
        "tills.html",
        office.Tills(
            frame=replace(O_FRAME, place="tills"),
            rows=_TILLS,
            new_url="/tills/new",
        ),
    ),
    "till": (
        "till.html",
        office.TillPage(
            frame=replace(O_FRAME, place="tills"),
            name="Kassa 2",
            designation="VK2-1",
            level="warn",
            state="Inte hörd av på 2 h",
            groups=(office.FactGroup(title="Kontakt", facts=_FACTS),),
        ),
    ),
    "till-stopped": (
        "till.html",
        office.TillPage(
            frame=replace(O_FRAME, place="tills"),
            name="Kassa 1",
            designation="VK1-1",
            level="bad",
            state="Skickar en annan historia än förut.",
            groups=(office.FactGroup(title="Kontakt", facts=_FACTS),),
            code_url="/tills/1/code",
            retire_url="/tills/1/retire",
            stop=office.Stop(
                title="Inget mer av den här kassan tas emot",
                sentences=("Två historier finns.", "Ta den ur bruk."),
                link=office.Link(label="Ta ur bruk, med efterträdare", url="/tills/1/retire"),
            ),
            conflicts=(
                office.ConflictRow(
                    number="1" + NBSP + "204",
                    found="2026-11-20 14:05",
                    why="Skickar en annan historia än förut.",
                    came="0f1e2d3c4b5a6978",
                    stands="8877665544332211 receipt.sealed",
                ),
            ),
        ),
    ),
    "till-new": (
        "till_new.html",
        till_pages.NewTill(
            frame=replace(O_FRAME, place="tills"),
            stores=_STORES[1:],
            designation="VK1-1",
            designation_error="Den beteckningen är tagen.",
        ),
    ),
    "till-code": (
        "till_code.html",
        till_pages.TillCode(
            frame=replace(O_FRAME, place="tills"),
            name="Kassa 3",
            designation="VK1-3",
            store="Storgatan",
            code="12-ABCD-2345-WXYZ",
            until="lördag 21 november 2026 14:05",
            command="skrin till --office ADRESS --enrol 12-ABCD-2345-WXYZ",
        ),
    ),
    "till-retire": (
        "till_retire.html",
        till_pages.RetireTill(
            frame=replace(O_FRAME, place="tills"),
            name="Kassa 1",
            designation="VK1-1",
            causes=(
                office.Choice(value="lost", name="Den är borta eller stulen"),
                office.Choice(value="history", name="Två historier", selected=True),
            ),
            warnings=("Inget mer än det den har kvar kan skickas.",),
            replace=True,
            new_designation="VK1-3",
            reason_error="Säg med några ord varför.",
        ),
    ),
    "tills-empty": ("tills.html", office.Tills(frame=replace(O_FRAME, place="tills"), rows=())),
    "money": (
        "money.html",
        office.Money(
            frame=replace(O_FRAME, place="money"),
            filter=FILTER,
            rows=(
                office.FileRow(
                    name="VK1-1-11.si",
                    day="2026-11-18",
                    store="Storgatan",
                    till="Kassa 1",
                    closing="Z 11",
                    debit=f"4{NBSP}121,00",
                    credit=f"4{NBSP}121,00",
                    url="/sie/11",
                ),
                office.FileRow(
                    name="VK1-1-12.si",
                    day="2026-11-19",
                    store="Storgatan",
                    till="Kassa 1",
                    closing="Z 12",
                    debit="10,00",
                    credit="9,00",
                    url="/sie/12",
                    level="bad",
                    remark="Konto saknas för Presentkort",
                ),
            ),
            waiting=("Kassa 2, 17 november: konto saknas för gruppen Böcker",),
        ),
    ),
    "money-empty": (
        "money.html",
        office.Money(frame=replace(O_FRAME, place="money"), filter=FILTER, rows=()),
    ),
    "articles": (
        "articles.html",
        office.Articles(
            frame=replace(O_FRAME, place="articles"),
            filter=office.Filter(query="bulle"),
            rows=(
                office.RegisterRow(
                    number="101",
                    name="Kardemummabulle",
                    group="Bullar",
                    colour=3,
                    price="32,00",
                    cost="9,10",
                    vat="12 % / 6 %",
                    barcode="7359990000017",
                    unit="st",
                ),
                office.RegisterRow(
                    number="102",
                    name="Kanelbulle",
                    group="Bullar",
                    colour=3,
                    price="öppet pris",
                    cost="",
                    vat="12 % / 6 %",
                    barcode="",
                    unit="st",
                ),
            ),
        ),
    ),
    "articles-empty": (
        "articles.html",
        office.Articles(
            frame=replace(O_FRAME, place="articles"), filter=office.Filter(query="x"), rows=()
        ),
    ),
    "settings": (
        "settings.html",
        office.Settings(
            frame=replace(O_FRAME, place="settings"),
            groups=(
                office.FactGroup(title="Företaget", facts=_FACTS),
                office.FactGroup(title="Konton", facts=(("Kassa", "1910"), ("Kort", "1580"))),
            ),
        ),
    ),
    "gift-cards": (
        "gift_cards.html",
        cards.GiftCards(
            frame=replace(O_FRAME, place="money"),
            filter=office.Filter(query=""),
            owed="620,00",
            count="2",
            rows=(
                cards.CardRow(
                    name="****0PK8",
                    url="#",
                    made="2026-11-21",
                    balance="380,00",
                    free="260,00",
                    held="120,00",
                    used="120,00",
                    valid_until="2028-11-21",
                    level="good",
                    state="I bruk",
                ),
                cards.CardRow(
                    name="****0419",
                    url="#",
                    made="2025-11-21",
                    balance="240,00",
                    free="240,00",
                    held="0,00",
                    used="0,00",
                    valid_until="2025-12-31",
                    level="warn",
                    state="Utgånget",
                ),
            ),
            error="Rad 3 har ett saldo som inte är ett belopp.",
        ),
    ),
    "gift-card": (
        "gift_card.html",
        cards.GiftCard(
            frame=replace(O_FRAME, place="money"),
            name="Presentkort ****0PK8",
            balance="380,00",
            level="good",
            state="I bruk",
            facts=_FACTS,
            events=(
                cards.CardEvent(
                    when="2026-11-21 12:31",
                    what="Betalt med",
                    where="VK1-1, Alva",
                    amount="-120,00",
                ),
            ),
            blocked=False,
            notice="Kortet kan användas igen.",
        ),
    ),
    "me": (
        "me.html",
        office.Me(
            frame=replace(O_FRAME, place="me", menu=()),
            facts=_FACTS,
            pin_error="Den PIN-koden är lätt att gissa. Välj en annan.",
        ),
    ),
    "me-done": (
        "me.html",
        office.Me(
            frame=replace(O_FRAME, place="me"), facts=_FACTS, notice="Ditt lösenord är bytt."
        ),
    ),
    "message": (
        "message.html",
        office.Message(
            frame=O_FRAME,
            title="Du har inte tillgång hit",
            sentence="Be den som äger företaget om en roll här.",
        ),
    ),
}
