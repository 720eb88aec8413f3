"""The pages of devices, filled in for the pictures and the checks."""

from __future__ import annotations

from dataclasses import replace

from skrin.till.ui.display_screens import Display, Shown
from skrin.till.ui.machine_screens import NetworkPage
from skrin.till.ui.printer_screens import PrinterForm, PrinterRow, PrintersPage
from skrin.till.ui.scale_screens import ScaleForm, ScalePage
from skrin.till.ui.screens import Choice, Frame, Notice
from skrin.till.ui.self_test_screens import DrawerTest, SelfTestPage, Tried
from skrin.till.ui.unit_screens import UnitAnswer, UnitKind
from skrin.till.ui.unsent_screens import Unsent, UnsentRow, WorksNow

UNIT = Tried(
    device="control_unit",
    icon="shield-check",
    name="Kontrollenhet",
    level="good",
    state="Kontrollenheten svarade för 0 s sedan.",
    when="14:05",
    url="/unit",
)
CARD = Tried(
    device="card_terminal",
    icon="credit-card",
    name="Kortterminal",
    level="good",
    state="Kortterminalen är klar.",
    when="14:05",
    url="/card-terminals",
)
PRINTER = Tried(
    device="printer",
    icon="printer",
    name="Skrivare",
    level="bad",
    state="Papperet är slut. Byt rulle, så skrivs kvittot ut.",
    advice="Öppna locket, lägg i en ny rulle, stäng.",
    when="14:05",
)
OFFICE = Tried(
    device="office",
    icon="cloud",
    name="Kontoret",
    level="warn",
    state="Kontoret svarar inte. Försäljningen fortsätter; det som väntar skickas senare.",
    when="14:05",
)
SCALE = Tried(
    device="scale",
    icon="scale",
    name="Våg",
    level="good",
    state="Vågen svarar: på den ligger 1,234 kg.",
    advice="Lägg något på den, och jämför siffran med vågens egen display.",
    when="14:05",
    url="/scale",
)
DRAWER = Tried(
    device="drawer",
    icon="coins",
    name="Kassalåda",
    level="warn",
    state="Skrivaren bad lådan att öppna. Gjorde den det?",
    when="14:06",
)
SCANNER = Tried(
    device="scanner",
    icon="scan-barcode",
    name="Skanner",
    level="good",
    state="Läste 7310865004703: Kardemummabulle.",
    when="14:06",
)
SCREEN = Tried(
    device="screen", icon="monitor", name="Den här skärmen", level="untried", state="Inte provad än"
)

PRINTERS = (
    PrinterRow(
        value="192.168.1.40:9100",
        name="Disken",
        level="bad",
        state="Papperet är slut. Byt rulle, så skrivs kvittot ut.",
        advice="Öppna luckan, lägg i en ny rulle, stäng.",
        facts=(("Ansluten", "På nätet"), ("Adress", "192.168.1.40:9100")),
        in_use=True,
    ),
    PrinterRow(
        value="/dev/usb/lp0",
        name="Kök",
        level="good",
        state="Skrivaren är klar.",
        facts=(("Ansluten", "USB"), ("Adress", "/dev/usb/lp0")),
        answer=UnitAnswer(level="good", sentence="Skrivaren säger att testsidan kom ut."),
    ),
)
FORM = PrinterForm(
    kinds=(
        UnitKind(value="tcp", name="På nätet", example="192.168.1.40:9100", selected=True),
        UnitKind(value="usb", name="USB", example="/dev/usb/lp0"),
    ),
    columns=(Choice(value="42", name="80 mm, 42 tecken", selected=True),),
    code_pages=(Choice(value="cp858", name="CP858", selected=True),),
)


def printer_pages(frame: Frame) -> dict[str, tuple[str, object]]:
    page = PrintersPage(frame=frame, rows=PRINTERS, form=FORM, can_office=True)
    wrong = replace(FORM, error="”disken” är ingen adress.", field="address", address="disken")
    kind, paper = (replace(wrong, field=field) for field in ("kind", "paper"))
    return {
        "printers": ("printers.html", page),
        "printers-none": ("printers.html", replace(page, rows=(), form=None, can_office=False)),
        "printers-wrong": (
            "printers.html",
            replace(page, form=replace(wrong, before="/dev/usb/lp0", answer=PRINTERS[1].answer)),
        ),
        "printers-kind": ("printers.html", replace(page, form=kind)),
        "printers-paper": (
            "printers.html",
            replace(page, form=paper, notice=Notice(sentence="Titta på listan.", level="bad")),
        ),
    }


def scale_pages(frame: Frame) -> dict[str, tuple[str, object]]:
    form = ScaleForm(
        protocols=(
            UnitKind(value="toledo_8217", name="8217", example="/dev/ttyUSB0", selected=True),
            UnitKind(value="mt_sics", name="MT-SICS", example="/dev/ttyUSB0@9600"),
        ),
        address="/dev/ttyUSB0",
        name="Disken",
    )
    page = ScalePage(
        frame=frame,
        name="Disken",
        state="Vågen svarar. På den ligger 1,234 kg.",
        facts=(("Talar", "8217"), ("Adress", "/dev/ttyUSB0")),
        form=replace(form, answer=UnitAnswer(level="good", sentence="Vågen svarar.")),
        can_office=True,
    )
    silent = replace(page, level="warn", state="Vågen svarar inte.", advice="Sitter sladden i?")
    wrong = replace(form, error="”kassan” är ingen seriell linje.", field="address")
    return {
        "scale": ("scale.html", page),
        "scale-none": ("scale.html", replace(page, name="", form=None, can_office=False)),
        "scale-wrong": ("scale.html", replace(silent, form=wrong)),
        "scale-protocol": (
            "scale.html",
            replace(
                silent,
                form=replace(wrong, field="protocol"),
                notice=Notice(sentence="Det får du inte.", level="warn"),
            ),
        ),
    }


