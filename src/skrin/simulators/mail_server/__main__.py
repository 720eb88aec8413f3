"""``python -m skrin.simulators.mail_server``: start one."""

from __future__ import annotations

import sys

from ..control_page import ControlServer
from ..durable import Log
from ..ports import StreamServer
from ..process import Server, argument_parser, exit_codes, listen, run, start_switches
from .conversation import converse
from .device import MailServer


def main(argv: list[str] | None = None) -> int:
    """Run the mail server until it is told to end. Returns the exit code."""
    parser = argument_parser("mail_server", "A simulated mail server (SMTP over TCP).")
    options = parser.parse_args(argv)
    with exit_codes("mail_server"):
        listener, control = listen(options.port), listen(options.control_port)
        log = Log(options.state) if options.state else None
        device = MailServer(listener.getsockname()[1], log)
        start_switches(device.switches, options.switch)
    ready: dict[str, object] = {
        "name": device.name,
        "port": device.port,
        "control_port": control.getsockname()[1],
    }
    servers: list[Server] = [
        StreamServer(listener, "mail", lambda line: converse(line, device)),
        ControlServer(control, device),
    ]
    return run(ready, servers, options.parent_pid)


if __name__ == "__main__":
    sys.exit(main())
