"""A slip as a PNG that looks like paper, a dot of the printer to a pixel."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from .paper import COLUMN_DOTS, Code, Feed, Line, Picture, Run, Slip, Style

PAPER = (253, 252, 247)
INK = (34, 34, 38)
EDGE = (198, 196, 188)
MARGIN = 24
CELL_HEIGHT = 24
SMALL_CELL = (9, 17)
TOOTH = 6
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "C:/Windows/Fonts")
_FONTS = (
    ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"),
    ("LiberationMono-Regular.ttf", "LiberationMono-Bold.ttf"),
    ("consola.ttf", "consolab.ttf"),
    ("Menlo.ttc", "Menlo.ttc"),
)


def png(slip: Slip) -> bytes:
    """Draw the slip."""
    heights = [_height(element) for element in slip.elements]
    size = (slip.columns * COLUMN_DOTS + 2 * MARGIN, sum(heights) + 2 * MARGIN + 2 * TOOTH)
    image = Image.new("RGB", size, PAPER)
    top = MARGIN + TOOTH
    for element, height in zip(slip.elements, heights, strict=True):
        if isinstance(element, Line):
            _draw_line(image, element, top)
        elif isinstance(element, Picture):
            image.paste(INK, (MARGIN + element.x, top), _raster(element))
        elif isinstance(element, Code):
            _draw_code(image, element, top, slip)
        top += height
    _tear(image, jagged=not slip.is_complete)
    out = io.BytesIO()
    image.quantize(16).save(out, "PNG", optimize=False)
    return out.getvalue()


def _height(element: object) -> int:
    if isinstance(element, Line):
        return element.feed
    if isinstance(element, Feed):
        return element.dots
    if isinstance(element, Picture):
        return _rows(element) * element.down
    assert isinstance(element, Code)
    return _code(element).height + 8


def _draw_line(image: Image.Image, line: Line, top: int) -> None:
    """Characters of one line stand on the same foot."""
    tallest = max((_cell(run.style)[1] for run in line.runs), default=0)
    for run in line.runs:
        width, height = _cell(run.style)
        left, upper = MARGIN + run.x, top + tallest - height
        for place, sign in enumerate(run.text):
            x = left + place * (width + run.gap)
            mask = _glyph(sign, run.style)
            if run.style.reverse:
                mask = Image.eval(mask, lambda value: 255 - value)
            image.paste(INK, (x, upper), mask)
        if run.style.underline:
            _underline(image, run, left, upper + height)


def _underline(image: Image.Image, run: Run, left: int, foot: int) -> None:
    end = left + run.end - run.x - 1
    ImageDraw.Draw(image).rectangle((left, foot - 2, end, foot - 1), fill=INK)


def _cell(style: Style) -> tuple[int, int]:
    width, height = SMALL_CELL if style.small else (COLUMN_DOTS, CELL_HEIGHT)
    return width * style.width, height * style.height


@lru_cache(maxsize=4096)
def _glyph(sign: str, style: Style) -> Image.Image:
    """One character as a mask, stretched as a printer stretches it."""
    cell = Image.new("L", (COLUMN_DOTS, CELL_HEIGHT), 0)
    font, is_bold_font = _font(style.bold)
    draw = ImageDraw.Draw(cell)
    left = (COLUMN_DOTS - draw.textlength(sign, font=font)) / 2
    draw.text((left, CELL_HEIGHT - 6), sign, fill=255, font=font, anchor="ls")
    if style.bold and not is_bold_font:
        draw.text((left + 1, CELL_HEIGHT - 6), sign, fill=255, font=font, anchor="ls")
    return cell.resize(_cell(style)) if _cell(style) != cell.size else cell


@lru_cache(maxsize=2)
def _font(bold: bool) -> tuple[Any, bool]:
    """A monospaced font of the system, or Pillow's own; and whether it is bold by itself."""
    for names in _FONTS:
        path = _find(names[bold])
        if path is not None:
            return ImageFont.truetype(str(path), 20), bold
    return ImageFont.load_default(17), False


def _find(name: str) -> Path | None:
    folders = [Path(folder) for folder in _FOLDERS] + [Path.home() / ".fonts"]
    for folder in folders:
        found = next(folder.rglob(name), None) if folder.is_dir() else None
        if found is not None:
            return found
    return None


