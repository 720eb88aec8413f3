"""``python -m skrin.simulators.printer``: start one."""

from __future__ import annotations

import sys

from ..control_page import ControlServer
from ..durable import Log
from ..process import Server, argument_parser, exit_codes, listen, run, start_switches
from .cable import Cable
from .device import Printer, printer_switches
from .queue import PATH, Queue, QueueServer
from .server import PrinterServer


def main(argv: list[str] | None = None) -> int:
    """Run the printer until it is told to end. Returns the exit code."""
    parser = argument_parser("printer", "A simulated receipt printer (ESC/POS over TCP).")
    parser.add_argument("--columns", type=int, choices=(32, 42, 48), default=42)
    parser.add_argument("--line-ms", type=int, default=0, help="how long a line takes")
    parser.add_argument("--idle-s", type=float, default=90, help="hang up a quiet host, 0 = never")
    parser.add_argument("--cable", action="store_true", help="a device file too (a pty)")
    parser.add_argument("--queue", action="store_true", help="a raw queue (IPP) too")
    options = parser.parse_args(argv)
    with exit_codes("printer"):
        listener, control = listen(options.port), listen(options.control_port)
        queue_listener = listen(0) if options.queue else None
        switches = printer_switches(options.line_ms)
        start_switches(switches, options.switch)
        port = listener.getsockname()[1]
        log = Log(options.state) if options.state else None
        printer = Printer(port, options.columns, switches, log)
    ready: dict[str, object] = {
        "name": printer.name,
        "port": port,
        "control_port": control.getsockname()[1],
        "columns": options.columns,
    }
    servers: list[Server] = [
        PrinterServer(listener, printer, options.idle_s),
        ControlServer(control, printer),
    ]
    if options.cable:
        cable = Cable(printer)
        servers.append(cable)
        ready["cable"] = cable.path
    if queue_listener is not None:
        servers.append(QueueServer(queue_listener, Queue(printer)))
        ready["queue"] = f"ipp://127.0.0.1:{queue_listener.getsockname()[1]}{PATH}"
    return run(ready, servers, options.parent_pid)


if __name__ == "__main__":
    sys.exit(main())
