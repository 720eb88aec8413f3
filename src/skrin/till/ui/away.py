"""What a browser keeps for the time when the till does not answer.

A browser that asks for a page of a till that is just being restarted would show an error of its
own, and a cashier cannot leave that in a kiosk. So a service worker keeps one page that waits and
goes on by itself. It keeps nothing else: no page that shows anything of the shop.
"""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

import skrin.skin
from skrin.till.ui.frame import theme_of
from skrin.till.ui.screens import Away

WORKER = Path(skrin.skin.__file__).parent / "static" / "skin" / "till-worker.js"


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The worker's script: from here, since it may only look after what lies below its address."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript")


@require_GET
def away(request: HttpRequest) -> HttpResponse:
    """The page that is shown while nobody answers; says nothing of the shop."""
    screen = Away(theme=theme_of(request))
    return render(request, "till/away.html", {"screen": screen})
