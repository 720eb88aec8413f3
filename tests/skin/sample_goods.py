"""The keys of the demo bakery, as the pages' samples show them."""

from __future__ import annotations

from skrin.till.ui import screens as till

NBSP = "\N{NO-BREAK SPACE}"

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
