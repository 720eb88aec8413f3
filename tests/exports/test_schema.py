"""The journal's XML against an XML schema, by the checker that `--schema` uses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.exports.a_day import DAY, live_through
from tests.exports.form import ROOT, write_form
from tests.exports.test_journal import ARTICLE_ORDER, RECEIPT_ORDER
from tests.till.flow.shop import Shop

from skrin.fiscal.se import journal_table as table
from skrin.schema_check import SchemaFault, SchemaUnusable, check_schema
from skrin.till import export

SAFT = Path(__file__).parents[3] / "shared" / "data" / "saft-cash-register"
FILE = f"{ROOT}_{DAY}-{DAY}.xml"


def form(folder: Path, *, wants: str = "") -> Path:
    """The form: receipts by the facts sheet's order, the rest as the table has it."""
    folder.mkdir()
    known = [row for row in table.ELEMENTS if row.status == table.SCHEMA]
    events = {row.element: row.children for row in known}
    receipts = {row.element: RECEIPT_ORDER for row in known if row.kind.endswith(".signed")}
    return write_form(folder, events | receipts, ARTICLE_ORDER, wants=wants)


@pytest.fixture
def told(tmp_path: Path) -> list[str]:
    """The command that exports a day, but for its schema."""
    live_through(Shop(tmp_path))
    period = ["--from", DAY, "--to", DAY]
    return [str(tmp_path / "shop.sqlite"), *period, "--folder", str(tmp_path / "out")]


@pytest.mark.requirement("R-REP-009")
def test_a_day_is_as_the_form_wants_it_and_yet_not_called_complete(
    told: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export.main([*told, "--schema", str(form(tmp_path / "form"))]) == 0
    assert "filen är ofullständig" in capsys.readouterr().out, "valid, and yet not whole"


def test_what_the_schema_misses_is_named_and_the_file_stays(
    told: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schema = form(tmp_path / "form", wants="Tillkommet")
    assert export.main([*told, "--schema", str(schema)]) == 4
    said = capsys.readouterr().err
    assert f"{FILE} is not as form.xsd wants it" in said and "Tillkommet" in said
    assert (tmp_path / "out" / FILE).stat().st_size > 1000
    assert export.main([*told, "--with-unvalidated", "--schema", str(schema)]) == 4
    assert "RegistreraArtikel" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<utreko:Artikelnamn>Kanelbulle<", f"<utreko:Artikelnamn>{'a' * 73}<"),
        (f"<utreko:Registreringstidpunkt>{DAY}T10:00:00<", "<utreko:Registreringstidpunkt>i går<"),
        ("<utreko:PrisPerEnhet>29.5<", "<utreko:PrisPerEnhet>29.505<"),
        ("<utreko:PrisPerEnhet>29.5<", "<utreko:PrisPerEnhet>29,5<"),
        ("<utreko:LopnummerForZDagrapport>1</utreko:LopnummerForZDagrapport>", "<utreko:Nytt/>"),
    ],
)
def test_each_rule_of_the_form_is_checked(
    told: list[str], tmp_path: Path, right: str, wrong: str
) -> None:
    schema = form(tmp_path / "form")
    assert export.main(told) == 0
    file = tmp_path / "out" / FILE
    check_schema(file, schema)
    content = file.read_text(encoding="utf-8")
    assert right in content
    file.write_text(content.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(SchemaFault, match="wants it"):
        check_schema(file, schema)


def test_without_the_checker_or_the_schema_nobody_can_tell(
    told: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert export.main([*told, "--schema", str(tmp_path / "none.xsd")]) == 4
    assert "none.xsd cannot be used as a schema" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "xmlschema", None)
    assert export.main([*told, "--schema", str(form(tmp_path / "form"))]) == 4
    assert "“xmlschema” must be installed" in capsys.readouterr().err


@pytest.mark.skipif(not SAFT.is_dir(), reason="the published schema is not on this machine")
def test_a_published_schema_and_its_example_agree(tmp_path: Path) -> None:
    (schema,), (example,) = SAFT.glob("*.xsd"), SAFT.glob("ExampleFile*.xml")
    check_schema(example, schema)
    broken = tmp_path / "broken.xml"
    content = example.read_bytes()
    assert b"</auditfile>" in content
    broken.write_bytes(content.replace(b"</auditfile>", b"<unknown/></auditfile>"))
    with pytest.raises(SchemaFault, match="unknown"):
        check_schema(broken, schema)
    with pytest.raises(SchemaUnusable):
        check_schema(example, tmp_path / "none.xsd")
