"""The office as a WSGI application, for a server that starts it by name."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skrin.office.settings")
application = get_wsgi_application()
