"""The pages of the register's records, filled in for the pictures and the checks."""

from __future__ import annotations

from dataclasses import replace

from skrin.office.ui import screens as office
from skrin.office.ui.extract_screens import ExtractCard, ExtractForm, Extracts
from skrin.office.ui.mail_screens import Mail, MailCard, MailForm
from skrin.office.ui.record_screens import RecordsPage
from skrin.till.ui.archive_screens import (
    EarlierPaper,
    EarlierRegister,
    EarlierTill,
    EarlierTills,
    Moving,
    Step,
)
from skrin.till.ui.day_screens import Closed, Paper, ReceiptRow
from skrin.till.ui.record_screens import (
    MadeFile,
    Making,
    Proof,
    Records,
    RegistrationPage,
    StatedField,
)
from skrin.till.ui.screens import Choice, Frame, Notice, State

STEM = "ExportAvDataFranJournalminneEnligtSKVFS2021-16_2026-11-01-2026-11-30"
UNIT = (
    ("Kontrollenhetens tillverkningsnummer", "RIHTT130000001"),
    ("Kontrollenhetens fysiska adress", "Datorhallen, Exempelgatan 1, Stockholm"),
)
REGISTER = (
    ("Företag", "Kvarnbageriet AB"),
    ("Modellbeteckning", "Skrin Till SE"),
    ("Version", "0.1.0"),
)


def records(frame: Frame) -> dict[str, tuple[str, object]]:
    return {
        "records": ("records.html", replace(RECORDS, frame=frame)),
        "earlier": ("earlier.html", replace(EARLIER, frame=frame)),
        "earlier-none": ("earlier.html", EarlierTills(frame=frame, tills=())),
        "earlier-till": ("earlier_till.html", replace(EARLIER_REGISTER, frame=frame)),
        "earlier-till-empty": (
            "earlier_till.html",
            replace(EARLIER_REGISTER, frame=frame, rows=(), closed=(), older="", more=""),
        ),
        "moving": ("moving.html", replace(MOVING, frame=frame)),
        "earlier-paper": ("earlier_paper.html", replace(EARLIER_PAPER, frame=frame)),
        "registration": ("registration.html", replace(REGISTRATION, frame=frame)),
        "registration-new": ("registration.html", replace(REGISTRATION_NEW, frame=frame)),
    }


NO_FRAME = Frame(
    shop_name="",
    store_name="",
    till_name="",
    user_name="",
    version="",
    state=State(level="good", label=""),
)
RECORDS = Records(
    frame=NO_FRAME,
    register=REGISTER,
    unit=UNIT,
    unit_level="good",
    unit_state="Svarade för 3 s sedan",
    series=(("Kvitton och returer", "1", "1041", "0"), ("Z-rapporter", "1", "11", "0")),
    versions=(("2026-11-01 06:30", "Skrin 0.1.0"),),
    closings=(("11", "2026-11-18", "4 120,50", "/day/z/11"),),
    first="2026-11-01",
    last="2026-11-30",
    kinds=(Choice(value="journal", name="Journalen: allt som registrerats", selected=True),),
    formats=(Choice(value="xml", name="XML, Skatteverkets", selected=True),),
    making=Making(
        busy=True,
        notice=Notice(sentence="1 204 händelser saknar bekräftat elementnamn."),
        unmapped=(("line.added", "1180"), ("till.started", "24")),
        files=(MadeFile(name=f"{STEM}.zip", size="2 310 kB", url="/records/file/x"),),
    ),
    proof=Proof(
        level="good", sentence="Journalen är hel.", facts=(("Sista händelsens hash", "ab" * 32),)
    ),
    remark="Ingen tillverkare har deklarerat denna version.",
)
REGISTRATION_NEW = RegistrationPage(
    frame=NO_FRAME,
    rows=(*REGISTER, *UNIT),
    declaration="Ingen tillverkare har deklarerat denna version.",
    declared=False,
    changed=("Modellbeteckning", "Version"),
    missing=("Kontrollenhetens tillverkare",),
    reported="",
    sets=True,
    today="2026-11-20",
    fields=(StatedField(name="unit_maker", label="Kontrollenhetens tillverkare", value=""),),
    broken="Anmälan: ett kassaregister är ur funktion.",
    mail="mailto:?subject=x&body=y",
    notice=Notice(sentence="Välj en dag som finns."),
)
REGISTRATION = replace(
    REGISTRATION_NEW,
    declaration="0000-NK-EXEMPEL",
    declared=True,
    changed=(),
    missing=(),
    reported="Anmält 2026-11-20 av Anna",
    sets=False,
    notice=None,
)


