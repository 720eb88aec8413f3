"""Under which name the program is sold, and what its maker has declared: configuration (R-REG-008).

The same program goes under several brands. A brand is a small TOML file, named in `SKRIN_BRAND`;
without one it is what the source says of itself, which no manufacturer has declared. What the
registration at the tax authority wants of the maker stands here and nowhere in the code.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path

from skrin import __version__

VARIABLE = "SKRIN_BRAND"
OWN = Path(__file__).with_name("brand.toml")


class BrandUnusable(Exception):
    """The brand's file cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class UnitCard:
    """A control unit as it is reported: what no protocol tells stands here."""

    maker: str = ""
    model: str = ""
    hardware_revision: str = ""
    version: str = ""
    serial_begins: str = ""
    address: str = ""

    def told_of(self, serial: str) -> tuple[tuple[str, str], ...]:
        """What is reported of the unit with this serial, by key; nothing of another maker's."""
        names = ("maker", "model", "hardware_revision", "version", "address")
        fits = serial.startswith(self.serial_begins)
        return tuple((f"unit_{name}", getattr(self, name)) for name in names) if fits else ()


@dataclass(frozen=True, slots=True)
class Brand:
    """The names of the program as it is sold. `model` and `version` are made of the other fields
    (`{maker} {product} {edition} {country} {version}`); `declaration` is the number of the maker's
    declaration of this version, empty = none was made."""

    name: str
    maker: str
    product: str
    country: str
    model: str
    version: str
    edition: str = ""
    declaration: str = ""
    declared_on: str = ""
    contact: str = ""
    unit: UnitCard = field(default_factory=UnitCard)

    @property
    def model_name(self) -> str:
        """The register's model designation, for example `Skrin Till SE`."""
        return self._made(self.model)

    @property
    def version_name(self) -> str:
        """The program's version as it is shown and registered."""
        return self._made(self.version)

    def _made(self, pattern: str) -> str:
        made = pattern.format(
            name=self.name,
            maker=self.maker,
            product=self.product,
            edition=self.edition,
            country=self.country,
            version=__version__,
        )
        return " ".join(made.split())


def read_brand(path: Path) -> Brand:
    """The brand in a file. Raises `BrandUnusable`: what the law wants of it is not there, or
    something stands in it that nobody reads."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        unit = told.pop("control_unit", {})
        _check_names(unit, UnitCard)
        _check_names(told, Brand)
        brand = Brand(**told, unit=UnitCard(**unit))
        model, version = brand.model_name, brand.version_name
    except (OSError, ValueError, TypeError, KeyError) as fault:
        raise BrandUnusable(f"{path}: {fault}") from fault
    if brand.country not in model.split():
        # SKVFS 2014:9 4:6: a register made for Sweden has SE in its model designation.
        raise BrandUnusable(f"{path}: the model “{model}” does not hold “{brand.country}”")
    if __version__ not in version:
        # SKVFS 2014:9 4:3: each version has a number of its own.
        raise BrandUnusable(f"{path}: the version “{version}” does not hold {__version__}")
    return brand


def _check_names(told: dict[str, object], kind: type) -> None:
    known = {one.name for one in fields(kind)}
    for name, value in told.items():
        if name not in known or not isinstance(value, str):
            raise ValueError(f"“{name}” is not understood")


@lru_cache(maxsize=1)
def brand() -> Brand:
    """The brand of this process. Raises `BrandUnusable`."""
    return read_brand(Path(os.environ.get(VARIABLE) or OWN))
