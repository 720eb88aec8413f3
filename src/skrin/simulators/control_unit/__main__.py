"""``python -m skrin.simulators.control_unit``: start one."""

from __future__ import annotations

import sys

from ..control_page import ControlServer
from ..durable import Snapshot
from ..process import argument_parser, exit_codes, listen, run, start_switches
from .memory import Memory
from .server import UnitServer
from .unit import ControlUnit


def main(argv: list[str] | None = None) -> int:
    """Run the control unit until it is told to end. Returns the exit code."""
    parser = argument_parser("control_unit", "A simulated fiscal control unit (CleanCash, v2).")
    parser.add_argument("--unit-id", default="SIMU00000001", help="its serial number")
    parser.add_argument("--pos-ids", default="", help="licensed POS ids, comma between; none = any")
    options = parser.parse_args(argv)
    with exit_codes("control_unit"):
        listener, control = listen(options.port), listen(options.control_port)
        memory = Memory(options.unit_id, Snapshot(options.state) if options.state else None)
        licensed = tuple(one for one in options.pos_ids.split(",") if one)
        unit = ControlUnit(memory, listener.getsockname()[1], licensed)
        start_switches(unit.switches, options.switch)
    ready: dict[str, object] = {
        "name": unit.name,
        "port": unit.port,
        "control_port": control.getsockname()[1],
        "unit_id": options.unit_id,
    }
    return run(
        ready, [UnitServer(listener, unit), ControlServer(control, unit)], options.parent_pid
    )


if __name__ == "__main__":
    sys.exit(main())
