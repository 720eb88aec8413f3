"""The office's addresses: pages for people, and the sync for tills."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("sync/", include("skrin.office.sync_api.urls")),
    path("", include("skrin.office.ui.urls")),
]

handler400 = "skrin.office.ui.errors.bad_request"
handler403 = "skrin.office.ui.errors.forbidden"
handler404 = "skrin.office.ui.errors.not_found"
handler500 = "skrin.office.ui.errors.broken"
