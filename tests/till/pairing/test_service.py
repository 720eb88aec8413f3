"""Paired screens as one thing: where they are found, the certificate's renewal, what hinders it."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from tests.till.flow.shop import Shop
from tests.till.pairing.conftest import free_port

from skrin.domain.refusal import Refusal
from skrin.till.main import arguments
from skrin.till.pairing.authority import Address, Authority, moment
from skrin.till.pairing.service import (
    SETTING,
    PublicCertificate,
    ScreenService,
    listening_place,
)
from skrin.till.storage.device_file import DeviceFile

ONE, TWO = ipaddress.ip_address("192.168.7.20"), ipaddress.ip_address("192.168.7.21")
SIX = ipaddress.ip_address("fd00::2")
pytestmark = pytest.mark.requirement("R-MORE-019")


def page(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Pages that are none."""
    start("200 OK", [("Content-Length", "0")])
    return []


class Place:
    """A service whose machine has the addresses that it is told."""

    def __init__(self, folder: Path, public: PublicCertificate | None = None) -> None:
        self.shop = Shop(folder)
        self.device = DeviceFile(folder / "device.sqlite")
        self.addresses: list[Address] = [SIX, ONE]
        self.service = ScreenService(
            self.shop.counter.till,
            self.device,
            folder / "screens",
            own_port=8100,
            public=public,
            addresses=lambda: self.addresses,
        )
        self.service.application = page

    def shown(self, name: str = "") -> x509.Certificate:
        """The certificate that a client is shown now."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with (
            socket.create_connection(("127.0.0.1", self.service.port), 10) as raw,
            context.wrap_socket(raw, server_hostname=name or None) as tls,
        ):
            der = tls.getpeercert(binary_form=True)
        assert der
        return x509.load_der_x509_certificate(der)


def names_of(certificate: x509.Certificate) -> set[str]:
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = found.get_values_for_type(x509.IPAddress)
    return {*found.get_values_for_type(x509.DNSName), *(str(one) for one in addresses)}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    found = Place(tmp_path)
    yield found
    found.service.turn_off(for_good=False)


def everywhere() -> str:
    return f"0.0.0.0:{free_port()}"


def test_the_certificate_follows_the_machines_address(place: Place) -> None:
    place.service.turn_on(everywhere())
    port = place.service.port
    assert place.service.host() == f"192.168.7.20:{port}"
    shown = names_of(place.shown())
    assert shown == place.service.names() and str(ONE) in shown and str(SIX) not in shown
    assert not place.service.renew(), "nothing has changed"
    before, authority = place.shown(), place.service.authority_sha256
    place.addresses = [TWO]
    assert place.service.renew()
    after = place.shown()
    assert str(TWO) in names_of(after) and str(ONE) not in names_of(after)
    assert after.serial_number != before.serial_number
    assert place.service.host() == f"192.168.7.21:{port}"
    assert place.service.authority_sha256 == authority
    assert f"192.168.7.20:{port}" not in place.service.hosts()


def test_the_certificate_follows_the_clock(place: Place) -> None:
    place.service.turn_on(everywhere())
    before = place.shown()
    place.shop.clock.forward(360 * 86_400)
    assert not place.service.renew()
    place.shop.clock.forward(10 * 86_400)
    assert place.service.renew()
    assert place.shown().not_valid_after_utc > before.not_valid_after_utc


def test_bound_to_one_place_it_is_named_there_alone(place: Place) -> None:
    place.service.turn_on(f"127.0.0.1:{free_port()}")
    (name,) = place.service.names()
    assert name.endswith(".till.internal"), "a till that answers on loopback has no address"
    assert place.service.host() == f"{name}:{place.service.port}"


def test_a_public_certificate_is_shown_to_who_asks_for_its_name(tmp_path: Path) -> None:
    """D44: it may replace the till's own, but is never the only way when the internet is away."""
    made = Authority(tmp_path / "public", "VK1-1", moment(1_795_165_200_000))
    leaf = made.leaf("Kassa", [], moment(1_795_165_200_000))
    place = Place(tmp_path, PublicCertificate(leaf.certificate, leaf.key))
    place.service.turn_on(everywhere())
    port = place.service.port
    assert place.service.host() == f"kassa.till.internal:{port}"
    assert place.service.certificate_host() == "", "a public name needs no authority"
    assert names_of(place.shown("kassa.till.internal")) == {"kassa.till.internal"}
    assert str(ONE) in names_of(place.shown())
    assert {f"kassa.till.internal:{port}", f"192.168.7.20:{port}"} <= place.service.hosts()
    place.service.turn_off(for_good=False)


def test_what_hinders_is_a_refusal_and_nothing_listens(tmp_path: Path, place: Place) -> None:
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as taken,
        pytest.raises(Refusal, match="screens_place_taken"),
    ):
        place.service.turn_on(f"127.0.0.1:{taken.getsockname()[1]}")
    assert not place.service.on and place.service.port == 0
    place.service.turn_on(f"127.0.0.1:{free_port()}")
    place.service.turn_off()
    (tmp_path / "screens" / "authority.key").write_text("")
    with pytest.raises(Refusal, match="screens_authority_damaged"):
        place.service.turn_on(f"127.0.0.1:{free_port()}")
    missing = tmp_path / "none.pem"
    other = Place(tmp_path / "other", PublicCertificate(missing, missing))
    with pytest.raises(Refusal, match="screens_certificate_unusable"):
        other.service.turn_on(f"127.0.0.1:{free_port()}")
    assert not other.service.on


def test_on_and_off_are_remembered(place: Place) -> None:
    at = f"127.0.0.1:{free_port()}"
    place.service.start_as_set(None)
    assert not place.service.on, "off until a shop turns it on"
    place.service.start_as_set(at)
    assert place.service.on and place.device.setting(SETTING) == at
    place.service.turn_off(for_good=False)
    assert place.device.setting(SETTING) == at, "the program's end is not a wish"
    place.service.start_as_set("off")
    assert not place.service.on and place.device.setting(SETTING) == ""


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("", "0.0.0.0:8443"),
        ("9443", "0.0.0.0:9443"),
        ("192.168.7.20", "192.168.7.20:8443"),
        ("192.168.7.20:443", "192.168.7.20:443"),
    ],
)
def test_a_place_is_said_in_part_or_whole(said: str, where: str) -> None:
    assert listening_place(said, 8100) == where


@pytest.mark.parametrize("said", ["x", "70000", "1.2.3.4:x", "example.org:8443", "1.2.3:1"])
def test_what_is_no_place_is_refused_on_the_command_line(said: str) -> None:
    with pytest.raises(ValueError):
        listening_place(said, 8100)
    with pytest.raises(SystemExit):
        arguments(["--data", "x", "--screens", said])
