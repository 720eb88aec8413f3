"""The addresses of the sync."""

from __future__ import annotations

from django.urls import path

from skrin.office.sync_api import views

urlpatterns = [
    path("enrol", views.enrol),
    path("login", views.login),
    path("pin", views.pin),
    path("exchange", views.exchange),
    path("wipe", views.wipe),
    path("known-again", views.known_again),
    path("history", views.history),
    path("giftcard", views.gift_card),
    path("publication", views.publication),
    path("sales", views.sales),
    path("update", views.update),
    path("update-piece", views.update_piece),
    path("accounting", views.accounting_file),
]
