"""What is sent to the office names the company that it is meant for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from skrin.office.ui.errors import csrf_failure
from skrin.office.ui.middleware import Answer
from skrin.office.ui.rules import rule_of


class Named:
    """A form without a company is refused before its view: it would be done in the company that
    another page of the same person opened last. Every form carries one (`templatetags/forms.py`);
    whether it is theirs is proven where the visitor is known (`doors._chosen`)."""

    def __init__(self, get_response: Answer) -> None:
        """As Django makes a middleware."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before, nothing after."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Answer, parts: object, named: object
    ) -> HttpResponse | None:
        """Let what names its company through, and what everybody may send."""
        match = request.resolver_match
        rule = rule_of(match.view_name) if match else None
        if request.method != "POST" or rule is None or rule.everybody:
            return None
        return None if request.POST.get("company") else csrf_failure(request)
