"""The words of the journal on paper, by language."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.kind_names import KIND_NAMES


@dataclass(frozen=True, slots=True)
class JournalWords:
    """The head of a journal on paper, and the names of the kinds of entry."""

    title: str
    org_number: str
    register: str
    register_serial: str
    days: str
    entries: str
    of: str
    printed_by: str
    goes_on: str
    ends: str
    training: str
    unreadable: str
    kinds: dict[str, str]


JOURNAL: dict[str, JournalWords] = {
    "sv": JournalWords(
        title="Journal",
        org_number="Org.nr",
        register="Kassabeteckning",
        register_serial="Tillverkningsnr",
        days="Försäljningsdagar",
        entries="Händelser",
        of="Sista händelse i urvalet",
        printed_by="Utskriven av",
        goes_on="Fortsätter i nästa del",
        ends="Slut på urvalet",
        training="ÖVNING",
        unreadable="kan inte läsas",
        kinds=KIND_NAMES["sv"],
    ),
    "en": JournalWords(
        title="Journal",
        org_number="Org. no",
        register="Register",
        register_serial="Serial number",
        days="Business days",
        entries="Entries",
        of="Last entry chosen",
        printed_by="Printed by",
        goes_on="Goes on in the next part",
        ends="End of what was chosen",
        training="ÖVNING",
        unreadable="cannot be read",
        kinds=KIND_NAMES["en"],
    ),
}
