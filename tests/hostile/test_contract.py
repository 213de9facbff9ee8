"""Schemathesis as a client of the API: what its description promises and forbids, tried on the real site."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest
import schemathesis
from flask import Flask
from schemathesis.checks import CHECKS
from schemathesis.config import (
    GenerationConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.engine import Status, events, from_schema

DESCRIPTION = "/api/v1/openapi.json"
# Tries of each operation, beside the limits of each parameter, which are all tried.
EXAMPLES = 25
# No description can say which words we know: what is well formed may be a service that is none of ours.
UNSAYABLE = "positive_data_acceptance"


@dataclass
class Tried:
    """What one run asked, and what was wrong with the answers."""

    checks: Counter[tuple[str, str, Status]] = field(default_factory=Counter)
    codes: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def phases(self) -> set[str]:
        return {phase for phase, _, _ in self.checks}

    def names(self, phase: str) -> set[str]:
        """The checks that were made in a phase."""
        return {name for known, name, _ in self.checks if known == phase}


def configured() -> SchemathesisConfig:
    return SchemathesisConfig(
        seed=2026,
        projects=ProjectsConfig(
            default=ProjectConfig(
                # Its way to a WSGI application does not unpack.
                headers={"Accept-Encoding": "identity"},
                continue_on_failure=True,
                generation=GenerationConfig(deterministic=True, max_examples=EXAMPLES),
            )
        ),
    )


@pytest.fixture(scope="module")
def tried(full_site: Flask) -> Tried:
    described = schemathesis.openapi.from_wsgi(DESCRIPTION, full_site, config=configured())
    found = Tried()
    for event in from_schema(described).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            found.faults.append(str(event))
        elif isinstance(event, events.ScenarioFinished):
            _gather(event, found)
    return found


def _gather(event: events.ScenarioFinished, found: Tried) -> None:
    phase = event.phase.value
    for number, case in event.recorder.interactions.items():
        if case.response is not None:
            found.codes[phase, event.recorder.label, case.response.status_code] += 1
        for check in event.recorder.checks.get(number, ()):
            found.checks[phase, check.name, check.status] += 1
            if check.failure_info and not (check.name == UNSAYABLE and phase != "examples"):
                failure = check.failure_info.failure
                asked = event.recorder.cases[number].value.as_curl_command()
                found.faults.append(f"{phase} {check.name}: {asked[:500]}\n{failure.message[:500]}")


def test_no_answer_of_the_api_is_other_than_described(tried: Tried) -> None:
    assert tried.faults == []


@pytest.mark.parametrize("phase", ["examples", "coverage", "fuzzing", "stateful"])
def test_each_way_of_asking_made_every_check(tried: Tried, phase: str) -> None:
    """Else the test above proves nothing: a client that asks little finds little."""
    needed = {"not_a_server_error", "status_code_conformance", "content_type_conformance"}
    needed |= {"response_schema_conformance", "response_headers_conformance", "negative_data_rejection"}
    assert needed <= tried.names(phase)
    assert tried.names(phase) <= set(CHECKS.get_all_names())


def test_every_operation_was_asked_well_and_badly(full_site: Flask, tried: Tried) -> None:
    paths = full_site.test_client().get(DESCRIPTION).get_json()["paths"]
    asked = {label for _, label, _ in tried.codes}
    assert {f"GET {path}" for path in paths} - {f"GET {DESCRIPTION}"} <= asked
    searched = {code for _, label, code in tried.codes if label.endswith("/organisaties")}
    assert searched >= {200, 400, 404, 405}
    advised = {code for _, label, code in tried.codes if label.endswith("/advies")}
    assert advised >= {200, 400, 405}
