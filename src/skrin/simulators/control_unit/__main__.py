"""``python -m skrin.simulators.control_unit``: start one."""

from __future__ import annotations

import sys

from ..control_page import ControlServer
from ..durable import Snapshot
from ..process import Server, argument_parser, exit_codes, listen, run, start_switches
from .memory import Memory
from .serial_port import SerialPort
from .server import UnitServer
from .unit import ControlUnit


def main(argv: list[str] | None = None) -> int:
    """Run the control unit until it is told to end. Returns the exit code."""
    parser = argument_parser("control_unit", "A simulated fiscal control unit (CleanCash, v2).")
    parser.add_argument("--unit-id", default="SIMU00000001", help="its serial number")
    parser.add_argument("--pos-ids", default="", help="licensed POS ids, comma between; none = any")
    parser.add_argument("--version", default="2", choices=("1", "2"), help="of the protocol")
    parser.add_argument("--serial", action="store_true", help="a serial line too (a pty)")
    options = parser.parse_args(argv)
    with exit_codes("control_unit"):
        listener, control = listen(options.port), listen(options.control_port)
        snapshot = Snapshot(options.state) if options.state else None
        # Version 1 carries no serials of the register; the unit counts the messages by itself.
        memory = Memory(options.unit_id, snapshot, ordered=options.version == "2")
        licensed = tuple(one for one in options.pos_ids.split(",") if one)
        unit = ControlUnit(memory, listener.getsockname()[1], licensed, options.version)
        start_switches(unit.switches, options.switch)
    ready: dict[str, object] = {
        "name": unit.name,
        "port": unit.port,
        "control_port": control.getsockname()[1],
        "unit_id": options.unit_id,
    }
    servers: list[Server] = [UnitServer(listener, unit), ControlServer(control, unit)]
    if options.serial:
        port = SerialPort(unit)
        servers.append(port)
        ready["serial"] = port.path
    return run(ready, servers, options.parent_pid)


if __name__ == "__main__":
    sys.exit(main())
