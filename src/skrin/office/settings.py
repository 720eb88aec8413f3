"""Django's settings of the office. Everything that differs between two offices is in the
environment.

SKRIN_OFFICE_DATA        folder of this office: secret key, embedded database
SKRIN_OFFICE_DATABASE    where the pages and the sync read and write, as the role that owns nothing
SKRIN_OFFICE_OWNER       where the tables are made, as their owner; only while migrating
SKRIN_OFFICE_HOSTS       names that the site answers to, by comma; loopback always
SKRIN_OFFICE_MAIL_...    the account that mail is sent by: mail_account.py
SKRIN_OFFICE_HTTPS       1 when every visitor comes by HTTPS: cookies are then marked Secure

`main.py` sets them; a hosted office may set them itself and name `skrin.office.wsgi:application`.
"""

from __future__ import annotations

import os
from pathlib import Path

from skrin.office.database import django_database
from skrin.office.mail_account import account_of
from skrin.office.secret_key import read_or_make

OFFICE_DIR = Path(__file__).parent
DATA_DIR = Path(os.environ.get("SKRIN_OFFICE_DATA", ".data/office"))
HTTPS = os.environ.get("SKRIN_OFFICE_HTTPS") == "1"

SECRET_KEY = read_or_make(DATA_DIR / "secret_key")
DEBUG = False
ALLOWED_HOSTS = [
    "127.0.0.1",
    "localhost",
    *filter(None, os.environ.get("SKRIN_OFFICE_HOSTS", "").split(",")),
]

DATABASES = {"default": django_database(os.environ.get("SKRIN_OFFICE_DATABASE", ""))}
if os.environ.get("SKRIN_OFFICE_OWNER"):
    DATABASES["owner"] = django_database(os.environ["SKRIN_OFFICE_OWNER"])

MAIL_ACCOUNT = account_of(os.environ)

INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "skrin.skin",
    "skrin.office.tenancy",
    "skrin.office.people",
    "skrin.office.catalogue",
    "skrin.office.layouts",
    "skrin.office.tills",
    "skrin.office.ingest",
    "skrin.office.receipts",
    "skrin.office.statistics",
    "skrin.office.accounting",
    "skrin.office.publication",
    "skrin.office.paymentsystems",
    "skrin.office.stock",
    "skrin.office.rights",
    "skrin.office.giftcards",
    "skrin.office.findings",
    "skrin.office.updates",
    "skrin.office.mail",
    "skrin.office.copies",
    "skrin.office.extracts",
    "skrin.office.ui",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "skrin.office.ui.middleware.content_security",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "skrin.office.ui.database_away.KeptSessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "skrin.office.ui.middleware.visitor",
    "skrin.office.ui.middleware.Ruled",
    "skrin.office.ui.named.Named",
    "skrin.office.ui.database_away.DatabaseAway",
]
ROOT_URLCONF = "skrin.office.urls"
WSGI_APPLICATION = "skrin.office.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [OFFICE_DIR / "ui" / "templates"],
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request"],
            "builtins": ["skrin.office.ui.templatetags.forms"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
        },
    }
]

# 19 MiB, two passes: OWASP's argon2id floor, so that a burst of log-ins does not exhaust a small
# host.
PASSWORD_HASHERS = ["skrin.office.people.hashing.OfficeArgon2"]

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
LOCALE_PATHS = [OFFICE_DIR / "ui" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

SESSION_COOKIE_NAME = "skrin_office"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_NAME = "skrin_office_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "skrin.office.ui.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# An exchange carries up to 4 MiB of records (sync/messages.py); their length prefixes come on top.
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        # Anybody can send a wrong Host: the answer says so, the log need not tell it at length.
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
