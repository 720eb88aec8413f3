"""Where things lie beside the program."""

from __future__ import annotations

from pathlib import Path

import skrin


def examples_folder() -> Path:
    """The examples: of the folder one stands in, else of the checkout that the program runs from.

    Raises `FileNotFoundError` where there are none, as in an installation without the checkout.
    """
    for place in (Path.cwd(), Path(skrin.__file__).resolve().parents[2]):
        if (place / "examples").is_dir():
            return place / "examples"
    raise FileNotFoundError("no folder `examples` here: run this from a checkout of Skrin")
