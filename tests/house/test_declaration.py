"""The package that goes with a declaration: whole, the same each time, and honest."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader

from skrin import declaration
from skrin.brand import read_brand
from skrin.domain.journal import KINDS

EXAMPLE = declaration.ROOT / "examples" / "brands" / "norrkassa.toml"


@pytest.mark.requirement("R-MORE-013")
def test_the_package_has_data_functions_words_and_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(declaration, "brand", lambda: read_brand(EXAMPLE))
    made = declaration.make(tmp_path / "one.zip")
    again = declaration.make(tmp_path / "two.zip")
    assert made.read_bytes() == again.read_bytes(), "the same source makes the same bytes"
    packed = zipfile.ZipFile(made)
    told = json.loads(packed.read("declaration.json"))
    assert told["manufacturer"] == "Norrkassa AB"
    assert told["model_designation"] == "Norrkassa AB mPay Mini SE 0.1.0"
    assert told["declaration_number"] == "0000-NK-EXEMPEL"
    assert told["control_unit"]["hardware_revision"] == "B"
    functions = packed.read("functions.md").decode()
    assert all(f"- `{kind}`: " in functions for kind, _ in KINDS)
    words = packed.read("source/docs/fiscal/declaration.md").decode()
    assert "Whoever changes the code, builds it and hands it on has made" in words
    assert {"source/LICENSE", "source/docs/fiscal/se.md"} <= set(packed.namelist())
    pages = PdfReader(io.BytesIO(packed.read("declaration.pdf"))).pages
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    assert "0000-NK-EXEMPEL" in text and "receipt.sealed" in text
    assert "Who is the manufacturer" in text


def test_a_function_that_is_not_described_hinders_the_package(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "ARCHITECTURE.md").write_text("| `receipt.sealed` | a receipt | no |\n")
    with pytest.raises(declaration.PackageImpossible, match=r"not described: journal\.opened"):
        declaration.functions(tmp_path)
    with pytest.raises(declaration.PackageImpossible, match="missing"):
        declaration.functions(tmp_path / "nowhere")


def test_the_command_says_that_nobody_declared_this_build(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert declaration.main(["--out", str(tmp_path / "p.zip")]) == 0
    assert "may not be used for sales" in capsys.readouterr().out
