"""The end of a register over HTTP, step by step, and its device emptied against a certificate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.till.flow.shop import COFFEE
from tests.till.process.office_stub import OWNER, PASSWORD
from tests.till.process.rig import TillProcess
from tests.till.process.screen import Screen, eventually
from tests.till.process.swedish import refusal, swedish
from tests.till.process.test_identity import close, sell
from tests.till.process.test_records import make

from skrin.till import main, wipe

pytestmark = pytest.mark.slow


def done(screen: Screen) -> list[bool]:
    """Which steps of the page are done."""
    parts = screen.get("/moving").page.all(".part")
    return [swedish("Done") == part.says("b") for part in parts]


@pytest.mark.requirement("R-TERM-019", "R-TERM-020", "OPP-027")
def test_a_register_ends_step_by_step_and_its_device_is_emptied(
    till: TillProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell(till.screen)
    cashier, screen = till.screen, Screen(till.screen.port)
    assert screen.log_in(OWNER, PASSWORD).status == 302
    assert done(screen)[:2] == [False, False]
    # Nothing is skipped: the day first; and only who may change settings; and never by a slip.
    early = screen.post("/moving/hand-over", cause="replaced", sure="yes")
    assert (early.status, early.page.says(".notice")) == (422, refusal("handing_over_day"))
    close(screen)
    assert "/moving/hand-over" not in cashier.get("/moving").text
    assert cashier.post("/moving/hand-over", cause="replaced", sure="yes").status == 422
    assert screen.post("/moving/hand-over", cause="replaced").status == 422
    out = tmp_path / "kept"
    with pytest.raises(wipe.WipeRefused, match="has not ended"):
        wipe.wipe(till.folder, out, "0")
    # A package of before is not the one that is kept: it lacks the end.
    assert make(screen, "package", "zip", "2026-11-20").status == 302
    eventually(lambda: "skrin-package" in screen.get("/records").text)
    assert screen.post("/moving/hand-over", cause="replaced", sure="yes").status == 302
    (body,) = till.bodies("till.handed_over")
    assert (body.cause, body.receipts) == ("replaced", 1)
    answer = screen.tap(COFFEE)
    assert refusal("till_handed_over") in answer.page.text
    eventually(lambda: done(screen)[:3] == [True, True, True])
    assert not done(screen)[3]
    assert make(screen, "package", "zip", "2026-11-20").status == 302
    eventually(lambda: done(screen) == [True] * 4)
    # While the till runs nothing is wiped; nor without a yes.
    argv = [str(till.folder), "--out", str(out)]
    assert wipe.main(argv) == wipe.EXIT_REFUSED
    assert wipe.main([*argv, "--yes"]) == wipe.EXIT_TAKEN
    till.stop()
    till.street.office.away()
    assert wipe.main([*argv, "--yes"]) == wipe.EXIT_CANNOT
    assert (till.folder / "device.sqlite").is_file(), "not without the office's word"
    till.street.office.back()
    head = till.head_seq()
    # Killed in the middle, it goes on where it stopped; the keys are gone by then.
    monkeypatch.setattr(wipe.shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        wipe.wipe(till.folder, out, "0")
    monkeypatch.undo()
    assert not (till.folder / "device.sqlite").exists()
    again = [*("--data", str(till.folder), "--port", "0"), "--office", "http://127.0.0.1:9"]
    assert main.main([*again, "--enrol", "X"]) == main.EXIT_CANNOT_START, "no till begins in it"
    assert wipe.main([*argv, "--yes"]) == wipe.EXIT_DONE
    assert list(till.folder.iterdir()) == []
    (file,) = out.iterdir()
    written = json.loads(file.read_text())
    (register,) = written["certificate"]["registers"]
    assert (register["store"], register["head_seq"]) == (1, head)
    assert till.street.office.head(till.till_id) == head, "also what was journaled at its end"
    assert any(name.endswith("shop.sqlite") for name in written["certificate"]["files"])
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(written["office_public_key_hex"]))
    signed = bytes.fromhex(written["signed_bytes_hex"])
    key.verify(bytes.fromhex(written["signature_hex"]), signed)
    assert json.loads(signed) == written["certificate"]


def killed(*where: object, **how: object) -> None:
    raise KeyboardInterrupt
