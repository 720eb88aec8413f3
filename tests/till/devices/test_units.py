"""Addresses of control units as people write them, and what is refused before anything is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.fiscal.se.receipts import mark_request, sealed_receipt

from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import UnitPlace, UnitSilent
from skrin.till.devices.http_login import HttpLogin
from skrin.till.devices.simulated import InstantControlUnit
from skrin.till.devices.units import ZERO_TOTAL, ZeroSkipped, place_of, place_said


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("192.168.1.20:5001", UnitPlace("tcp", "192.168.1.20:5001")),
        (" 127.0.0.1:1 ", UnitPlace("tcp", "127.0.0.1:1")),
        ("[::1]:5001", UnitPlace("tcp", "[::1]:5001")),
        ("serial:/dev/ttyUSB0", UnitPlace("serial", "/dev/ttyUSB0")),
        ("serial:COM3", UnitPlace("serial", "COM3")),
        ("https://unit.example/xccsp", UnitPlace("xccsp", "https://unit.example/xccsp")),
        ("http://10.0.0.5:8081", UnitPlace("xccsp", "http://10.0.0.5:8081")),
        (
            "http://a:b%40c@10.0.0.5:8081/x",
            UnitPlace("xccsp", "http://10.0.0.5:8081/x", "a", "b@c"),
        ),
    ],
)
def test_an_address_says_how_the_unit_is_reached(text: str, place: UnitPlace) -> None:
    assert place_of(text) == place


@pytest.mark.parametrize(
    "text",
    ["", "hos oss", "10.0.0.1", "10.0.0.1:0", "10.0.0.1:99999", "unit.example:5001", "serial:",
     "serial:/etc/passwd", "serial:COMX", "ftp://10.0.0.1/x", "https://", "https://-/x",
     "http://10.0.0.1:999999/", "https://" + "a" * 300, "https://[::1/xccsp"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="unit_address_unreadable"):
        place_of(text)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://unit.example/xccsp", True),
        ("http://192.168.1.9:8081/xccsp", True),
        ("http://127.0.0.1:8081/xccsp", True),
        ("http://localhost:8081/xccsp", True),
        ("http://unit.example/xccsp", False),
        ("http://8.8.8.8/xccsp", False),
    ],
)
def test_a_password_goes_nowhere_unprotected(url: str, safe: bool) -> None:
    assert place_said("xccsp", url, "", "", "", skips_zero=False).address == url
    if safe:
        assert place_said("xccsp", url, "a", "b", "", skips_zero=False).password == "b"
        return
    with pytest.raises(Refusal, match="unit_address_unsafe"):
        place_said("xccsp", url, "a", "b", "", skips_zero=False)


def test_what_was_typed_must_fit_its_kind(tmp_path: Path) -> None:
    for kind, address, code in (
        ("", "10.0.0.1:5", "unit_kind_unknown"),
        ("tcp", "https://10.0.0.1/x", "unit_address_unreadable"),
        ("xccsp", "10.0.0.1:5", "unit_address_unreadable"),
        ("serial", "10.0.0.1:5", "unit_address_unreadable"),
    ):
        with pytest.raises(Refusal, match=code):
            place_said(kind, address, "", "", "", skips_zero=False)
    missing = str(tmp_path / "ca.pem")
    with pytest.raises(Refusal, match="unit_certificate_missing"):
        place_said("xccsp", "https://10.0.0.1/x", "", "", missing, skips_zero=False)
    said = place_said("serial", "/dev/ttyS0", "", "", "", skips_zero=True)
    assert said == UnitPlace("serial", "/dev/ttyS0", skips_zero=True)


def test_a_unit_that_takes_no_receipts_of_nothing_is_not_told_them() -> None:
    unit = InstantControlUnit("U1")
    skipped = ZeroSkipped(unit)
    mark = skipped.register(mark_request(sealed_receipt((2500, 0)), serial=4))
    assert (mark.unit_id, mark.code, mark.main_status) == ("U1", "", ZERO_TOTAL)
    assert (mark.message_serial, unit.counters) == (4, {})
    assert skipped.register(mark_request()).code
    assert len(unit.counters) == 1
    deaf = InstantControlUnit("U2")
    deaf.be_silent(1)
    with pytest.raises(UnitSilent):
        ZeroSkipped(deaf).register(mark_request(sealed_receipt((2500, 0))))


def test_a_digest_is_the_one_of_the_standards_example() -> None:
    """RFC 2617 3.5 gives the proof for these very values; only the client's own nonce is ours."""
    login = HttpLogin("Mufasa", "Circle Of Life")
    nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
    demand = f'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="{nonce}", opaque="5c"'
    assert login.heard(demand)
    first, second = login.header("GET", "/dir/index.html"), login.header("GET", "/dir/index.html")
    assert "nc=00000001" in first and "nc=00000002" in second
    assert 'username="Mufasa"' in first and 'opaque="5c"' in first and "Circle" not in first
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("secrets.token_hex", lambda size: "0a4f113b")
        again = HttpLogin("Mufasa", "Circle Of Life")
        again.heard(demand)
        said = again.header("GET", "/dir/index.html")
    assert 'response="6629fae49393a05397450978507c4ef1"' in said


def test_a_demand_that_cannot_be_met_is_not_answered() -> None:
    for demand in ("", "Bearer x", 'Digest realm="r", algorithm=SHA-256, nonce="n"', "Digest x"):
        assert not HttpLogin("a", "b").heard(demand)
    nobody = HttpLogin("", "")
    assert not nobody.heard('Basic realm="x"') and nobody.header("POST", "/") == ""
