"""The mechanism: commands in, paper out. It knows nothing of sockets or of faults.

What a command asks of the rest of the printer comes back as events: a slip was cut, the drawer
was kicked, an answer is wanted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from .codepages import NATIONAL, PAGES, character
from .commands import Command
from .paper import (
    COLUMN_DOTS,
    LINE_DOTS,
    PLAIN,
    Code,
    Element,
    Feed,
    Line,
    Picture,
    Run,
    Slip,
    Style,
)

CENTRE, RIGHT = 1, 2
_IGNORED = {
    "NUL",
    "CR",
    "CAN",
    "ESC =",
    "ESC c",
    "ESC {",
    "ESC r",
    "ESC U",
    "ESC S",
    "ESC 06",
    "GS H",
    "GS f",
    "GS b",
    "GS P",
    "FS .",
    "FS &",
    "FS S",
    "FS C",
    "FS !",
    "FS -",
    "FS W",
    "FS (",
    "DLE 05",
}
"""Heard and without effect here: they change nothing that text or picture show."""


@dataclass(frozen=True)
class Cut:
    """A slip came off."""

    slip: Slip


@dataclass(frozen=True)
class Pulse:
    """The drawer was kicked at this connector (0 = pin 2, 1 = pin 5)."""

    connector: int


@dataclass(frozen=True)
class Ask:
    """The host wants to know: "GS r", "GS I" or "GS a" with its parameter."""

    name: str
    parameter: int


Event = Cut | Pulse | Ask


class Mechanism:
    """Prints on paper of so many columns."""

    def __init__(self, columns: int, first_number: int = 1) -> None:
        self.columns = columns
        self.lines_printed = 0
        self.blank_cuts = 0
        self.unknown: Counter[str] = Counter()
        self._slip = Slip(first_number, columns=columns)
        self._runs: list[Run] = []
        self._graphics: Picture | None = None
        self._initialise()

    @property
    def has_partial_slip(self) -> bool:
        """True while something is printed that has not been cut off."""
        return not self._slip.is_blank or bool(self._runs)

    def execute(self, command: Command) -> list[Event]:
        """Obey one command and say what it asks of the rest of the printer."""
        self._slip.byte_count += command.size
        name, data = command.name, command.data
        if name in ("GS r", "GS I", "GS a"):
            return [Ask(name, data[0])]
        if name == "ESC p":
            self._slip.kicks += 1
            return [Pulse(data[0] & 1)]
        if name == "GS V" or name in ("ESC i", "ESC m"):
            return self._cut(data)
        action = _ACTIONS.get(name)
        if action is not None:
            action(self, data)
        elif name in ("GS (", "GS 8") and data[:1] == b"L":
            self._graphics_data(data[3:] if name == "GS (" else data[5:])
        elif name == "GS (" and data[:1] == b"k" and len(data) >= 5:
            self._symbol(data)
        elif name not in _IGNORED:
            self.unknown[name] += 1
        return []

    def tear_off(self) -> Slip | None:
        """Take away what had been printed when the paper ended; None if there is nothing."""
        self.forget_line()
        if self._slip.is_blank:
            return None
        return replace(self._take_slip(), is_complete=False)

    def forget_line(self) -> None:
        """Drop what had not reached the paper."""
        self._runs = []
        self._x = 0

    def _take_slip(self) -> Slip:
        slip = self._slip
        self._slip = Slip(slip.number + 1, columns=self.columns)
        return slip

    def _initialise(self, data: bytes = b"") -> None:
        """ESC @: styles and positions as at power-on; the paper stays as it is."""
        self.forget_line()
        self._style: Style = PLAIN
        self._alignment = 0
        self._page = 0
        self._national = 0
        self._spacing = LINE_DOTS
        self._gap = 0
        self._left = 0
        self._area = self.columns * COLUMN_DOTS
        self._tabs = [column * COLUMN_DOTS for column in range(8, 256, 8)]
        self._qr_size, self._qr_level, self._qr_data = 3, "L", ""
        self._bar_dots, self._bar_height = 3, 162

    def _put(self, element: Element) -> None:
        self._slip.elements.append(element)

    def _text(self, data: bytes) -> None:
        cell = self._style.cell_dots + self._gap
        for byte in data:
            if self._x + self._style.cell_dots > self._area:
                self._end_line()
            sign = character(byte, self._page, self._national)
            last = self._runs[-1] if self._runs else None
            same = last is not None and (last.style, last.gap) == (self._style, self._gap)
            if last is not None and same and last.end == self._x:
                last.text += sign
            else:
                self._runs.append(Run(self._x, sign, self._style, self._gap))
            self._x += cell

    def _end_line(self, data: bytes = b"") -> None:
        """LF: the line goes onto the paper, where its alignment puts it."""
        runs = self._runs
        width = max((run.end - run.gap for run in runs), default=0)
        shift = self._left + self._aligned(width, self._alignment)
        for run in runs:
            run.x += shift
        tallest = max((run.style.height * 24 for run in runs), default=0)
        self._put(Line(runs, max(self._spacing, tallest)))
        self.lines_printed += 1
        self.forget_line()

    def _aligned(self, width: int, alignment: int) -> int:
        free = max(0, self._area - width)
        return {CENTRE: free // 2, RIGHT: free}.get(alignment, 0)

    def _feed_lines(self, data: bytes) -> None:
        """ESC d n: the line if there is one, then the rest of n lines."""
        lines = data[0]
        if self._runs:
            self._end_line()
            lines -= 1
        for _ in range(lines):
            self._end_line()

    def _feed_dots(self, data: bytes) -> None:
        """ESC J n."""
        if self._runs:
            self._end_line()
        self._put(Feed(data[0]))

    def _cut(self, data: bytes) -> list[Event]:
        if self._runs:
            self._end_line()
        if len(data) == 2:
            self._put(Feed(data[1]))
        if self._slip.is_blank:
            self.blank_cuts += 1
            self._slip.elements.clear()
            return []
        return [Cut(self._take_slip())]

    def _print_mode(self, data: bytes) -> None:
        """ESC ! n."""
        bits = data[0]
        self._style = replace(
            self._style,
            small=bool(bits & 0x01),
            bold=bool(bits & 0x08),
            height=2 if bits & 0x10 else 1,
            width=2 if bits & 0x20 else 1,
            underline=bool(bits & 0x80),
        )

    def _size(self, data: bytes) -> None:
        """GS ! n."""
        across, down = (data[0] >> 4 & 7) + 1, (data[0] & 7) + 1
        self._style = replace(self._style, width=across, height=down)

    def _bold(self, data: bytes) -> None:
        self._style = replace(self._style, bold=bool(data[0] & 1))

    def _underline(self, data: bytes) -> None:
        self._style = replace(self._style, underline=data[0] not in (0, 48))

    def _reverse(self, data: bytes) -> None:
        self._style = replace(self._style, reverse=bool(data[0] & 1))

    def _font(self, data: bytes) -> None:
        self._style = replace(self._style, small=data[0] in (1, 49))

    def _align(self, data: bytes) -> None:
        """ESC a n. On a line that has begun, printers ignore it."""
        if not self._runs:
            self._alignment = data[0] % 48

    def _code_page(self, data: bytes) -> None:
        self._page = data[0]
        if data[0] not in PAGES:
            self.unknown[f"code page {data[0]}"] += 1

    def _national_set(self, data: bytes) -> None:
        self._national = data[0]
        if data[0] not in NATIONAL:
            self.unknown[f"national set {data[0]}"] += 1

    def _spacing_dots(self, data: bytes) -> None:
        self._spacing = data[0] if data else LINE_DOTS

    def _gap_dots(self, data: bytes) -> None:
        self._gap = data[0]

    def _position(self, data: bytes) -> None:
        """ESC $: a place from the left."""
        self._x = int.from_bytes(data, "little")

    def _move(self, data: bytes) -> None:
        """ESC \\: so many dots to the right, or to the left."""
        self._x = max(0, self._x + int.from_bytes(data, "little", signed=True))

    def _tab(self, data: bytes) -> None:
        self._x = next((place for place in self._tabs if place > self._x), self._x)

    def _set_tabs(self, data: bytes) -> None:
        self._tabs = [place * COLUMN_DOTS for place in data.rstrip(b"\0")]

    def _left_margin(self, data: bytes) -> None:
        self._left = int.from_bytes(data, "little")
        self._area = min(self._area, self.columns * COLUMN_DOTS - self._left)

    def _print_area(self, data: bytes) -> None:
        widest = self.columns * COLUMN_DOTS - self._left
        self._area = min(int.from_bytes(data, "little"), widest)

    def _raster(self, data: bytes) -> None:
        """GS v 0: a picture, row by row."""
        mode, row_bytes = data[1] & 3, int.from_bytes(data[2:4], "little")
        self._put_picture(Picture(0, row_bytes, data[6:], (mode & 1) + 1, (mode >> 1) + 1))

    def _graphics_data(self, content: bytes) -> None:
        """GS ( L and GS 8 L: 112 stores a picture, 50 prints it."""
        function = content[1] if len(content) > 1 else 0
        if function == 112 and len(content) >= 10:
            row_bytes = (int.from_bytes(content[6:8], "little") + 7) // 8
            self._graphics = Picture(0, row_bytes, content[10:], content[3], content[4])
        elif function in (2, 50):
            if self._graphics is not None:
                self._put_picture(self._graphics)
            self._graphics = None
        else:
            self.unknown[f"graphics function {function}"] += 1

    def _put_picture(self, picture: Picture) -> None:
        if self._runs:
            self._end_line()
        width = picture.row_bytes * 8 * picture.across
        picture.x = self._left + self._aligned(width, self._alignment)
        self._put(picture)

    def _symbol(self, data: bytes) -> None:
        """GS ( k: a QR code is told in parts, and then printed."""
        family, function, rest = data[3], data[4], data[5:]
        if family != 49:
            self.unknown[f"symbol {family}"] += 1
        elif function == 67 and rest:
            self._qr_size = rest[0]
        elif function == 69 and rest:
            self._qr_level = {48: "L", 49: "M", 50: "Q", 51: "H"}.get(rest[0], "L")
        elif function == 80:
            self._qr_data = rest[1:].decode("utf-8", "replace")
        elif function == 81 and self._qr_data:
            self._put_code(Code("qr", self._qr_data, self._qr_size, 0, self._qr_level))

    def _barcode(self, data: bytes) -> None:
        """GS k: the data is kept as sent."""
        content = data[1:-1] if data[0] <= 6 else data[2:]
        text = content.decode("ascii", "replace")
        self._put_code(Code("barcode", text, self._bar_dots, 0, height=self._bar_height))

    def _bar_width(self, data: bytes) -> None:
        """GS w: the dots of the thinnest bar."""
        self._bar_dots = data[0]

    def _bars_high(self, data: bytes) -> None:
        """GS h: how high the bars are, in dots."""
        self._bar_height = data[0]

    def _put_code(self, code: Code) -> None:
        if self._runs:
            self._end_line()
        code.alignment = self._alignment
        self._put(code)


Action = Callable[[Mechanism, bytes], None]
_ACTIONS: dict[str, Action] = {
    "text": Mechanism._text,
    "LF": Mechanism._end_line,
    "FF": Mechanism._end_line,
    "HT": Mechanism._tab,
    "ESC @": Mechanism._initialise,
    "ESC !": Mechanism._print_mode,
    "ESC $": Mechanism._position,
    "ESC -": Mechanism._underline,
    "ESC 2": Mechanism._spacing_dots,
    "ESC 20": Mechanism._gap_dots,
    "ESC 3": Mechanism._spacing_dots,
    "ESC D": Mechanism._set_tabs,
    "ESC E": Mechanism._bold,
    "ESC G": Mechanism._bold,
    "ESC J": Mechanism._feed_dots,
    "ESC M": Mechanism._font,
    "ESC R": Mechanism._national_set,
    "ESC \\": Mechanism._move,
    "ESC a": Mechanism._align,
    "ESC d": Mechanism._feed_lines,
    "ESC t": Mechanism._code_page,
    "GS !": Mechanism._size,
    "GS B": Mechanism._reverse,
    "GS L": Mechanism._left_margin,
    "GS W": Mechanism._print_area,
    "GS h": Mechanism._bars_high,
    "GS k": Mechanism._barcode,
    "GS v": Mechanism._raster,
    "GS w": Mechanism._bar_width,
}
