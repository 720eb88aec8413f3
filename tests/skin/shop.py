"""A till that is only a screen: the skin's script against a slow, failing and repeating server.

``python -m tests.skin.shop`` prints its address and serves until its standard input is closed.
The cart is a list in memory; what a tap did is remembered by its ``tap_id``, as the real till does.
Switches are set by GET /control?slow_ms=..&lose=..: every answer waits, and the next `lose` answers
to taps are dropped after they were carried out.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from tests.skin import sample_goods, samples, site

PRICE = Decimal("34.00")


@dataclass
class Cart:
    """Articles in order, and what happened to it."""

    articles: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    posts: list[str] = field(default_factory=list)
    slow_ms: int = 0
    lose: int = 0
    asking: bool = False
    done: bool = False


NOW = [Cart()]
"""The cart of requests that come from now on. GET /fresh puts a new one here: what an earlier
test's page still asks finds the cart that was there when it came."""
HERE = threading.local()
"""`cart`: of the request that this thread answers."""
LOCK = threading.Lock()


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def _receipt() -> Any:
    from skrin.till.ui import screens

    numbers = list(HERE.cart.articles)
    lines = tuple(
        screens.Line(
            line_no=index + 1,
            name=f"Vara {number}",
            quantity=str(HERE.cart.articles[number]),
            price="34,00",
            amount=_money(PRICE * HERE.cart.articles[number]),
            vat="12 %",
            last=index == len(numbers) - 1,
        )
        for index, number in enumerate(numbers)
    )
    pieces = sum(HERE.cart.articles.values())
    total = _money(PRICE * pieces)
    return screens.Receipt(
        lines=lines,
        pieces=f"{pieces} varor" if pieces else "",
        total=total,
        cash_total=total,
        card_total=total,
        way="take_away",
        can_cash=bool(pieces),
        can_card=bool(pieces),
    )


def _zone(request: Any) -> Any:
    from django.shortcuts import render

    from skrin.till.ui import screens

    done = screens.Done(number="1", total="34,00", method="Kort") if HERE.cart.done else None
    ask = request.GET.get("ask") == "pay"
    cash = screens.PayKey(method=1, name="Kontant", icon="banknote")
    paying = screens.Paying(state="window", to_pay="34,00", methods=(cash,)) if ask else None
    return render(
        request,
        "till/_zone.html",
        {"screen": screens.Zone(receipt=_receipt(), paying=paying, done=done)},
    )


def _refuse(request: Any, sentence: str) -> Any:
    from django.shortcuts import render

    from skrin.till.ui import screens

    screen = screens.Refusal(notice=screens.Notice(sentence=sentence))
    return render(request, "till/_notice.html", {"screen": screen}, status=422)


def _carry_out(name: str, data: Any) -> str:
    """Do what a tap asks; the refusal's sentence, or nothing."""
    if name in ("tap", "scan"):
        number = data.get("article_id") or data["code"]
        if data.get("amount", "1") == "12,345,6":
            return "Skriv beloppet som 25 eller 25,50."
        HERE.cart.done = False
        HERE.cart.articles[number] = HERE.cart.articles.get(number, 0) + 1
    elif name == "line_quantity":
        number = list(HERE.cart.articles)[int(data["line_no"]) - 1]
        HERE.cart.articles[number] += int(data["change"])
    elif name == "abort":
        HERE.cart.articles.clear()
    elif name in ("pay_card", "pay_cash"):
        if not HERE.cart.articles:
            return "Slå in en vara först."
        HERE.cart.articles.clear()
        HERE.cart.done = True
    elif name == "next":
        HERE.cart.done = False
    return ""


def _post(name: str) -> Any:
    def view(request: Any) -> Any:
        time.sleep(HERE.cart.slow_ms / 1000)
        with LOCK:
            HERE.cart.posts.append(name)
            tap_id = request.POST["tap_id"]
            sentence = ""
            if tap_id not in HERE.cart.seen:
                sentence = _carry_out(name, request.POST)
            HERE.cart.seen[tap_id] = HERE.cart.seen.get(tap_id, 0) + 1
            if HERE.cart.lose:
                HERE.cart.lose -= 1
                request.environ["skin.lose"] = True
            return _refuse(request, sentence) if sentence else _zone(request)

    return view


def _selling(request: Any) -> Any:
    from dataclasses import replace

    from django.shortcuts import render

    screen = replace(samples.TILL["selling-empty"][1], receipt=_receipt())  # type: ignore[type-var]
    return render(request, "till/selling.html", {"screen": screen, "csrf_token": "x" * 64})


def _search(request: Any) -> Any:
    from django.shortcuts import render

    from skrin.till.ui import screens

    query = request.GET["q"]
    buttons = tuple(b for b in sample_goods.BUTTONS if query.lower() in b.name.lower())
    return render(
        request, "till/_found.html", {"screen": screens.Found(query=query, buttons=buttons)}
    )


def _status_icon(request: Any) -> Any:
    from django.http import HttpResponse

    assert request.headers["If-None-Match"] == '"7"', "the poll sends back its ETag"
    return HttpResponse(status=304)


def _application() -> Any:
    from django.core.handlers.wsgi import WSGIHandler

    django_application = WSGIHandler()

    def application(environ: dict[str, Any], start: Any) -> Any:
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        if path == "/fresh":
            NOW[0] = Cart()
        HERE.cart = NOW[0]
        if path in ("/control", "/fresh"):
            for part in filter(None, query.split("&")):
                name, value = part.split("=")
                setattr(HERE.cart, name, int(value))
            body = json.dumps(
                {
                    "articles": HERE.cart.articles,
                    "seen": list(HERE.cart.seen.values()),
                    "posts": HERE.cart.posts,
                }
            )
            start("200 OK", [("Content-Type", "application/json")])
            return [body.encode()]
        if path.startswith("/static/"):
            file = site.STATIC / path.removeprefix("/static/")
            kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
            start("200 OK", [("Content-Type", kinds.get(file.suffix, "font/woff2"))])
            return [Path(file).read_bytes()]
        answer = django_application(environ, start)
        if environ.get("skin.lose"):
            raise ConnectionAbortedError("The answer is lost on purpose.")
        return answer

    return application


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def main() -> None:
    posts = "tap scan line_quantity line_remove way abort next pay_cash pay_card"
    views = {name: _post(name) for name in posts.split()}
    views |= {"selling": _selling, "paying": _zone, "search": _search, "status_icon": _status_icon}
    site.set_up(views)
    server = _Server(("127.0.0.1", 0), _Quiet)
    server.set_app(_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
