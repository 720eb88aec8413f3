"""The smallest Django around the templates: no database, no views of the programs.

It runs in a process of its own (``python -m tests.skin.preview``), because Django knows one set of
settings per process and the office's tests need theirs.
"""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

SRC = Path(__file__).resolve().parents[2] / "src" / "skrin"
STATIC = SRC / "skin" / "static"
TILL_URLS = """
    login login_pin login_store logout selling tap group_tap press scan line_quantity line_remove
    line_discount
    line_note line_price cart_discount discount_off cart_note undo way abort next return_mode
    return_line return_all copy pro_forma
    park fetch leave_wish parked_take_over parked_delete sold_out
    there_again pay
    pay_cash
    pay_cash_amount pay_card back_out paying paying_cancel card_reply retry answer_printed search
    start_layout
    status status_icon day x_report close_day float receipts switch training screen refresh
    tour_seen own_pin window_own_pin window_discount window_note window_park window_camera
    window_pin window_people window_layouts window_tour
    panel_receipts panel_sale panel_parked panel_groups panel_articles move_cash open_drawer
    records make_file making prove proof registration registration_pdf registration_unit reported
    note_off window_tip window_gift gift_look gift_pay gift_pay_free gift_refund gift_top_up
    gift_take_back gift_without window_outcome state_outcome
    screens screens_on screens_off screen_code screen_code_state screen_revoke take_over
    reports x_shown period print_period journal print_journal stop_journal window_float float_set
    confirm_clock
    pair pair_challenge pair_screen pair_session away worker
    unit unit_test unit_use unit_office unit_same_owner unit_report
    card_terminals terminal_try terminal_use terminal_remove terminal_office
    earlier earlier_import moving hand_over
    settings settings_set settings_back settings_person
    update update_state update_changed update_check update_fetch update_install update_back
    update_metered
    self_test self_test_try self_test_state self_test_drawer self_test_seen self_test_scan
    self_test_tap self_test_bundle
    printers printer_try printer_put printer_use printer_remove printer_office print_there
    scale scale_try scale_put scale_remove scale_office weigh
    display display_state network unsent unsent_try
"""
NUMBERED_URLS = "window_line window_article panel_receipt receipt_copy"
NAMED_URLS = "closing window_cash window_gift_card"
OFFICE_URLS = """
    login logout me today statistics receipts closings articles tills till_new till_updates
    money settings gift_cards findings mail extracts card_payments people
    till_settings till_prepare till_labels
"""
POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"


def _nothing(request: HttpRequest, number: int = 0, text: str = "") -> HttpResponse:
    return HttpResponse(status=204)


def set_up(views: dict[str, Any] | None = None) -> None:
    """Configure Django for the templates; `views` replaces the till's empty views by name."""
    urls = types.ModuleType("tests_skin_urls")
    found = views or {}
    till = [
        path(f"till/{name}", found.get(name, _nothing), name=name) for name in TILL_URLS.split()
    ]
    till += [
        path(f"till/{name}/<int:number>", found.get(name, _nothing), name=name)
        for name in NUMBERED_URLS.split()
    ]
    till += [path(f"till/{name}/<str:text>", _nothing, name=name) for name in NAMED_URLS.split()]
    office = [path(f"office/{name}", _nothing, name=name) for name in OFFICE_URLS.split()]
    office += [path("office/paper/<int:number>", _nothing, name="paper")]
    office += [path("office/cards/<int:number>", _nothing, name="card_terminals")]
    urls.urlpatterns = [  # type: ignore[attr-defined]
        path("", include((till, "till"))),
        path("", include((office, "office"))),
    ]
    sys.modules["tests_skin_urls"] = urls
    settings.configure(
        DEBUG=False,
        SECRET_KEY="only for pictures",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tests_skin_urls",
        INSTALLED_APPS=["django.contrib.staticfiles", "skrin.skin"],
        STATIC_URL="/static/",
        LANGUAGE_CODE="sv",
        LANGUAGES=[("sv", "Svenska"), ("en", "English")],
        LOCALE_PATHS=[str(SRC / "till" / "ui" / "locale")],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [
                    str(SRC / "till" / "ui" / "templates"),
                    str(SRC / "office" / "ui" / "templates"),
                ],
                "OPTIONS": {"string_if_invalid": "MISSING(%s)"},
            }
        ],
    )
    django.setup()
