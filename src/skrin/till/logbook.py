"""The till's own log beside its files: what a person who looks for a fault may see afterwards.

The newest megabyte and the one before it are kept, readable by the file's owner alone. What leaves
the till of it goes through `flow/scrubbing.py`.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

LOG_FILE = "till.log"
LOG_FORMAT = "%(asctime)s %(name)s %(message)s"
_MOST_BYTES = 1_000_000

log = logging.getLogger("skrin.till")


class _PrivateLog(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        def for_the_owner(path: str, flags: int) -> int:
            return os.open(path, flags, 0o600)

        return TextIOWrapper(open(self.baseFilename, "ab", opener=for_the_owner), encoding="utf-8")


def keep_log(folder: Path) -> None:
    """Write what is logged to the folder too, also what ends a thread or the program. A folder that
    cannot be written to costs the log and nothing else."""
    try:
        handler = _PrivateLog(folder / LOG_FILE, maxBytes=_MOST_BYTES, backupCount=1)
    except OSError as fault:
        log.error("no log is kept: %s", fault)
        return
    handler.setFormatter(logging.Formatter(LOG_FORMAT))
    logging.getLogger().addHandler(handler)
    threading.excepthook = _thread_fell
    sys.excepthook = _program_fell


def log_files(folder: Path) -> tuple[Path, ...]:
    """The logs of a till's folder, the newest first."""
    found = (folder / LOG_FILE, folder / f"{LOG_FILE}.1")
    return tuple(file for file in found if file.is_file())


def _thread_fell(fallen: threading.ExceptHookArgs) -> None:
    if fallen.exc_value is None or isinstance(fallen.exc_value, SystemExit):
        return
    name = fallen.thread.name if fallen.thread else "?"
    told = (fallen.exc_type, fallen.exc_value, fallen.exc_traceback)
    log.error("the thread %s fell", name, exc_info=told)


def _program_fell(
    kind: type[BaseException], fault: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, fault, trace)
        return
    log.critical("the program fell", exc_info=(kind, fault, trace))
