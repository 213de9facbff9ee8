"""Holds an answer of the API against the OpenAPI description."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Protocol

from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from catalogue.api.views import OPENAPI


class Ask(Protocol):
    """Asks the API and gives the JSON of the answer."""

    def __call__(self, path: str, expected: int = 200, **parameters: Any) -> Any: ...


@dataclass(frozen=True)
class Contract:
    """The description; `check` fails for an answer that it does not promise."""

    document: dict[str, Any]

    @classmethod
    def read(cls) -> Contract:
        return cls(json.loads(OPENAPI.read_text("utf-8")))

    def operation(self, path: str) -> dict[str, Any]:
        """The description of the path that fits best: a fixed one before one with a slug."""
        fixed = self.document["paths"].get(path)
        if fixed:
            return dict(fixed["get"])
        for template, operations in self.document["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
                return dict(operations["get"])
        raise AssertionError(f"{path} is not described")

    def resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        """A part of the description, followed to where it is written."""
        while "$ref" in part:
            found: Any = self.document
            for key in part["$ref"].removeprefix("#/").split("/"):
                found = found[key]
            part = found
        return part

    def check(self, response: TestResponse) -> None:
        """Fail where code, content type or body are not as described."""
        responses = self.operation(response.request.path)["responses"]
        code = str(response.status_code)
        assert code in responses, f"{response.request.path} may not answer {code}"
        described = self.resolved(responses[code])
        for name, header in described.get("headers", {}).items():
            assert name in response.headers or not header.get("required"), f"{name} is missing"
        if "content" not in described:
            return
        assert response.mimetype in described["content"]
        schema = described["content"][response.mimetype]["schema"]
        whole = {**schema, "components": self.document["components"]}
        validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
        faults = [
            f"{'/'.join(map(str, fault.absolute_path))}: {fault.message[:300]}"
            for fault in validator.iter_errors(response.json)
        ]
        assert not faults, f"{response.request.path} differs from the description:\n" + "\n".join(faults[:5])