EARLIER = EarlierTills(
    frame=NO_FRAME,
    tills=(
        EarlierTill(
            name="K1-1 (SK000001-1)",
            days="2026-01-02 – 2026-11-18",
            source="Från kontoret",
            url="/earlier/7-SK000001-1",
            warning="1 204 av 22 310 poster finns här. Resten hämtas.",
        ),
    ),
    expected="SK000001-1",
    notice=Notice(sentence="Paketet ändrades efter att kassan skrev under det.", level="bad"),
    imports=True,
)
EARLIER_REGISTER = EarlierRegister(
    frame=NO_FRAME,
    title="Tidigare kassa K1-1",
    facts=(("Tillverkningsnummer", "SK000001-1"), ("Poster", "22310")),
    url="/earlier/7-SK000001-1",
    rows=(
        ReceiptRow(
            number="104",
            time="18/11 14:05",
            kind="Försäljning",
            method="Kontant",
            total="196,50",
            url="/x",
        ),
    ),
    closed=(Closed(number="11", name="onsdag 18 november 2026", total="4 120,50", url="/z"),),
    first="2026-11-18",
    last="2026-11-18",
    number="",
    more="Det finns fler. Välj färre dagar.",
    older="/earlier/7-SK000001-1?before=2#z",
    warning="Z 3 stämmer inte.",
)
EARLIER_PAPER = EarlierPaper(
    frame=NO_FRAME,
    title="Kvitto 104, kassa K1-1",
    paper=Paper(text="Kassakvitto nr 104\nKassa K1-1\n"),
    back="/earlier/7-SK000001-1",
    copy_url="/copy",
    copy_tap="0" * 32,
    hint="Ta tillbaka varor: sök efter 104.",
)


MOVING = Moving(
    frame=NO_FRAME,
    register="SK000001-1",
    steps=(
        Step(name="Stäng dagen", done=False, sentence="Dagen är öppen.", label="Dagen", url="/day"),
        Step(name="Avsluta försäljningen", done=False, sentence="För alltid.", ends=True),
        Step(name="Skicka allt", done=True, sentence="Kontoret har allt."),
        Step(
            name="Ta ut paketet",
            done=True,
            sentence="Spara det.",
            label="skrin-package-SK000001-1-2026-11-20.zip",
            url="/records/file/x",
            file=True,
        ),
    ),
    sets=False,
    notice=Notice(sentence="Säg att du är säker.", level="warn"),
)


def office_records(frame: office.Frame) -> dict[str, tuple[str, object]]:
    """The page of a till's records in the office."""
    page = RecordsPage(
        frame=frame,
        name="Kassa 1",
        designation="TORG1",
        level="good",
        proof="Journalen är hel: 1 041 händelser, ingen saknas eller är ändrad.",
        prove_url="/x",
        file_url="/y",
        pdf_url="/z",
        till_url="/t",
        groups=(office.FactGroup(title="Kontrollenhet", facts=UNIT),),
        kinds=(office.Choice(value="journal", name="Journalen"),),
        formats=(office.Choice(value="xml", name="XML, Skatteverkets"),),
        scopes=(office.Choice(value="till", name="Denna kassa"),),
        first="2026-11-01",
        last="2026-11-30",
        remark="Att anmäla till Skatteverket: Version.",
        broken="Anmälan: ett kassaregister är ur funktion.",
        mail_url="/m",
        file_mail_url="/f",
    )
    return {"records": ("records.html", page), **office_mail(frame), **office_extracts(frame)}


