"""Where the till's pages are: nouns, with few verbs."""

from __future__ import annotations

from django.urls import include, path, re_path, register_converter
from django.urls.converters import IntConverter

from skrin.till.ui import (
    archive_views,
    away,
    beside,
    cash_views,
    day_views,
    display_views,
    gift_views,
    health,
    image_views,
    line_views,
    machine_views,
    moving_views,
    pairing_views,
    panel_views,
    parked_views,
    pay_views,
    people_views,
    printer_views,
    record_views,
    report_views,
    scale_views,
    self_test_views,
    setting_views,
    soldout,
    stores,
    terminal_views,
    tours,
    unit_views,
    unsent_views,
    update_views,
    views,
    window_views,
)


class Number(IntConverter):
    """A number in an address: no longer than the till's file can hold."""

    regex = "[0-9]{1,18}"


register_converter(Number, "number")

app_name = "till"

selling = [
    path("", views.selling, name="selling"),
    path("tap", views.tap, name="tap"),
    path("group-tap", views.group_tap, name="group_tap"),
    path("press", views.press, name="press"),
    path("scan", views.scan, name="scan"),
    path("way", views.way, name="way"),
    path("abort", views.abort, name="abort"),
    path("next", views.next_customer, name="next"),
    path("return-mode", views.return_mode, name="return_mode"),
    path("search", views.search, name="search"),
    re_path(r"^image/([0-9a-f]{64})\.webp$", image_views.image, name="image"),
    path("start/layout", views.start_layout, name="start_layout"),
    path("sold-out", soldout.sold_out, name="sold_out"),
    path("sold-out/over", soldout.there_again, name="there_again"),
    path("line/quantity", line_views.line_quantity, name="line_quantity"),
    path("line/remove", line_views.line_remove, name="line_remove"),
    path("line/discount", line_views.line_discount, name="line_discount"),
    path("line/note", line_views.line_note, name="line_note"),
    path("line/price", line_views.line_price, name="line_price"),
    path("discount", line_views.cart_discount, name="cart_discount"),
    path("discount/off", line_views.discount_off, name="discount_off"),
    path("note", line_views.cart_note, name="cart_note"),
    path("note/off", line_views.note_off, name="note_off"),
    path("undo", line_views.undo, name="undo"),
]

paying = [
    path("pay", pay_views.pay, name="pay"),
    path("pay/cash", pay_views.pay_cash, name="pay_cash"),
    path("pay/cash/amount", pay_views.pay_cash_amount, name="pay_cash_amount"),
    path("pay/card", pay_views.pay_card, name="pay_card"),
    path("pro-forma", pay_views.pro_forma, name="pro_forma"),
    path("pay/back-out", pay_views.back_out, name="back_out"),
    path("window/outcome", pay_views.window_outcome, name="window_outcome"),
    path("pay/outcome", pay_views.state_outcome, name="state_outcome"),
    path("paying", pay_views.paying, name="paying"),
    path("paying/cancel", pay_views.paying_cancel, name="paying_cancel"),
    path("paying/reply", pay_views.card_reply, name="card_reply"),
    path("retry", pay_views.retry, name="retry"),
    path("printed", pay_views.answer_printed, name="answer_printed"),
]

beside_the_receipt = [
    path("window/line/<number:number>", window_views.window_line, name="window_line"),
    path("window/article/<number:number>", window_views.window_article, name="window_article"),
    path("window/discount", window_views.window_discount, name="window_discount"),
    path("window/note", window_views.window_note, name="window_note"),
    path("window/park", window_views.window_park, name="window_park"),
    path("window/camera", window_views.window_camera, name="window_camera"),
    path("window/pin", people_views.window_pin, name="window_pin"),
    path("window/own-pin", people_views.window_own_pin, name="window_own_pin"),
    path("window/people", people_views.window_people, name="window_people"),
    path("window/layouts", tours.window_layouts, name="window_layouts"),
    path("window/tour", tours.window_tour, name="window_tour"),
    path("tour/seen", tours.tour_seen, name="tour_seen"),
    path("window/tip", pay_views.window_tip, name="window_tip"),
    path("window/cash/<str:direction>", cash_views.window_cash, name="window_cash"),
    path("cash", cash_views.move_cash, name="move_cash"),
    path("drawer", cash_views.open_drawer, name="open_drawer"),
    path("panel/receipts", panel_views.panel_receipts, name="panel_receipts"),
    path("panel/receipts/<number:number>", panel_views.panel_receipt, name="panel_receipt"),
    path("panel/sale", panel_views.panel_sale, name="panel_sale"),
    path("panel/parked", parked_views.panel_parked, name="panel_parked"),
    path("panel/groups", panel_views.panel_groups, name="panel_groups"),
    path("panel/articles", panel_views.panel_articles, name="panel_articles"),
    path("copy", panel_views.copy_receipt, name="copy"),
    path("return/line", panel_views.return_line, name="return_line"),
    path("return/all", panel_views.return_all, name="return_all"),
    path("park", parked_views.park, name="park"),
    path("fetch", parked_views.fetch, name="fetch"),
    path("fetch/leave", parked_views.leave_wish, name="leave_wish"),
    path("parked/take-over", parked_views.take_over, name="parked_take_over"),
    path("parked/delete", parked_views.parked_delete, name="parked_delete"),
]

