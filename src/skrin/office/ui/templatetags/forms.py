"""What every form of the office carries with it."""

from __future__ import annotations

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

register = template.Library()


class FormNode(CsrfTokenNode):
    """Django's own token, and the company that the page shows."""

    def render(self, context: Context) -> str:
        """The hidden fields. A page outside of any company has no company to name."""
        frame = getattr(context.get("screen"), "frame", None)
        company = getattr(frame, "company", "")
        token = super().render(context)
        if not company:
            return token
        return token + format_html('<input type="hidden" name="company" value="{}">', company)


@register.tag("csrf_token")
def csrf_token(parser: Parser, token: Token) -> FormNode:
    """`{% csrf_token %}` in the office, in the place of Django's.

    No form works without it, so none can forget to say which company it was shown for: another
    page of the same person may have changed the session's meanwhile (`doors._chosen`)."""
    return FormNode()
