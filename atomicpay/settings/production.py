"""Behind a web server that ends TLS: the settings of a real installation, and the default everywhere."""

from .base import *  # noqa: F403 -- a settings module is its names
from .base import DATABASE_POOL, DATABASES, SITE_URL
from .logs import logging_config

LOGGING = logging_config(json=True)
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = DATABASE_POOL

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SECURE_SSL_REDIRECT = SITE_URL.startswith("https://")
# The web server in front must set this header itself and drop the client's.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
