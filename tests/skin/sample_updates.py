"""The page of updates, filled in for the pictures and the checks."""

from __future__ import annotations

from dataclasses import replace

from skrin.till.ui.damaged_screens import Damaged
from skrin.till.ui.screens import Frame, Notice
from skrin.till.ui.update_screens import Changing, UpdateNow, UpdatePage

FACTS = (
    ("Installerad version", "1.4.0"),
    ("Installerad", "2026-11-20 03:10"),
    ("Innan", "1.3.2"),
)
NOTES = (
    "Kvitton kommer snabbare på skrivare som delas av flera kassor.",
    "Presentkort kan delas på flera betalningar.",
)


DAMAGED = Damaged(
    findings=("Post 1018 i journalen är inte som den skrevs.", "receipt 211 stämmer inte."),
    more=2,
    register="SK000001-1",
    office_seq=1020,
    asked=True,
    refused="",
    lost=(),
    is_mending=False,
    folder="/var/lib/skrin",
    token="t",
)


def update_pages(frame: Frame) -> dict[str, tuple[str, object]]:
    ready = UpdatePage(
        frame=frame,
        facts=FACTS,
        sets=True,
        before="1.3.2",
        metered_told="Som enheten säger: inte mobildata",
        now=UpdateNow(
            level="good",
            state="Version 1.5.0 är klar.",
            advice="Kassan är borta i ungefär en halv minut.",
            version="1.5.0",
            notes=NOTES,
            can_install=True,
            window="02:00–05:00",
        ),
    )
    return {
        "damaged": ("damaged.html", DAMAGED),
        "damaged-lost": (
            "damaged.html",
            replace(DAMAGED, lost=("SK000001-1: 1021-1024",), asked=False),
        ),
        "update": ("update.html", ready),
        "update-mobile": (
            "update.html",
            replace(
                ready,
                metered="yes",
                now=UpdateNow(
                    level="warn",
                    state="Version 1.5.0 kan hämtas.",
                    advice="Kassan går på mobildata, och uppdateringen är 38 MB.",
                    version="1.5.0",
                    notes=NOTES,
                    registration=True,
                    can_fetch="Hämta över mobildata (38 MB)",
                    metered=True,
                ),
                notice=Notice(
                    level="warn",
                    sentence="Version 1.4.9: Den nya versionen svarade inte i tid, så kassan gick"
                    " tillbaka av sig själv.",
                ),
            ),
        ),
        "update-busy": (
            "update.html",
            replace(
                ready,
                now=UpdateNow(
                    level="good",
                    state="Version 1.5.0 hämtas.",
                    advice="Försäljningen fortsätter under tiden.",
                    busy=True,
                    done=12,
                    total=38,
                    progress="12 av 38 MB",
                    version="1.5.0",
                ),
            ),
        ),
        "update-none": (
            "update.html",
            replace(
                ready,
                sets=False,
                updates=False,
                before="",
                now=UpdateNow(level="good", state="Det finns ingen uppdatering."),
            ),
        ),
        "update-changing": ("update_changing.html", Changing(frame=frame, version="1.5.0")),
    }
