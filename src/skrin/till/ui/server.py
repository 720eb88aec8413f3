"""The web server of a till: one process, a few threads, loopback; paired screens beside it.

cheroot rather than granian: the whole till is then one process, which the supervisor starts and
kills as one, with a third less memory (docs/decisions/0001-one-process-till.md has the figures).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise

import skrin.skin
from skrin.listening import PatientServer
from skrin.till.flow.counter import Counter
from skrin.till.flow.people import Door
from skrin.till.pairing.service import ScreenService
from skrin.till.storage.device_file import DeviceFile
from skrin.till.ui.served import serve_this, served

THREADS = 8
REQUEST_TIMEOUT_S = 10
SKIN = Path(skrin.skin.__file__).parent / "static"


def make_server(
    counter: Counter,
    door: Door,
    device: DeviceFile,
    port: int,
    screens: ScreenService | None = None,
) -> Any:
    """A server of this till's pages on loopback; `prepare()` and `serve()` are the caller's.

    `screens` gets the same pages for paired screens; turning them on is the caller's too.
    """
    serve_this(counter, door, device, screens)
    os.environ["DJANGO_SETTINGS_MODULE"] = "skrin.till.settings"
    from django.conf import settings

    settings.SECRET_KEY = device.secret("django").hex()
    settings.CSRF_COOKIE_NAME = served().cookie("skrin_csrf")
    from django.core.wsgi import get_wsgi_application

    application = WhiteNoise(get_wsgi_application(), max_age=3600, allow_all_origins=False)
    application.add_files(str(SKIN), prefix="static/")
    if screens:
        screens.application = application
    return PatientServer(
        ("127.0.0.1", port),
        application,
        numthreads=THREADS,
        max=THREADS,
        timeout=REQUEST_TIMEOUT_S,
        request_queue_size=32,
        server_name="skrin",
    )
