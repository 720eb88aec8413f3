"""Django without its object-relational mapper: the till has no use for it, and starts sooner.

Two of Django's packages load all of `django.db.models` for things that the till does not use
(docs/decisions/0008-no-orm-in-the-till.md): the one with the default encoder of `JsonResponse`, and
the generic views, which stand beside the one class that all views come with.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import types

ENCODER, VIEWS = "django.core.serializers.json", "django.views.generic"


def without_orm() -> None:
    """Stand in for both packages. Call before Django is imported, in the till's own process only:
    an office in the same process needs the real ones."""
    if ENCODER in sys.modules or VIEWS in sys.modules:
        return
    encoder = types.ModuleType(ENCODER)
    encoder.__dict__["DjangoJSONEncoder"] = json.JSONEncoder
    sys.modules[ENCODER] = encoder
    django = importlib.util.find_spec("django")
    assert django and django.submodule_search_locations, "Django is a package"
    views = types.ModuleType(VIEWS)
    # Its modules are found as ever; only what the package itself would load is not.
    views.__path__ = [f"{place}/views/generic" for place in django.submodule_search_locations]
    sys.modules[VIEWS] = views
