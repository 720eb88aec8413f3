"""The page of settings, filled."""

from __future__ import annotations

from dataclasses import replace

from skrin.till.ui import setting_screens as settings
from skrin.till.ui.screens import Choice, Frame, Notice

THEMES = (
    Choice(value="system", name="Som skärmens system säger"),
    Choice(value="light", name="Ljust"),
    Choice(value="dark", name="Mörkt", selected=True),
    Choice(value="contrast", name="Hög kontrast"),
)


def setting_samples(frame: Frame, sets: Frame) -> dict[str, tuple[str, object]]:
    """Seen by a cashier, changed by who may, and wrong."""
    store = "Från butiken: samma i alla dess kassor."
    seen = settings.SettingsPage(
        frame=frame,
        sets=False,
        footer="Tack och välkommen åter\nÖppet 7–18",
        footer_source=settings.Source(name="footer", sentence=store),
        own=(settings.OwnMethod(place=1, name="Swish"), settings.OwnMethod(place=2, name="")),
        own_source=settings.Source(name="own_methods", sentence=store),
        themes=THEMES,
        theme_source=settings.Source(
            name="theme", sentence="Kontoret har satt det för den här kassan."
        ),
        theme_name="Mörkt",
        service=(
            settings.ServicePart(
                name="Kontrollenhet", level="good", state="Kontrollenheten svarar.", url="/unit"
            ),
            settings.ServicePart(
                name="Kortterminaler",
                level="warn",
                state="Kortterminalen svarar inte. Kontrollera sladd och ström.",
                url="/card-terminals",
            ),
        ),
        may_service=False,
        program=(("Program", "Skrin 0.1.0"), ("Serienummer", "SK000001-1")),
        addresses=(
            ("Den här enheten", "192.168.1.17"),
            ("Kontoret", "https://office.example"),
        ),
        changer=settings.Changer(
            sentence="Den som får ändra inställningar tar över med sin PIN.",
            people=(Choice(value="p2", name="Eva"), Choice(value="p5", name="Tore")),
            error="Fel PIN.",
        ),
    )
    here = settings.Source(
        name="footer",
        sentence="Ändrat här, i den här kassan.",
        changed_here=True,
        stores="Tack och välkommen åter / Öppet 7–18",
    )
    changed = replace(
        seen,
        frame=sets,
        sets=True,
        may_service=True,
        changer=None,
        footer_source=here,
        own_source=replace(here, name="own_methods", stores="Swish"),
        theme_source=replace(here, name="theme", stores="Ljust"),
        fault_of="footer",
        fault="Där står högst 5 rader. Ta bort några.",
    )
    return {
        "settings": ("settings.html", seen),
        "settings-changed": ("settings.html", changed),
        "settings-own": (
            "settings.html",
            replace(
                changed,
                fault_of="own_methods",
                fault="Båda heter lika. Kalla en av dem något annat.",
                notice=Notice(level="bad", sentence="Du får inte göra det här. Fråga en chef."),
            ),
        ),
    }
