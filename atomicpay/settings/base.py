"""What every process has in common; where and how it runs is in the modules beside this one."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from atomicpay.env import read_environment

env = read_environment()

BASE_DIR = Path(__file__).resolve().parents[2]

SECRET_KEY = env.secret_key
ALLOWED_HOSTS = list(env.allowed_hosts)
SITE_URL = env.site_url
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "atomicpay.ui.apps.UiConfig",
    "atomicpay.workspaces.apps.WorkspacesConfig",
    "atomicpay.workspaces.apps.WorkspaceAdminConfig",
    "atomicpay.audit.apps.AuditConfig",
    "atomicpay.catalog.apps.CatalogConfig",
    "atomicpay.team.apps.TeamConfig",
    "atomicpay.saved_views.apps.SavedViewsConfig",
    "customers.apps.CustomersConfig",
    "customers.duplicates.apps.DuplicatesConfig",
    "customers.merging.apps.MergingConfig",
    "subscriptions.apps.SubscriptionsConfig",
    "sales.apps.SalesConfig",
    "exports.apps.ExportsConfig",
    "atomicpay.timeline.apps.TimelineConfig",
    "atomicpay.api.apps.ApiConfig",
    "atomicpay.missing.apps.MissingConfig",
    "atomicpay.privacy.apps.PrivacyConfig",
    "atomicpay.attention.apps.AttentionConfig",
    "atomicpay.devstack.apps.DevstackConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "import_export",
    "pgtrigger",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "atomicpay.workspaces.middleware.RequestLog",
    "csp.middleware.CSPMiddleware",
    "atomicpay.workspaces.middleware.PrivateResponses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "atomicpay.workspaces.middleware.WorkspaceMount",
]

ROOT_URLCONF = "atomicpay.urls"
WSGI_APPLICATION = "atomicpay.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "atomicpay.workspaces.context.workspace",
            ],
        },
    }
]
FORM_RENDERER = "atomicpay.ui.renderer.FormRenderer"

# --- The database. Everything runs as the runtime role but migrations, which run as the owner. ---
RUNTIME_ROLE = env.runtime_role
DATABASES: dict[str, dict[str, Any]] = {
    "default": {**env.database, "ENGINE": "django.db.backends.postgresql"}
}
# The owner is exempt from row security, so its connection is not one that the boot check can pass.
DATABASES["default"]["CONNECTED_AS_OWNER"] = env.connect_as_owner
# A connection that did not survive a restart of the server is replaced before a request can meet it.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The triggers are versioned by the migrations; an installed one of another release is not ours to remove.
PGTRIGGER_PRUNE_ON_INSTALL = False
# Who waits longer than this for a connection is told to try again (503).
DATABASE_POOL = {"min_size": 1, "max_size": 8, "timeout": 4}

# A page that needs longer than this for one question is broken off, before it keeps others waiting.
REQUEST_STATEMENT_SECONDS = 15

# Who waits longer than this for what another holds is told to try again (503), within five seconds.
REQUEST_LOCK_SECONDS = 4

# --- People ---
AUTH_USER_MODEL = "workspaces.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# A new email counts once the link mailed to it was opened: it decides which invitations are one's own.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_ADAPTER = "atomicpay.team.adapter.AccountAdapter"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {"login": "10/m/ip", "login_failed": "5/5m/key,20/5m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.trusted_proxies
MFA_TOTP_ISSUER = "AtomicPay"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "csrf"

# --- Language, time, numbers ---
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("pt-br", _("Portuguese (Brazil)"))]
LOCALE_PATHS = [BASE_DIR / "atomicpay" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "atomicpay.ui.formats"

# --- Files ---
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
EXPORT_ROOT = env.export_root
# Where finished exports are kept instead, and who sends them: see .env.example.
EXPORT_BUCKET = env.export_bucket
EXPORT_DOWNLOADS = env.export_downloads
# The web server's own address of EXPORT_ROOT, which it must mark `internal`.
EXPORT_ACCEL_LOCATION = "/protected/exports/"
# How long an address works that is signed for who may have the file.
EXPORT_SIGNED_SECONDS = 60
# How long the file of an export can be downloaded. Its receipt is kept for good.
EXPORT_KEEP_FOR = timedelta(days=7)
# How long a worker may be silent before another takes over.
EXPORT_LEASE = timedelta(seconds=45)
# How long an export waits for a worker before the queue is told of it again.
EXPORT_UNHEARD_AFTER = timedelta(seconds=60)
# So many exports of one workspace are written at once. Fewer than the worker has processes, so that the many
# of one workspace do not keep the few of another waiting.
EXPORTS_AT_ONCE = 1
# So many exports may a member ask for in one day of the workspace, and so many rows may one have.
EXPORTS_A_DAY = 200
EXPORT_MAX_ROWS = 10_000_000
# How long what the next export of a view is compared with is kept: longer than a month, and a quarter of one.
IMPRINT_KEEP_FOR = timedelta(days=100)
UPLOAD_ROOT = env.upload_root
# A file larger than this is kept on disk while it is received.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Answers to browsers ---
_NONE, _SELF = "'none'", "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_NONE],
        "script-src": [_SELF],
        "style-src": [_SELF],
        "font-src": [_SELF],
        "img-src": [_SELF],
        "connect-src": [_SELF],
        "form-action": [_SELF],
        "frame-ancestors": [_NONE],
        "base-uri": [_NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- Mail, work, logs ---
vars().update(env.email)
DEFAULT_FROM_EMAIL = env.default_from_email
SERVER_EMAIL = env.default_from_email
EMAIL_TIMEOUT = 10

_REDIS_TIMEOUTS = {"socket_timeout": 3, "socket_connect_timeout": 2}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.redis_url,
        "KEY_PREFIX": "atomicpay",
        "OPTIONS": _REDIS_TIMEOUTS,
    }
}

CELERY_BROKER_URL = env.redis_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A task that cannot be acknowledged any more, because the queue went away, is ended: it will be sent again,
# and what is left of it would keep its place in the worker for good.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# soft limit < hard limit < visibility timeout: a task that is given up is given up before it is sent again.
CELERY_TASK_SOFT_TIME_LIMIT = 50 * 60
CELERY_TASK_TIME_LIMIT = 55 * 60
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60 * 60,
    "socket_timeout": 10,
    "socket_connect_timeout": 2,
    "retry_policy": {"timeout": 3.0},
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep exports": {
        "task": "exports.tasks.sweep_exports",
        "schedule": timedelta(seconds=30),
        # One that waited behind other work is of no use any more: the next is there already.
        "options": {"expires": 25},
    },
    "start scheduled exports": {
        "task": "exports.tasks.start_schedules",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 55},
    },
    "forget old imprints": {
        "task": "exports.tasks.forget_old_imprints",
        "schedule": crontab(hour=4, minute=40),
        "options": {"expires": 60 * 60},
    },
    "settle erasures": {
        "task": "atomicpay.privacy.tasks.settle_erasures",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 55},
    },
    "fold daily totals": {
        "task": "sales.tasks.fold_all_daily_totals",
        "schedule": crontab(hour=6, minute=10),
        "options": {"expires": 60 * 60},
    },
    "check what has changed": {
        "task": "atomicpay.attention.tasks.check_all_changed",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 4 * 60},
    },
    "check everybody": {
        "task": "atomicpay.attention.tasks.check_all",
        "schedule": crontab(hour=5, minute=20),
        "options": {"expires": 60 * 60},
    },
    "find duplicates of who has changed": {
        "task": "customers.duplicates.tasks.look_for_changed_duplicates",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 55},
    },
    "find duplicates": {
        "task": "customers.duplicates.tasks.look_for_all_duplicates",
        "schedule": crontab(hour=4, minute=30),
        "options": {"expires": 60 * 60},
    },
}

LOG_LEVEL = env.log_level
