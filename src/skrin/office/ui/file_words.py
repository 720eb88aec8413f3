"""Why a file of a folder cannot be loaded, in words, in the company's language."""

from __future__ import annotations

from django.utils.translation import gettext as _


def image_name(name: str) -> str:
    """A picture that is named as something else than a file of the folder."""
    return _('buttons.csv: "%(name)s" is not the name of a file in images/.') % {"name": name}


def image_gone(name: str, why: str) -> str:
    """A picture that cannot be opened; `why` in the words of the system."""
    return _("images/%(name)s cannot be read (%(why)s).") % {"name": name, "why": why}


def image_refused(name: str, code: str) -> str:
    """A picture that is not taken in: by the code of the refusal."""
    said = {
        "image_too_large": _(
            "images/%(name)s is too large for a key: at most 10 MB and 24 million pixels."
        ),
        "image_unreadable": _(
            "images/%(name)s is not a picture that can be read: give a PNG, a JPEG or a WebP."
        ),
    }[code]
    return said % {"name": name}
