"""One filled screen per page and state of the office, in the words of the demo bakery."""

from __future__ import annotations

from dataclasses import replace

from tests.skin.sample_cards import card_pages
from tests.skin.sample_findings import finding_pages
from tests.skin.sample_goods import NBSP
from tests.skin.sample_papers import paper_pages
from tests.skin.sample_records import office_records
from tests.skin.samples import PAPER

from skrin.office.ui import card_screens as cards
from skrin.office.ui import people_screens as staff
from skrin.office.ui import preparing_screens, setting_screens, update_screens
from skrin.office.ui import screens as office
from skrin.office.ui import till_screens as till_pages

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

PREPARE = preparing_screens.Prepare(
    frame=replace(O_FRAME, place="tills"),
    rows=(
        preparing_screens.WaitingRow(
            number=7,
            serial="POS-0007",
            name="Kassa 3",
            designation="VK1-3",
            store="Storgatan",
            batch="Jul",
            level="quiet",
            state="Kod till tisdag 22 december 2026 14:02",
            complete="",
            chosen=True,
        ),
        preparing_screens.WaitingRow(
            number=8,
            serial="",
            name="Reserv",
            designation="VK1-4",
            store="Storgatan",
            batch="",
            level="warn",
            state="Koden gäller inte längre",
            complete="kontrollenhet saknas",
        ),
    ),
    devices="",
    batch="",
    days="30",
    days_most=90,
    incomplete=False,
    done="1 kassa är återtagen.",
)
_WAYS = (
    office.Choice(value="keep", name="Låt vara som det är", selected=True),
    office.Choice(value="set", name="Sätt till"),
    office.Choice(value="back", name="Butikens"),
)
SETTINGS = setting_screens.TillSettings(
    frame=replace(O_FRAME, place="tills"),
    rows=(
        setting_screens.TargetRow(
            value="store-1",
            name="Storgatan",
            remark="Butikens alla kassor",
            is_store=True,
            footer="Tack och välkommen åter",
            own="Swish",
            theme="",
            chosen=True,
        ),
        setting_screens.TargetRow(
            value="till-VK1-1",
            name="Kassa 1",
            remark="VK1-1",
            is_store=False,
            footer="",
            own="inga",
            theme="Mörkt",
        ),
    ),
    footer=setting_screens.Part(name="footer", ways=_WAYS),
    own_methods=setting_screens.Part(name="own_methods", ways=_WAYS),
    theme=setting_screens.Part(name="theme", ways=_WAYS),
    footer_lines="Tack och välkommen åter",
    own=("Swish", ""),
    themes=(office.Choice(value="dark", name="Mörkt", selected=True),),
    accounts=("1580", "1580"),
    done="Sparat för 1 rad i listan.",
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
    **office_records(replace(O_FRAME, place="tills")),
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
            copy=office.CopyBox(
                url="/x",
                level="quiet",
                state="Inte kopierat",
                sentences=("Ett kvitto har en kopia.",),
                tills=(office.Choice(value="1-1", name="Kassa 1 · VK1-1", selected=True),),
            ),
        ),
    ),
    "receipt-copy-ordered": (
        "receipt.html",
        office.Receipt(
            frame=SALES,
            number="104",
            designation="VK1-1",
            paper=office.Paper(text=PAPER),
            facts=_FACTS,
            copy=office.CopyBox(
                url="/x",
                level="quiet",
                state="Beställd",
                sentences=("Beställd av Saga 2026-11-20 12:31.", "Kassan gör den snart."),
                error="Det finns ingen beställning att ta tillbaka.",
                can_withdraw=True,
            ),
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
        till_pages.TillPage(
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
        till_pages.TillPage(
            frame=replace(O_FRAME, place="tills"),
            name="Kassa 1",
            designation="VK1-1",
            level="bad",
            state="Skickar en annan historia än förut.",
            groups=(office.FactGroup(title="Kontakt", facts=_FACTS),),
            code_url="/tills/1/code",
            retire_url="/tills/1/retire",
            stop=till_pages.Stop(
                title="Inget mer av den här kassan tas emot",
                sentences=("Två historier finns.", "Ta den ur bruk."),
                link=office.Link(label="Ta ur bruk, med efterträdare", url="/tills/1/retire"),
            ),
            conflicts=(
                till_pages.ConflictRow(
                    number="1" + NBSP + "204",
                    found="2026-11-20 14:05",
                    why="Skickar en annan historia än förut.",
                    came="0f1e2d3c4b5a6978",
                    stands="8877665544332211 receipt.sealed",
                ),
            ),
        ),
    ),
    "till-damaged": (
        "till.html",
        till_pages.TillPage(
            frame=replace(O_FRAME, place="tills"),
            name="Kassa 1",
            designation="VK1-1",
            level="bad",
            state="Filen är skadad; kassan säljer inget förrän den är lagad",
            groups=(office.FactGroup(title="Kontakt", facts=_FACTS),),
            damage=till_pages.Stop(
                title="Kassans fil är skadad",
                sentences=(
                    "Den säljer inget förrän den är lagad. Använd en annan kassa så länge.",
                    "Tryck på ”Laga den nu” på kassans skärm. Det som kontoret har hämtas härifrån."
                    " Skulle något gå förlorat ändras ingenting: ring då service.",
                ),
                found=(
                    "Post 1204 i journalen är inte som den skrevs.",
                    "Detta är inte vad journalen säger: kvitto 311",
                ),
                technical="entry: entry 1204: other hash than the next one says; row: receipt 311"
                " (+2)",
            ),
            unit_url="/unit",
        ),
    ),
    "till-new": (
        "till_new.html",
        till_pages.NewTill(
            frame=replace(O_FRAME, place="tills"),
            stores=_STORES[1:],
            designation="VK1-1",
            devices=(
                office.Choice(value="", name="En ny enhet", selected=True),
                office.Choice(value="3", name="Kassa 1 (VK1-1)"),
            ),
            designation_error="Den beteckningen är tagen.",
        ),
    ),
    "till-updates": (
        "till_updates.html",
        update_screens.TillUpdates(
            frame=replace(O_FRAME, place="tills"),
            rows=(
                update_screens.UpdateRow(
                    number="1",
                    name="Kassa 1",
                    designations="VK1-1",
                    store="Storgatan",
                    ring="Ring 1, först",
                    installed="1.5.0",
                    level="good",
                    state="Installerad",
                    marked="1.5.0, när butiken är stängd",
                    chosen=True,
                ),
                update_screens.UpdateRow(
                    number="2",
                    name="Handkassa",
                    designations="VK1-2, VK2-3",
                    store="Storgatan, Stationen",
                    ring="Ring 3, resten",
                    installed="1.4.0",
                    marked="för ingen",
                    level="bad",
                    state="Gick tillbaka av sig själv",
                ),
            ),
            releases=(
                update_screens.ReleaseCard(
                    version="1.5.0",
                    size="38 MB",
                    notes=("Snabbare kvitton.",),
                    registration=True,
                    progress=(("Ring 1, först", "1 av 1 installerade"),),
                ),
            ),
            versions=(office.Choice(value="1.5.0", name="1.5.0", selected=True),),
            hows=(office.Choice(value="window", name="När butiken är stängd", selected=True),),
            rings=(office.Choice(value="1", name="Ring 1, först", selected=False),),
            window_from="02:00",
            window_to="05:00",
            choose=(office.Link(label="Välj ring 1, först", url="?ring=1"),),
            fault="Välj minst en kassa i listan.",
        ),
    ),
    "till-settings": ("till_settings.html", SETTINGS),
    "till-settings-wrong": (
        "till_settings.html",
        replace(
            SETTINGS,
            done="",
            fault="Välj minst en butik eller kassa i listan.",
            footer=replace(SETTINGS.footer, fault="Där står högst 5 rader. Ta bort några."),
            own_methods=replace(SETTINGS.own_methods, fault="Båda heter lika."),
            theme=replace(SETTINGS.theme, fault="Välj en av färgerna."),
            account_fault="Ett konto är 3 till 10 siffror, som 1580.",
        ),
    ),
    "till-prepare": ("till_prepare.html", PREPARE),
    "till-prepare-wrong": (
        "till_prepare.html",
        replace(
            PREPARE,
            done="",
            fault="Välj minst en kassa i listan.",
            faults=("Rad 2: Serienumret POS-0007 står två gånger.", "Rad 4: Kontrollenhet saknas."),
            devices="serienummer;butik\nPOS-0007;1",
        ),
    ),
    "till-prepared": (
        "till_prepared.html",
        preparing_screens.Prepared(
            frame=replace(O_FRAME, place="tills"),
            until="tisdag 22 december 2026 14:02",
            rows=(
                preparing_screens.PreparedRow(
                    number=7,
                    serial="POS-0007",
                    name="Kassa 3",
                    designation="VK1-3",
                    store="Storgatan",
                    code="1-7HQ4-M2XK-9PDR",
                ),
            ),
        ),
    ),
    "companies": (
        "companies.html",
        preparing_screens.Companies(
            frame=replace(O_FRAME, place="tills"),
            summary="1 kassa bör ses över.",
            companies=(
                preparing_screens.CompanyCard(
                    name="Vetekornet AB",
                    org_number="556677-8899",
                    rows=(
                        office.TillRow(
                            name="Kassa 1",
                            designation="VK1-1",
                            store="Storgatan",
                            level="warn",
                            state="Har inte hörts av",
                            last_contact="för 2 h sedan",
                            unsent="",
                            head="1 204",
                            version="0.1.0",
                            remark="Svarar inte",
                            url="/tills/SK000001/1?company=1",
                        ),
                        office.TillRow(
                            name="Reserv",
                            designation="VK1-4",
                            store="Storgatan",
                            level="quiet",
                            state="Väntar på sin enhet",
                            last_contact="",
                            unsent="",
                            head="",
                            version="",
                        ),
                    ),
                    tills_url="/tills?company=1",
                    prepare_url="/tills/prepare?company=1",
                ),
                preparing_screens.CompanyCard(
                    name="Kornboden AB",
                    org_number="556677-8907",
                    rows=(),
                    tills_url="/tills?company=2",
                    prepare_url="/tills/prepare?company=2",
                ),
            ),
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
    "till-unit": (
        "till_unit.html",
        till_pages.TillUnit(
            frame=replace(O_FRAME, place="tills"),
            name="Kassa 1",
            designation="VK1-1",
            level="bad",
            state="Kontrollenheten svarar inte.",
            to_do="Se till att enheten har ström och att kabeln sitter i.",
            facts=(("Tillverkningsnummer", "SIMX00000001"), ("Modell", "CleanCash Multi User")),
            events=(
                till_pages.UnitEvent(
                    when="2026-11-20 10:02:40", what="Kontrollenheten svarar inte.", is_fault=True
                ),
                till_pages.UnitEvent(
                    when="2026-11-20 08:00:02", what="Kontrollenhet SIMX00000001 hör till er."
                ),
            ),
            report="Felanmälan av kontrollenhet\n\nFöretag: Vetekornet AB, 556677-8899\n",
            report_url="/tills/SK000001/1/unit.txt",
            till_url="/tills/SK000001/1",
        ),
    ),
    "till-unit-empty": (
        "till_unit.html",
        till_pages.TillUnit(
            frame=replace(O_FRAME, place="tills"),
            name="Kassa 1",
            designation="VK1-1",
            level="quiet",
            state="Inte hörd av än",
            to_do="",
            facts=(),
            events=(),
            till_url="/tills/SK000001/1",
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
            questions=(
                office.Question(
                    name="parked_at_closing",
                    legend="Parkerade kvitton när en dag stängs",
                    choices=(
                        office.Choice(value="carried_over", name="De förs över till nästa dag"),
                        office.Choice(value="reported", name="Så, kontoret vet", selected=True),
                    ),
                ),
                office.Question(
                    name="cash_count",
                    legend="Räkna kassan när en dag stängs",
                    choices=(office.Choice(value="blind", name="Den ska räknas", selected=True),),
                ),
            ),
            papers=(office.Link(label="Vetekornet Kvarngatan", url="#"),),
            notice="Sparat.",
        ),
    ),
    **paper_pages(replace(O_FRAME, place="settings")),
    **card_pages(replace(O_FRAME, place="settings")),
    "gift-cards": (
        "gift_cards.html",
        cards.GiftCards(
            frame=replace(O_FRAME, place="money"),
            filter=office.Filter(query=""),
            owed=(
                cards.Owed(label="Skuld till dem som har presentkort nu", amount="620,00"),
                cards.Owed(label="Skuld vid slutet av 2026-10-31", amount="740,00", taxed="380,00"),
            ),
            day="2026-10-31",
            day_error="",
            validity=(cards.Validity(method=4, name="Presentkort", months="24"),),
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
    **finding_pages(O_FRAME),
    "people": (
        "people.html",
        staff.People(
            frame=O_FRAME,
            done="Eva får sköta kassornas service.",
            rows=(
                staff.PersonRow(
                    member=3,
                    name="Alva",
                    email="alva@vete.example",
                    role="kassör",
                    services=False,
                    by_role=False,
                ),
                staff.PersonRow(
                    member=2,
                    name="Eva",
                    email="eva@vete.example",
                    role="butikschef",
                    services=True,
                    by_role=False,
                    remark="gav Märta Ek 2026-11-22 14:02",
                ),
                staff.PersonRow(
                    member=1,
                    name="Märta Ek",
                    email="marta@vete.example",
                    role="ägare",
                    services=True,
                    by_role=True,
                ),
            ),
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
    "message-away": (
        "message.html",
        office.Message(
            frame=replace(O_FRAME, user_name="", menu=(), companies=()),
            title="Kontoret startar igen",
            sentence="Databasen är inte på plats än. Inget är förlorat, och kassorna säljer"
            " vidare. Sidan försöker igen av sig själv om en liten stund.",
            links=(office.Link(label="Försök igen", url="", primary=True),),
            again_s=60,
        ),
    ),
}
