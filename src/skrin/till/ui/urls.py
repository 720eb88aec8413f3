"""Where the till's pages are: nouns, with few verbs."""

from __future__ import annotations

from django.urls import include, path

from skrin.till.ui import beside, views

app_name = "till"

pages = [
    path("", views.selling, name="selling"),
    path("login", beside.login, name="login"),
    path("logout", beside.logout, name="logout"),
    path("tap", views.tap, name="tap"),
    path("group-tap", views.group_tap, name="group_tap"),
    path("scan", views.scan, name="scan"),
    path("line/quantity", views.line_quantity, name="line_quantity"),
    path("line/remove", views.line_remove, name="line_remove"),
    path("way", views.way, name="way"),
    path("abort", views.abort, name="abort"),
    path("next", views.next_customer, name="next"),
    path("pay/cash", views.pay_cash, name="pay_cash"),
    path("pay/cash/amount", views.pay_cash_amount, name="pay_cash_amount"),
    path("pay/card", views.pay_card, name="pay_card"),
    path("paying", views.paying, name="paying"),
    path("paying/cancel", views.paying_cancel, name="paying_cancel"),
    path("retry", views.retry, name="retry"),
    path("printed", views.answer_printed, name="answer_printed"),
    path("search", views.search, name="search"),
    path("status", beside.status, name="status"),
    path("status/icon", beside.status_icon, name="status_icon"),
    path("day", beside.day, name="day"),
    path("day/x", beside.x_report, name="x_report"),
    path("day/close", beside.close_day, name="close_day"),
    path("day/float", beside.set_float, name="float"),
    path("day/z/<int:number>", beside.closed_day, name="closed_day"),
    path("receipts", beside.receipts, name="receipts"),
    path("receipts/<int:number>", beside.receipt, name="receipt"),
]

urlpatterns = [path("", include((pages, app_name)))]

handler404 = "skrin.till.ui.beside.not_found"
handler500 = "skrin.till.ui.beside.broken"
