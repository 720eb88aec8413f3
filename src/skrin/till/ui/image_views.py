"""The pictures on keys, out of the till's own file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from skrin.till.ui.served import served

FOR_GOOD = "private, max-age=31536000, immutable"
"""The address is the content's hash, so what is there never changes (RFC 8246)."""


@require_safe
def image(request: HttpRequest, hashed: str) -> HttpResponse:
    """A picture by its hash. It is the same for everybody at this till's screens, so nobody's
    session is asked for and none is in the answer; the type is never guessed."""
    content = served().counter.till.registers.images.get(hashed)
    if content is None:
        return HttpResponse("404", status=404, content_type="text/plain")
    response = HttpResponse(content, content_type="image/webp")
    response.headers["Cache-Control"] = FOR_GOOD
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
