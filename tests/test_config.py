"""config.py: the secret key is made once and is nobody else's to read."""

import stat
from concurrent.futures import ThreadPoolExecutor

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
