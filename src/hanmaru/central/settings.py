"""Django's settings, read from ``HANMARU_...`` variables that the launcher checks and exports.

Nothing here talks to a service, so that checks and documentation run without one.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import django_stubs_ext
from django.db.models import Field
from django.utils.translation import gettext_lazy as _

from hanmaru.central.web.frontend import NODE_MODULES, static_folders

# Lets Field[...] and Manager[...] be written at run time as the type checker reads them.
django_stubs_ext.monkeypatch(extra_classes=[Field])


def _database(url: str) -> dict[str, Any]:
    """Django's database entry for a ``postgresql://user:password@host:port/name`` URL."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return {
        "ENGINE": "hanmaru.central.postgres",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or query.get("port", [""])[0]),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,  # a database that was started anew costs nobody a refused request
        "OPTIONS": {"application_name": "hanmaru"},
    }


def _list(name: str, default: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


DATA_DIR = Path(os.environ.get("HANMARU_DATA_DIR", ".hanmaru")).resolve()
SECRET_KEY = os.environ.get("HANMARU_SECRET_KEY", "only-for-checks-without-a-service")
DEBUG = os.environ.get("HANMARU_DEBUG", "") == "1"
ALLOWED_HOSTS = _list("HANMARU_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
PUBLIC_URL = os.environ.get("HANMARU_PUBLIC_URL", "http://localhost:8000")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
BUS_URL = os.environ.get("HANMARU_BUS_URL", "")
HOUSE_SITE = os.environ.get("HANMARU_SITE", "")
EVENTS_DAYS = int(os.environ.get("HANMARU_EVENTS_DAYS", "400"))

DATABASES = {
    # The web, the worker and the command line: a role that row-level security binds.
    "default": _database(os.environ.get("HANMARU_DATABASE_URL", "postgresql://hanmaru_app@localhost/hanmaru")),
    # Migrations only: the role that owns the tables.
    "owner": _database(os.environ.get("HANMARU_DATABASE_OWNER_URL", "postgresql://hanmaru_owner@localhost/hanmaru")),
}

INSTALLED_APPS = [
    "hanmaru.central.companies",
    "hanmaru.central.sheets",
    "hanmaru.central.catalog",
    "hanmaru.central.stock",
    "hanmaru.central.orders",
    "hanmaru.central.warehouse",
    "hanmaru.central.slotting",
    "hanmaru.central.plant",
    "hanmaru.central.demo",
    "hanmaru.central.web",
    "procrastinate.contrib.django",
    "django_htmx",
    "ninja",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]
AUTH_USER_MODEL = "companies.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"

MIDDLEWARE = [
    "hanmaru.central.web.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "hanmaru.central.web.middleware.ContentPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "hanmaru.central.web.middleware.BodyLimitMiddleware",
    "hanmaru.central.web.middleware.ApiMethodMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hanmaru.central.companies.middleware.ActingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hanmaru.central.web.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "hanmaru.central.urls"
ASGI_APPLICATION = "hanmaru.central.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS: list[str] = []
USE_TZ = True
TIME_ZONE = os.environ.get("HANMARU_TIME_ZONE", "Asia/Seoul")

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = static_folders()
FRONT_END_PACKAGES = NODE_MODULES  # printed sheets take their font from here
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

SESSION_COOKIE_AGE = 7 * 24 * 3600  # a week from the log-in: a tablet in the warehouse asks on Mondays
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "hanmaru.central.web.views.errors.form_too_old"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6_000  # a device is asked for up to 5,000 nodes, and all of them may be chosen
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"fontTools": {"level": "WARNING"}},  # tells every letter it embeds
    "root": {"handlers": ["console"], "level": os.environ.get("HANMARU_LOG_LEVEL", "INFO")},
}
