"""The till's process has no object-relational mapper in it, and its pages do not miss it."""

from __future__ import annotations

import subprocess
import sys

STARTING = """
import sys, types
from skrin.till import main

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "skrin.till.ui.server":
            sys.meta_path.remove(self)
            import django
            import skrin.till.ui.server, skrin.till.ui.warm
            django.setup()
            skrin.till.ui.warm.load_pages()
            from django.http import JsonResponse
            print("django.db.models" in sys.modules, JsonResponse({"åäö": 1}).content)
            raise SystemExit(0)

sys.meta_path.insert(0, Watch())
main.serve(None, None, None)
"""


def test_what_a_till_imports_has_no_models_in_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STARTING],
        capture_output=True,
        text=True,
        timeout=60,
        env={"DJANGO_SETTINGS_MODULE": "skrin.till.settings"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False", 'b\'{"\\\\u00e5\\\\u00e4\\\\u00f6":', "1}'"]