def _rows(picture: Picture) -> int:
    return len(picture.rows) // picture.row_bytes if picture.row_bytes else 0


def _raster(picture: Picture) -> Image.Image:
    rows = _rows(picture)
    if rows == 0:
        return Image.new("L", (1, 1), 0)
    data = picture.rows[: rows * picture.row_bytes]
    mask = Image.frombytes("1", (picture.row_bytes * 8, rows), data).convert("L")
    return mask.resize((mask.width * picture.across, mask.height * picture.down))


def _draw_code(image: Image.Image, code: Code, top: int, slip: Slip) -> None:
    drawn = _code(code)
    free = max(0, slip.columns * COLUMN_DOTS - drawn.width)
    left = MARGIN + {1: free // 2, 2: free}.get(code.alignment, 0)
    image.paste(INK, (left, top + 4), drawn)


@lru_cache(maxsize=64)
def _qr(data: str, size: int, level: str) -> Image.Image | None:
    """The code as a mask, if the qrcode package is there (python-escpos brings it)."""
    try:
        import qrcode
    except ImportError:
        return None
    levels = {
        "L": qrcode.constants.ERROR_CORRECT_L,
        "M": qrcode.constants.ERROR_CORRECT_M,
        "Q": qrcode.constants.ERROR_CORRECT_Q,
        "H": qrcode.constants.ERROR_CORRECT_H,
    }
    code = qrcode.QRCode(error_correction=levels[level], border=0)
    code.add_data(data)
    code.make(fit=True)
    matrix = code.get_matrix()
    mask = Image.new("L", (len(matrix), len(matrix)), 0)
    mask.putdata([255 if cell else 0 for row in matrix for cell in row])
    return mask.resize((mask.width * size, mask.height * size), Image.Resampling.NEAREST)


@lru_cache(maxsize=64)
def _bars(data: str, size: int, height: int) -> Image.Image | None:
    """A Code 128 in code set B as a mask, if the barcode package is there (python-escpos brings
    it); another symbology or code set is not drawn."""
    try:
        from barcode.charsets import code128
    except ImportError:
        return None
    if not data.startswith("{B"):
        return None
    signs = data[2:].replace("{{", "{")
    values = [code128.B.get(sign) for sign in signs]
    if None in values:
        return None
    start = code128.START_CODES["B"]
    check = (start + sum(place * (value or 0) for place, value in enumerate(values, 1))) % 103
    places = [start, *(value or 0 for value in values), check]
    modules = "".join(code128.CODES[place] for place in places) + code128.STOP + "11"
    mask = Image.new("L", (len(modules), 1), 0)
    mask.putdata([255 if module == "1" else 0 for module in modules])
    return mask.resize((mask.width * size, height), Image.Resampling.NEAREST)


def _code(code: Code) -> Image.Image:
    """The code as a mask; what cannot be drawn is a frame with the data in it."""
    if code.kind == "qr":
        drawn = _qr(code.data, max(1, code.size), code.level)
    else:
        drawn = _bars(code.data, max(1, code.size), max(1, code.height))
    if drawn is not None:
        return drawn
    words = f"{code.kind}: {code.data}"
    width = (len(words) + 2) * COLUMN_DOTS
    frame = Image.new("L", (width, 48), 0)
    ImageDraw.Draw(frame).rectangle((0, 0, width - 1, 47), outline=255)
    for place, sign in enumerate(words):
        frame.paste(255, ((place + 1) * COLUMN_DOTS, 12), _glyph(sign, Style()))
    return frame


def _tear(image: Image.Image, jagged: bool) -> None:
    """Teeth of the cutter above and below, or a rough end where the roll ran out."""
    draw = ImageDraw.Draw(image)
    width, height = image.size
    for left in range(0, width, 2 * TOOTH):
        middle, right = left + TOOTH, left + 2 * TOOTH
        draw.polygon([(left, 0), (middle, TOOTH), (right, 0)], fill=EDGE)
        depth = TOOTH if not jagged else TOOTH + left * 7 % 13
        draw.polygon([(left, height), (middle, height - depth), (right, height)], fill=EDGE)
    draw.line((0, 0, 0, height), fill=EDGE)
    draw.line((width - 1, 0, width - 1, height), fill=EDGE)