gift_cards = [
    path("window/gift", gift_views.window_gift, name="window_gift"),
    path("window/gift/<str:key>", gift_views.window_gift_card, name="window_gift_card"),
    path("gift/look", gift_views.look, name="gift_look"),
    path("gift/pay", gift_views.pay, name="gift_pay"),
    path("gift/pay/rest", gift_views.pay_free, name="gift_pay_free"),
    path("gift/refund", gift_views.refund, name="gift_refund"),
    path("gift/top-up", gift_views.top_up, name="gift_top_up"),
    path("gift/take-back", gift_views.take_back, name="gift_take_back"),
    path("gift/without", gift_views.without, name="gift_without"),
]

people = [
    path("login", beside.login, name="login"),
    path("login/pin", beside.login_pin, name="login_pin"),
    path("login/store", stores.login_store, name="login_store"),
    path("logout", beside.logout, name="logout"),
    path("own-pin", people_views.own_pin, name="own_pin"),
    path("switch", people_views.switch, name="switch"),
    path("training", people_views.training, name="training"),
    path("screen", people_views.screen_settings, name="screen"),
    path("refresh", people_views.refresh, name="refresh"),
]

pages = [
    path("status", beside.status, name="status"),
    path("away", away.away, name="away"),
    path("display", display_views.display, name="display"),
    path("display/state", display_views.display_state, name="display_state"),
    path("worker.js", away.worker, name="worker"),
    path("health", health.health, name="health"),
    path("status/icon", beside.status_icon, name="status_icon"),
    path("day", day_views.day, name="day"),
    path("day/x", report_views.x_report, name="x_report"),
    path("day/close", day_views.close_day, name="close_day"),
    path("day/close/<str:business_day>", day_views.closing_form, name="closing"),
    path("day/float", day_views.set_float, name="float"),
    path("day/z/<number:number>", report_views.closed_day, name="closed_day"),
    path("day/z/<number:number>/copy", report_views.copy_z, name="copy_z"),
    path("day/z/<number:number>/sie", report_views.sie, name="sie"),
    path("window/float", day_views.window_float, name="window_float"),
    path("float", day_views.float_set, name="float_set"),
    path("clock", day_views.confirm_clock, name="confirm_clock"),
    path("reports", report_views.reports, name="reports"),
    path("reports/x", report_views.x_shown, name="x_shown"),
    path("reports/period", report_views.period, name="period"),
    path("reports/period/print", report_views.print_period, name="print_period"),
    path("reports/journal", report_views.journal, name="journal"),
    path("reports/journal/print", report_views.print_journal, name="print_journal"),
    path("reports/journal/stop", report_views.stop_journal, name="stop_journal"),
    path("receipts", beside.receipts, name="receipts"),
    path("receipts/<number:number>", beside.receipt, name="receipt"),
    path("receipts/<number:number>/copy", beside.receipt_copy, name="receipt_copy"),
]

settings = [
    path("settings", setting_views.settings, name="settings"),
    path("settings/set", setting_views.settings_set, name="settings_set"),
    path("settings/back", setting_views.settings_back, name="settings_back"),
    path("settings/person", setting_views.settings_person, name="settings_person"),
]

control_unit = [
    path("unit", unit_views.unit, name="unit"),
    path("unit/test", unit_views.unit_test, name="unit_test"),
    path("unit/use", unit_views.unit_use, name="unit_use"),
    path("unit/office", unit_views.unit_office, name="unit_office"),
    path("unit/same-owner", unit_views.unit_same_owner, name="unit_same_owner"),
    path("unit/report.txt", unit_views.unit_report, name="unit_report"),
]

card_terminals = [
    path("card-terminals", terminal_views.card_terminals, name="card_terminals"),
    path("card-terminals/test", terminal_views.terminal_try, name="terminal_try"),
    path("card-terminals/use", terminal_views.terminal_use, name="terminal_use"),
    path("card-terminals/remove", terminal_views.terminal_remove, name="terminal_remove"),
    path("card-terminals/office", terminal_views.terminal_office, name="terminal_office"),
]

