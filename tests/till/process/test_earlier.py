"""A till in another's place shows what that one registered; a package is read where it is put."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.till.process.office_stub import OWNER, PASSWORD
from tests.till.process.rig import Street, TillProcess
from tests.till.process.screen import Answer, Screen, eventually
from tests.till.process.swedish import swedish
from tests.till.process.test_identity import close, sell
from tests.till.process.test_records import fetch, make

from skrin.till.ui.archive_views import FAULT_WORDS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def old(whole_street: Street) -> Iterator[TillProcess]:
    """A till that sold on a closed day and after it, and has sent all of it."""
    whole_street.reset()
    old = whole_street.new_till()
    old.open()
    for _ in range(2):
        sell(old.screen)
    close(old.screen)
    sell(old.screen)
    eventually(lambda: whole_street.office.head(old.till_id) == old.head_seq())
    yield old


@pytest.fixture(scope="module")
def new(old: TillProcess, whole_street: Street) -> TillProcess:
    """The till in its place."""
    new = whole_street.new_till()
    whole_street.office.before[new.designation] = old.till_id
    new.open()
    return new


def paper(answer: Answer) -> str:
    return answer.page.says(".paper")


def address(old: TillProcess) -> str:
    return f"/earlier/7-{old.till_id}-1"


@pytest.mark.requirement("R-TERM-015", "OPP-024")
def test_the_new_till_shows_searches_and_prints_what_the_old_one_registered(
    old: TillProcess, new: TillProcess
) -> None:
    screen, there = new.screen, address(old)
    eventually(lambda: there in screen.get("/earlier").text)
    eventually(lambda: screen.get(f"{there}/receipts/3").status == 200)
    for number in (1, 2, 3):
        shown = screen.get(f"{there}/receipts/{number}")
        assert shown.status == 200
        assert paper(shown) == paper(old.screen.get(f"/receipts/{number}"))
    rows = screen.get(f"{there}?number=2").page.all(".row-key")
    assert [row.says("b") for row in rows] == ["2"]
    assert paper(screen.get(f"{there}/z/1")) == paper(old.screen.get("/day/z/1"))
    # The tie is written down on both sides, and the new series begins at one.
    (opened,) = new.bodies("journal.opened")
    assert opened.predecessor == f"{old.till_id}-1"
    sell(screen)
    assert [one.number for one in new.bodies("receipt.sealed")] == [1]
    assert screen.get("/receipts/3").status == 404, "its own receipts are its own"


@pytest.mark.requirement("R-TERM-015")
def test_a_copy_of_an_old_z_comes_out_of_the_new_tills_printer(
    old: TillProcess, new: TillProcess
) -> None:
    screen, there = new.screen, address(old)
    eventually(lambda: there in screen.get("/earlier").text)
    page = screen.get(f"{there}/z/1").page
    assert any(form.attrs.get("action") == f"{there}/z/1/copy" for form in page.all("form"))
    assert screen.post(f"{there}/z/1/copy").status == 302
    (copied,) = new.bodies("report.copied")
    assert (copied.report.register_serial, copied.report.number) == (f"{old.till_id}-1", 1)

    def printed() -> bool:
        slips = new.street.printer.look("/slips")
        return any(re.search(rf"KOPIA.*{old.till_id}-1", s["text"], re.S) for s in slips)

    eventually(printed)
    assert new.bodies("day.closed") == [], "a copy closes nothing here"


@pytest.mark.requirement("OPP-024")
def test_without_the_office_it_is_still_read(old: TillProcess, new: TillProcess) -> None:
    screen, there = new.screen, address(old)
    eventually(lambda: there in screen.get("/earlier").text)
    eventually(lambda: screen.get(f"{there}/receipts/3").status == 200)
    new.street.office.away()
    try:
        assert screen.get(f"{there}/receipts/1").status == 200
        assert screen.get(f"{there}/z/1").status == 200
    finally:
        new.street.office.back()


def upload(screen: Screen, content: bytes) -> Answer:
    """A file sent by the form, as a browser does."""
    page = screen.get("/earlier").page
    form = next(one for one in page.all("form") if one.attrs.get("action") == "/earlier/import")
    token = next(
        one.attrs["value"]
        for one in form.all("input")
        if one.attrs.get("name") == "csrfmiddlewaretoken"
    )
    mark = "skrin-test-boundary"
    head = 'form-data; name="package"; filename="p.zip"'
    body = b"".join(
        (
            f"--{mark}\r\nContent-Disposition: form-data;".encode(),
            f' name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'.encode(),
            f"--{mark}\r\nContent-Disposition: {head}\r\n".encode(),
            b"Content-Type: application/zip\r\n\r\n",
            content,
            f"\r\n--{mark}--\r\n".encode(),
        )
    )
    link = screen.link()
    cookies = "; ".join(f"{name}={value}" for name, value in screen.cookies.items())
    kind = {"Content-Type": f"multipart/form-data; boundary={mark}", "Cookie": cookies}
    link.request("POST", "/earlier/import", body, kind)
    answer = link.getresponse()
    said = Answer(answer.status, dict(answer.getheaders()), answer.read().decode())
    link.close()
    return said


@pytest.mark.requirement("R-TERM-017", "OPP-026", "R-TERM-020")
def test_a_package_made_at_one_till_is_proven_and_read_at_another(
    old: TillProcess, street: Street, tmp_path: Path
) -> None:
    assert make(old.screen, "package", "xml", "2026-11-20").status == 302
    eventually(lambda: "hx-trigger" not in old.screen.get("/records/making").text)
    links = [one.attrs["href"] for one in old.screen.get("/records").page.all("a")]
    (link,) = [one for one in links if "skrin-package-" in one]
    status, content, said = fetch(old.screen, link)
    assert status == 200 and "attachment" in said
    reader = street.new_till()
    reader.open()
    assert "/earlier/import" not in reader.screen.get("/earlier").text, "not for a cashier"
    assert reader.screen.post("/earlier/import").status == 422
    owner = Screen(reader.screen.port)
    assert owner.log_in(OWNER, PASSWORD).status == 302
    harmed = bytearray(content)
    harmed[len(harmed) // 2] ^= 1
    refused = upload(owner, bytes(harmed))
    assert refused.status == 422
    told = refused.page.says(".notice")
    known = [swedish(words).partition("%(about)s")[2].strip() for words in FAULT_WORDS.values()]
    assert any(words and words in told for words in (*known, swedish(FAULT_WORDS["not_a_package"])))
    taken = upload(owner, content)
    there = f"{address(old)}-package"
    assert (taken.status, taken.headers["Location"]) == (302, there)
    for path, original in (("/receipts/1", "/receipts/1"), ("/z/1", "/day/z/1")):
        assert paper(owner.get(there + path)) == paper(old.screen.get(original))
    # It is nobody this till came after: it is read, and nothing is printed in this till's name.
    assert f"{there}/z/1/copy" not in owner.get(f"{there}/z/1").text
    assert owner.post(f"{there}/z/1/copy").status == 404
