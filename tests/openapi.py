"""Bungie's published OpenAPI document as a judge of answers: strict, but for where it is known to err.

The document files int64 as integers, which travel as strings, and colours as byte strings, which travel as numbers.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest

_NUMBERS: dict[str, Any] = {
    "int16": {"type": "integer", "minimum": -(2**15), "maximum": 2**15 - 1},
    "int32": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    "uint32": {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
    "int64": {"type": "string", "pattern": r"^-?\d{1,19}$"},
    "byte": {"type": "integer", "minimum": 0, "maximum": 255},
}
_DATE_TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$"}
_ENVELOPE = {
    "ErrorCode": "integer",
    "ThrottleSeconds": "integer",
    "ErrorStatus": "string",
    "Message": "string",
    "MessageData": "object",
}
Json = dict[str, Any]


class BungieValidator:
    """`validate` a whole answer of an operation; `counts` says how many of each were looked at."""

    def __init__(self, document: Json) -> None:
        self._schemas = document["components"]["schemas"]
        self._answers = document["components"]["responses"]
        self._components = {
            name: _translate(schema, self._schemas) for name, schema in self._schemas.items() if "enum" not in schema
        }
        self._operations = [(_pattern(path), path, item) for path, item in document["paths"].items()]
        self.counts: dict[str, int] = {}
        self._judges: dict[str, Any] = {}

    def validate(self, path: str, body: Any, method: str = "get") -> None:
        """`path`: a template of the document, or a real path with or without /Platform and a query."""
        template, operation = self._find(urlsplit(path).path.removeprefix("/Platform"), method)
        name = f"{method.upper()} {template}"
        self.counts[name] = self.counts.get(name, 0) + 1
        self._envelope(body, template)
        if body["ErrorCode"] != 1:
            assert "Response" not in body, f"{template}: an error with a Response"
            return
        answer = self._answers[operation["responses"]["200"]["$ref"].rsplit("/", 1)[1]]
        schema = answer["content"]["application/json"]["schema"]["properties"]["Response"]
        self._judge(template, schema, body["Response"])

    def validate_type(self, name: str, value: Any) -> None:
        """A value against one of the document's types, where no operation says that it answers with it."""
        self._judge(name, self._schemas[name], value)

    def validate_request(self, path: str, query: Mapping[str, str], sent: bytes, method: str = "get") -> None:
        """The path's and the query's parameters against the document; a body where it names one, and only there."""
        path = path.removeprefix("/Platform")
        template, operation = self._find(path, method)
        known = {parameter["name"]: parameter for parameter in operation["parameters"]}
        values = dict(query) | _filled(template, path)
        assert set(values) <= set(known), f"{template}: unknown parameters {set(values) - set(known)}"
        missing = {name for name, one in known.items() if one.get("required")} - set(values)
        assert not missing, f"{template}: without {missing}"
        for name, text in values.items():
            self._parameter(f"{template} {name}", known[name]["schema"], text)
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            self._judge(f"body of {template}", schema, json.loads(sent))
        else:
            assert not sent, f"{template} takes no body"

    def template_of(self, path: str, method: str = "get") -> str:
        """The path of the document that this one fills."""
        return self._find(path.removeprefix("/Platform"), method)[0]

    def _parameter(self, where: str, schema: Json, text: str) -> None:
        """A list is comma-separated; numbers are written as digits, those of an enum among its members."""
        if schema["type"] == "array":
            for part in text.split(","):
                self._parameter(where, schema["items"], part)
        elif schema["type"] == "integer":
            assert re.fullmatch(r"-?\d{1,19}", text), f"{where}: {text!r} is no number"
            self._judge(where, schema, text if schema["format"] == "int64" else int(text))

    def _judge(self, template: str, schema: Json, value: Any) -> None:
        judge = self._judge_of(template, schema)
        errors = sorted(judge.iter_errors(value), key=lambda error: list(map(str, error.absolute_path)))
        words = [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in errors[:10]]
        assert not errors, f"{template}:\n" + "\n".join(words)

    def _judge_of(self, template: str, schema: Json) -> Any:
        if template not in self._judges:
            root = {"components": {"schemas": self._components}, **_translate(schema, self._schemas)}
            self._judges[template] = jsonschema.Draft202012Validator(root)
        return self._judges[template]

    def _find(self, path: str, method: str) -> tuple[str, Json]:
        for pattern, template, item in self._operations:
            if method in item and (path == template or pattern.fullmatch(path)):
                return template, item[method]
        raise AssertionError(f"{method.upper()} {path} is no operation of the published document")

    def _envelope(self, body: Any, template: str) -> None:
        properties = {name: {"type": kind} for name, kind in _ENVELOPE.items()}
        known = {"properties": properties | {"Response": {}}, "additionalProperties": False}
        jsonschema.validate(body, {"type": "object", "required": list(_ENVELOPE), **known})
        words = body["MessageData"].values()
        assert all(isinstance(word, str) for word in words), f"{template}: MessageData holds more than strings"


def _filled(template: str, path: str) -> dict[str, str]:
    """The parameters in a path, by name."""
    found = re.fullmatch(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template)), path)
    return found.groupdict() if found else {}


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", r"[^/]+", re.escape(template)))


def _translate(schema: Json, schemas: Json) -> Json:
    """An OpenAPI 3.0 schema as JSON Schema; keys that the document doesn't know are refused."""
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    if "allOf" in schema:
        return _translate(schema["allOf"][0], schemas)
    made = _made(schema, schemas)
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") else made


def _made(schema: Json, schemas: Json) -> Json:
    kind, form = schema.get("type"), schema.get("format", "")
    if kind == "array":
        return {"type": "array", "items": _translate(schema["items"], schemas)}
    if kind == "object" and "additionalProperties" in schema:
        return _dictionary(schema, schemas)
    if kind == "object":
        properties = {name: _translate(part, schemas) for name, part in schema.get("properties", {}).items()}
        return {"type": "object", "properties": properties, **({"additionalProperties": False} if properties else {})}
    if form == "date-time":
        return _DATE_TIME
    if kind == "integer" and "x-enum-reference" in schema and not schema.get("x-enum-is-bitmask"):
        return {"enum": _members(schema["x-enum-reference"], schemas)}
    if form in _NUMBERS:
        return dict(_NUMBERS[form])
    return {"type": kind} if kind else {}


def _dictionary(schema: Json, schemas: Json) -> Json:
    """Keys are strings always; those that stand for numbers are digits."""
    digits = schema.get("x-dictionary-key", {}).get("type") == "integer"
    names = {"propertyNames": {"pattern": r"^-?\d+$"}} if digits else {}
    return {"type": "object", "additionalProperties": _translate(schema["additionalProperties"], schemas), **names}


def _members(reference: Json, schemas: Json) -> list[int]:
    values = schemas[reference["$ref"].rsplit("/", 1)[1]]["x-enum-values"]
    return [int(value["numericValue"]) for value in values]


def bungie_validator() -> BungieValidator:
    """The judge; skips the test that asks where HAWTHORNE_SAMPLES has no such document."""
    folder = os.environ.get("HAWTHORNE_SAMPLES")
    path = Path(folder or "") / "bungie-openapi.json"
    if not folder or not path.is_file():
        pytest.skip("HAWTHORNE_SAMPLES names no folder with bungie-openapi.json")
    return _validator_of(str(path))


@cache
def _validator_of(path: str) -> BungieValidator:
    return BungieValidator(json.loads(Path(path).read_text(encoding="utf-8")))
