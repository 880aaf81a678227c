"""All settings, from the environment; production is the default and fails fast on a missing secret."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from aimitsu.env import database, email, env_bool, env_int, env_list, env_str
from core.logs import configure_logging

BASE_DIR = Path(__file__).resolve().parent.parent
MODE = env_str("AIMITSU_MODE", "production")
IS_PRODUCTION = MODE == "production"
DATA_DIR = Path(env_str("AIMITSU_DATA_DIR", str(BASE_DIR / ".data")))

# --- Identity -------------------------------------------------------------------------------
SECRET_KEY = env_str(
    "AIMITSU_SECRET_KEY", None if IS_PRODUCTION else "only-for-development-and-tests"
)
# Lock drafts, authors' copies and the keys of rounds: the first locks, every one of them unlocks.
SEALING_KEYS = env_list(
    "AIMITSU_SEALING_KEYS", None if IS_PRODUCTION else "only-for-development-and-tests"
)
SECRET_KEY_FALLBACKS = env_list("AIMITSU_SECRET_KEY_FALLBACKS")
DEBUG = False
BASE_URL = env_str("AIMITSU_BASE_URL", None if IS_PRODUCTION else "http://127.0.0.1:8000").rstrip(
    "/"
)
ALLOWED_HOSTS = env_list(
    "AIMITSU_ALLOWED_HOSTS", "" if IS_PRODUCTION else "127.0.0.1,localhost,testserver"
)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SITE_IS_DEMO = env_bool("AIMITSU_DEMO", default=False)

# --- Rooms of the house ---------------------------------------------------------------------
INSTALLED_APPS = [
    "dashboards",
    "reviews",
    "quotes",
    "vendors",
    "kpis",
    "accounts",
    "core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "django_htmx",
    "csp",
    "rest_framework",
    "drf_spectacular",
]
MIDDLEWARE = [
    "core.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.SecurityHeadersMiddleware",
    "core.problems.ApiProblemMiddleware",
    "core.middleware.NulMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.ActorMiddleware",
    "core.middleware.DenialMiddleware",
]
ROOT_URLCONF = "aimitsu.urls"
WSGI_APPLICATION = "aimitsu.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "aimitsu.navigation.navigation",
            ],
        },
    }
]

# --- Data -----------------------------------------------------------------------------------
# The site connects as a role that neither owns the tables nor bypasses row-level security.
# Only `migrate --database=owner` needs the owner's address.
DATABASES: dict[str, dict[str, Any]] = {
    "default": database(env_str("DATABASE_URL"))
    | {"ATOMIC_REQUESTS": True, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
}
if OWNER_URL := env_str("DATABASE_OWNER_URL", ""):
    DATABASES["owner"] = database(OWNER_URL)
REDIS_URL = env_str("REDIS_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
# Counts tries to sign in, over all processes; in the database, so that a lost broker lets nobody in.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Background work: the broker is only a wake-up call, the outbox in PostgreSQL is the truth --
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 120, 180
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": 3,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = env_int("AIMITSU_WORKER_SHUTDOWN_SECONDS", 30)
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_max": 0.5}
CELERY_TIMEZONE = "Asia/Tokyo"
CELERY_BEAT_SCHEDULE = {
    # What nobody took before the next one comes is dropped: no pile waits for a worker that was away.
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for name, task, seconds in (
        ("outbox-sweep", "core.tasks.sweep", env_int("AIMITSU_SWEEP_SECONDS", 30)),
        ("worker-heartbeat", "core.tasks.heartbeat", env_int("AIMITSU_HEARTBEAT_SECONDS", 15)),
        ("api-purge", "core.tasks.purge_answers", 3600),
        ("kpis-plans", "kpis.tasks.apply_plans", env_int("AIMITSU_PLANS_SECONDS", 900)),
        ("reviews-daily", "reviews.tasks.daily", env_int("AIMITSU_DAILY_SECONDS", 3600)),
    )
}
OUTBOX_LEASE_SECONDS = env_int("AIMITSU_OUTBOX_LEASE_SECONDS", 300)
OUTBOX_MAX_ATTEMPTS = 10

# --- Mail -----------------------------------------------------------------------------------
for _name, _value in email(
    env_str("AIMITSU_EMAIL_URL", None if IS_PRODUCTION else f"file://{DATA_DIR}/mail")
).items():
    globals()[_name] = _value
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env_str(
    "AIMITSU_FROM_EMAIL", None if IS_PRODUCTION else "あいみつ <no-reply@aimitsu.invalid>"
)

# --- Sign-in --------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # only in the browser that signed up
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or address is told by mail
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_FORMS = {
    name: f"accounts.account_forms.{form}"
    for name, form in (
        ("login", "LoginForm"),
        ("signup", "SignupForm"),
        ("reset_password", "ResetPasswordForm"),
        ("reset_password_from_key", "ResetPasswordKeyForm"),
        ("change_password", "ChangePasswordForm"),
    )
}
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = (
    {} if env_bool("AIMITSU_RATE_LIMITS", default=True) else False
)
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("AIMITSU_PROXY_COUNT", 0)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboards:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if MODE == "test":  # signing in is not what most tests are about
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- Language and time ----------------------------------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語")]  # English follows with its catalogue: half a translation is none
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_I18N = USE_TZ = True

# --- Static files ---------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env_str("AIMITSU_STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not IS_PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "core.static_storage.ModuleManifestStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Security -------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = IS_PRODUCTION and env_bool("AIMITSU_HTTPS", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env_int("AIMITSU_PROXY_COUNT", 0) else None
)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
SESSION_COOKIE_NAME = "__Host-session" if SECURE_SSL_REDIRECT else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_SSL_REDIRECT else "csrf"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SILENCED_SYSTEM_CHECKS: list[str] = []
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- API ------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "accounts.authentication.TokenScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.authentication.TokenThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "core.api.Pages",
    "DEFAULT_SCHEMA_CLASS": "core.schema.ApiSchema",
    "EXCEPTION_HANDLER": "core.api.exception_handler",
}
API_REQUESTS_A_MINUTE = env_int("AIMITSU_API_REQUESTS_A_MINUTE", 600)  # per token
SPECTACULAR_SETTINGS = {
    "TITLE": "aimitsu API",
    "DESCRIPTION": "KPI trees, targets, measurements and scorecards. See docs/how-to/api.md.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "UnitEnum": "kpis.models.choices.Unit",
        "PhaseEnum": "kpis.models.choices.Phase",
    },
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_PATCH": False,
    "TAGS": [
        {"name": "trees", "description": "KPI trees, their commands and their history"},
        {"name": "kpis", "description": "KPIs, targets and measurements"},
        {"name": "lint", "description": "The design check: findings, fixes and waivers"},
        {"name": "library", "description": "The KPI library and one's own definitions"},
        {"name": "templates", "description": "Trees to start from, by type of work and phase"},
        {"name": "guided", "description": "Five questions from a goal to a tree"},
        {
            "name": "objectives",
            "description": "OKR: objectives with key results that point at KPIs",
        },
        {"name": "promises", "description": "Qualitative promises beside the numbers"},
        {
            "name": "bands",
            "description": "The scores from which on a result is met, near or to improve",
        },
        {"name": "phase", "description": "The phase of a tree, and what a switch would bring"},
        {"name": "plans", "description": "What is dated: planned changes, bands and the phase"},
    ],
}

# --- Logs -----------------------------------------------------------------------------------
LOGGING_CONFIG = None
configure_logging(json=IS_PRODUCTION, level=env_str("AIMITSU_LOG_LEVEL", "INFO"))
