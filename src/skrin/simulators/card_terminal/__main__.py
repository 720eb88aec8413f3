"""``python -m skrin.simulators.card_terminal``: start one."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from ..control_page import ControlServer
from ..durable import Log
from ..process import Server, argument_parser, exit_codes, listen, run, start_switches
from .authority import server_context
from .ledger import Ledger
from .server import TerminalServer
from .terminal import CardTerminal, terminal_switches


def main(argv: list[str] | None = None) -> int:
    """Run the card terminal until it is told to end. Returns the exit code."""
    parser = argument_parser("card_terminal", "A simulated card terminal (nexo JSON over HTTPS).")
    parser.add_argument("--ca-dir", type=Path, help="keeps its authority here (ca.pem)")
    parser.add_argument("--poi-id", default="SIMU-00000001", help="its POIID")
    parser.add_argument("--currency", default="SEK", help="the only currency that it takes")
    parser.add_argument("--payment-ms", type=int, default=300, help="how long a payment takes")
    parser.add_argument("--long-ms", type=int, default=20_000, help="how long x.152 takes")
    options = parser.parse_args(argv)
    with ExitStack() as until_the_end:
        with exit_codes("card_terminal"):
            listener, control = listen(options.port), listen(options.control_port)
            folder = options.ca_dir or Path(
                until_the_end.enter_context(tempfile.TemporaryDirectory(prefix="card-terminal-"))
            )
            context, authority = server_context(folder)
            switches = terminal_switches(options.payment_ms, options.long_ms)
            start_switches(switches, options.switch)
            ledger = Ledger(Log(options.state) if options.state else None)
            port = listener.getsockname()[1]
            terminal = CardTerminal(ledger, switches, port, options.poi_id, options.currency)
        ready: dict[str, object] = {
            "name": terminal.name,
            "port": port,
            "control_port": control.getsockname()[1],
            "ca": str(authority),
            "poi_id": options.poi_id,
        }
        servers: list[Server] = [
            TerminalServer(listener, context, terminal),
            ControlServer(control, terminal),
        ]
        return run(ready, servers, options.parent_pid)


if __name__ == "__main__":
    sys.exit(main())
