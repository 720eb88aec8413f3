"""The till's program: `skrin till`. Enrols, takes up its journal, serves its screen."""

from __future__ import annotations

import argparse
import base64
import contextlib
import dataclasses
import faulthandler
import logging
import platform
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from skrin import __version__
from skrin.brand import BrandUnusable, brand
from skrin.domain.entry import JournalDamage
from skrin.domain.journal import JournalOpened
from skrin.domain.printer import PrinterPlace
from skrin.domain.printer import place_of as printer_place
from skrin.domain.refusal import Refusal
from skrin.domain.scale import ScalePlace
from skrin.domain.scale import place_of as scale_place
from skrin.fiscal.contract import UnitPlace
from skrin.fiscal.countries import country
from skrin.lifetime import Lifetime, say_ready
from skrin.sync.enrolment import label_read
from skrin.sync.messages import (
    WIRE_VERSION,
    DeviceSettings,
    EnrolAnswer,
    EnrolRequest,
    PublicationRequest,
    StoreSeat,
)
from skrin.till.damaged import Noticed, damage_at_start, serve_damaged
from skrin.till.devices.contract import OfficeAway, OfficeLink, OfficeRefused
from skrin.till.devices.metered import is_mobile
from skrin.till.devices.office_link import OfficeClient
from skrin.till.devices.units import place_of, unit_at
from skrin.till.flow.archives import Archives
from skrin.till.flow.card_terminals import PROTOCOLS, TerminalPool, named_in, terminals_said
from skrin.till.flow.clock import SystemClock
from skrin.till.flow.counter import Counter
from skrin.till.flow.examining import ExaminingLane
from skrin.till.flow.lanes import run_in_thread
from skrin.till.flow.machine_state import machine_at
from skrin.till.flow.people import Door
from skrin.till.flow.predecessors import PredecessorLane
from skrin.till.flow.printer_choosing import PrinterChoice, PrinterPool
from skrin.till.flow.publication import apply_publication, registers_in
from skrin.till.flow.scale_choosing import ScaleChoice, ScalePool
from skrin.till.flow.terminal_choosing import TerminalChoice
from skrin.till.flow.till import Devices, Identity, Till
from skrin.till.flow.updating import UpdateLane
from skrin.till.flow.writer import ThreadWriter
from skrin.till.logbook import LOG_FORMAT, keep_log
from skrin.till.pairing.service import PublicCertificate, ScreenService, listening_place
from skrin.till.storage.damage import FILE, Damage, Finding, mark, tells_damage
from skrin.till.storage.device_file import INSTALLATION_SETTING, STORE_SETTING, DeviceFile
from skrin.till.storage.folder_lock import WIPING, FolderLock, FolderTaken
from skrin.till.storage.host_file import HostFile
from skrin.till.storage.shop_file import ShopFile
from skrin.updates.installation import EXIT_UPDATE, Installation

ENROLMENT_FILE = "enrolment.txt"
"""In the folder of a prepared device: the text of its label, taken at the first start."""

EXIT_CANNOT_START = 2
EXIT_PORT_TAKEN = 3
EXIT_FOLDER_TAKEN = 4

LOCK_FILE, LOCK_PATIENCE_S = "till.lock", 12.0
"""One till per folder. Who starts waits for one that is just ending in order."""

log = logging.getLogger("skrin.till")


class CannotStart(Exception):
    """Why the till cannot start, in words for whoever started it."""


