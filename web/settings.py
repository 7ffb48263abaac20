"""All settings, for development and production alike; what differs comes from about ten environment values.

Without any value set this is a development site: bound to this machine's own addresses, data under var/.
`ENVIRONMENT=production` asks for the rest; README, "Deploy", lists the values.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from web.environment import development_secret, mailer, objections

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

ENVIRONMENT = env("ENVIRONMENT", default="development")
PRODUCTION = ENVIRONMENT == "production"
if ENVIRONMENT not in {"development", "production"}:
    raise ImproperlyConfigured(f"ENVIRONMENT is '{ENVIRONMENT}': it must be 'development' or 'production'.")

DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
if not PRODUCTION:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="") or ("" if PRODUCTION else development_secret(DATA_DIR))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
BASE_URL = env("BASE_URL", default="" if PRODUCTION else "http://127.0.0.1:8000").rstrip("/")
EMAIL_URL = env("EMAIL_URL", default="" if PRODUCTION else "console://")
DATABASE_URL = env("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")
CACHE_URL = env("CACHE_URL", default=f"filecache://{DATA_DIR / 'cache'}" if PRODUCTION else "locmemcache://")
SEARCH_URL = env("SEARCH_URL", default=f"whoosh://{DATA_DIR / 'search'}")
# Machines that keep an index each: the names of all of them, and which one this is.
SEARCH_NODES = env.list("SEARCH_NODES", default=["local"])
SEARCH_NODE = env("SEARCH_NODE", default=SEARCH_NODES[0])
MEDIA_ROOT = env("MEDIA_ROOT", default=str(DATA_DIR / "media"))
TIME_ZONE = env("TIME_ZONE", default="Asia/Shanghai")

if PRODUCTION and (
    reasons := objections(
        secret_key=SECRET_KEY,
        hosts=ALLOWED_HOSTS,
        base_url=BASE_URL,
        email_url=EMAIL_URL,
        data_dir=DATA_DIR,
        debug=DEBUG,
    )
):
    raise ImproperlyConfigured("This is not safe to serve:\n" + "\n".join(f"- {reason}" for reason in reasons))

INSTALLED_APPS = [
    "web",
    "exams",
    "courses",
    "kb",
    "kb.search",
    "people.apps.PeopleConfig",
    "allauth",
    "allauth.account",
    "wagtailmarkdown",
    "wagtail.contrib.simple_translation",
    "wagtail.locales",
    "wagtail.embeds",
    "wagtail.sites",
    "people.apps.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "web.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "web.middleware.NoNulCharacters",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "web.middleware.EditionsTakeEffect",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "web.middleware.BookOfExams",
]

ROOT_URLCONF = "web.urls"
WSGI_APPLICATION = "web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["web.templatetags.frame"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.context.shell",
            ],
        },
    },
]

DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Deferred transactions lose read-then-write saves under concurrency: measured 250 of 1800; with these, none.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # without it a connection that was cut gives a 500
    DATABASES["default"]["OPTIONS"] = {"prepare_threshold": 0} | DATABASES["default"].get(
        "OPTIONS", {}
    )  # people/compiled
    INSTALLED_APPS.append("django.contrib.postgres")
DATABASES["default"]["CONN_MAX_AGE"] = 60  # opening one anew for each request cost more than saving an answer
CACHES = {"default": env.cache_url_config(CACHE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.backends.Backend"]
PASSWORD_HASHERS = ["people.hashers.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "web.accounts.ClosedAccounts"
ACCOUNT_RATE_LIMITS = {
    "verify_certificate": "60/m/ip",
    "sign": "10/5m/user",
    "document_pdf": "20/m/ip",
    "suggest": "1200/m/ip",  # a whole office types behind one address
    "login": "600/m/ip",  # a whole room signs in behind one address; wrong passwords have a limit of their own
    "exam_ticket": "10/5m/user",  # wrong tickets
    "scan": "20/m/ip",  # of codes that nothing has
}
if PRODUCTION:
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # the web server in front

LANGUAGE_CODE = "zh-hans"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "web" / "locale"]
USE_I18N = USE_TZ = WAGTAIL_I18N_ENABLED = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "web" / "collected"
MEDIA_URL = "/media/"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "files": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a fault guide of 150 nodes sends 4,500; with eight answers each, 9,000

MAILERS = {"default": mailer(EMAIL_URL)}
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", default="benchbook@localhost")

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}
CSRF_FAILURE_VIEW = "web.views.forged"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the admin previews pages in a frame of its own origin
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # would have DENY
if PRODUCTION:
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    CSRF_TRUSTED_ORIGINS = [BASE_URL]

# Documents go into force by their sign-off alone. Read when Wagtail's models are imported.
WAGTAIL_FINISH_WORKFLOW_ACTION = "kb.control.conclude.conclude"
WAGTAIL_WORKFLOW_CANCEL_ON_PUBLISH = False  # an edition takes effect while the next one waits for signatures
WAGTAIL_SITE_NAME = "Benchbook"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_RESET_ENABLED = False  # accounts are the site's
WAGTAILADMIN_LOGIN_URL = "admin_login"
WAGTAILIMAGES_IMAGE_MODEL = "kb.Picture"
WAGTAILDOCS_DOCUMENT_MODEL = "kb.File"
WAGTAILDOCS_SERVE_METHOD = "serve_view"  # never by an address of the storage: who asks counts
WAGTAILIMAGES_MAX_UPLOAD_SIZE = WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "pdf", "pptx", "txt", "xlsx", "zip"]
WAGTAILSEARCH_BACKENDS = {
    "default": {
        "BACKEND": "kb.search.backend",
        "PATH": SEARCH_URL.removeprefix("whoosh://"),
        "NODE": SEARCH_NODE,
        "NODES": SEARCH_NODES,
        "LEXICON": "kb.searching.lexicon.lexicon",
    }
    if SEARCH_URL.startswith("whoosh://")
    else {
        "BACKEND": "kb.search.opensearch",
        "URLS": env.list("SEARCH_URL"),
        "INDEX_PREFIX": env("SEARCH_PREFIX", default="benchbook-"),
        "LEXICON": "kb.searching.lexicon.lexicon",
    }
}
WAGTAILMARKDOWN = {"autodownload_fontawesome": False}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {name: {"level": "WARNING"} for name in ("django.tasks", "django_tasks", "wagtail")},
}
