"""``python -m skrin.simulators.scale``: start one."""

from __future__ import annotations

import sys

from ..control_page import ControlServer
from ..process import argument_parser, exit_codes, listen, run, start_switches
from .device import Scale, ScaleLine
from .languages import LANGUAGES


def main(argv: list[str] | None = None) -> int:
    """Run the scale until it is told to end. Returns the exit code."""
    parser = argument_parser("scale", "A simulated shop scale on a serial line (a pty).")
    parser.add_argument("--protocol", default="toledo_8217", choices=tuple(LANGUAGES))
    options = parser.parse_args(argv)
    with exit_codes("scale"):
        control = listen(options.control_port)
        scale = Scale(options.protocol, control.getsockname()[1])
        start_switches(scale.switches, options.switch)
    line = ScaleLine(scale)
    ready: dict[str, object] = {
        "name": scale.name,
        "port": scale.port,
        "control_port": scale.port,
        "protocol": options.protocol,
        "serial": line.path,
    }
    return run(ready, [line, ControlServer(control, scale)], options.parent_pid)


if __name__ == "__main__":
    sys.exit(main())
