"""Swedish rates on both sides of every change."""

from __future__ import annotations

from datetime import date

import pytest

from skrin.domain.refusal import Refusal
from skrin.fiscal.countries import country


@pytest.mark.parametrize(
    ("vat_class", "on", "rate_bp"),
    [
        ("food", "2016-10-30", 1200),
        ("food", "2026-03-31", 1200),
        ("food", "2026-04-01", 600),
        ("food", "2027-12-31", 600),
        ("food", "2028-01-01", 1200),
        ("restaurant", "2026-04-01", 1200),
        ("restaurant", "2027-12-31", 1200),
        ("standard", "2026-04-01", 2500),
        ("culture", "2026-04-01", 600),
        ("transport", "2028-01-01", 600),
        ("exempt", "2026-04-01", 0),
    ],
)
def test_the_rate_of_a_day(vat_class: str, on: str, rate_bp: int) -> None:
    assert country("SE").vat_rate_bp(vat_class, date.fromisoformat(on)) == rate_bp


def test_a_class_that_is_not_known_has_no_rate() -> None:
    with pytest.raises(Refusal, match="vat_class_unknown"):
        country("SE").vat_rate_bp("luxury", date(2026, 4, 1))
