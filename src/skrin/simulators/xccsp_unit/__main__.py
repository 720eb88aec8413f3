"""``python -m skrin.simulators.xccsp_unit``: start one."""

from __future__ import annotations

import sys
from pathlib import Path

from ..card_terminal.authority import server_context
from ..control_page import ControlServer
from ..control_unit.memory import Memory
from ..durable import Snapshot
from ..process import Server, argument_parser, exit_codes, listen, run, start_switches
from .login import Login
from .server import XccspServer
from .unit import XccspUnit


def main(argv: list[str] | None = None) -> int:
    """Run the control unit until it is told to end. Returns the exit code."""
    parser = argument_parser("xccsp_unit", "A simulated fiscal control unit (CleanCash, XCCSP).")
    parser.add_argument("--unit-id", default="SIMX00000001", help="its serial number")
    parser.add_argument("--pos-ids", default="", help="licensed POS ids, comma between; none = any")
    parser.add_argument("--login", default="none", choices=("none", "basic", "digest"))
    parser.add_argument("--user", default="kassa")
    parser.add_argument("--password", default="hemligt")
    parser.add_argument("--ca-dir", type=Path, help="HTTPS, with an authority kept in this folder")
    options = parser.parse_args(argv)
    with exit_codes("xccsp_unit"):
        listener, control = listen(options.port), listen(options.control_port)
        snapshot = Snapshot(options.state) if options.state else None
        memory = Memory(options.unit_id, snapshot, ordered=False, between=";")
        context, authority = server_context(options.ca_dir) if options.ca_dir else (None, None)
        licensed = tuple(one for one in options.pos_ids.split(",") if one)
        unit = XccspUnit(memory, listener.getsockname()[1], licensed)
        start_switches(unit.switches, options.switch)
    login = Login(options.login, options.user, options.password)
    ready: dict[str, object] = {
        "name": unit.name,
        "port": unit.port,
        "control_port": control.getsockname()[1],
        "unit_id": options.unit_id,
        "ca": str(authority or ""),
    }
    servers: list[Server] = [
        XccspServer(listener, context, unit, login),
        ControlServer(control, unit),
    ]
    return run(ready, servers, options.parent_pid)


if __name__ == "__main__":
    sys.exit(main())
