"""`skrin till-host`: keeps one or many tills running on this machine, with what stands around them.

A counter PC (its till, and the browser in front of the cashier), a box in the shop (tills whose
screens are paired devices), or a hosted machine (tills with public names): the same program, told
apart by its configuration. Services start first, then the tills, each with its own process and data
folder, then the screens. What falls is started again; what hangs is ended and started again.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from pathlib import Path

from skrin.lifetime import Lifetime, say_ready
from skrin.sync.host import FAILS, RUNS, SCREEN, SERVICE, TILL, HostFacts
from skrin.till.host.config import ConfigUnusable, HostConfig, TillConfig, read_config
from skrin.till.host.keeper import Keeper, Kept
from skrin.till.host.notify import Notice
from skrin.till.host.page import HostPage
from skrin.till.host.probe import LOOPBACK
from skrin.till.host.process import GRACE_S
from skrin.till.storage.folder_lock import FolderLock, FolderTaken
from skrin.till.storage.host_file import write_host

EXIT_BROKEN, EXIT_CANNOT_START, EXIT_PORT_TAKEN, EXIT_FOLDER_TAKEN = 1, 2, 3, 4
LOCK_FILE, HOST_FILE = "host.lock", "host.json"
LOOP_S = 0.5
END_S = GRACE_S + 10.0

log = logging.getLogger("skrin.host")


def arguments(argv: list[str]) -> argparse.Namespace:
    """What can be said on the command line."""
    parser = argparse.ArgumentParser(
        prog="skrin till-host",
        description=__doc__,
        epilog="docs/operations/host.md tells more; examples/host.toml is a configuration.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("config", type=Path, help="the configuration, a TOML file")
    parser.add_argument("--check", action="store_true", help="say what is wrong with it, and end")
    parser.add_argument("--parent-pid", type=int, default=0, help="end when this process is gone")
    return parser.parse_args(argv)


def url_of(till: TillConfig) -> str:
    """The page of a till on this machine."""
    return f"http://{LOOPBACK}:{till.port}/"


class Host:
    """Everything that is kept on this machine."""

    def __init__(self, config: HostConfig) -> None:
        """Nothing runs yet."""
        self.config = config
        self.since_utc_ms = int(time.time() * 1000)
        self._dirty = True
        logs = config.data / "logs"
        self.services: list[Keeper] = []
        for one in config.services:
            kept = Kept(one.name, SERVICE, leashed(one.command), _log(logs, one.name), one.port)
            self.services.append(self._kept(kept, tuple(self.services)))
        self.tills = {till.name: self._till(till, logs) for till in config.tills}
        self.screens = {
            screen.till: self._screen(screen.till, screen.command, logs)
            for screen in config.screens
        }

    def _kept(self, kept: Kept, before: tuple[Keeper, ...] = ()) -> Keeper:
        return Keeper(kept, before, self.config.patience, self._changed)

    def _till(self, till: TillConfig, logs: Path) -> Keeper:
        argv = till_command(till, self.config.tills)
        log_file = _log(logs, till.name)
        kept = Kept(till.name, TILL, argv, log_file, till.port, till.installation)
        return self._kept(kept, tuple(self.services))

    def _screen(self, name: str, command: tuple[str, ...], logs: Path) -> Keeper:
        till = next(one for one in self.config.tills if one.name == name)
        argv = leashed(tuple(word.replace("{url}", url_of(till)) for word in command))
        kept = Kept(name, SCREEN, argv, _log(logs, f"{name}-screen"))
        return self._kept(kept, (self.tills[name],))

    def keepers(self) -> list[Keeper]:
        """Every keeper, in the order in which parts are started."""
        return [*self.services, *self.tills.values(), *self.screens.values()]

    def facts(self) -> HostFacts:
        """How every part is."""
        return HostFacts(self.since_utc_ms, tuple(keeper.part for keeper in self.keepers()))

    def facts_for(self, till: str) -> HostFacts:
        """What a till is told: nothing of other tills, which may be of another company."""
        mine = [*self.services, self.tills[till]]
        mine += [self.screens[till]] if till in self.screens else []
        return HostFacts(self.since_utc_ms, tuple(keeper.part for keeper in mine))

    def again(self, name: str) -> None:
        """Start what waits for its next try under this name now."""
        for keeper in self.keepers():
            if keeper.kept.name == name:
                keeper.again()

    def start(self) -> None:
        """Begin to keep everything; each part waits for those before it."""
        self.tell()
        for keeper in self.keepers():
            keeper.start()

    def stop(self) -> None:
        """End everything: screens first, then tills, then services, those of a kind together."""
        for group in (self.screens.values(), self.tills.values(), self.services):
            for keeper in group:
                keeper.tell_to_stop()
            for keeper in group:
                keeper.join(END_S)

    def _changed(self) -> None:
        self._dirty = True

    def tell(self) -> None:
        """Write for each till what changed, if anything did."""
        if not self._dirty:
            return
        self._dirty = False
        for till in self.config.tills:
            try:
                till.data.mkdir(parents=True, exist_ok=True)
                write_host(till.data / HOST_FILE, self.facts_for(till.name))
            except OSError as fault:  # A full disk: tills show what was told before.
                log.warning("%s is not told of its host: %s", till.name, fault)

    def summary(self) -> str:
        """A line for `systemctl status`."""
        parts = self.facts().parts
        running = sum(part.state == RUNS for part in parts)
        failing = [part.name for part in parts if part.state == FAILS]
        words = f"{running} of {len(parts)} parts run"
        return f"{words}; failing: {', '.join(failing)}" if failing else words


def beside(till: TillConfig, tills: tuple[TillConfig, ...]) -> tuple[str, ...]:
    """The tills that a till's log-in page leads to, as `skrin till` is told of them."""
    there = (one for one in tills if one.name in till.beside)
    return tuple(f"--beside={one.label or one.name}={url_of(one)}" for one in there)