def arguments(argv: list[str]) -> argparse.Namespace:
    """What can be said on the command line."""
    parser = argparse.ArgumentParser(prog="skrin till", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of this till's files")
    parser.add_argument("--port", type=int, default=8100, help="where its screen is served")
    parser.add_argument("--office", default="", help="the office's address")
    parser.add_argument(
        "--enrol", default="", metavar="CODE", help="the code from the office, or its label"
    )
    parser.add_argument("--parent-pid", type=int, default=0, help="end when this process is gone")
    parser.add_argument(
        "--beside",
        type=till_beside,
        action="append",
        default=[],
        metavar="NAME=ADDRESS",
        help="another company's till on this machine, which the log-in page leads to",
    )
    parser.add_argument("--host-file", type=Path, help="where its host tells of itself")
    paired = parser.add_argument_group("paired screens", "docs/operations/screens.md")
    paired.add_argument(
        "--screens",
        type=place_or_off,
        metavar="PLACE",
        help="let paired screens in on a port, host:port or `on`; `off` ends it; remembered",
    )
    paired.add_argument(
        "--screens-certificate", type=Path, help="a public certificate, for a till with a name"
    )
    paired.add_argument("--screens-key", type=Path, help="the public certificate's key")
    parser.add_argument(
        "--system", type=Path, default=Path("/sys"), help="where the machine tells of itself"
    )
    here = parser.add_argument_group(
        "devices", "in the place of what the office names for this till, as host:port"
    )
    here.add_argument("--control-unit", default="")
    here.add_argument("--printer", default="")
    here.add_argument("--printer-columns", type=int, default=0)
    here.add_argument("--scale", default="", help="toledo_8217:/dev/ttyUSB0 or mt_sics:/dev/...")
    here.add_argument("--card-terminal", default="")
    here.add_argument("--card-terminal-id", default="")
    here.add_argument("--card-terminal-ca", default="", help="whom the card terminal's TLS trusts")
    here.add_argument(
        "--card-terminal-protocol", default="", choices=PROTOCOLS, help="what it speaks"
    )
    here.add_argument("--card-terminal-name", default="", help="what people call it")
    here.add_argument(
        "--more-card-terminals",
        type=terminals_said,
        default=(),
        metavar="JSON",
        help="a list of {card_terminal_id, address, name, protocol, ca}",
    )
    return parser.parse_args(argv)


def till_beside(text: str) -> tuple[str, str]:
    """Another till on this machine: (name, address). Raises `ValueError`."""
    name, _, address = text.partition("=")
    if not (name.strip() and address.startswith("http://127.0.0.1:")):
        raise ValueError("a name and an address on this machine: NAME=http://127.0.0.1:PORT/")
    return name.strip(), address


def place_or_off(text: str) -> str:
    """`on`, `off`, or where to listen. Raises `ValueError` for what is none of these."""
    if text not in ("on", "off"):
        listening_place(text, 0)
    return text


def with_overrides(settings: DeviceSettings, options: argparse.Namespace) -> DeviceSettings:
    """The office's device settings with what was said on the command line in their place."""
    said = {
        field.name: getattr(options, field.name)
        for field in dataclasses.fields(DeviceSettings)
        if getattr(options, field.name, None)
    }
    return dataclasses.replace(settings, **said)


def enrolment_told(data: Path, office: str, said: str) -> tuple[str, str]:
    """Office and code of a device that is to become a till: `said` is the text of its label, or a
    code beside `office`; without either, the label's text lies in its folder, where whoever
    prepared the device has put it. Raises `CannotStart`."""
    if label := label_read(said):
        return label
    if office and said:
        return office, said
    if said:  # Never the file instead: it may be another till's.
        raise CannotStart(
            "This is not the text of a label. Scan it again, or give the code with"
            " --office ADDRESS."
        )
    file = data / ENROLMENT_FILE
    try:
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
    except (OSError, UnicodeDecodeError) as fault:
        raise CannotStart(f"{file} cannot be read: {fault}.") from fault
    if label := label_read(text):
        return label
    if text:
        raise CannotStart(f"{file} does not hold the text of a label from the office.")
    raise CannotStart(
        "This till is not enrolled. Give it --office ADDRESS and --enrol CODE, or the text of its"
        " label as --enrol; whoever runs the office has them."
    )


def enrol(device: DeviceFile, office: str, code: str) -> EnrolAnswer:
    """Show the office the code and our public key; remember who we are. Raises `CannotStart`."""
    request = EnrolRequest(
        WIRE_VERSION,
        code,
        base64.b64encode(device.public_key()).decode(),
        platform.node() or "till",
        brand().name,
        __version__,
    )
    try:
        answer = OfficeClient(office).enrol(request)
    except OfficeAway as away:
        raise CannotStart(f"The office at {office} does not answer: {away}.") from away
    except OfficeRefused as no:
        raise CannotStart(f"The office does not take this code: {no}.") from no
    device.put_enrolment(answer, office)
    return answer


def devices_of(
    settings: DeviceSettings,
    device: DeviceFile,
    till: str,
    whose: Callable[[], tuple[str, str]],
    store: int,
) -> Devices:
    """The devices of this till but card terminals and printers. The control unit that was chosen
    at the till itself counts before what the office or the command line names."""
    unit = None
    named = unit_named(settings)
    if place := device.unit_chosen(store) or named:
        unit = unit_at(place, whose)
    return Devices(
        unit,
        None,
        None,
        "",
        till,
        device.next_service_number,
        unit_place=place,
        unit_named=named,
    )


def unit_named(settings: DeviceSettings) -> UnitPlace | None:
    """The control unit that the office or the command line names. An address that cannot be read
    stops no till from starting: it then has none, and says so."""
    try:
        return place_of(settings.control_unit) if settings.control_unit else None
    except Refusal as no:
        log.error("the control unit's address cannot be used: %s", no)
        return None


def printer_named(settings: DeviceSettings) -> PrinterPlace | None:
    """The printer that the office or the command line names; one that cannot be read is none."""
    if not settings.printer:
        return None
    try:
        columns, code_page = settings.printer_columns, settings.printer_code_page
        return printer_place(settings.printer, columns, code_page)
    except Refusal as no:
        log.error("the printer's address cannot be used: %s", no)
        return None


def scale_named(settings: DeviceSettings) -> ScalePlace | None:
    """The scale that the office or the command line names; one that cannot be read is none."""
    try:
        return scale_place(settings.scale) if settings.scale else None
    except Refusal as no:
        log.error("the scale's address cannot be used: %s", no)
        return None


def open_counters(
    device: DeviceFile, enrolled: EnrolAnswer, settings: DeviceSettings, data: Path
) -> list[Counter]:
    """A counter for each store that the device is a till of, the one last on the screen first."""
    last = device.setting(STORE_SETTING)
    seats = sorted(enrolled.seats, key=lambda seat: (str(seat.store) != last, seat.store))
    counters = [open_counter(device, enrolled, seat, settings, data) for seat in seats]
    printers, place = PrinterPool(), printer_named(settings)
    scales, scale = ScalePool(), scale_named(settings)
    for counter in counters:
        counter.scale = ScaleChoice(counter.till, device, scales, scale)
        counter.printers = PrinterChoice(counter.till, device, printers, place)
        counter.printers.on_change = partial(_printer_changed, counter)
    assert counters[0].printers is not None
    pool = TerminalPool(enrolled.till, counters[0].printers.current)
    # Said on the command line: what differs from what the office named at the enrolment.
    told = named_in(settings) != named_in(enrolled.devices)
    for counter in counters:
        named = named_in(settings)
        choice = TerminalChoice(counter.till, device, pool, named, on_command_line=told)
        counter.choose_terminals(choice)
    return counters


def _printer_changed(counter: Counter) -> None:
    """Documents go elsewhere: ask how it is there, and print what waits."""
    with contextlib.suppress(Refusal):
        counter.preflight.check_printer()
    counter.retry()


def open_counter(
    device: DeviceFile,
    enrolled: EnrolAnswer,
    seat: StoreSeat,
    settings: DeviceSettings,
    data: Path,
) -> Counter:
    """The counter of the till in a store, its journal opened when it is new."""
    file = ShopFile(data / f"{enrolled.till}-{seat.store}" / "shop.sqlite")
    law, sold_as = country("SE"), brand()
    identity = Identity(
        enrolled.company,
        enrolled.till,
        seat,
        sold_as.name,
        sold_as.version_name,
        sold_as.model_name,
        enrolled.predecessor,
        enrolled.admission,
    )

    def whose() -> tuple[str, str]:
        return seat.designation, till.store.org_number

    till = Till(
        file,
        identity,
        law,
        devices_of(settings, device, enrolled.till, whose, seat.store),
        SystemClock(law.time_zone),
        ThreadWriter(),
    )
    address, name = device.setting("office"), f"{enrolled.company}/{enrolled.till}"
    link = OfficeClient(address, name, device.key())
    if till.head.seq == 0:
        begin_journal(till, link)
    return Counter(till, link, device.next_incarnation())


def begin_journal(till: Till, link: OfficeLink) -> None:
    """Open a new journal under the shop's own day break, which its registers tell.

    An office that is away just then costs nothing but that the first day begins at 04:00.
    """
    try:
        whole = link.publication(PublicationRequest(till.identity.seat.store, 0, ""))
    except (OfficeAway, OfficeRefused):
        open_journal(till)
        return
    till.registers = registers_in(whole)
    open_journal(till)
    apply_publication(till, whole)


def open_journal(till: Till) -> None:
    """The first entry: which register this is."""

    def command() -> None:
        with till.transaction(None) as tx:
            identity, law = till.identity, till.country
            before = f"{identity.predecessor}-{identity.seat.store}" if identity.predecessor else ""
            opened = JournalOpened(
                identity.seat.designation, identity.register_serial, law.code, law.currency, before
            )
            tx.append("journal.opened", opened)

    till.run(command)


def check_port(port: int) -> socket.socket:
    """A listening place on loopback, so that a taken port is known before anything starts."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    return listening


def main(argv: list[str]) -> int:
    """Run the till until it is told to stop. Prints one JSON line when its screen answers."""
    options = arguments(argv)
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    if hasattr(faulthandler, "register"):  # A host that gives up on us asks first where we stand.
        faulthandler.register(signal.SIGUSR2, all_threads=True)
    try:
        lock = FolderLock(options.data / LOCK_FILE, LOCK_PATIENCE_S)
    except FolderTaken as taken:
        print(f"{taken}. One till runs in a folder: stop the other first.", file=sys.stderr)
        return EXIT_FOLDER_TAKEN
    except OSError as fault:
        print(f"The folder {options.data} cannot be used: {fault}.", file=sys.stderr)
        return EXIT_CANNOT_START
    keep_log(options.data)
    try:
        if (options.data / WIPING).exists():
            words = "is being emptied. Run the same skrin till-wipe again, then start the till"
            print(f"The folder {options.data} {words}.", file=sys.stderr)
            return EXIT_CANNOT_START
        return run(options)
    finally:
        lock.release()


def run(options: argparse.Namespace) -> int:
    """The till in a folder that is ours; returns its exit code."""
    try:
        check_port(options.port).close()
    except OSError:
        print(
            f"Port {options.port} is taken. Stop what uses it, or choose another with --port.",
            file=sys.stderr,
        )
        return EXIT_PORT_TAKEN
    try:
        brand()
        device = DeviceFile(options.data / "device.sqlite")
        enrolled = device.enrolment()
        if enrolled is None:
            enrolled = enrol(device, *enrolment_told(options.data, options.office, options.enrol))
            (options.data / ENROLMENT_FILE).unlink(missing_ok=True)
        elif options.office:
            device.put_setting("office", options.office)
        registers = [f"{enrolled.till}-{seat.store}" for seat in enrolled.seats]
        if found := damage_at_start(options.data, registers):
            serve_damaged(options.data, found, device, options.port, options.parent_pid)
            return 0
        settings = with_overrides(enrolled.devices, options)
        counters = open_counters(device, enrolled, settings, options.data)
    except (sqlite3.Error, JournalDamage) as fault:
        if not tells_damage(fault):
            raise
        return _damaged(options, fault)
    except (CannotStart, BrandUnusable) as why:
        print(why, file=sys.stderr)
        return EXIT_CANNOT_START
    return serve(counters, device, options)


def _damaged(options: argparse.Namespace, fault: BaseException) -> int:
    """What SQLite said when the files were opened: the shop's are looked through by the command
    that mends them; without the device's own file there is no till."""
    try:
        device = DeviceFile(options.data / "device.sqlite")
        enrolled = device.enrolment()
    except sqlite3.Error:
        enrolled = None
    if enrolled is None:
        print(
            f"{options.data / 'device.sqlite'} is damaged ({fault}). It holds this till's key:"
            " restore it from a copy (skrin till-backup), or replace the till.",
            file=sys.stderr,
        )
        return EXIT_CANNOT_START
    register = f"{enrolled.till}-{enrolled.seats[0].store}"
    found = Damage(register, int(time.time() * 1000), (Finding(FILE, detail=str(fault)),))
    mark(options.data, found)
    serve_damaged(options.data, found, device, options.port, options.parent_pid)
    return 0


def serve(counters: list[Counter], device: DeviceFile, options: argparse.Namespace) -> int:
    """Serve the screen until a signal comes, or the process that started us is gone."""
    from skrin.till.ui.light import without_orm

    without_orm()
    from skrin.till.ui.served import serve_machine, serve_neighbours, serve_too, served
    from skrin.till.ui.server import make_server
    from skrin.till.ui.warm import load_pages

    counter = counters[0]
    screens = screens_of(counter.till, device, options)
    server = make_server(counter, door_of(counter, device), device, options.port, screens)
    for other in counters[1:]:
        paired = screens_of(other.till, device, options)
        paired.application = screens.application
        serve_too(other, door_of(other, device), device, paired)
    serve_neighbours(options.beside)
    Archives(options.data).tidy()
    serve_machine(machine_at(options.system, counter.till.clock.steady_s))
    load_pages()
    told = HostFile(options.host_file)
    for one in counters:
        one.host = told
        one.start()
    lifetime = Lifetime(options.parent_pid)
    fetch_histories(counters, device, options.data)
    lane = updates_of(counters, device, options, lifetime)
    server.prepare()
    try:
        threading.Thread(target=server.serve, name="http", daemon=True).start()
        let_screens_in(screens, options.screens)
        examine_beside(counters, options.data, lambda: int(server.bind_addr[1]))
        port = server.bind_addr[1]
        ready = {"ready": True, "name": "till", "port": port, "till": counter.till.identity.till}
        if screens.on:
            ready["screens"] = screens.host()
        say_ready(ready)
        lifetime.wait()
    finally:  # Its threads would keep a process alive that has failed, and its port.
        if in_front := served().screens:
            in_front.turn_off(for_good=False)
        server.stop()
    for one in counters:
        one.stop()
    device.close()
    return EXIT_UPDATE if lane and lane.left else 0


def fetch_histories(counters: list[Counter], device: DeviceFile, data: Path) -> None:
    """Where a till took another's place: fetch what that one registered, to be read here (D45)."""
    from skrin.till.ui.served import serve_history

    for counter in counters:
        identity = counter.till.identity
        if not identity.predecessor:
            continue
        name = f"{identity.company}/{identity.till}"
        link = OfficeClient(device.setting("office"), name, device.key())
        lane = PredecessorLane(counter.till, link, Archives(data))
        serve_history(lane)
        run_in_thread(lane, "history", threading.Event(), threading.Event())


def examine_beside(counters: list[Counter], data: Path, port: Callable[[], int]) -> None:
    """Have each file examined beside the sale, and end the sale at the first sign of damage."""
    noticed = Noticed(data, port)
    for counter in counters:
        till = counter.till
        notice = partial(noticed.notice, till.identity.register_serial)
        lane = ExaminingLane(till.file.path, notice, till.clock.steady_s)
        till.on_fault = partial(_on_fault, notice)
        counter.suspect = partial(_suspected, lane)
        counter.examine_soon = lane.soon
        run_in_thread(lane, "examine", lane.wake, threading.Event())


def _on_fault(notice: Callable[[tuple[Finding, ...]], None], fault: BaseException) -> None:
    """What the writer reads and writes is the till's own file and nothing else."""
    if tells_damage(fault):
        notice((Finding(FILE, detail=str(fault)),))


def _suspected(lane: ExaminingLane, fault: BaseException) -> None:
    """What others read may be an earlier till's file: the examination tells whose it is."""
    if tells_damage(fault):
        lane.wake.set()


def updates_of(
    counters: list[Counter], device: DeviceFile, options: argparse.Namespace, lifetime: Lifetime
) -> UpdateLane | None:
    """Who sees to updates, at work; None for a program that was not started from an
    installation."""
    from skrin.till.ui.served import serve_updates

    installation = Installation.here()
    if installation is None:
        return None
    device.put_setting(INSTALLATION_SETTING, str(installation.folder))
    name = f"{counters[0].till.identity.company}/{counters[0].till.identity.till}"
    link = OfficeClient(device.setting("office"), name, device.key())
    lane = UpdateLane(
        installation, counters, link, options.data, device.setting, is_mobile, lifetime.end
    )
    serve_updates(lane)
    run_in_thread(lane, "updates", lane.wake, threading.Event())
    return lane


def door_of(counter: Counter, device: DeviceFile) -> Door:
    """Who lets people in to a counter."""
    return Door(device, counter.till, counter.upload_lane.link)


def screens_of(till: Till, device: DeviceFile, options: argparse.Namespace) -> ScreenService:
    """The till's paired screens, off until they are let in."""
    public = None
    if options.screens_certificate and options.screens_key:
        public = PublicCertificate(options.screens_certificate, options.screens_key)
    folder = options.data / "screens"
    return ScreenService(till, device, folder, own_port=options.port, public=public)


def let_screens_in(screens: ScreenService, said: str | None) -> None:
    """As the command line says, else as it was. What hinders it does not hinder the till."""
    try:
        screens.start_as_set(said)
    except Refusal as no:
        print(f"Paired screens are not let in: {no}.", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
