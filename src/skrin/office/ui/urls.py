"""The addresses of the office's pages: nouns, and the entry's number where one thing is meant."""

from __future__ import annotations

from django.urls import path

from skrin.office.ui import (
    card_payment_views,
    copy_views,
    extract_views,
    finding_views,
    gift_card_views,
    mail_views,
    paper_views,
    people_views,
    preparing_views,
    record_views,
    setting_views,
    till_views,
    views,
)

app_name = "office"

ONE = "<str:till>/<int:store>/<int:seq>"

urlpatterns = [
    path("login", views.login, name="login"),
    path("logout", views.logout, name="logout"),
    path("start", views.start, name="start"),
    path("me", views.me, name="me"),
    path("", views.today, name="today"),
    path("today.json", views.today_json, name="today_json"),
    path("statistics", views.statistics, name="statistics"),
    path("statistics.json", views.statistics_json, name="statistics_json"),
    path("receipts", views.receipts, name="receipts"),
    path(f"receipts/{ONE}", views.receipt, name="receipt"),
    path(f"receipts/{ONE}/copy", copy_views.receipt_copy, name="receipt_copy"),
    path(f"receipts/{ONE}.txt", views.receipt_text, name="receipt_text"),
    path(f"receipts/{ONE}.pdf", paper_views.receipt_pdf, name="receipt_pdf"),
    path(f"closings/{ONE}.pdf", paper_views.closing_pdf, name="closing_pdf"),
    path(f"closings/{ONE}/mail", mail_views.closing_mail, name="closing_mail"),
    path("closings", views.closings, name="closings"),
    path(f"closings/{ONE}", views.closing, name="closing"),
    path(f"closings/{ONE}.txt", views.closing_text, name="closing_text"),
    path(f"closings/{ONE}.si", views.sie, name="sie"),
    path("articles", views.articles, name="articles"),
    path("tills", views.tills, name="tills"),
    path("tills/new", till_views.till_new, name="till_new"),
    path("tills/updates", till_views.till_updates, name="till_updates"),
    path("tills/prepare", preparing_views.till_prepare, name="till_prepare"),
    path("tills/labels", preparing_views.till_labels, name="till_labels"),
    path("companies", preparing_views.companies, name="companies"),
    path("tills/settings", setting_views.till_settings, name="till_settings"),
    path("tills/<int:number>/seat", till_views.till_seat, name="till_seat"),
    path("tills/<int:number>/code", till_views.till_code, name="till_code"),
    path("tills/<int:number>/retire", till_views.till_retire, name="till_retire"),
    path("tills/<str:till>/<int:store>", views.till, name="till"),
    path("tills/<str:till>/<int:store>/unit", till_views.till_unit, name="till_unit"),
    path(
        "tills/<str:till>/<int:store>/unit.txt",
        till_views.till_unit_report,
        name="till_unit_report",
    ),
    path("tills/<str:till>/<int:store>/summary.json", views.till_summary, name="till_summary"),
    path("tills/<str:till>/<int:store>/records", record_views.records, name="records"),
    path("tills/<str:till>/<int:store>/records/file", record_views.record_file, name="record_file"),
    path(
        "tills/<str:till>/<int:store>/registration.pdf",
        record_views.registration_pdf,
        name="registration_pdf",
    ),
    path(
        "tills/<str:till>/<int:store>/registration/mail",
        mail_views.registration_mail,
        name="registration_mail",
    ),
    path(
        "tills/<str:till>/<int:store>/records/order",
        extract_views.record_order,
        name="record_order",
    ),
    path("extracts", extract_views.extracts, name="extracts"),
    path("extracts/<str:order>", extract_views.extract_file, name="extract_file"),
    path("tills/<str:till>/<int:store>/records/mail", mail_views.record_mail, name="record_mail"),
    path("mail", mail_views.mail, name="mail"),
    path("money", views.money, name="money"),
    path("gift-cards", gift_card_views.gift_cards, name="gift_cards"),
    path("gift-cards/<str:key>", gift_card_views.gift_card, name="gift_card"),
    path("findings", finding_views.findings, name="findings"),
    path("settings", views.settings, name="settings"),
    path("settings/people", people_views.people, name="people"),
    path("settings/cards", card_payment_views.card_payments, name="card_payments"),
    path("settings/cards/<int:number>", card_payment_views.card_terminals, name="card_terminals"),
    path("settings/paper/<int:number>", paper_views.paper, name="paper"),
]
