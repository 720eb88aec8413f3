"""Paired screens as one thing that is on or off: authority, certificate, listener, door, register.

The certificate is made anew when the machine's addresses change or the old one nears its end; a
thread of its own looks once a minute. The listener shows the new one from the next handshake on.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from skrin.domain.refusal import Refusal
from skrin.till.flow.till import Till
from skrin.till.pairing.addresses import own_addresses
from skrin.till.pairing.authority import Address, Authority, AuthorityDamaged, Leaf, host_of, moment
from skrin.till.pairing.door import PairingDoor
from skrin.till.pairing.listener import (
    Application,
    PairedDoor,
    ScreenServer,
    tls_context,
    use_leaf,
    use_public,
)
from skrin.till.pairing.register import PairedScreens, ScreenedWriter
from skrin.till.storage.device_file import DeviceFile

SETTING = "screens"
"""The device's setting: `host:port` to listen on; empty while paired screens are off."""

EVERYWHERE = "0.0.0.0"  # noqa: S104 (the shop's network is the purpose; off until somebody asks)
PORT_AFTER_OWN = 343
"""The till on port 8100 has its paired screens on 8443; its neighbour's follow by themselves."""

LOOK_AGAIN_S = 60.0
HTTPS_PORT = 443

log = logging.getLogger("skrin.till.screens")


@dataclass(frozen=True, slots=True)
class PublicCertificate:
    """A certificate of a public authority, as files; for a till that has a public name."""

    certificate: Path
    key: Path

    def names(self) -> frozenset[str]:
        """The host names that it is for, without wildcards."""
        found = x509.load_pem_x509_certificate(self.certificate.read_bytes())
        alternative = found.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names = alternative.value.get_values_for_type(x509.DNSName)
        return frozenset(name.lower() for name in names if not name.startswith("*"))


def listening_place(text: str, own_port: int) -> str:
    """`host:port` out of what somebody said: nothing, a port, a host, or both.

    Raises `ValueError` for what is none of these.
    """
    text = text.strip()
    if text.isdecimal():
        host, port = EVERYWHERE, int(text)
    elif ":" in text:
        host, _, port_text = text.rpartition(":")
        port = int(port_text)
    else:
        host, port = text or EVERYWHERE, own_port + PORT_AFTER_OWN
    if port not in range(65536):
        raise ValueError(text)
    ipaddress.IPv4Address(host)
    return f"{host}:{port}"


