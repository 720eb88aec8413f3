"""The till's authority and its certificate, held against OpenSSL's command and Python's TLS.

D44: P-256, constrained to `till.internal` and private ranges, leaf at most 397 days.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from skrin.till.pairing.addresses import own_addresses
from skrin.till.pairing.authority import Authority, AuthorityDamaged, is_private

NOW = datetime.now(UTC).replace(microsecond=0)
SHOP = ipaddress.ip_address("192.168.7.20")
SECOND = ipaddress.ip_address("10.1.2.3")
PUBLIC = ipaddress.ip_address("93.184.216.34")
pytestmark = pytest.mark.requirement("R-MORE-019")


def openssl(*argv: str) -> subprocess.CompletedProcess[str]:
    """OpenSSL's own command."""
    return subprocess.run(["openssl", *argv], capture_output=True, text=True, timeout=20)


def text_of(certificate: Path) -> str:
    """The certificate as OpenSSL reads it, blanks made single."""
    said = openssl("x509", "-in", str(certificate), "-noout", "-text")
    assert said.returncode == 0, said.stderr
    return " ".join(said.stdout.split())


def verified(authority: Path, leaf: Path, *how: str) -> bool:
    """Whether OpenSSL accepts the leaf as a server's."""
    strict = ("-x509_strict", "-purpose", "sslserver", "-no-CAfile", "-no-CApath")
    said = openssl("verify", *strict, "-trusted", str(authority), *how, str(leaf))
    return said.returncode == 0


def test_the_authority_is_small(tmp_path: Path) -> None:
    """D44: P-256; may sign certificates of servers, and only within till.internal and private
    ranges."""
    Authority(tmp_path / "screens", "VK1-1", NOW)
    text = text_of(tmp_path / "screens" / "authority.pem")
    assert "NIST CURVE: P-256" in text
    assert "Basic Constraints: critical CA:TRUE, pathlen:0" in text
    assert "Key Usage: critical Certificate Sign X509v3 Extended" in text
    assert "Extended Key Usage: TLS Web Server Authentication X509v3" in text
    assert "Name Constraints: critical Permitted: DNS:till.internal IP:10.0.0.0/255.0.0.0" in text
    for network in ("172.16.0.0/255.240.0.0", "192.168.0.0/255.255.0.0", "FC00:0:0:0:0:0:0:0/FE00"):
        assert f"IP:{network}" in text


def test_its_files_are_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "screens"
    Authority(folder, "VK1-1", NOW).leaf("VK1-1", [SHOP], NOW)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert modes == {"authority.key": 0o600, "authority.pem": 0o600, "leaf.pem": 0o600}


def test_the_leaf_verifies_for_its_names_and_no_other(tmp_path: Path) -> None:
    """D44: the leaf is a server's, P-256, at most 397 days."""
    authority = Authority(tmp_path, "VK1-1", NOW)
    leaf = authority.leaf("VK1-1", [SHOP, SECOND, PUBLIC], NOW).certificate
    text = text_of(leaf)
    assert "NIST CURVE: P-256" in text
    assert "Key Usage: critical Digital Signature X509v3" in text
    assert "Extended Key Usage: TLS Web Server Authentication X509v3" in text
    assert "Basic Constraints: critical CA:FALSE" in text
    days = [
        datetime.strptime(found, "%b %d %H:%M:%S %Y %Z").replace(tzinfo=UTC)
        for found in re.findall(r"(?:Not Before|Not After ?): (\w+ +\d+ [\d:]+ \d+ GMT)", text)
    ]
    assert len(days) == 2 and days[1] - days[0] == timedelta(days=397)
    root = tmp_path / "authority.pem"
    assert verified(root, leaf, "-verify_hostname", "vk1-1.till.internal")
    assert verified(root, leaf, "-verify_ip", str(SHOP))
    assert verified(root, leaf, "-verify_ip", str(SECOND))
    assert not verified(root, leaf, "-verify_hostname", "vk2-1.till.internal")
    assert not verified(root, leaf, "-verify_ip", "192.168.7.21")
    assert str(PUBLIC) not in text, "a public address is never certified"


