"""config.py: the secret key is made once and is nobody else's to read; secrets come from systemd, too."""

import runpy
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from config import secret_key


def test_the_secret_key_is_made_once_and_kept(tmp_path):
    first = secret_key(tmp_path / "var")

    assert len(first) == 64
    assert secret_key(tmp_path / "var") == first


def test_two_data_folders_have_two_keys(tmp_path):
    assert secret_key(tmp_path / "a") != secret_key(tmp_path / "b")


def test_only_the_owner_may_read_the_secret_key(tmp_path):
    secret_key(tmp_path)

    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_workers_that_start_together_share_one_key(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(lambda _: secret_key(tmp_path / "var"), range(64)))

    assert set(keys) == {secret_key(tmp_path / "var")}


SECRETS = ["SECRET_KEY", "DATABASE_URL", "OIDC_CLIENT_SECRET", "METRICS_TOKEN", "SMTP_PASSWORD"]


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_that_systemd_decrypted_comes_before_the_environment(tmp_path, monkeypatch, name):
    setting = {"DATABASE_URL": "SQLALCHEMY_DATABASE_URI"}.get(name, name)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv(name, "from the environment")
    assert getattr(settings(), setting) == "from the environment"
    (tmp_path / name.lower().replace("_", "-")).write_text("from systemd\n", encoding="utf-8")
    assert getattr(settings(), setting) == "from systemd"


def test_who_is_given_the_key_makes_none(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "secret-key").write_text("a" * 64, encoding="ascii")
    assert (settings().SECRET_KEY, (tmp_path / "var").exists()) == ("a" * 64, False)


def settings():
    return runpy.run_path("config.py")["Config"]
