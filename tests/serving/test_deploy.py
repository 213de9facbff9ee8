"""The files for systemd, for containers and for a proxy: whole, shut, and naming only what is there."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from flask import Flask

from catalogue.commands import cli
from catalogue.config import ROOT
from catalogue.exchange.reader import MAX_BYTES
from catalogue.serving import GRACE
from catalogue.web.proxy import FORWARDED, HEADER
from tests.tree.test_documented import SETTING, commands, settings_in_code

DEPLOY = ROOT / "deploy"
FILES = sorted(DEPLOY.iterdir())
UNITS = [path for path in FILES if path.suffix in (".service", ".socket", ".timer")]
SERVICES = [path for path in UNITS if path.suffix == ".service"]
TIMERS = [path for path in UNITS if path.suffix == ".timer"]
# Where the program stands on a machine that serves.
INSTALLED = "/opt/catalogue/current"
# What systemd calls exposed, of 10; a service without any of its guards has 9.6.
EXPOSED_AT_MOST = 2.0
INSTRUCTIONS = {
    "FROM",
    "RUN",
    "COPY",
    "ENV",
    "USER",
    "VOLUME",
    "EXPOSE",
    "WORKDIR",
    "STOPSIGNAL",
    "HEALTHCHECK",
    "CMD",
    "LABEL",
    "ARG",
}

Unit = dict[str, dict[str, list[str]]]


def unit(path: Path) -> Unit:
    """Section → setting → its values, in order; a line that is none of these fails."""
    found: Unit = defaultdict(lambda: defaultdict(list))
    section = ""
    for line in path.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if head := re.fullmatch(r"\[(\w+)\]", line):
            section = head[1]
            continue
        pair = re.fullmatch(r"(\w+)=(.*)", line)
        assert pair and section, f"{path.name}: {line}"
        found[section][pair[1]].append(pair[2])
    return found


def instructions() -> list[tuple[str, str]]:
    """Each instruction of the container file, with its words on one line."""
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines())]


def words_of(name: str) -> list[str]:
    return [rest for word, rest in instructions() if word == name]


def test_the_files_are_the_ones_that_are_looked_at() -> None:
    assert {path.name for path in set(FILES) - set(UNITS)} == {"Containerfile", "nginx.conf"}
    assert len(SERVICES) == 3


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_only_settings_that_exist_are_named(path: Path) -> None:
    assert set(SETTING.findall(path.read_text("utf-8"))) - settings_in_code() == set()


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_runs_a_command_that_exists(path: Path) -> None:
    (line,) = unit(path)["Service"]["ExecStart"]
    asked = re.search(rf"{INSTALLED}/\.venv/bin/catalogue (\w+)", line)

    assert asked
    assert f"catalogue {asked[1]}" in commands(cli)


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_may_write_only_its_own_folders(path: Path) -> None:
    service = unit(path)["Service"]

    assert service["User"] == ["catalogue"]
    assert service["ProtectSystem"] == ["strict"]
    assert service["NoNewPrivileges"] == ["yes"]
    assert service["CapabilityBoundingSet"] == [""]
    assert "CATALOGUE_DATA=/var/lib/catalogue" in service["Environment"]
    assert service["StateDirectory"] == ["catalogue"]
    assert re.fullmatch(r"\d+M", service["MemoryMax"][0])
    written = re.findall(r"/var/\w+/catalogue", service["ExecStart"][0])
    assert written == service["ReadWritePaths"]


def test_the_server_gets_more_time_to_stop_than_it_gives_its_visitors() -> None:
    service = unit(DEPLOY / "catalogue.service")["Service"]

    assert int(service["TimeoutStopSec"][0]) >= GRACE + 5
    assert service["KillMode"] == ["mixed"]
    assert service["Type"] == ["notify"]
    assert unit(DEPLOY / "catalogue.service")["Unit"]["Requires"] == ["catalogue.socket"]


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.name)
def test_a_timer_has_its_service(path: Path) -> None:
    assert path.with_suffix(".service") in SERVICES
    assert unit(path)["Timer"]["OnCalendar"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units as on a machine where the program stands where they look for it."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here (Debian: apt-get install systemd)")
    folder = tmp_path_factory.mktemp("units")
    for path in UNITS:
        (folder / path.name).write_text(path.read_text("utf-8").replace(INSTALLED, str(ROOT)), "utf-8")
    return folder


def analyze(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", "--no-pager", *words],
        env={"SYSTEMD_UNIT_PATH": f"{folder}:", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_systemd_finds_no_fault_in_the_units(installed: Path) -> None:
    done = analyze(installed, "verify", "--man=no", *(str(installed / path.name) for path in UNITS))

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_systemd_finds_a_service_shut(installed: Path, path: Path) -> None:
    done = analyze(installed, "security", "--offline=true", str(installed / path.name))
    found = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)

    assert found, done.stderr
    assert float(found[1]) <= EXPOSED_AT_MOST


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.name)
def test_systemd_reads_the_time_of_a_timer(installed: Path, path: Path) -> None:
    for moment in unit(path)["Timer"]["OnCalendar"]:
        assert analyze(installed, "calendar", moment).returncode == 0, moment


def test_the_container_file_holds_only_known_instructions() -> None:
    found = [word for word, _ in instructions()]

    assert set(found) <= INSTRUCTIONS, "ADD fetches addresses, and shells hide what runs"
    assert found[0] == "FROM"
    assert found[-1] == "CMD"


def test_the_container_begins_with_python_by_its_short_name() -> None:
    for image in words_of("FROM"):
        assert re.fullmatch(r"python:3\.11-slim( AS build)?", image)


def test_what_the_container_copies_exists() -> None:
    copied = [rest.split() for rest in words_of("COPY") if not rest.startswith("--from")]
    sources = {source for *many, _target in copied for source in many}

    assert {"catalogue", "templates", "static", "seeds", "requirements.txt"} <= sources
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_packages_in_the_container_have_hashes() -> None:
    installs = [part for rest in words_of("RUN") for part in rest.split("&&") if "pip install" in part]

    assert len(installs) == 2
    assert "--require-hashes" in installs[0]
    assert "--no-deps" in installs[1] and "--editable ." in installs[1]


def test_the_container_serves_as_nobody_in_particular_and_writes_only_its_volume() -> None:
    (user,) = words_of("USER")
    (volume,) = words_of("VOLUME")

    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    assert f"CATALOGUE_DATA={volume}" in " ".join(words_of("ENV")).split()
    after = [word for word, _ in instructions()]
    assert "RUN" not in after[after.index("USER") :]
    assert ast.literal_eval(words_of("CMD")[0])[1] in {name.split()[1] for name in commands(cli)}


def test_the_container_asks_itself_whether_it_can_serve(app: Flask) -> None:
    (check,) = words_of("HEALTHCHECK")
    program, option, code = ast.literal_eval(check.partition("CMD ")[2])
    address = re.search(r"http://127\.0\.0\.1:(\d+)(/[\w/]+)", code)

    assert (program, option) == ("python", "-c")
    ast.parse(code)
    assert address
    assert address[1] in words_of("EXPOSE")
    assert app.url_map.bind("x").match(address[2])[0] == "pages.ready"


def test_the_proxy_overwrites_everything_that_the_site_believes() -> None:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    depth = 0
    for line in (line.partition("#")[0].strip() for line in text.splitlines()):
        assert not line or line[-1] in "{};", line
        depth += line.count("{") - line.count("}")
        assert depth >= 0
    assert depth == 0
    sets = dict(re.findall(r"proxy_set_header ([\w-]+) (\S+);", text))
    believed = {name.removeprefix("HTTP_").replace("_", "-").lower() for name in FORWARDED}

    assert believed | {HEADER.lower(), "host"} <= {name.lower() for name in sets}
    # The address of who connects, never what they say of themselves.
    assert sets["X-Forwarded-For"] == "$remote_addr"
    largest = re.search(r"client_max_body_size (\d+)m;", text)
    assert largest
    assert int(largest[1]) * 1_000_000 > MAX_BYTES


def test_the_proxy_reads_a_file_without_a_fault(tmp_path: Path) -> None:
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not here (Debian: apt-get install nginx-light)")
    text = re.sub(r"ssl_certificate\S* .*;| ssl;", ";", (DEPLOY / "nginx.conf").read_text("utf-8"))
    main = tmp_path / "nginx.conf"
    main.write_text(f"pid {tmp_path}/pid; events {{}} http {{ {text} }}", "utf-8")
    done = subprocess.run(["nginx", "-t", "-c", main, "-p", tmp_path], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