@pytest.mark.parametrize(
    ("alternative", "holds"),
    [
        ("DNS:vk1-1.till.internal", True),
        ("DNS:bank.example", False),
        ("DNS:till.internal.example", False),
        ("IP:192.168.9.9", True),
        ("IP:fd12::9", True),
        ("IP:93.184.216.34", False),
        ("IP:2001:db8::9", False),
        ("IP:127.0.0.1", False),
        ("DNS:vk1-1.till.internal,DNS:bank.example", False),
    ],
)
def test_even_the_stolen_authority_vouches_for_nothing_else(
    tmp_path: Path, alternative: str, holds: bool
) -> None:
    """D44: OpenSSL signs with the authority's own key, and OpenSSL finds it worthless."""
    Authority(tmp_path, "VK1-1", NOW)
    key, asked, made = tmp_path / "k.pem", tmp_path / "r.pem", tmp_path / "c.pem"
    extensions = tmp_path / "extensions"
    extensions.write_text(
        f"subjectAltName={alternative}\nbasicConstraints=critical,CA:FALSE\n"
        "keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n"
        "authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n"
    )
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    request = openssl("req", *curve, "-keyout", str(key), "-out", str(asked), "-subj", "/CN=x")
    assert request.returncode == 0, request.stderr
    authority = ("-CA", str(tmp_path / "authority.pem"), "-CAkey", str(tmp_path / "authority.key"))
    signed = openssl(
        *("x509", "-req", "-in", str(asked), *authority, "-days", "30"),
        *("-extfile", str(extensions), "-out", str(made)),
    )
    assert signed.returncode == 0, signed.stderr
    assert verified(tmp_path / "authority.pem", made) is holds


@contextmanager
def serving(leaf: Path) -> Iterator[int]:
    """A TLS server with this certificate; for one handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(leaf)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        listening.settimeout(10)

        def once() -> None:
            try:
                sock, _ = listening.accept()
                sock.settimeout(10)
                with context.wrap_socket(sock, server_side=True) as tls:
                    tls.recv(1)
            except OSError:
                pass  # The client did not trust it.

        thread = threading.Thread(target=once)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(15)


@pytest.mark.parametrize(
    ("name", "fault"),
    [("vk1-1.till.internal", ""), ("192.168.7.20", ""), ("192.168.7.21", "IP address mismatch")],
)
def test_pythons_tls_trusts_it_by_the_authority_alone(
    tmp_path: Path, name: str, fault: str
) -> None:
    authority = Authority(tmp_path, "VK1-1", NOW)
    leaf = authority.leaf("VK1-1", [SHOP], NOW)
    context = ssl.create_default_context(cadata=authority.der)
    said = ""
    with (
        serving(leaf.certificate) as port,
        socket.create_connection(("127.0.0.1", port), 10) as raw,
    ):
        try:
            context.wrap_socket(raw, server_hostname=name).close()
        except ssl.SSLCertVerificationError as no:
            said = str(no)
    assert (fault in said) if fault else not said


def test_the_leaf_is_kept_while_it_serves_and_made_anew_when_it_does_not(tmp_path: Path) -> None:
    """D44: re-issued when the address changes or it nears its end; the authority stays."""
    first = Authority(tmp_path, "VK1-1", NOW)
    leaf = first.leaf("VK1-1", [SHOP], NOW)
    kept = leaf.certificate.read_bytes()
    again = Authority(tmp_path, "VK1-1", NOW)
    assert again.der == first.der and again.sha256 == first.sha256
    assert again.leaf("VK1-1", [SHOP], NOW + timedelta(days=360)) == leaf
    assert leaf.certificate.read_bytes() == kept
    moved = again.leaf("VK1-1", [SECOND], NOW)
    assert moved.names == {"vk1-1.till.internal", str(SECOND)}
    assert verified(tmp_path / "authority.pem", moved.certificate, "-verify_ip", str(SECOND))
    assert not verified(tmp_path / "authority.pem", moved.certificate, "-verify_ip", str(SHOP))
    late = again.leaf("VK1-1", [SECOND], NOW + timedelta(days=367))
    assert late.not_after > moved.not_after + timedelta(days=300)


def test_a_damaged_authority_is_not_replaced_in_silence(tmp_path: Path) -> None:
    Authority(tmp_path, "VK1-1", NOW)
    (tmp_path / "authority.key").unlink()
    with pytest.raises(AuthorityDamaged):
        Authority(tmp_path, "VK1-1", NOW)
    other = tmp_path / "other"
    Authority(other, "VK1-1", NOW)
    (tmp_path / "authority.key").write_bytes((other / "authority.key").read_bytes())
    with pytest.raises(AuthorityDamaged, match="belong"):
        Authority(tmp_path, "VK1-1", NOW)


def test_only_private_addresses_of_this_machine_are_named() -> None:
    assert all(is_private(address) for address in own_addresses())
    assert not is_private(ipaddress.ip_address("127.0.0.1"))
    assert not is_private(PUBLIC)