def till_command(till: TillConfig, tills: tuple[TillConfig, ...] = ()) -> tuple[str, ...]:
    """What starts a till: the host's own program, or the version that its installation leads to.
    Whichever is started ends with this process. `tills`: all of this machine."""
    parent = ("--parent-pid", str(os.getpid()))
    arguments = (
        *("--data", str(till.data), "--port", str(till.port)),
        *("--host-file", str(till.data / HOST_FILE)),
        *till.arguments,
        *beside(till, tills),
    )
    if till.installation is None:
        return (sys.executable, "-m", "skrin.till.main", *arguments, *parent)
    python = till.installation / "current" / "bin" / "python"
    starter = (str(python), "-I", "-m", "skrin.cli", "start")
    return (*starter, "--installation", str(till.installation), *parent, "--", "till", *arguments)


def leashed(command: tuple[str, ...]) -> tuple[str, ...]:
    """A program of somebody else's, so that it ends with this host."""
    own = (sys.executable, "-m", "skrin.till.host.leash", "--parent-pid", str(os.getpid()), "--")
    return (*own, *command)


def _log(folder: Path, name: str) -> Path:
    return folder / f"{name}.log"


def main(argv: list[str]) -> int:
    """Keep everything running until a signal. Exit codes: 0 ended in order, 1 a bug, 2 the
    configuration cannot be used, 3 the page's port is taken, 4 another host runs in this folder."""
    options = arguments(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    try:
        config = read_config(options.config)
    except ConfigUnusable as fault:
        print(fault, file=sys.stderr)
        return EXIT_CANNOT_START
    if options.check:
        names = ", ".join(till.name for till in config.tills)
        print(f"{options.config} can be used. Tills: {names}. Data: {config.data}")
        return 0
    # Before anything is started: a signal that comes meanwhile is heard.
    lifetime = Lifetime(options.parent_pid)
    try:
        lock = FolderLock(config.data / LOCK_FILE)
    except FolderTaken as taken:
        print(f"{taken}. One host runs in a folder: stop the other first.", file=sys.stderr)
        return EXIT_FOLDER_TAKEN
    except OSError as fault:
        print(f"The folder {config.data} cannot be used: {fault.strerror}.", file=sys.stderr)
        return EXIT_CANNOT_START
    host = Host(config)
    urls = {till.name: url_of(till) for till in config.tills}
    try:
        page = HostPage(config.page_port, host.facts, urls, host.again)
    except OSError:
        print(
            f"Port {config.page_port} is taken. Stop what uses it, or choose another: port in"
            " [host] of the configuration.",
            file=sys.stderr,
        )
        return EXIT_PORT_TAKEN
    code = keep(host, page, lifetime)
    lock.release()
    return code


def keep(host: Host, page: HostPage, lifetime: Lifetime) -> int:
    """Keep everything running until the lifetime is over, then end it in order. A keeper that broke
    ends everything, with `EXIT_BROKEN`: who starts the host starts it again, whole."""
    notice = Notice()
    page.begin()
    host.start()
    say_ready({"ready": True, "name": "till-host", "port": page.port})
    notice.ready()
    broken = ""
    while not (broken or lifetime.is_over(LOOP_S)):
        broken = next((one.kept.name for one in host.keepers() if one.is_broken()), "")
        host.tell()
        notice.alive(host.summary(), time.monotonic())
    log.info("ending everything%s", f": the keeper of {broken} broke" if broken else "")
    notice.stopping()
    host.stop()
    host.tell()
    page.shutdown()
    return EXIT_BROKEN if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
