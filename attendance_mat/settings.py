"""Settings: what differs from one deployment to the next comes from the environment."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.contrib.messages import constants as message_levels

from attendance_mat import env

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(env.text("STATE_DIR", str(BASE_DIR / ".state")))

SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.listed("SECRET_KEYS_BEFORE")  # newest first: what was signed or kept under them still opens
REGISTER_SEAL_KEY = env.text("REGISTER_SEAL_KEY", "")  # never in the database; `check --deploy` refuses none
DEBUG = env.flag("DEBUG", "no")
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.listed("TRUSTED_ORIGINS")

SHARED_APPS = [
    "django_tenants",
    "attendance_mat.trust",
    "attendance_mat.audit",
    "attendance_mat.accounts",
    "attendance_mat.published",
    "attendance_mat.web",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "csp",
]
# One set of these tables for each school. The audit log is in both: a school's own, and the trust's.
TENANT_APPS = [
    "attendance_mat.audit",
    "registers",
    "attendance_mat.admission",
    "letters",
    "absence",
    "escalation",
    "attendance_mat.keeping",
]
INSTALLED_APPS = [*SHARED_APPS, *(app for app in TENANT_APPS if app not in SHARED_APPS), "reporting"]

TENANT_MODEL = "trust.School"
TENANT_DOMAIN_MODEL = "trust.Domain"
TENANT_LIMIT_SET_CALLS = True  # otherwise every query is doubled by a SET search_path
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]

MIDDLEWARE = [
    "attendance_mat.web.middleware.StorableAddressMiddleware",
    "registers.views.paper_when_down.PaperWhenDownMiddleware",  # before anything asks the database
    "attendance_mat.trust.middleware.SchoolMiddleware",  # it picks the school from the path
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "attendance_mat.accounts.middleware.MemberMiddleware",  # default deny: a page names its permission
    "registers.views.looks.RecordLooksMiddleware",  # who looked at which pupil's record
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "attendance_mat.web.middleware.PrivatePagesMiddleware",
]
ROOT_URLCONF = "attendance_mat.urls"
SCHOOL_URLCONF = "attendance_mat.school_urls"
WSGI_APPLICATION = "attendance_mat.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [f"attendance_mat.web.templatetags.{name}" for name in ("attendance", "components", "charts")],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "attendance_mat.accounts.context.member",
                "attendance_mat.web.context.page",
            ],
        },
    },
]
FORM_RENDERER = "attendance_mat.web.forms.Renderer"


def _database(address: env.DatabaseAddress) -> dict[str, Any]:
    return {
        "ENGINE": "django_tenants.postgresql_backend",
        "HOST": address.host,
        "PORT": address.port,
        "NAME": address.name,
        "USER": address.user,
        "PASSWORD": address.password,
        # No statement is long enough to be worth compiling; a server that is gone is given up in seconds.
        "OPTIONS": {"options": "-c jit=off", "connect_timeout": 5, **address.options},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


APPLICATION_DATABASE, OWNER_DATABASE = env.database_addresses(secret=SECRET_KEY)
RUNS_AS_OWNER = env.text("DATABASE_ROLE", "application") == "owner"
DATABASES = {"default": _database(OWNER_DATABASE if RUNS_AS_OWNER else APPLICATION_DATABASE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "django_tenants.cache.make_key",
        "REVERSE_KEY_FUNCTION": "django_tenants.cache.reverse_key",
    },
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["attendance_mat.accounts.signed_in.People"]
SESSION_ENGINE = "attendance_mat.accounts.signed_in"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = False
USE_TZ = True

# Where a demonstration and the tests keep the SQL that makes a school's tables; nowhere unless set.
SCHOOL_PLANS_DIR = Path(place) if (place := env.text("SCHOOL_PLANS_DIR", "")) else None
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(STATE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "attendance_mat.web.joined.JoinedScripts",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.text("STATIC_STORAGE", "django.contrib.staticfiles.storage.ManifestStaticFilesStorage")
    },
    # Where the registers' back-ups are kept: better elsewhere than on this disk (docs/keeping.md).
    "archives": env.storage(
        "ARCHIVE_STORAGE",
        "django.core.files.storage.FileSystemStorage",
        {
            "location": str(STATE_DIR / "archives"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    ),
}
MEDIA_ROOT = STATE_DIR / "files"
# Today's registers to print when the database is down: web and worker must both reach it (docs/paper.md).
PAPER_DIR = Path(env.text("PAPER_DIR", str(STATE_DIR / "paper")))

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [SELF],
        "object-src": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
HTTPS = env.flag("HTTPS", "no")
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "attendance_mat.web.views.form_expired"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", "no") else None

MESSAGE_TAGS = {message_levels.ERROR: "error", message_levels.SUCCESS: "success"}
FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

REST_FRAMEWORK = {
    # MemberMiddleware has already decided who may call what; this adds the forgery check.
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "EXCEPTION_HANDLER": "attendance_mat.web.views.refused",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
}

EMAIL_URL_HOST = env.text("EMAIL_HOST", "")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_URL_HOST
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_HOST = EMAIL_URL_HOST
EMAIL_PORT = env.whole_number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_TLS", "no")
EMAIL_TIMEOUT = 10  # seconds, or a mail server that hangs would hold the page
EMAIL_FILE_PATH = STATE_DIR / "mail"
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "attendance@localhost")

TRUST_NAME = env.text("TRUST_NAME", "The trust")
DEMO_LOGINS = env.flag("DEMO_LOGINS", "no")  # the log-in page signs in as any invented person of the demonstration

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "attendance_mat.logs.WithoutRows", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "WARNING")},
}
