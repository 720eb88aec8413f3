"""`skrin declaration-package`: what goes with a manufacturer's declaration of this version.

One zip: the data of the declaration, the list of functions, what the file for the tax authority
holds, who is the manufacturer of a changed copy, and the documents of the source. The same source
and brand make the same bytes, so that anybody can hold a package against the version that it is of.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from skrin import __version__
from skrin.brand import BrandUnusable, brand
from skrin.domain.journal import KINDS
from skrin.domain.role import RIGHTS
from skrin.exports.journal_pdf import quoted
from skrin.fiscal.se.documents_law import RECEIPT_ITEMS, X_ITEMS, Z_ITEMS
from skrin.fiscal.se.journal_table import ELEMENTS
from skrin.packing import pack, typeset

ROOT = Path(__file__).resolve().parents[2]
WORDS = "docs/fiscal/declaration.md"
TAKEN = ("LICENSE", "README.md", "CHANGELOG.md", "docs", "examples/brands", "requirements.lock")
EXIT_DONE, EXIT_CANNOT = 0, 2

_ROW = re.compile(r"^\| `([a-z_]+\.[a-z_]+)` \| ([^|]+) \|", re.M)
_PAGE = """#set document(title: {title}, date: none)
#set page(paper: "a4", margin: 20mm, footer: context [#h(1fr) #counter(page).display()])
#set text(size: 9.5pt, lang: "sv")
= #{title}
{parts}
"""


class PackageImpossible(Exception):
    """The package cannot be made here, and why."""


def functions(root: Path) -> list[tuple[str, str]]:
    """(entry kind, what it is) of everything that the till does and registers, by the documents.

    Raises `PackageImpossible` when a kind is not described: no function without documentation
    (SKVFS 2014:9 4:12).
    """
    page = root / "docs" / "ARCHITECTURE.md"
    if not page.is_file():
        raise PackageImpossible(f"the documents are not here: {page} is missing")
    told = dict(_ROW.findall(page.read_text(encoding="utf-8")))
    kinds = list(dict.fromkeys(kind for kind, _version in KINDS))
    if missing := [kind for kind in kinds if kind not in told]:
        raise PackageImpossible(f"not described: {', '.join(missing)}")
    return [(kind, told[kind].strip()) for kind in kinds]


def data() -> dict[str, object]:
    """The declaration's data: who declares what."""
    sold_as = brand()
    return {
        "manufacturer": sold_as.maker,
        "contact": sold_as.contact,
        "program": sold_as.name,
        "model_designation": sold_as.model_name,
        "version": sold_as.version_name,
        "source_version": __version__,
        "country": sold_as.country,
        "declaration_number": sold_as.declaration,
        "declared_on": sold_as.declared_on,
        "control_unit": asdict(sold_as.unit),
        "journal": "journalminne",
        "rights": list(RIGHTS),
        "receipt_items": [item.content for item in RECEIPT_ITEMS],
        "x_items": [item.content for item in X_ITEMS],
        "z_items": [item.content for item in Z_ITEMS],
        "journal_file": [
            {
                "kind": row.kind,
                "event": row.event,
                "element": row.element,
                "status": row.status,
                "source": row.source,
            }
            for row in ELEMENTS
        ],
    }


def paper(told: dict[str, object], done: Sequence[tuple[str, str]], words: str) -> str:
    """The declaration's data, the functions and the words as typst source."""
    plain = [(key, value) for key, value in told.items() if isinstance(value, str)]
    parts = [_table([(key.replace("_", " "), value or "–") for key, value in plain])]
    parts += ["== #" + quoted("Funktioner"), _table(list(done))]
    parts += ["== #" + quoted("Vem är tillverkare"), f"#text({quoted(words)})"]
    title = f"{told['model_designation']}, version {told['version']}"
    return _PAGE.format(title=quoted(title), parts="\n".join(parts))


def _table(rows: Sequence[tuple[str, str]]) -> str:
    cells = ",\n".join(f"{quoted(name)}, text({_breaking(value)})" for name, value in rows)
    return f"#table(columns: (auto, 1fr), stroke: 0.3pt + gray, inset: 4pt,\n{cells})"


def _breaking(text: str) -> str:
    return quoted(text).replace("\u00a0", " ")


def make(out: Path, root: Path = ROOT) -> Path:
    """Write the package. Raises `PackageImpossible`, `BrandUnusable`."""
    told, done = data(), functions(root)
    words = (root / WORDS).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="skrin-declaration-") as made:
        folder = Path(made)
        (folder / "declaration.json").write_text(
            json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        lines = [f"- `{kind}`: {what}" for kind, what in done]
        (folder / "functions.md").write_text("\n".join(["# Functions", "", *lines, ""]))
        source = paper(told, done, words).replace("\u00a0", " ")
        (folder / "declaration.pdf").write_bytes(typeset(source))
        for name in TAKEN:
            for file in sorted(
                (root / name).rglob("*") if (root / name).is_dir() else [root / name]
            ):
                if file.is_file():
                    place = folder / "source" / file.relative_to(root)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(file.read_bytes())
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        return pack(files, out, folder)


def main(argv: Sequence[str]) -> int:
    """Exit codes: 0 made, 2 cannot be made."""
    parser = argparse.ArgumentParser(prog="skrin declaration-package", description=__doc__)
    parser.add_argument("--out", type=Path, help="the zip; else named after model and version")
    options = parser.parse_args(argv)
    try:
        told = data()
        name = f"{told['model_designation']}-{told['version']}.zip".replace(" ", "-")
        made = make(options.out or Path(name))
    except (PackageImpossible, BrandUnusable, OSError) as why:
        print(f"The package cannot be made: {why}.", file=sys.stderr)
        return EXIT_CANNOT
    print(made)
    if not told["declaration_number"]:
        print("No manufacturer has declared this version: it may not be used for sales.")
    return EXIT_DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
