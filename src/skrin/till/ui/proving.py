"""Proving the journal from its page: in the background, and what came of it."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext

from skrin.till.ui.record_screens import Proof
from skrin.till.verify import DAMAGED

PROVE_TIMEOUT_S = 3600.0

_lock = threading.Lock()
_proofs: dict[Path, Proof] = {}


def proof_of(path: Path) -> Proof | None:
    """What the last proof of this journal said since the program started; busy while one runs."""
    with _lock:
        return _proofs.get(path)


def begin(path: Path) -> None:
    """Begin to prove a journal, in the language of this request; once is enough at a time."""
    with _lock:
        before = _proofs.get(path)
        if before and before.busy:
            return
        sentence = gettext("The journal is being proven. Selling goes on meanwhile.")
        _proofs[path] = Proof(level="warn", sentence=sentence, busy=True)
    language = translation.get_language() or "sv"
    threading.Thread(target=_prove, args=(path, language), name="proof", daemon=True).start()


def _prove(path: Path, language: str) -> None:
    with translation.override(language):
        not_now = Proof(
            level="warn",
            sentence=gettext("The journal could not be proven here and now. Try again."),
        )
        proof = not_now
        try:
            proof = _proved(path) or not_now
        finally:
            with _lock:
                _proofs[path] = proof


def _proved(path: Path) -> Proof | None:
    """In a process of its own: a journal of years must not slow down the sale. None = nothing came
    of it."""
    command = [sys.executable, "-m", "skrin.till.verify", str(path), "--gently"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PROVE_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    if done.stderr.startswith(DAMAGED):
        return Proof(
            level="bad",
            sentence=gettext("The journal is damaged. Call service now."),
            facts=((gettext("The first bad entry"), done.stderr.strip()[:300]),),
        )
    if done.returncode != 0:
        return None
    said = done.stdout.split("\n", 1)[0]
    sentence = gettext("The journal is whole: %(count)s entries, none missing or changed.")
    return Proof(
        level="good",
        sentence=sentence % {"count": said.split(" ", 1)[0]},
        facts=((gettext("The last entry's hash"), said.rpartition(" ")[2]),),
    )
