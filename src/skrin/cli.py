"""`skrin`: one command for every program of the house."""

from __future__ import annotations

import importlib
import sys

SIMULATORS = (
    *("control_unit", "xccsp_unit", "card_terminal", "xml_terminal", "printer", "scale"),
    "mail_server",
)

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("skrin.town.demo", "the whole of Skrin here, with simulated devices"),
    "till": ("skrin.till.main", "a till"),
    "enrol": ("skrin.till.enrol", "make this device the till of its label"),
    "till-host": ("skrin.till.host.main", "keeps tills running on a machine"),
    "office": ("skrin.office.main", "the office"),
    "prepare-tills": ("skrin.office.prepare_tills", "a file of devices to codes and labels"),
    "replay": ("skrin.town.replay", "sell real till data again and check every sum"),
    "town": ("skrin.town.town_command", "simulated shops with bad luck, audited"),
    "deaths": ("skrin.town.deaths.command", "real programs killed under load, audited"),
    "bench": ("skrin.town.bench", "measure, each figure beside its limit"),
    "verify-journal": ("skrin.till.verify", "prove a till's journal"),
    "export-journal": ("skrin.till.export", "a till's journal, prices or settings to files"),
    "till-package": ("skrin.till.package", "everything of a register in one zip with its proof"),
    "till-backup": ("skrin.till.backup", "an encrypted copy of a till's folder, and the drill"),
    "till-examine": ("skrin.till.examining", "a till's file held against its journal"),
    "till-mend": ("skrin.till.mend", "a damaged till's file made whole again"),
    "office-put-back": ("skrin.office.put_back", "say that a backup was put back; or go on"),
    "till-wipe": ("skrin.till.wipe", "empty a device whose registers have ended"),
    "declaration-package": ("skrin.declaration", "what goes with the declaration of a version"),
    "start": ("skrin.updates.starter", "a till from its installation, which updates itself"),
    "update": ("skrin.updates.prepare", "install a signed set there, or go back"),
    "make-update": ("skrin.updates.make", "make and sign a set of a release"),
    "simulate": ("skrin.simulators", f"a simulated device: {', '.join(SIMULATORS)}"),
}


def usage() -> str:
    """What can be asked."""
    lines = ["skrin COMMAND [ARGUMENTS]", ""]
    lines += [f"  {name:<15} {words}" for name, (_, words) in COMMANDS.items()]
    return "\n".join([*lines, "", "skrin COMMAND --help tells more."])


def main(argv: list[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    args = sys.argv[1:] if argv is None else argv
    if not args or args[0] in ("-h", "--help"):
        print(usage())
        return 0
    name, rest = args[0], args[1:]
    if name not in COMMANDS:
        print(f"There is no command “{name}”.\n\n{usage()}", file=sys.stderr)
        return 2
    module = COMMANDS[name][0]
    if name == "simulate":
        if not rest or rest[0] not in SIMULATORS:
            print(f"skrin simulate {' | '.join(SIMULATORS)}", file=sys.stderr)
            return 2
        module, rest = f"{module}.{rest[0]}.__main__", rest[1:]
    code: int = importlib.import_module(module).main(rest)
    return code


if __name__ == "__main__":
    sys.exit(main())