class ScreenService:
    """The paired screens of a till. Off until `turn_on`; the register is there in any case."""

    def __init__(
        self,
        till: Till,
        device: DeviceFile,
        folder: Path,
        *,
        own_port: int = 0,
        public: PublicCertificate | None = None,
        addresses: Callable[[], Sequence[Address]] = own_addresses,
    ) -> None:
        """`folder`: where the authority lies. Stands before the till's writer from now on."""
        self.till = till
        self.screens = PairedScreens(till, device)
        self.door = PairingDoor(till.clock.steady_s)
        self.application: Application | None = None
        self.own_port = own_port
        till.writer = ScreenedWriter(till.writer, self.screens)
        self._device = device
        self._folder = folder
        self._public = public
        self._public_names: frozenset[str] = frozenset()
        self._addresses = addresses
        self._lock = threading.Lock()
        self._server: ScreenServer | None = None
        self._context: ssl.SSLContext | None = None
        self._authority: Authority | None = None
        self._leaf: Leaf | None = None
        self._private: tuple[Address, ...] = ()
        self._bound = EVERYWHERE
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    # On and off.

    @property
    def on(self) -> bool:
        """Whether paired screens are let in."""
        return self._server is not None

    def start_as_set(self, said: str | None) -> None:
        """At the till's start: `said` on the command line (on, off, a place), else as it was.

        Refused as `turn_on` is; the till itself sells on without paired screens.
        """
        if said is not None:
            wanted = "" if said == "on" else said
            place = "" if said == "off" else listening_place(wanted, self.own_port)
            self._device.put_setting(SETTING, place)
        if place := self._device.setting(SETTING):
            self.turn_on(place)

    def turn_on(self, place: str = "") -> None:
        """Listen on `place` (`host:port`), and again after the next start of the program.

        Refused: `screens_place_taken`, `screens_authority_damaged`, `screens_certificate_unusable`.
        """
        with self._lock:
            if self._server:
                return
            place = place or listening_place("", self.own_port)
            self._bound, _, port = place.rpartition(":")
            server = self._made((self._bound, int(port)))
            try:
                server.prepare()
            except OSError as fault:
                raise Refusal("screens_place_taken", place=place) from fault
            self._stopping = threading.Event()
            threading.Thread(target=server.serve, name="screens", daemon=True).start()
            self._thread = threading.Thread(
                target=self._keep_fresh, args=(self._stopping,), name="certificate", daemon=True
            )
            self._thread.start()
            self._server = server
            self._device.put_setting(SETTING, place)
        log.info("paired screens are let in on %s", place)

    def _made(self, bind: tuple[str, int]) -> ScreenServer:
        assert self.application, "the till's pages are made before its screens are let in"
        try:
            now = moment(self.till.clock.now().utc_ms)
            designation = self.till.identity.seat.designation
            self._authority = Authority(self._folder, designation, now)
            self._renew()
            assert self._leaf
            self._context = tls_context(self._leaf.certificate, self._leaf.key)
        except (AuthorityDamaged, OSError) as fault:
            log.error("the authority cannot be used: %s", fault)
            raise Refusal("screens_authority_damaged") from fault
        public_context = None
        if self._public:
            try:
                public_context = tls_context(self._public.certificate, self._public.key)
                self._public_names = self._public.names()
            except (OSError, ValueError, x509.ExtensionNotFound) as fault:
                log.error("the public certificate cannot be used: %s", type(fault).__name__)
                raise Refusal("screens_certificate_unusable") from fault
        use_public(self._context, self._public_names, public_context)
        server = ScreenServer(bind, PairedDoor(self.application, self.hosts), self._context)
        server.authority_der = self._authority.der
        return server

    def turn_off(self, *, for_good: bool = True) -> None:
        """Let no paired screen in any more. `for_good`: nor after the next start."""
        with self._lock:
            server, self._server = self._server, None
            if for_good:
                self._device.put_setting(SETTING, "")
            if server is None:
                return
            self.door.withdraw()
            self._stopping.set()
            # Stopping waits for the threads, and one of them may be the one that asks for it.
            stopping = threading.Thread(target=server.stop, name="screens-stop", daemon=True)
            stopping.start()
        if not for_good:
            stopping.join(3.0)
        log.info("paired screens are no longer let in")

    # The certificate.

    def _renew(self) -> bool:
        """Make the certificate anew when it has to be. Returns whether it was."""
        assert self._authority
        before = self._leaf
        self._private = tuple(one for one in self._addresses() if self._is_reached(one))
        now = moment(self.till.clock.now().utc_ms)
        designation = self.till.identity.seat.designation
        self._leaf = self._authority.leaf(designation, self._private, now)
        return self._leaf != before

    def _is_reached(self, address: Address) -> bool:
        """The listener speaks IPv4, on the place that was named or everywhere."""
        return address.version == 4 and self._bound in (EVERYWHERE, str(address))

    def renew(self) -> bool:
        """Look at the addresses and the certificate's end now. Returns whether it changed."""
        if not self._renew():
            return False
        if self._context and self._leaf:
            use_leaf(self._context, self._leaf)
        log.info("the certificate for paired screens is new")
        return True

    def _keep_fresh(self, stopping: threading.Event) -> None:
        while not stopping.wait(LOOK_AGAIN_S):
            with contextlib.suppress(OSError):  # A full disk; the certificate there still serves.
                self.renew()

    # Where it is found.

    @property
    def port(self) -> int:
        """The port of the listener; 0 while it is off."""
        return int(self._server.bind_addr[1]) if self._server else 0

    @property
    def authority_sha256(self) -> str:
        """The authority's fingerprint; empty while it was never turned on."""
        return self._authority.sha256 if self._authority else ""

    def names(self) -> frozenset[str]:
        """The names and addresses under which the till's pages are served to paired screens."""
        return (self._leaf.names if self._leaf else frozenset()) | self._public_names

    def hosts(self) -> frozenset[str]:
        """What a browser may write in `Host`."""
        names = self.names()
        with_port = frozenset(f"{name}:{self.port}" for name in names)
        return with_port | names if self.port == HTTPS_PORT else with_port

    def host(self) -> str:
        """The best of them, for the QR: the public name, else the address in the shop, else the
        name under `till.internal`, which the shop's router must know."""
        leaf_names = self._leaf.names if self._leaf else frozenset()
        private = [host_of(one) for one in self._private if host_of(one) in leaf_names]
        best = [*sorted(self._public_names), *private, *sorted(leaf_names)]
        return f"{best[0]}:{self.port}" if best else ""

    def certificate_host(self) -> str:
        """Where a device gets the authority: never by a public name, which needs no authority."""
        leaf_names = self._leaf.names if self._leaf else frozenset()
        return next((h for h in (self.host(),) if h.rpartition(":")[0] in leaf_names), "")
