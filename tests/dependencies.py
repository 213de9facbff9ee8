"""`make audit`, and part of `make check`: known faults in the packages that the site runs on.

A known fault fails. Where nobody can be asked (no network, a service that is down) one line says so, and
nothing fails: a machine without a network is no fault of ours.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from catalogue.config import ROOT

LOCK = ROOT / "requirements.txt"
# Faults that cannot be mended yet, each with the reason and the date.
KNOWN = ROOT / "tests" / "dependencies.toml"
PROGRAM = Path(sys.executable).with_name("pip-audit")
# Seconds that one question and all of them together may take.
PATIENCE, IN_ALL = 5, 120
# How the program ends where the service could not be asked; a lock file that it cannot read ends otherwise.
UNREACHABLE = re.compile(
    r"^(?:requests|urllib3|json|pip_audit\._service|cachecontrol)[\w.]*(?:Error|Timeout|Decode\w*)\b"
    r"|Could not connect|not redirecting properly|network may be blocking",
    re.MULTILINE,
)


class UnreachableError(Exception):
    """The service that knows of faults could not be asked."""


@dataclass(frozen=True, slots=True)
class Known:
    """A fault that cannot be mended yet."""

    id: str
    reason: str
    since: date


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a package that we run on, under every name that it has."""

    package: str
    ids: tuple[str, ...]
    fixed_in: tuple[str, ...]

    def __str__(self) -> str:
        way_out = f"mended in {', '.join(self.fixed_in)}" if self.fixed_in else "not mended yet"
        return f"{self.package}: {' = '.join(self.ids)}, {way_out}"


def known_faults(path: Path = KNOWN) -> list[Known]:
    """The list of faults that are let through."""
    found = tomllib.loads(path.read_text("utf-8")).get("known", [])
    return [Known(one["id"], one["reason"], one["since"]) for one in found]


def faults(lock: Path, *options: str) -> list[Fault]:
    """Known faults of the pinned packages; raises UnreachableError, or ValueError for a bad lock file."""
    command = [str(PROGRAM), "--format", "json", "--progress-spinner", "off", "--timeout", str(PATIENCE)]
    command += ["--require-hashes", "--disable-pip", "--requirement", str(lock), *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=IN_ALL)
    except subprocess.TimeoutExpired:
        raise UnreachableError(f"no answer within {IN_ALL} seconds") from None
    if not done.stdout.strip():
        if UNREACHABLE.search(done.stderr):
            raise UnreachableError(done.stderr.strip().splitlines()[-1][:200])
        raise ValueError(done.stderr.strip())
    packages = json.loads(done.stdout)["dependencies"]
    if all("skip_reason" in package for package in packages):
        raise UnreachableError("the service knows none of the packages")
    return [_fault(package, one) for package in packages for one in package.get("vulns", ())]


def _fault(package: Mapping[str, Any], found: Mapping[str, Any]) -> Fault:
    return Fault(
        f"{package['name']} {package['version']}",
        (found["id"], *found.get("aliases", ())),
        tuple(found.get("fix_versions", ())),
    )


def audit(lock: Path, known: Sequence[Known], *options: str) -> int:
    """Say what is wrong with the packages; 1 where something is that nobody wrote down, else 0."""
    try:
        found = faults(lock, *options)
    except UnreachableError as error:
        print(f"Not audited: nobody could be asked for known faults ({error}).")
        return 0
    written = {one.id for one in known}
    new = [fault for fault in found if written.isdisjoint(fault.ids)]
    for fault in new:
        print(f"Known fault in {fault}")
    for one in known:
        if not any(one.id in fault.ids for fault in found):
            print(f"{one.id} is no fault of ours any more: take it off the list.")
    if not new:
        print(f"No known faults in {lock.name}; {len(found)} let through with a reason.")
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(audit(LOCK, known_faults(), *sys.argv[1:]))
