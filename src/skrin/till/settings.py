"""Django for the till's skin: templates, words, CSRF. No database, no sessions: those are ours."""

from __future__ import annotations

from pathlib import Path

UI = Path(__file__).parent / "ui"

DEBUG = False
SECRET_KEY = "set by the server before Django is set up"  # noqa: S105 (replaced by the device's)
ALLOWED_HOSTS = ["*"]
"""Which names count depends on the way a request came: `screen_guard.at_a_screen` looks."""
ROOT_URLCONF = "skrin.till.ui.urls"
INSTALLED_APPS: list[str] = []
MIDDLEWARE = [
    "skrin.till.ui.guard.headers",
    "skrin.till.ui.guard.suspicion",
    "skrin.till.ui.guard.language",
    "skrin.till.ui.screen_guard.at_a_screen",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "skrin.till.ui.screen_guard.holding_the_till",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [UI / "templates"],
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.csrf"],
            "libraries": {"static": "django.templatetags.static"},
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
        },
    }
]
STATIC_URL = "/static/"
DATABASES: dict[str, object] = {}
USE_TZ = True
USE_I18N = True
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
LOCALE_PATHS = [UI / "locale"]
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "skrin.till.ui.guard.csrf_failed"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20
APPEND_SLASH = False
SECURE_CONTENT_TYPE_NOSNIFF = True
LOGGING_CONFIG = None
"""The program sets up its own log."""