def office_mail(frame: office.Frame) -> dict[str, tuple[str, object]]:
    """The pages of the office's mail, a message in each state."""
    form = MailForm(
        frame=frame,
        title="Skicka anmälan med e-post",
        facts=(("Kassa", "Kassa 1 · TORG1"), ("Det som skickas", "Registreringen som PDF")),
        url="/x",
        back_url="/y",
        order="0" * 16,
        to="marta@vetekornet.example",
    )
    waits = MailCard(
        id="1",
        subject="Kontrollenhet RIHTT130000001 för kassa TORG1",
        to="redovisning@mycket-lang-adress.example",
        ordered="Märta Ek, 2026-11-20 12:31",
        level="warn",
        state="Väntar",
        sentence="Försökt 2 gånger; igen 2026-11-20 12:38. Ges upp 2026-11-21 12:31.",
        todo="E-postservern kunde inte ta emot just då.",
        answer="451 4.7.1 Greylisted, try again later",
        can_withdraw=True,
    )
    cards = (
        waits,
        replace(waits, id="2", level="good", state="Skickat", todo="", answer=""),
        replace(waits, id="3", state="Kanske skickat", can_send_again=True, again_label="Igen"),
    )
    sent = Mail(frame=frame, account="Skickas som kassa@vetekornet.example.", cards=cards)
    return {
        "mail-new": ("mail_new.html", form),
        "mail-new-shut": ("mail_new.html", replace(form, shut="Ingen e-post är inställd.")),
        "mail": ("mail.html", sent),
        "mail-empty": ("mail.html", replace(sent, cards=(), notice="Det skickas inte.")),
    }


def office_extracts(frame: office.Frame) -> dict[str, tuple[str, object]]:
    """The pages of ordered extracts, an order in each state."""
    facts = (("Kassa", "Kassa 1 · TORG1"), ("Dagar", "2026-01-01 – 2026-12-31"))
    form = ExtractForm(
        frame=frame,
        facts=(*facts, ("Händelser att läsa", "3 512 004")),
        url="/x",
        back_url="/y",
        order="0" * 16,
        hidden=(("what", "journal"),),
    )
    making = ExtractCard(
        id="1",
        subject="Journalen · Kassa 1 · TORG1 · 2026-01-01 – 2026-12-31",
        ordered="Märta Ek, 2026-11-20 12:31",
        level="quiet",
        state="Görs nu",
        sentence="1 204 100 av 3 512 004 händelser är lästa. Du kan lämna sidan.",
        done_percent=34,
        can_withdraw=True,
    )
    made = ExtractCard(
        id="2",
        subject="Journalen · Kassa 2 · TORG2 · 2026-01-01 – 2026-12-31",
        ordered="Märta Ek, 2026-11-20 11:02",
        level="good",
        state="Klar",
        sentence="Den kan hämtas här till 2026-11-27 11:18.",
        file_url="/f",
        facts=(
            ("Fil", "journal_TORG2_2026-01-01-2026-12-31.zip"),
            ("Storlek", "31 MB"),
            ("SHA-256", "5f" * 32),
        ),
    )
    failed = replace(
        made,
        id="3",
        level="bad",
        state="Inte gjord",
        sentence="Journalen är skadad: entry 17 is missing.",
        file_url="",
        facts=(),
    )
    page = Extracts(frame=frame, cards=(making, made, failed))
    return {
        "extract-new": ("extract_new.html", form),
        "extract-new-error": (
            "extract_new.html",
            replace(form, error="5 filer är redan beställda. Vänta tills en är gjord."),
        ),
        "extracts": ("extracts.html", page),
        "extracts-empty": ("extracts.html", replace(page, cards=(), notice="Återtagen.")),
    }
