"""``python -m skrin.simulators.xml_terminal``: start one."""

from __future__ import annotations

import sys

from ..card_terminal.ledger import Ledger
from ..control_page import ControlServer
from ..durable import Log
from ..process import Server, argument_parser, exit_codes, listen, run, start_switches
from .server import FrameServer, WebServer
from .terminal import EPAS, NEXO, XmlTerminal, xml_switches


def main(argv: list[str] | None = None) -> int:
    """Run the card terminal until it is told to end. Returns the exit code."""
    words = "A simulated card terminal (XML: EPAS 1.0 over TCP, nexo 3.1 over HTTP)."
    parser = argument_parser("xml_terminal", words)
    parser.add_argument("--dialect", choices=(EPAS, NEXO), default=EPAS)
    parser.add_argument("--poi-id", default="80000091", help="the id of its payment app")
    parser.add_argument("--serial", default="SIMU-SN-0002", help="the device's serial number")
    parser.add_argument("--currency", default="SEK", help="the only currency that it takes")
    parser.add_argument("--payment-ms", type=int, default=300, help="how long a payment takes")
    parser.add_argument("--long-ms", type=int, default=20_000, help="how long x.152 takes")
    options = parser.parse_args(argv)
    with exit_codes("xml_terminal"):
        listener, control = listen(options.port), listen(options.control_port)
        switches = xml_switches(options.payment_ms, options.long_ms)
        start_switches(switches, options.switch)
        ledger = Ledger(Log(options.state) if options.state else None)
        port = listener.getsockname()[1]
        named = options.poi_id, options.currency, options.dialect
        terminal = XmlTerminal(ledger, switches, port, *named)
        terminal.serial = options.serial
    ready: dict[str, object] = {
        "name": terminal.name,
        "port": port,
        "control_port": control.getsockname()[1],
        "poi_id": options.poi_id,
        "dialect": options.dialect,
        "serial": options.serial,
    }
    wire = FrameServer if options.dialect == EPAS else WebServer
    servers: list[Server] = [wire(listener, terminal), ControlServer(control, terminal)]
    return run(ready, servers, options.parent_pid)


if __name__ == "__main__":
    sys.exit(main())
