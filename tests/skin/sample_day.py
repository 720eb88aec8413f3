"""Samples of the day's pages: its float, its count, its reports."""

from __future__ import annotations

from dataclasses import replace

from tests.skin.sample_goods import NBSP

from skrin.till.ui import day_screens as day
from skrin.till.ui import report_screens as reports
from skrin.till.ui import screens as till

FLOAT = till.Prompt(
    name="Växelkassa",
    sentence=f"Finns det 1{NBSP}000,00 i kassalådan?",
    yes="Ja",
    amount="1000,00",
)


def day_samples(frame: till.Frame, paper: str) -> dict[str, tuple[str, object]]:
    """The pages by name, in this frame and with this paper."""
    closing = reports.ClosingForm(
        frame=frame,
        day="2026-11-20",
        day_name="fredag 20 november",
        expected=f"1{NBSP}354,00",
        pieces=tuple(
            reports.PieceField(field=f"piece-{value}", name=str(value // 100), value=value)
            for value in (1000_00, 500_00, 200_00, 100_00, 50_00, 20_00, 10_00, 5_00, 2_00, 1_00)
        ),
        bank=True,
        reasons=(till.Choice(value="7", name="Till banken"),),
    )
    return {
        "day-stated": (
            "day.html",
            day.Day(
                frame=frame,
                day_name="fredag 20 november",
                report=None,
                float_stated=f"1{NBSP}000,00",
            ),
        ),
        "reports": (
            "reports.html",
            reports.Reports(
                frame=frame,
                first="2026-11-01",
                last="2026-11-20",
                closed=(
                    day.Closed(
                        number="11", name="18 november", total=f"4{NBSP}120,50", url="/day/11"
                    ),
                ),
                older="/reports?before=11#z",
                running="Journalen skrivs ut: 2 av 7 delar.",
            ),
        ),
        "reports-cashier": (
            "reports.html",
            reports.Reports(
                frame=frame,
                first="2026-11-01",
                last="2026-11-20",
                figures=False,
                notice=till.Notice(sentence="Det får du inte göra.", level="bad"),
            ),
        ),
        "report": (
            "report.html",
            reports.Report(
                frame=frame,
                title="Z-rapport 11",
                paper=day.Paper(text=paper),
                presses=(
                    reports.Press(
                        label="Skriv ut en kopia per artikel",
                        url="/day/z/11/copy",
                        fields=(("by", "article"),),
                        primary=True,
                    ),
                ),
                links=(("Per grupp", "/day/z/11?by=group"),),
            ),
        ),
        "report-empty": (
            "report.html",
            reports.Report(frame=frame, title="Periodrapport", paper=None),
        ),
        "closing": ("closing.html", closing),
        "closing-pin": (
            "closing.html",
            replace(
                closing,
                also="2 dagar före den stängs först.",
                required=True,
                expected="",
                people=(till.Choice(value="p2", name="Eva"),),
                notice=till.Notice(sentence="Räkna kassan först.", level="bad"),
            ),
        ),
    }
