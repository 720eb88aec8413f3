"""Whether the till is alive, for the host that keeps it running: to this machine alone.

The answer comes through the same threads as the pages, so a till whose pages hang does not answer.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from skrin.till.flow.counter import Counter
from skrin.till.flow.writer import PULSE_TIMEOUT_S
from skrin.till.pairing.listener import PAIRED
from skrin.till.ui.served import places


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """200 while everything runs, 503 when the writer or a lane does not; `busy` says with what."""
    if PAIRED in request.META:
        return HttpResponse("404", status=404, content_type="text/plain")
    counters = [place.counter for place in places()]
    busy = next((at for counter in counters if (at := at_work(counter))), "")
    fault = ""
    for counter in counters:
        if not counter.till.writer.answers(PULSE_TIMEOUT_S):
            fault = "writer"
        elif not counter.lanes_alive():
            fault = "lane"
    said = {"busy": busy, "fault": fault}
    return JsonResponse(said, status=503 if fault else 200)


def at_work(counter: Counter) -> str:
    """What it would be a pity to be killed in: a card `payment`, a `receipt` on its way to its
    mark, `paper` coming out; empty = nothing. A kill loses nothing, but somebody would wait."""
    desk = counter.till.desk
    if desk.attempt:
        return "payment"
    if desk.pending or desk.registering:
        return "receipt"
    return "paper" if desk.undelivered and counter.paper_lane.owes_answer() is None else ""