def display_pages() -> dict[str, tuple[str, object]]:
    lines = tuple(
        Shown(name=name, quantity=quantity, amount=amount)
        for name, quantity, amount in (
            ("Kardemummabulle", "2", "64,00"),
            ("Kaffe, brygg", "1", "34,00"),
            ("Räksmörgås på surdegsbröd", "12", "1\u00a0182,00"),
        )
    )
    page = Display(
        shop_name="Vetekornet",
        theme="system",
        state="lines",
        tag="a",
        lines=(*lines, Shown(name="Extra shot", quantity="1", amount="8,00", child=True)),
        total="1\u00a0288,00",
        earlier=3,
        paid=(("Presentkort", "100,00"),),
    )
    bare = replace(page, lines=(), earlier=0, paid=())
    return {
        "display": ("display.html", page),
        "display-idle": (
            "display.html",
            replace(bare, state="idle", total="", sentence="Välkommen", training=True),
        ),
        "display-card": (
            "display.html",
            replace(bare, state="card", sentence="Följ kortterminalen", refund=True),
        ),
        "display-done": (
            "display.html",
            replace(bare, state="done", sentence="Tack", change="112,00"),
        ),
    }


def device_pages(frame: Frame) -> dict[str, tuple[str, object]]:
    untried = tuple(
        replace(one, level="untried", state="Inte provad än", advice="", when="")
        for one in (UNIT, CARD, PRINTER, OFFICE, DRAWER, SCANNER)
    )
    page = SelfTestPage(
        frame=frame,
        headline="Titta på det som är märkt nedan.",
        devices=(UNIT, CARD, PRINTER, OFFICE, SCALE),
        drawer=DRAWER,
        scanner=SCANNER,
        screen=SCREEN,
        drawer_test=DrawerTest(tap="0" * 32, asked=True),
    )
    first = replace(
        page,
        headline="Prova enheterna, och sedan de tre som behöver din hand.",
        devices=untried[:4],
        drawer=untried[4],
        scanner=untried[5],
        drawer_test=DrawerTest(tap="0" * 32, people=(Choice(value="1", name="Åsa Öberg"),)),
    )
    trying = replace(UNIT, level="trying", state="Provas …")
    network = NetworkPage(
        frame=frame,
        level="warn",
        state="Det finns inget nätverk.",
        advice="Sitter sladden i?",
        ways=(("wlan0", "Wi-Fi, inte ansluten"), ("eth0", "Kabel, används")),
        office_level="warn",
        office="Kontoret svarar inte.",
        steps=("Försäljningen fortsätter utan nätet.", "Sitter sladden i?"),
    )
    return (printer_pages(frame) | scale_pages(frame) | display_pages()) | {
        "network": ("network.html", network),
        "unsent": ("unsent.html", unsent_page(frame)),
        "unsent-none": ("unsent.html", all_sent_page(frame)),
        "self-test": ("self_test.html", page),
        "self-test-first": ("self_test.html", first),
        "self-test-busy": (
            "self_test.html",
            replace(
                page,
                busy=True,
                devices=(trying, *page.devices[1:]),
                notice=Notice(sentence="Den PIN-koden är fel. Försök igen.", level="warn"),
            ),
        ),
    }


def unsent_page(frame: Frame) -> Unsent:
    """The office has been away for a morning."""
    return Unsent(
        frame=frame,
        level="warn",
        state="Kontoret svarar inte. Försäljningen fortsätter; det som väntar skickas senare.",
        advice="Inget att göra nu. Titta på nätverket om det varar.",
        facts=(
            ("Oskickade händelser", "1 204"),
            ("Kvitton", "98"),
            ("Z-rapporter", "1"),
            ("Det äldsta väntar sedan", "3 h"),
            ("Senaste fel", "[Errno 111] Connection refused"),
        ),
        rows=(
            UnsentRow(
                what="Kvitto 214 Kontant, Kort",
                at="2026-11-22 13:04",
                figure="1 176,00",
                age="40 s",
            ),
            UnsentRow(what="Lådan öppnad", at="2026-11-22 13:01", figure="", age="4 min"),
            UnsentRow(
                what="Kontanter ut - Till banken",
                at="2026-11-22 12:58",
                figure="2 000,00",
                age="7 min",
            ),
        ),
        older="?before=1100",
        newest="/unsent",
        away=True,
        works=(
            WorksNow(name="Kontant", level="good", state="Fungerar."),
            WorksNow(name="Swish", level="warn", state="Högst 2 000,00 åt gången."),
            WorksNow(name="Presentkort", level="bad", state="Inte utan kontoret."),
            WorksNow(
                name="Kopior och returer", level="warn", state="Bara av den här kassans kvitton."
            ),
        ),
        steps=("Sälj som vanligt.", "Stäng dagen som vanligt."),
        notice=Notice(sentence="Kontoret svarar inte. Kassan försöker igen själv.", level="warn"),
    )


def all_sent_page(frame: Frame) -> Unsent:
    """All is at the office."""
    return Unsent(
        frame=frame,
        level="good",
        state="Kontoret svarade för 3 s sedan.",
        advice="",
        facts=(("Oskickade händelser", "0"),),
    )
