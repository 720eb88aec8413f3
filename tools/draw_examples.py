"""Draw the pictures of examples/bageri/images: a cup of coffee, a cappuccino and a cinnamon bun.

`python tools/draw_examples.py`. Drawn large and made small, so that the edges are smooth.
"""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "bageri" / "images"
WIDTH, HEIGHT, TIMES = 256, 160, 4
SCALE = 0.62
"""What is drawn stands in the middle half: a wide key shows no more of a picture's height."""

Colour = tuple[int, int, int]
TABLE: Colour = (214, 180, 140)


class Sheet:
    """A table top to draw on, in pixels from the middle of the finished picture."""

    def __init__(self, ground: Colour = TABLE) -> None:
        """`ground`: the colour of the table."""
        self.image = Image.new("RGB", (WIDTH * TIMES, HEIGHT * TIMES), ground)
        self.draw = ImageDraw.Draw(self.image)

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A filled circle."""
        middle_x = (WIDTH / 2 + x * SCALE) * TIMES
        middle_y = (HEIGHT / 2 + y * SCALE) * TIMES
        r = radius * SCALE * TIMES
        box = (middle_x - r, middle_y - r, middle_x + r, middle_y + r)
        self.draw.ellipse(box, fill=colour)

    def save(self, name: str) -> None:
        """Made small, with few colours: a few kB."""
        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        small.quantize(64).save(FOLDER / name, optimize=True)


def cup(drink: Colour, edge: Colour) -> Sheet:
    """A cup on its saucer, from above."""
    sheet = Sheet()
    sheet.disc(4, 6, 76, (178, 144, 106))
    sheet.disc(0, 0, 76, (248, 246, 240))
    sheet.disc(0, 0, 66, (232, 228, 218))
    for step in range(9):  # The handle.
        sheet.disc(48 + 4 * step, 0, 9, (250, 249, 245))
    sheet.disc(3, 4, 54, (200, 194, 180))
    sheet.disc(0, 0, 54, (255, 255, 252))
    sheet.disc(0, 0, 47, edge)
    sheet.disc(0, 0, 43, drink)
    return sheet


def cappuccino() -> Sheet:
    """With a heart of milk."""
    sheet = cup((196, 138, 86), (150, 94, 50))
    for step in range(600):
        t = math.tau * step / 600
        x = 16 * math.sin(t) ** 3
        y = -(13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t))
        for part in range(10):
            sheet.disc(1.7 * x * part / 10, 1.7 * y * part / 10, 4, (250, 238, 218))
    return sheet


def bun() -> Sheet:
    """A spiral of dough with pearl sugar."""
    sheet = Sheet((196, 208, 206))
    sheet.disc(4, 7, 70, (150, 164, 164))
    sheet.disc(0, 0, 70, (186, 118, 56))
    sheet.disc(0, 0, 65, (222, 160, 88))
    for step in range(1400):
        angle, away = step / 1400 * 3.1 * math.tau, 5 + 58 * step / 1400
        sheet.disc(away * math.cos(angle), away * math.sin(angle), 3.2, (124, 66, 28))
    for step in range(46):  # The golden angle strews evenly.
        away, angle = 62 * math.sqrt((step + 0.5) / 46), step * 2.39996
        sheet.disc(away * math.cos(angle), away * math.sin(angle), 2.6, (255, 253, 246))
    return sheet


def main() -> None:
    """Draw all of them."""
    FOLDER.mkdir(exist_ok=True)
    cup((58, 34, 20), (96, 60, 36)).save("bryggkaffe.png")
    cappuccino().save("cappuccino.png")
    bun().save("kanelbulle.png")


if __name__ == "__main__":
    main()
