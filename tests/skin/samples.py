"""One filled screen per page and state, in the words of the demo bakery."""

from __future__ import annotations

from dataclasses import replace

from tests.skin.sample_day import FLOAT, day_samples
from tests.skin.sample_goods import BUTTONS, LAYOUTS, NBSP
from tests.skin.sample_records import records
from tests.skin.sample_settings import setting_samples
from tests.skin.sample_terminals import terminal_samples
from tests.skin.sample_updates import update_pages
from tests.skin.sample_windows import PANELS, WINDOWS

from skrin.till.ui import day_screens as day
from skrin.till.ui import pairing_screens as pairing
from skrin.till.ui import screens as till
from skrin.till.ui import unit_screens as units

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
ASKED = till.Paying(
    state="card",
    to_pay=f"1{NBSP}328,65",
    sentence="Följ kortterminalen Bar.",
    detail="Kontakt med banken",
    asks=till.CardQuestion(question="3", sentence="Stämmer underskriften?", kind="confirm"),
    can_stop=True,
    poll_ms=250,
)
ASKED_CODE = till.Paying(
    state="card",
    to_pay=f"1{NBSP}328,65",
    asks=till.CardQuestion(question="4", sentence="Ring banken. Kontrollkod?", kind="code"),
    can_stop=True,
    poll_ms=250,
)
TERMINALS = till.Paying(
    state="window",
    to_pay="829,00",
    methods=METHODS,
    terminals=(
        till.Choice(value="80000091", name="Kassan", selected=True),
        till.Choice(value="80000092", name="Bar och uteservering"),
    ),
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
    contact="Frågor om kortbetalningar: Exempelkort AB, 08-465 004 10.",
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
    day.Part(
        icon="host",
        name="Värd",
        level="warn",
        state="Något som hör till kassan är inte igång.",
        advice="Loggen säger mer. Händer det igen: skicka loggen till den som hjälper dig.",
        facts=(
            ("Tjänst bridge", "Stannade, och startas igen · omstarter: 3"),
            ("Stannade 14:02", "Det avslutades av sig självt, med kod 1."),
            ("Kassa kassa1", "Igång"),
        ),
    ),
)

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
UNIT_KINDS = (
    units.UnitKind(value="tcp", name="CleanCash på nätet (CCSP)", example="192.168.1.20:5001"),
    units.UnitKind(value="serial", name="CleanCash på kabel (CCSP)", example="/dev/ttyUSB0"),
    units.UnitKind(
        value="xccsp",
        name="CleanCash i molnet eller för flera kassor (XCCSP)",
        example="https://unit.example:8081/xccsp",
        selected=True,
    ),
)  # fmt: skip
UNIT_FACTS = (
    ("Tillverkningsnummer", "SIMX00000001"),
    ("Modell", "CleanCash Multi User"),
    ("Senaste svar", "2026-11-20 14:05:11"),
    ("Adress", "https://kontrollenhet.vetekornet.example:8081/xccsp"),
)
UNIT_REPORT = """\
Felanmälan av kontrollenhet

Företag: Vetekornet AB, 556677-8899
Kassaregister: VK1-1, Skrin Till SE, version 0.1.0, tillverkningsnummer SK000001-1

Fel och tider:
- 2026-11-20 10:02 – 2026-11-20 10:31: Kontrollenheten svarar inte.
"""
UNIT: dict[str, tuple[str, object]] = {
    "unit": (
        "unit.html",
        units.UnitPage(
            frame=FRAME, level="good", state="Kontrollenheten svarade för 3 s sedan.", advice="",
            facts=UNIT_FACTS, report="", events=(),
        ),
    ),
    **records(FRAME),
    **setting_samples(FRAME, SETS),
    **terminal_samples(FRAME, SETS),
    **update_pages(SETS),
    "unit-set": (
        "unit.html",
        units.UnitPage(
            frame=SETS, level="bad", state="Kontrollenheten svarar inte.",
            advice="Se till att enheten har ström.", facts=UNIT_FACTS, report=UNIT_REPORT,
            events=(
                units.UnitEvent(when="2026-11-20 10:31:02", what="Kontrollenheten fungerar igen."),
                units.UnitEvent(
                    when="2026-11-20 10:02:40", level="bad",
                    what="Kontrollenheten svarar inte. Kvitto 104 väntade.",
                ),
            ),
            form=units.UnitForm(
                kinds=UNIT_KINDS, address="kontrollenhet", user="kassa", has_password=True,
                error="”kontrollenhet” är ingen adress.",
            ),
            answer=units.UnitAnswer(
                level="good", sentence="Kontrollenheten svarar och registrerar.", facts=UNIT_FACTS,
            ),
            can_office=True, former_owner="Kontrollenheten hör till ett annat företag.",
        ),
    ),
}  # fmt: skip
TILL: dict[str, tuple[str, object]] = (
    PAIRING
    | UNIT
    | day_samples(FRAME, PAPER)
    | {
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
                beside=(("Kiosken AB, hamnen", "http://127.0.0.1:8101/"),),
            ),
        ),
        "stores": (
            "stores.html",
            till.StoreChoice(
                frame=replace(FRAME, user_name=""),
                name="Åsa",
                who="x",
                stores=(
                    till.Choice(value="1", name="Kvarngatan (VK1-1)", selected=True),
                    till.Choice(value="2", name="Stationen (VK2-1)"),
                ),
                error="Något pågår ännu i Kvarngatan.",
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
        "selling-float": ("selling.html", replace(_SELLING, receipt=replace(EMPTY, prompt=FLOAT))),
        "selling-training": ("selling.html", replace(_SELLING, modes=(TRAINING,))),
        "selling-return": ("selling.html", replace(_SELLING, receipt=REFUND, modes=(RETURNING,))),
        "paying-window": ("selling.html", replace(_SELLING, receipt=OFF, paying=PAY_WINDOW)),
        "paying-parts": ("selling.html", replace(_SELLING, receipt=OFF, paying=PARTS)),
        "paying-card": ("selling.html", replace(_SELLING, receipt=OFF, paying=CARD)),
        "paying-card-asks": ("selling.html", replace(_SELLING, receipt=OFF, paying=ASKED)),
        "paying-card-code": ("selling.html", replace(_SELLING, receipt=OFF, paying=ASKED_CODE)),
        "paying-terminals": ("selling.html", replace(_SELLING, receipt=OFF, paying=TERMINALS)),
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
        "found": (
            "_found.html",
            till.Found(query="bull", buttons=BUTTONS[6:8], more="och 12 till"),
        ),
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
                    day.Closed(
                        number="11", name="18 november", total=f"4{NBSP}120,50", url="/day/11"
                    ),
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
                frame=FRAME,
                number="104",
                paper=day.Paper(text=PAPER),
                remark="Kopia gjord 2026-11-20 14:02, kassa VK1-1",
                copy_tap="0" * 32,
            ),
        ),
        "away": ("away.html", till.Away(theme="system")),
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
)
