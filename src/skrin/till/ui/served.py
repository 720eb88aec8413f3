"""What this process serves: one counter, its door, its device file; set before any request."""

from __future__ import annotations

from dataclasses import dataclass, field

from skrin.till.flow.counter import Counter
from skrin.till.flow.people import Door
from skrin.till.pairing.service import ScreenService
from skrin.till.storage.device_file import DeviceFile
from skrin.till.ui.shelf import UndoShelf


@dataclass(frozen=True, slots=True)
class Served:
    """The till behind the pages."""

    counter: Counter
    door: Door
    device: DeviceFile
    screens: ScreenService | None = None
    shelf: UndoShelf = field(default_factory=UndoShelf)


_served: list[Served] = []


def serve_this(
    counter: Counter, door: Door, device: DeviceFile, screens: ScreenService | None = None
) -> None:
    """Say what the pages show."""
    _served[:] = [Served(counter, door, device, screens)]


def served() -> Served:
    """The till behind the pages."""
    return _served[0]
