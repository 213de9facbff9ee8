"""Who may read what we keep: the key, the folder of the data, and what commands write."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from catalogue.config import ROOT
from tests.builders import app_with, make_settings
from tests.index_life.conftest import environment

CONSOLE = Path(sys.executable).with_name("catalogue")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    settings = make_settings(tmp_path / "data", secret_key="")
    key = settings.kept_secret_key()

    assert len(key) >= 40
    assert settings.kept_secret_key() == key
    assert mode(tmp_path / "data" / "secret_key") == 0o600


@pytest.mark.parametrize("open_mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_that_others_could_read_is_shut_and_told(
    tmp_path: Path, open_mode: int, caplog: pytest.LogCaptureFixture
) -> None:
    settings = make_settings(tmp_path / "data", secret_key="")
    key = settings.kept_secret_key()
    path = tmp_path / "data" / "secret_key"
    path.chmod(open_mode)

    with caplog.at_level(logging.WARNING):
        assert settings.kept_secret_key() == key

    assert mode(path) == 0o600
    assert "could be read by others" in caplog.text
    assert key not in caplog.text


def test_what_commands_write_is_for_their_owner_alone_but_for_an_export(tmp_path: Path) -> None:
    """Whatever the shell would have given: a usual one lets everybody read."""
    folder = tmp_path / "data"
    files = [tmp_path / "kopie.zip", tmp_path / "uit.csv"]
    for words in (["init", "--without-organisations"], ["backup", files[0]], ["export", files[1]]):
        subprocess.run(
            [CONSOLE, *words],
            cwd=ROOT,
            env=environment(folder),
            check=True,
            capture_output=True,
            preexec_fn=lambda: os.umask(0o022),
        )
    kept = [folder, *folder.rglob("*")]

    assert {"catalogue.db", "secret_key", "index"} <= {path.name for path in kept}
    assert [path for path in kept if mode(path) & 0o077] == []
    assert mode(files[0]) == 0o600
    assert mode(files[1]) == 0o644


def test_a_cookie_of_another_key_is_no_session(tmp_path: Path) -> None:
    with app_with(make_settings(tmp_path / "een", secret_key="een")) as app:
        client = app.test_client()
        with client.session_transaction("/beheer") as session:
            session["_user_id"] = "1:x"
        forged = client.get_cookie("beheer")
    assert forged is not None

    with app_with(make_settings(tmp_path / "twee", secret_key="twee")) as app:
        client = app.test_client()
        client.set_cookie("beheer", forged.value)
        with client.session_transaction("/beheer") as session:
            assert "_user_id" not in session
