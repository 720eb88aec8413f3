"""The till's own certificate authority, and the certificate that paired screens check (D44).

A shop's network has no public names, so no public authority can vouch for a till in it. The till
makes an authority of its own, which a device trusts once. That trust is kept small: the
authority is constrained (RFC 5280 4.2.1.10) to `till.internal` and to private addresses, so it can
vouch for nothing that the device meets elsewhere, and it may sign for servers only.
"""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from skrin.till.storage.schema import sync_folder

DOMAIN = "till.internal"
"""`.internal` is kept for private use (ICANN, 2024-07-29): it will never be a public name."""

NETWORKS = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)
"""Private (RFC 1918, RFC 4193) and link-local (RFC 3927, RFC 4291) addresses."""

AUTHORITY_LASTS = timedelta(days=3650)
LEAF_LASTS = timedelta(days=397)
RENEW_BEFORE = timedelta(days=30)
BACKDATED = timedelta(hours=12)
"""A device's clock may be behind the till's."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AuthorityDamaged(Exception):
    """The authority's files are there but cannot be used. A new one would be trusted by nobody, so
    a person has to decide."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A certificate of the till, and the files in which it and its key lie."""

    certificate: Path
    key: Path
    names: frozenset[str]
    """The host names and addresses that it is for, as a browser writes them in `Host`."""
    not_after: datetime
    issuer_sha256: str

    def serves(self, names: frozenset[str], issuer_sha256: str, now: datetime) -> bool:
        """Whether it is for exactly these names, of this authority, and does not end soon."""
        lasts = self.not_after - now > RENEW_BEFORE
        return lasts and self.names == names and self.issuer_sha256 == issuer_sha256


def is_private(address: Address) -> bool:
    """Whether the authority may vouch for this address."""
    return any(address in network for network in NETWORKS)


def host_of(address: Address) -> str:
    """An address as it stands in a URL."""
    return f"[{address}]" if address.version == 6 else str(address)


def internal_name(designation: str) -> str:
    """The till's name under `till.internal`: `VK1-1` is `vk1-1.till.internal`."""
    label = re.sub(r"[^a-z0-9]+", "-", designation.lower()).strip("-") or "till"
    return f"{label[:63]}.{DOMAIN}"


class Authority:
    """The authority in a folder. Made once; its private key never leaves the folder."""

    def __init__(self, folder: Path, designation: str, now: datetime) -> None:
        """Open the authority, or make it when there is none. Raises `AuthorityDamaged`."""
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        key_file, certificate_file = folder / "authority.key", folder / "authority.pem"
        if not key_file.exists() and not certificate_file.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            _put(key_file, _pem(key))
            _put(certificate_file, _authority_of(key, designation, now).public_bytes(Encoding.PEM))
        try:
            key_read = load_pem_private_key(key_file.read_bytes(), None)
            self.certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        except (OSError, ValueError) as fault:
            raise AuthorityDamaged(f"{folder}: {type(fault).__name__}") from fault
        is_pair = key_read.public_key() == self.certificate.public_key()
        if not (isinstance(key_read, ec.EllipticCurvePrivateKey) and is_pair):
            raise AuthorityDamaged(f"{folder}: key and certificate do not belong together")
        self._key = key_read

    @property
    def der(self) -> bytes:
        """The authority's certificate as a device takes it in."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def sha256(self) -> str:
        """The fingerprint that people compare: SHA-256 over `der`, 64 hexadecimal digits."""
        return sha256(self.der).hexdigest()

    def leaf(self, designation: str, addresses: Sequence[Address], now: datetime) -> Leaf:
        """The till's certificate for its name and those of `addresses` that are private.

        The one that lies in the folder while it serves; else a new one with a new key.
        """
        private = sorted({one for one in addresses if is_private(one)}, key=str)
        name = internal_name(designation)
        names = frozenset({name, *(host_of(one) for one in private)})
        kept = self._kept()
        if kept and kept.serves(names, self.sha256, now):
            return kept
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._issue(key, name, private, now)
        # Both in one file: a crash between two files would leave a pair that is none.
        _put(self.folder / "leaf.pem", _pem(key) + made.public_bytes(Encoding.PEM))
        fresh = self._kept()
        assert fresh, "a certificate that was just written can be read"
        return fresh

    def _kept(self) -> Leaf | None:
        file = self.folder / "leaf.pem"
        try:
            found = x509.load_pem_x509_certificate(file.read_bytes())
            found.verify_directly_issued_by(self.certificate)
            alternative = found.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        except Exception:
            return None  # Whatever is wrong with it: it is made anew.
        hosts = [host_of(one) for one in alternative.value.get_values_for_type(x509.IPAddress)]  # type: ignore[arg-type]
        names = frozenset({*alternative.value.get_values_for_type(x509.DNSName), *hosts})
        return Leaf(file, file, names, found.not_valid_after_utc, self.sha256)

    def _issue(
        self,
        key: ec.EllipticCurvePrivateKey,
        name: str,
        addresses: Sequence[Address],
        now: datetime,
    ) -> x509.Certificate:
        issuer_key_id = self.certificate.extensions.get_extension_for_class(
            x509.SubjectKeyIdentifier
        ).value
        begins = max(now - BACKDATED, self.certificate.not_valid_before_utc)
        ends = min(begins + LEAF_LASTS, self.certificate.not_valid_after_utc)
        alternatives: list[x509.GeneralName] = [x509.DNSName(name)]
        alternatives += [x509.IPAddress(one) for one in addresses]
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])]))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(False, None), critical=True)
            .add_extension(_usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_key_id), False
            )
            .sign(self._key, SHA256())
        )


def _authority_of(
    key: ec.EllipticCurvePrivateKey, designation: str, now: datetime
) -> x509.Certificate:
    # Two tills' authorities lie side by side in a device's list: four digits tell them apart.
    common = f"Skrin {designation} {secrets.token_hex(2)}"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    permitted: list[x509.GeneralName] = [x509.DNSName(DOMAIN)]
    permitted += [x509.IPAddress(network) for network in NETWORKS]
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(True, 0), critical=True)
        .add_extension(_usage(key_cert_sign=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .sign(key, SHA256())
    )


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _put(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its owner only from its first byte."""
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    sync_folder(file.parent)


def moment(utc_ms: int) -> datetime:
    """A time of the till's clock as certificates take it."""
    return datetime.fromtimestamp(utc_ms / 1000, UTC).replace(microsecond=0)
