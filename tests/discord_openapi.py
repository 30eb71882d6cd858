"""Discord's published OpenAPI document, to hold requests and answers against.

The document is no part of the project: it is read from the folder that HAWTHORNE_SAMPLES names.
"""

from __future__ import annotations

import copy
import functools
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

Json = dict[str, Any]
_NAME = "discord-openapi.json"
_PARAMETER = re.compile(r"\{[^}]+\}")


def document_path() -> Path | None:
    """Where the document is, None where the samples are absent."""
    folder = os.environ.get("HAWTHORNE_SAMPLES")
    path = Path(folder) / _NAME if folder else None
    return path if path and path.is_file() else None


def validate_request(method: str, path: str, body: Any) -> list[str]:
    """What is wrong with the JSON of a request (or with a multipart form's payload_json); `path` is below /api/v10.

    One known deviation of discord.py is let through: it writes attachments[].id as a number, not a string.
    """
    operation = find_operation(method, path)
    if operation is None:
        return [f"{method} {path} is not in the document"]
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return [] if body is None else [f"{method} {path} takes no body"]
    return _errors(content["application/json"]["schema"], _with_text_ids(body))


def validate_parameters(method: str, path: str, query: Mapping[str, str]) -> list[str]:
    """What is wrong with the parameters in a path and its query: unknown, missing, or of the wrong form."""
    template, operation = _operation(method, path)
    if template is None or operation is None:
        return [f"{method} {path} is not in the document"]
    named = [*_document()["paths"][template].get("parameters", []), *operation.get("parameters", [])]
    known = {parameter["name"]: parameter for parameter in named}
    values = _filled(template, path) | query
    wrong = [f"unknown parameter {name}" for name in values if name not in known]
    wrong += [f"{name} is missing" for name, one in known.items() if one.get("required") and name not in values]
    for name in set(values) & set(known):
        wrong += [f"{name}: {one}" for one in _errors_of_text(known[name]["schema"], values[name])]
    return wrong


def validate_answer(method: str, path: str, status: int, body: Any) -> list[str]:
    """What is wrong with an answer of that status.

    One known error of the document: it calls the code of a form error a number, and Discord writes words there.
    """
    operation = find_operation(method, path)
    if operation is None:
        return [f"{method} {path} is not in the document"]
    responses = operation["responses"]
    named = responses.get(str(status)) or responses.get(f"{status // 100}XX")
    if named is None:
        return [f"{method} {path}: no answer {status} in the document"]
    response = _resolved(named)
    content = response.get("content", {}).get("application/json")
    if content is None:
        return [] if body is None else [f"{method} {path}: {status} has no body"]
    return _errors(content["schema"], _with_number_codes(body) if status == 400 else body)


def find_operation(method: str, path: str) -> Json | None:
    """The operation at a path with its parameters filled; a path without parameters wins over one with."""
    return _operation(method, path)[1]


def template_of(method: str, path: str) -> str | None:
    """The path of the document that this one fills."""
    return _operation(method, path)[0]


def _operation(method: str, path: str) -> tuple[str | None, Json | None]:
    for template, pattern in _templates():
        operation = _document()["paths"][template].get(method.lower()) if pattern.fullmatch(path) else None
        if operation is not None:
            return template, operation
    return None, None


def _filled(template: str, path: str) -> dict[str, str]:
    """The parameters in a path, by name."""
    found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template), path)
    return found.groupdict() if found else {}


def _errors_of_text(schema: Json, text: str) -> list[str]:
    """A parameter is text on the wire; it is right if it is so as text, or as the JSON that it spells.

    One known deviation of discord.py is let through: it writes 1 and 0 for booleans.
    """
    if schema.get("type") == "boolean":
        return [] if text in ("true", "false", "1", "0") else [f"{text!r} is no boolean"]
    as_text = _errors(schema, text)
    if not as_text:
        return []
    try:
        return _errors(schema, json.loads(text))
    except ValueError:
        return as_text


@functools.cache
def _document() -> Json:
    path = document_path()
    if path is None:
        raise FileNotFoundError(_NAME)
    document: Json = json.loads(path.read_text())
    return document


@functools.cache
def _templates() -> list[tuple[str, re.Pattern[str]]]:
    """Fewer parameters first, so that /messages/@original is not taken for a message's id."""
    paths = sorted(_document()["paths"], key=lambda path: path.count("{"))
    return [(path, re.compile(_PARAMETER.sub("[^/]+", path))) for path in paths]


@functools.cache
def _registry() -> Registry[Any]:
    resource = Resource(contents=_document(), specification=DRAFT202012)
    return Registry().with_resource("discord", resource)


def _resolved(node: Json) -> Json:
    """A response that is written down elsewhere in the document."""
    reference = node.get("$ref")
    if reference is None:
        return node
    here: Any = _document()
    for part in reference.removeprefix("#/").split("/"):
        here = here[part]
    resolved: Json = here
    return resolved


def _errors(schema: Json, body: Any) -> list[str]:
    validator = _validator(json.dumps(_absolute(schema)))
    return [_words(error) for error in validator.iter_errors(body)]


@functools.cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema), registry=_registry())


def _absolute(node: Any) -> Any:
    """A schema cut out of the document still refers into it."""
    if isinstance(node, dict):
        return {
            key: f"discord{value}" if key == "$ref" and value.startswith("#") else _absolute(value)
            for key, value in node.items()
        }
    return [_absolute(item) for item in node] if isinstance(node, list) else node


def _words(error: Any) -> str:
    """Where and what; of a choice of schemas, the complaint of the nearest one."""
    while error.context:
        error = max(error.context, key=lambda one: len(one.absolute_path))
    return f"{'.'.join(map(str, error.absolute_path)) or 'body'}: {error.message[:200]}"


def _with_text_ids(body: Any) -> Any:
    """The attachments' ids as strings, in the message itself or in an interaction's `data`."""
    if not isinstance(body, dict):
        return body
    body = copy.deepcopy(body)
    for holder in (body, body.get("data")):
        attachments = holder.get("attachments") if isinstance(holder, dict) else None
        for attachment in attachments or []:
            attachment["id"] = str(attachment["id"])
    return body


def _with_number_codes(node: Any) -> Any:
    """Form errors with 0 in place of words like BASE_TYPE_REQUIRED."""
    if isinstance(node, list):
        return [_with_number_codes(item) for item in node]
    if not isinstance(node, dict):
        return node
    worded = isinstance(node.get("code"), str)
    return {key: _with_number_codes(value) for key, value in node.items()} | ({"code": 0} if worded else {})
