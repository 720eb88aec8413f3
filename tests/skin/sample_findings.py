"""What needs a person's eye, and an office that was put back, in each of its states."""

from __future__ import annotations

from dataclasses import replace

from skrin.office.ui import finding_screens as eyes
from skrin.office.ui import screens as office

_NEW = eyes.FindingCard(
    name="SK000001-1:812:0",
    level="bad",
    title="Ett kvitto kan vara betalt två gånger",
    sentences=("Kassa VK1-1 fick betalt för ett kvitto som VK1-2 hade tagit över.",),
    todo="Jämför kvittona. Är båda betalda ska det ena återköpas.",
    where="VK1-1, Alva, 2026-11-21 12:31",
    links=(office.Link(label="Dagens kvitton i butiken", url="#"),),
)
_SEEN = eyes.FindingCard(
    name="SK000001-1:700:0",
    level="warn",
    title="Ett parkerat kvitto togs över",
    sentences=("En chef tog över det.",),
    todo="",
    where="VK1-2, Eva, 2026-11-20 09:02",
    seen="Sett av Märta Ek, 2026-11-20 10:15",
)
_AGAIN = (
    "Det som gjordes på kontoret sedan säkerhetskopian är borta. Gör om det: ta först kassor ur"
    " bruk som var det; sedan artiklar, priser, personer och PIN-koder, inställningar och"
    " inlagda presentkort."
)
_OVER = replace(
    _SEEN,
    name=":0:1",
    title="Kontoret återställdes från en säkerhetskopia, och alla kassor har hörts",
    sentences=("Det som kassorna hade skickat finns här igen, och allt delas som förut.",),
    todo=_AGAIN,
    where="2026-11-22 14:03",
    seen="",
)
_WITHOUT = replace(
    _OVER,
    title="Kontoret återställdes från en säkerhetskopia, och fortsätter utan alla kassor",
    sentences=(
        "Inte hörda: VK1-2, VM1-1. Det som de fick kan delas ut igen. Händer det står det här.",
    ),
)
_WAITS = eyes.CatchingUp(
    why="Databasen är en äldre än förut. Programmet såg det när det startade, 2026-11-22 14:02.",
    tills=(
        eyes.Awaited(
            name="VK1-2 Kassa 2, Storgatan vid torget", level="good", state="Ansluten och skickar"
        ),
        eyes.Awaited(name="VM1-1 Marknadskassan", level="warn", state="Inte hörd av på 9 dagar"),
        eyes.Awaited(name="VK2-1", level="quiet", state=""),
    ),
)
_ASKS = eyes.StrangerRow(
    till="SK000007",
    title="Kassa VK1-3, Marknadskassan-Storgatan är inte känd här längre",
    sentences=("Den skrevs in 2026-11-22 09:14 på enheten kassa-3-storgatan och säljer vidare.",),
    todo="Den släpptes in efter säkerhetskopian. Om enheten står i din butik och används: släpp in"
    " den, så kommer allt den har sålt av sig självt. Om den är stulen, bortgiven eller tömd: säg"
    " att den inte används.",
    may_be_let_in=True,
)
_CANNOT = replace(
    _ASKS,
    till="SK000008",
    title="Kassa VM1-2 är inte känd här längre",
    sentences=(
        *_ASKS.sentences,
        "Den kan inte släppas in: dess nummer, dess namn eller dess butik hör till något annat nu."
        " Ta ut ett paket ur den och skriv in enheten på nytt.",
    ),
    todo="Säg att den inte används när du har dess paket, eller när det är förlorat.",
    may_be_let_in=False,
)
_UNHEARD = replace(
    _CANNOT,
    till="SK000009",
    title="Kassa SK000009 är inte känd här längre",
    sentences=("Andra kassor känner till den. Den har inte hört av sig än.",),
    todo="Står enheten i din butik, starta den: den frågar då av sig själv. Är den stulen,"
    " bortgiven eller tömd, säg att den inte används.",
)


def finding_pages(frame: office.Frame) -> dict[str, tuple[str, object]]:
    """Template and screen by name."""
    waits = replace(
        _WAITS, tills=tuple(replace(one, url="#" if one.state else "") for one in _WAITS.tills)
    )
    told = replace(
        waits,
        why="En kassa visste mer än kontoret, 2026-11-22 14:02: databasen är en äldre än förut.",
        tills=waits.tills[1:2],
    )
    empty = eyes.Findings(frame=frame, new=(), seen=())
    screens = {
        "findings": replace(empty, new=(_NEW,), seen=(_SEEN,)),
        "findings-none": empty,
        "findings-put-back": replace(empty, catching_up=waits, may_go_on=True),
        "findings-put-back-by-till": replace(empty, catching_up=told, new=(_NEW,)),
        "findings-strangers": replace(
            empty, strangers=(_ASKS, _CANNOT, _UNHEARD), may_go_on=True, catching_up=waits
        ),
        "findings-strangers-told": replace(empty, strangers=(_ASKS,)),
        "findings-put-back-done": replace(empty, new=(_OVER,)),
        "findings-put-back-without": replace(empty, new=(_WITHOUT,), seen=(_OVER,)),
    }
    return {name: ("findings.html", screen) for name, screen in screens.items()}
