"""The words of the host's page and of what a till shows of its host.

Texts are English here; the till's catalogue holds the Swedish, and whoever shows them translates:
the host by the standard library, since it has no Django, the till by its own.
"""

from __future__ import annotations

import gettext as catalogues
import signal
from collections.abc import Callable
from pathlib import Path

from skrin.sync.host import FAILS, FELL, RUNS, SCREEN, SERVICE, STARTS, STOPPED, TILL, WAITS
from skrin.sync.host import HostPart as Part

Translate = Callable[[str], str]

LOCALE = Path(__file__).resolve().parents[1] / "ui" / "locale"
LANGUAGES = ("sv", "en")


def N(text: str) -> str:
    """A text that is translated where it is shown."""
    return text


KINDS = {SERVICE: N("Service"), TILL: N("Till"), SCREEN: N("Screen")}

STATES = {
    WAITS: N("Waits for those before it"),
    STARTS: N("Is starting"),
    RUNS: N("Runs"),
    FELL: N("Stopped, and is started again"),
    FAILS: N("Stops again and again. It is tried every half minute."),
    STOPPED: N("Ended with the host"),
}

LEVELS = {RUNS: "good", WAITS: "warn", STARTS: "warn", FELL: "warn", FAILS: "bad", STOPPED: "warn"}

FAULTS = {
    "killed": N("It was ended from outside, by %(number)s."),
    "ended": N("It ended by itself, with code %(number)s."),
    "hung": N("It gave no answer for %(number)s s and was ended."),
    "not_ready": N("It was not ready after %(number)s s and was ended."),
    "cannot_start": N("It cannot start."),
    "port_taken": N("Another program uses its port."),
    "folder_taken": N("Another till runs in its folder."),
    "missing": N("The program that the configuration names is not there."),
}

ADVICE = {
    "killed": N(
        "When that happens again, look at the machine's memory and at who else works on it."
    ),
    "ended": N("Its log tells more. When that happens again, send the log to whoever helps you."),
    "hung": N("When that happens again, look at the machine's disk: it may be full or worn out."),
    "not_ready": N("Look at the machine's disk and at its log."),
    "cannot_start": N("What it said stands below; do what that says."),
    "port_taken": N("End the other program, or give this part another port."),
    "folder_taken": N("End the other till. One of them must have another folder."),
    "missing": N("Install it, or correct the command in the configuration."),
}


def translation(language: str) -> Translate:
    """The texts in a language, without Django; English where there is none."""
    return catalogues.translation("django", LOCALE, languages=[language], fallback=True).gettext


def state_of(part: Part, say: Translate) -> str:
    """How a part is."""
    return say(STATES.get(part.state, part.state))


def level_of(part: Part) -> str:
    """`good`, `warn` or `bad`."""
    return LEVELS.get(part.state, "warn")


def fault_of(part: Part, say: Translate) -> str:
    """Why it fell last; empty when it never did."""
    if not part.fault:
        return ""
    number: str | int = part.number
    if part.fault == "killed":
        number = next((one.name for one in signal.Signals if one == part.number), number)
    return say(FAULTS.get(part.fault, part.fault)) % {"number": number}


def advice_for(part: Part, say: Translate) -> str:
    """What to do about it, while it does not run."""
    if part.state not in (FELL, FAILS) or part.fault not in ADVICE:
        return ""
    return say(ADVICE[part.fault])
