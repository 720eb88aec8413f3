"""How a simulator starts, says that it is ready, and ends.

Ready is one JSON line on standard output and nothing after it, so that whoever started the
process can read the chosen ports. It ends on SIGTERM and SIGINT, and by itself when the process
named by ``--parent-pid`` is gone, so that an interrupted demo leaves nothing behind.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from .durable import StateTrouble
from .switches import BadSwitch, Switches, Value

ADDRESS = "127.0.0.1"
EXIT_BAD_ARGUMENT = 2
EXIT_PORT_TAKEN = 3
EXIT_STATE_TROUBLE = 4
PARENT_POLL_S = 1.0
ACCEPT_POLL_S = 0.25
PR_SET_PDEATHSIG = 1


class Server(Protocol):
    """What `run` starts and stops."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


class PortTaken(Exception):
    """Somebody else listens on the port."""


def argument_parser(name: str, words: str) -> argparse.ArgumentParser:
    """The arguments that every simulator takes."""
    parser = argparse.ArgumentParser(prog=f"python -m skrin.simulators.{name}", description=words)
    parser.add_argument("--port", type=int, default=0, help="device port, 0 = choose one")
    parser.add_argument("--control-port", type=int, default=0, help="control page, 0 = choose")
    parser.add_argument("--state", type=Path, help="file in which the device remembers")
    parser.add_argument("--parent-pid", type=int, help="end when this process is gone")
    parser.add_argument(
        "--switch",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="start with a switch set (JSON value or plain text); reset comes back to it",
    )
    return parser


def start_switches(switches: Switches, given: list[str]) -> None:
    """Apply ``--switch NAME=VALUE``. Raises `BadSwitch`."""
    wanted: dict[str, Value] = {}
    names = {switch.name for switch in switches.known}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or name not in names:
            raise BadSwitch(f"there is no switch {name}; there are {', '.join(sorted(names))}")
        try:
            wanted[name] = json.loads(value)
        except ValueError:
            wanted[name] = value
    switches.start_with(wanted)


def listen(port: int) -> socket.socket:
    """Listen on the loopback port. Raises `PortTaken` with words that say which."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((ADDRESS, port))
        listener.listen(64)
    except OSError as trouble:
        listener.close()
        raise PortTaken(
            f"port {port} on {ADDRESS} is taken ({trouble.strerror}); "
            "stop what listens there or choose another port"
        ) from trouble
    listener.settimeout(ACCEPT_POLL_S)
    return listener


@contextlib.contextmanager
def exit_codes(name: str) -> Iterator[None]:
    """Turn the troubles of starting into one line on standard error and an exit code."""
    code = 0
    try:
        yield
    except PortTaken as trouble:
        code, words = EXIT_PORT_TAKEN, str(trouble)
    except StateTrouble as trouble:
        code, words = EXIT_STATE_TROUBLE, str(trouble)
    except BadSwitch as trouble:
        code, words = EXIT_BAD_ARGUMENT, str(trouble)
    if code:
        print(f"{name}: {words}", file=sys.stderr, flush=True)
        raise SystemExit(code)


def _birth(pid: int) -> str | None:
    """When the process began (kernel ticks), or None when it is gone or a zombie.

    The birth tells a process from a later one that got the same number.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


class Parent:
    """The process that started us, watched so that we do not outlive it."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._has_proc = Path("/proc/self/stat").exists()
        self._birth = _birth(pid)

    def is_gone(self) -> bool:
        """True when the process has ended, also when another has taken its number."""
        if self._has_proc:
            return self._birth is None or _birth(self._pid) != self._birth
        try:
            os.kill(self._pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


class _Ending:
    """The end of this process, as signals say it.

    Handlers only write a byte: one that sets an Event takes a lock that the interrupted thread may
    be holding, and both would wait for ever.
    """

    def __init__(self) -> None:
        self.told = False
        self._heard, self._bell = socket.socketpair()
        self._heard.setblocking(False)
        self._bell.setblocking(False)

    def catch(self, *, parent: bool) -> None:
        """End on SIGTERM and SIGINT; on Linux look at the parent as soon as it dies.

        Not by SIGTERM: the kernel sends the signal when the *thread* that started us ends, and a
        demo may start its devices from a thread that has finished. So it only makes us look.
        """
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGINT, self._end)
        if parent and sys.platform.startswith("linux"):
            signal.signal(signal.SIGUSR1, self._ring)
            with contextlib.suppress(OSError, AttributeError):
                ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGUSR1, 0, 0, 0)

    def wait(self, seconds: float) -> None:
        """Wait for a signal, at most so long."""
        select.select([self._heard], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            self._heard.recv(64)

    def _end(self, *_: object) -> None:
        self.told = True
        self._ring()

    def _ring(self, *_: object) -> None:
        with contextlib.suppress(BlockingIOError):
            self._bell.send(b"!")


def run(ready: dict[str, object], servers: Sequence[Server], parent_pid: int | None) -> int:
    """Start the servers, say ready, wait for the end, stop them. Returns the exit code 0.

    ``ready`` is printed as the one line; it begins with ``"ready": true``. Signals are only
    caught in the main thread of a process; elsewhere the caller ends the process.
    """
    ending = _Ending()
    parent = Parent(parent_pid) if parent_pid is not None else None
    if threading.current_thread() is threading.main_thread():
        ending.catch(parent=parent is not None)
    for server in servers:
        server.start()
    print(json.dumps({"ready": True, **ready}), flush=True)
    while not ending.told:
        ending.wait(PARENT_POLL_S)
        if parent is not None and parent.is_gone():
            break
    for server in reversed(servers):
        server.stop()
    return 0