printers = [
    path("network", machine_views.network, name="network"),
    path("unsent", unsent_views.unsent, name="unsent"),
    path("unsent/try", unsent_views.unsent_try, name="unsent_try"),
    path("printers", printer_views.printers, name="printers"),
    path("printers/test", printer_views.printer_try, name="printer_try"),
    path("printers/put", printer_views.printer_put, name="printer_put"),
    path("printers/use", printer_views.printer_use, name="printer_use"),
    path("printers/remove", printer_views.printer_remove, name="printer_remove"),
    path("printers/office", printer_views.printer_office, name="printer_office"),
    path("print-there", printer_views.print_there, name="print_there"),
]

scale = [
    path("scale", scale_views.scale, name="scale"),
    path("scale/test", scale_views.scale_try, name="scale_try"),
    path("scale/put", scale_views.scale_put, name="scale_put"),
    path("scale/remove", scale_views.scale_remove, name="scale_remove"),
    path("scale/office", scale_views.scale_office, name="scale_office"),
    path("weigh", scale_views.weigh, name="weigh"),
]

self_test = [
    path("self-test", self_test_views.self_test, name="self_test"),
    path("self-test/try", self_test_views.self_test_try, name="self_test_try"),
    path("self-test/state", self_test_views.self_test_state, name="self_test_state"),
    path("self-test/drawer", self_test_views.self_test_drawer, name="self_test_drawer"),
    path("self-test/drawer/seen", self_test_views.self_test_drawer_seen, name="self_test_seen"),
    path("self-test/scan", self_test_views.self_test_scan, name="self_test_scan"),
    path("self-test/tap", self_test_views.self_test_tap, name="self_test_tap"),
    path("self-test/bundle.zip", self_test_views.self_test_bundle, name="self_test_bundle"),
]

program = [
    path("update", update_views.update, name="update"),
    path("update/state", update_views.update_state, name="update_state"),
    path("update/changed", update_views.update_changed, name="update_changed"),
    path("update/check", update_views.update_check, name="update_check"),
    path("update/fetch", update_views.update_fetch, name="update_fetch"),
    path("update/install", update_views.update_install, name="update_install"),
    path("update/back", update_views.update_back, name="update_back"),
    path("update/metered", update_views.update_metered, name="update_metered"),
]

records = [
    path("records", record_views.records, name="records"),
    path("records/make", record_views.make_file, name="make_file"),
    path("records/making", record_views.making, name="making"),
    path("records/prove", record_views.prove, name="prove"),
    path("records/proof", record_views.proof, name="proof"),
    path("records/file/<str:name>", record_views.record_file, name="record_file"),
    path("registration", record_views.registration_page, name="registration"),
    path("registration/pdf", record_views.registration_pdf, name="registration_pdf"),
    path("registration/unit", record_views.registration_unit, name="registration_unit"),
    path("registration/reported", record_views.registration_reported, name="reported"),
]

earlier_tills = [
    path("moving", moving_views.moving, name="moving"),
    path("moving/hand-over", moving_views.hand_over, name="hand_over"),
    path("earlier", archive_views.earlier, name="earlier"),
    path("earlier/import", archive_views.earlier_import, name="earlier_import"),
    path("earlier/<str:name>", archive_views.earlier_till, name="earlier_till"),
    path(
        "earlier/<str:name>/receipts/<number:number>",
        archive_views.earlier_receipt,
        name="earlier_receipt",
    ),
    path(
        "earlier/<str:name>/receipts/<number:number>/copy",
        archive_views.earlier_receipt_copy,
        name="earlier_receipt_copy",
    ),
    path("earlier/<str:name>/z/<number:number>", archive_views.earlier_z, name="earlier_z"),
    path(
        "earlier/<str:name>/z/<number:number>/copy",
        archive_views.earlier_z_copy,
        name="earlier_z_copy",
    ),
]

screens = [
    path("screens", pairing_views.screens, name="screens"),
    path("screens/on", pairing_views.screens_on, name="screens_on"),
    path("screens/off", pairing_views.screens_off, name="screens_off"),
    path("screens/code", pairing_views.screen_code, name="screen_code"),
    path("screens/code/state", pairing_views.screen_code_state, name="screen_code_state"),
    path("screens/revoke", pairing_views.screen_revoke, name="screen_revoke"),
    path("take-over", pairing_views.take_over, name="take_over"),
    path("pair", pairing_views.pair, name="pair"),
    path("pair/challenge", pairing_views.pair_challenge, name="pair_challenge"),
    path("pair/screen", pairing_views.pair_screen, name="pair_screen"),
    path("pair/session", pairing_views.pair_session, name="pair_session"),
]

all_of_them = [
    *selling,
    *paying,
    *beside_the_receipt,
    *gift_cards,
    *people,
    *pages,
    *settings,
    *control_unit,
    *card_terminals,
    *printers,
    *scale,
    *self_test,
    *program,
    *records,
    *earlier_tills,
    *screens,
]

urlpatterns = [path("", include((all_of_them, app_name)))]

handler404 = "skrin.till.ui.beside.not_found"
handler500 = "skrin.till.ui.beside.broken"
