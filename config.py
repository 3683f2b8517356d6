"""Settings, from the environment; values only. `.env` files are not read: the service manager sets them.

Tests and tools change single values through ``create_app(overrides)``.
"""

import os
import secrets
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def _flag(name: str) -> bool:
    """True for 1, true, yes, on; false for anything else and for an unset variable."""
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def _words(name: str) -> list[str] | None:
    """Comma-separated words; None when the variable is unset or empty."""
    words = [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]
    return words or None


def secret_key(data_dir: Path, name: str = "secret_key") -> str:
    """The key kept in the file ``name`` of ``data_dir`` (mode 0600), made at first use.

    The key is written to a file of its own and linked into place: of two workers that start together
    exactly one link succeeds, both read that one, and nobody ever reads half a key.
    """
    place = data_dir / name
    if not place.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        draft = data_dir / f".{name}.{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, place)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return place.read_text(encoding="ascii")


def secret(name: str) -> str | None:
    """The credential that systemd decrypted for this service, else the variable; ``SECRET_KEY`` is ``secret-key``."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    place = Path(folder, name.lower().replace("_", "-")) if folder else None
    if place is not None and place.is_file():
        return place.read_text(encoding="utf-8").strip() or None
    return os.environ.get(name) or None


class Config:
    """One object for the whole process; read once, at import."""

    # Where the application keeps what it makes: database, files, secret key.
    DATA_DIR = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
    FILES_DIR = Path(os.environ.get("FILES_DIR") or DATA_DIR / "files").resolve()
    FILES_URL = os.environ.get("FILES_URL") or None  # s3://bucket/prefix; else the folder FILES_DIR
    SECRET_KEY = secret("SECRET_KEY") or secret_key(DATA_DIR)
    BACKUP_KEY = secret("BACKUP_KEY")  # seals backups; without it a key is made beside DATA_DIR (app/backup/seal.py)
    SQLALCHEMY_DATABASE_URI = secret("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'scoring.db'}"

    # The audit trail (docs/operations.md, "Audit trail"). FINGERPRINT_KEY marks passwords on the trail; AUDIT_KEY signs
    # the nightly root and belongs to ``audit anchor`` alone: the service itself is not given it.
    FINGERPRINT_KEY = secret("FINGERPRINT_KEY")  # else DATA_DIR/fingerprint_key, made when first needed
    AUDIT_KEY_FILE = Path(os.environ.get("AUDIT_KEY_FILE") or DATA_DIR / "audit_key").resolve()
    AUDIT_KEY = secret("AUDIT_KEY")  # the key itself, PEM; else it lies in AUDIT_KEY_FILE
    AUDIT_PUBLIC_KEYS = _words("AUDIT_PUBLIC_KEYS") or []
    AUDIT_MAIL_TO = _words("AUDIT_MAIL_TO") or []
    AUDIT_TSA_URL = os.environ.get("AUDIT_TSA_URL") or None
    AUDIT_TSA_CERTIFICATES = os.environ.get("AUDIT_TSA_CERTIFICATES") or None  # PEM: what stamps are checked by

    # The province and the words on its documents.
    APP_NAME = os.environ.get("APP_NAME", "Chấm điểm")
    PROVINCE = os.environ.get("PROVINCE", "tỉnh Thanh Hóa")
    PROVINCE_PEOPLES_COMMITTEE = os.environ.get(
        "PROVINCE_PEOPLES_COMMITTEE", "ỦY BAN NHÂN DÂN TỈNH THANH HÓA"
    )
    HOME_AFFAIRS = os.environ.get("HOME_AFFAIRS", "SỞ NỘI VỤ")

    # Addresses. BASE_URL stands in QR codes and mails and must be the one that people can reach.
    PORT = int(os.environ.get("PORT") or 8080)
    BASE_URL = (os.environ.get("BASE_URL") or f"http://127.0.0.1:{PORT}").rstrip("/")
    TRUSTED_HOSTS = _words("TRUSTED_HOSTS")
    FAB_SAFE_REDIRECT_HOSTS = TRUSTED_HOSTS or []
    PROXY = _flag("PROXY")  # True behind one reverse proxy that sets X-Forwarded-*

    # Sign-in and sessions.
    HTTPS = _flag("HTTPS")
    SESSION_COOKIE_SECURE = HTTPS
    SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"  # no other host, no subdomain can set it
    SESSION_COOKIE_HTTPONLY = True
    SESSION_REFRESH_EACH_REQUEST = False  # a picture that arrives late must not bring an ended session back
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_IDLE = timedelta(minutes=int(os.environ.get("SESSION_IDLE_MINUTES") or 60))
    PERMANENT_SESSION_LIFETIME = timedelta(hours=int(os.environ.get("SESSION_HOURS") or 8))
    FIRST_PASSWORD_LIFE = timedelta(days=int(os.environ.get("FIRST_PASSWORD_DAYS") or 30))
    PASSWORD_METHOD = "scrypt:32768:8:3"  # of every password kept: as costly as the guidance for 2025 asks
    WTF_CSRF_TIME_LIMIT = None  # as long as the session: a sheet stays open for a whole morning

    # Two people: who has created, promoted, reset, unlocked or moved an account within so many days is one with it.
    FOUR_EYES_DAYS = int(os.environ.get("FOUR_EYES_DAYS") or 30)

    # The province's single sign-on (OpenID Connect): off until OIDC_ISSUER is set.
    OIDC_ISSUER = (os.environ.get("OIDC_ISSUER") or "").rstrip("/") or None
    OIDC_CLIENT_ID = os.environ.get("OIDC_CLIENT_ID") or None
    OIDC_CLIENT_SECRET = secret("OIDC_CLIENT_SECRET")
    OIDC_NAME = os.environ.get("OIDC_NAME") or "tài khoản của tỉnh"
    OIDC_CLAIMS = _words("OIDC_CLAIMS") or ["preferred_username", "email"]
    OIDC_ONLY = _flag("OIDC_ONLY")  # no sign-in by password
    # The API: a token is asked for with name and password and lives for minutes; nothing renews it.
    JWT_ACCESS_TOKEN_EXPIRES = timedelta(minutes=int(os.environ.get("API_TOKEN_MINUTES") or 30))
    JWT_TOKEN_LOCATION = ["headers"]

    # Uploads.
    MAX_UPLOAD_BYTES = int(os.environ.get("UPLOAD_MB") or 20) * 1024 * 1024
    MAX_CONTENT_LENGTH = MAX_UPLOAD_BYTES
    AGENCY_FILES_BYTES = int(os.environ.get("AGENCY_FILES_MB") or 5120) * 1024 * 1024
    AGENCY_FILES = int(os.environ.get("AGENCY_FILES") or 5000)
    CLAMD_ADDRESS = os.environ.get("CLAMD_ADDRESS") or None  # host:port, or the path of a socket

    # Digital signatures in signed reports: the folder of root certificates (PEM or DER) that a signer's must end in.
    SIGNATURE_ROOTS = Path(os.environ["SIGNATURE_ROOTS"]) if os.environ.get("SIGNATURE_ROOTS") else None

    # Watching. Metrics are given to this machine, and to others only for the token.
    LOG_LEVEL = (os.environ.get("LOG_LEVEL") or "INFO").upper()
    LOG_SOCKET = os.environ.get("LOG_SOCKET") or "/dev/log"  # for the trail's lines of commands that a person types
    METRICS = _flag("METRICS")
    METRICS_TOKEN = secret("METRICS_TOKEN")

    # Mail: off until SMTP_HOST is set.
    SMTP_HOST = os.environ.get("SMTP_HOST") or None
    SMTP_PORT = int(os.environ.get("SMTP_PORT") or 587)
    SMTP_USER = os.environ.get("SMTP_USER") or None
    SMTP_PASSWORD = secret("SMTP_PASSWORD")
    SMTP_FROM = os.environ.get("SMTP_FROM") or None
    SMTP_TLS = _flag("SMTP_TLS")

    # Languages. The folder is absolute: Flask-Babel resolves a relative one against app/.
    LANGUAGES = {"vi": {"flag": "vn", "name": "Tiếng Việt"}, "en": {"flag": "gb", "name": "English"}}
    BABEL_DEFAULT_LOCALE = "vi"
    BABEL_DEFAULT_TIMEZONE = "Asia/Ho_Chi_Minh"
    BABEL_TRANSLATION_DIRECTORIES = str(ROOT / "translations")

    # Flask-AppBuilder: migrations own the schema, app.security owns the roles (FAB_ROLES is set there).
    AUTH_TYPE = 1  # accounts in our own database
    AUTH_RATE_LIMITED = True
    AUTH_RATE_LIMIT = os.environ.get("SIGN_IN_LIMIT") or "60 per 1 minute"  # an address: offices share one
    RATELIMIT_ENABLED = True
    RATELIMIT_STORAGE_URI = os.environ.get("RATE_LIMITS_URL") or "database://"  # app/rate_counts.py
    FAB_PASSWORD_HASH_METHOD = PASSWORD_METHOD
    FAB_CREATE_DB = False
    FAB_UPDATE_PERMS = False
    FAB_ADD_SECURITY_VIEWS = True
    FAB_ADD_SECURITY_PERMISSION_VIEW = False
    FAB_ADD_SECURITY_VIEW_MENU_VIEW = False
    FAB_ADD_SECURITY_PERMISSION_VIEWS_VIEW = False
    FAB_ADD_SECURITY_API = False
    FAB_API_SWAGGER_UI = False
    FAB_PASSWORD_COMPLEXITY_ENABLED = False  # app.security has the rule of this system
