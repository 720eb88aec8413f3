"""The page for a store's papers, filled in."""

from __future__ import annotations

from skrin.office.ui import paper_screens as papers
from skrin.office.ui import screens as office

_LANGUAGES = (office.Choice(value="sv", name="Svenska", selected=True),)
_PLACES = (office.Choice(value="footer", name="Nederst", selected=True),)
_KINDS = (
    office.Choice(value="sale", name="Försäljning", selected=True),
    office.Choice(value="return", name="Retur"),
)
_WEEKDAYS = tuple(
    office.Choice(value=str(day), name=name)
    for day, name in enumerate(("mån", "tis", "ons", "tors", "fre", "lör", "sön"), start=1)
)


def paper_pages(frame: office.Frame) -> dict[str, tuple[str, object]]:
    """The page, for `OFFICE`."""
    return {
        "paper": (
            "paper.html",
            papers.PaperPage(
                frame=frame,
                store=1,
                store_name="Vetekornet Kvarngatan",
                header="Sedan 1912",
                footer="Tack för besöket\nSpara kvittot",
                languages=_LANGUAGES,
                shows_code=True,
                has_logo=True,
                texts=(
                    papers.TextFields(
                        number=1,
                        places=_PLACES,
                        lines="Öppet till 20 hela december",
                        kinds=_KINDS,
                        weekdays=_WEEKDAYS,
                        languages=_LANGUAGES,
                        from_time="06:00",
                        to_time="20:00",
                        first_day="2026-12-01",
                        last_day="2026-12-31",
                    ),
                    papers.TextFields(
                        number=2,
                        places=_PLACES,
                        kinds=_KINDS,
                        weekdays=_WEEKDAYS,
                        languages=_LANGUAGES,
                        is_new=True,
                    ),
                ),
                preview='<pre class="paper cols-42">Vetekornet Kvarngatan\nTack</pre>',
                error="En rad har högst 48 tecken. Korta den.",
            ),
        ),
    }
