"""How the document says one route: its parameters, its answer, its errors."""

from __future__ import annotations

from typing import Any

from dashboard.api.schemas import BOOLEAN, ID, TEXT, Schema, ref
from dashboard.asking import LIMIT

GROUP = {"anyOf": [ID, {"const": "all"}], "description": "A clan's id, or all for every tracked clan together."}
MEMBER: Schema = {**TEXT, "description": "A membership id, or Name#0042 in any case, its # as %23."}
FLAG: Schema = {"anyOf": [BOOLEAN, {"type": "integer", "enum": [0, 1]}]}
_ERRORS = {
    400: "An unknown parameter or value, or a malformed id; the message names it.",
    403: "Not from there: see dashboard.access.",
    404: "An unknown id.",
    503: "The database does not answer.",
}


def get(summary: str, schema: str, *parameters: Schema) -> dict[str, Any]:
    errors = {str(status): answer(words, "Error") for status, words in _ERRORS.items()}
    answers = {"200": answer(summary + ".", schema), **errors}
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": answers}}


def answer(words: str, schema: str) -> Schema:
    return {"description": words, "content": {"application/json": {"schema": ref(schema)}}}


def path(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def query(name: str, schema: Schema, words: str = "") -> Schema:
    described = {"description": words} if words else {}
    return {"name": name, "in": "query", "required": False, "schema": schema, **described}


def part() -> tuple[Schema, Schema]:
    """The parameters of every list."""
    limit = {"type": "integer", "minimum": 1, "maximum": LIMIT, "default": LIMIT}
    return query("limit", limit), query("cursor", TEXT, "next_cursor of the answer before.")
