"""The office as a WSGI application, for a server that starts it by name."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skrin.office.settings")
application = get_wsgi_application()

# What is loaded by now stays, so nobody need look through it for garbage again. A till's backlog
# is ten thousands of small objects without a circle among them: looking for circles after every 700
# was a fifth of Python's time for it.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
