"""The card terminals' page, filled."""

from __future__ import annotations

from tests.skin.sample_devices import device_pages

from skrin.till.ui import terminal_screens as terminals
from skrin.till.ui.screens import Frame, Notice
from skrin.till.ui.unit_screens import UnitKind

PROTOCOLS = (
    UnitKind(value="nexo", name="nexo (JSON över TLS)", example="192.168.1.30:8443", selected=True),
    UnitKind(value="epas", name="EPAS (XML över TCP)", example="192.168.1.30:9000"),
    UnitKind(value="nexo_xml", name="nexo (XML över HTTP)", example="192.168.1.30:8080"),
)
FACTS = (
    ("Terminal-id", "80000091"), ("Talar", "EPAS (XML över TCP)"), ("Adress", "192.168.1.30:9000"),
    ("Litar på", "ingen TLS: butikens eget nät är det enda skyddet"),
    ("Frågor", "Exempelkort AB, 08-465 004 10"),
)  # fmt: skip
WELL = terminals.TerminalAnswer(
    level="good", sentence="Kortterminalen svarar och är redo.",
    facts=(("Enhet", "SIMU-SN-0002"), ("Program", "Simulated terminal 1")),
)  # fmt: skip
SILENT = terminals.TerminalAnswer(
    level="bad",
    sentence="Ingen svarar på den adressen. Är terminalen på, och på butikens nät?",
)


def terminal_samples(frame: Frame, sets: Frame) -> dict[str, tuple[str, object]]:
    """Seen by a cashier, set, typed wrong, and none."""
    rows = (
        terminals.TerminalRow(
            value="80000091", name="Disken", level="good", state="Kortterminalen är redo.",
            facts=FACTS, answer=WELL,
        ),
        terminals.TerminalRow(
            value="80000092", name="Uteserveringen", level="warn", facts=FACTS[:4],
            state="Kortterminalen svarar inte. Kontrollera sladd och ström.", answer=SILENT,
        ),
    )  # fmt: skip
    named_by = "De är inställda här i kassan."
    page, name = terminals.TerminalsPage, "card_terminals.html"
    return device_pages(sets) | {
        "terminals": (name, page(frame=frame, rows=rows[:1], named_by=named_by)),
        "terminals-none": (
            name,
            page(
                frame=sets, rows=(), named_by="De följde med kassan.",
                form=terminals.TerminalForm(protocols=PROTOCOLS),
                notice=Notice(sentence="Disken ska berätta vad som hände.", level="bad"),
            ),
        ),
        "terminals-set": (
            name,
            page(
                frame=sets, rows=rows, named_by=named_by, can_office=True,
                form=terminals.TerminalForm(
                    protocols=PROTOCOLS, before="80000091", address="disken",
                    card_terminal="80000091", name="Disken", ca="-----BEGIN CERTIFICATE-----",
                    provider="Exempelkort AB", provider_phone="08-465 004 10",
                    error="”disken” är ingen adress till en kortterminal.", field="address",
                    answer=SILENT,
                ),
            ),
        ),
    } | {
        f"terminals-fault-{field}": (
            name,
            page(
                frame=sets, rows=(), named_by=named_by,
                form=terminals.TerminalForm(
                    protocols=PROTOCOLS, error="Det går inte att läsa.", field=field
                ),
            ),
        )
        for field in FIELDS
    }  # fmt: skip


FIELDS: tuple[terminals.Field, ...] = ("protocol", "card_terminal", "ca")
