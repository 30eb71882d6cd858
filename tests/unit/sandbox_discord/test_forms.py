"""What the simulated Discord refuses, and the paths that it names."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.discord.validate.commands import check_autocomplete, check_bulk
from bot.sandbox.discord.validate.messages import draft_message
from bot.sandbox.discord.wire import ApiError, Body, Upload


def refusal(data: Any, files: dict[int, Upload] | None = None) -> dict[str, list[str]]:
    """The codes of the form errors by dotted path; empty when the message is taken."""
    try:
        draft_message(Body(data, files or {}))
    except ApiError as refused:
        return flat(refused.errors or {})
    return {}


def test_a_form_error_is_a_400_with_code_50035() -> None:
    with pytest.raises(ApiError) as refused:
        draft_message(Body({"content": "x" * 2001}))
    assert (refused.value.status, refused.value.code) == (400, 50035)
    message = "Must be 2000 or fewer in length."
    assert refused.value.errors == {"content": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": message}]}}


def flat(node: Any, path: str = "") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in node.items():
        if key == "_errors":
            found[path] = [error["code"] for error in value]
        else:
            found |= flat(value, f"{path}.{key}".strip("."))
    return found


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"components": [{"type": 1, "components": list(components)}]}


def button(custom_id: str = "a", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Press", "custom_id": custom_id} | more


def select(options: int) -> dict[str, Any]:
    return {
        "type": 3,
        "custom_id": "s",
        "options": [{"label": str(number), "value": str(number)} for number in range(options)],
    }


@pytest.mark.parametrize(
    ("data", "path", "code"),
    [
        ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
        ({"content": "x", "nonce": "n" * 26}, "nonce", "NONCE_TYPE_TOO_LONG"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"color": 1}]}, "embeds.0.description", "BASE_TYPE_REQUIRED"),
        ({"embeds": [{"title": "x", "color": 1 << 24}]}, "embeds.0.color", "NUMBER_TYPE_MAX"),
        ({"embeds": [{"title": "x", "url": "nothing"}]}, "embeds.0.url", "URL_TYPE_INVALID_SCHEME"),
        ({"embeds": [{"title": "x", "timestamp": "today"}]}, "embeds.0.timestamp", "DATE_TIME_TYPE_PARSE"),
        ({"embeds": [{"footer": {"text": "x" * 2049}}]}, "embeds.0.footer.text", "BASE_TYPE_BAD_LENGTH"),
        ({"embeds": [{"author": {"name": ""}}]}, "embeds.0.author.name", "BASE_TYPE_REQUIRED"),
        ({"embeds": [{"fields": [{"name": "n", "value": " "}]}]}, "embeds.0.fields.0.value", "BASE_TYPE_REQUIRED"),
        ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, "embeds.0.fields", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
        (
            {"embeds": [{"image": {"url": "attachment://no.png"}}]},
            "embeds.0.image.url",
            "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
        ),
        ({"content": "x", "attachments": [{"id": 3}]}, "attachments.0.id", "ATTACHMENT_NOT_FOUND"),
        ({"content": "x", "allowed_mentions": {"parse": ["all"]}}, "allowed_mentions.parse.0", "BASE_TYPE_CHOICES"),
        (
            {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
            "allowed_mentions",
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
        (row(button(label="x" * 81)), "components.0.components.0.label", "BASE_TYPE_MAX_LENGTH"),
        (row(button(custom_id="x" * 101)), "components.0.components.0.custom_id", "BASE_TYPE_BAD_LENGTH"),
        (row(button(style=5)), "components.0.components.0.url", "BASE_TYPE_REQUIRED"),
        (row(button("a"), button("a")), "components", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        (
            row(*(button(str(n)) for n in range(6))),
            "components.0.components",
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
        ),
        (row(select(1), button()), "components.0.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
        (row(select(26)), "components.0.components.0.options", "BASE_TYPE_BAD_LENGTH"),
        ({"components": [{"type": 10, "content": "x"}]}, "components.0.type", "UNION_TYPE_CHOICES"),
        (
            {"content": "x", "flags": 1 << 15, "components": [{"type": 10, "content": "x"}]},
            "content",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
        (
            {"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 2001}] * 2},
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
        ),
        (
            {"flags": 1 << 15, "components": [{"type": 9, "components": [{"type": 10, "content": "x"}]}]},
            "components.0.accessory",
            "BASE_TYPE_REQUIRED",
        ),
    ],
)
def test_a_message_over_a_limit_is_refused_with_its_path(data: Any, path: str, code: str) -> None:
    found = refusal(data)
    assert code in found.get(path, []), found


@pytest.mark.parametrize(
    "data",
    [
        {"content": "x" * 2000, "nonce": "n" * 25},
        {"embeds": [{"title": "x" * 256, "description": "x" * 4096, "footer": {"text": "x" * 1648}}]},
        {"embeds": [{"title": "x", "url": "https://example.com/a#5"}] * 10},
        row(*(button(str(number)) for number in range(5))),
        row(select(25)),
        row(button(custom_id=None, style=5, url="https://example.com")),
        {"flags": 1 << 15, "components": [{"type": 17, "components": [{"type": 10, "content": "x" * 4000}]}]},
    ],
)
def test_what_just_fits_is_taken(data: Any) -> None:
    assert refusal(data) == {}


def test_files_take_names_and_alt_texts_from_attachments() -> None:
    files = {0: Upload("a.png", "image/png", b"1"), 1: Upload("b.png", "image/png", b"2")}
    data = {"attachments": [{"id": 1, "description": "Second"}, {"id": "0", "filename": "first.png"}]}
    draft = draft_message(Body(data, files))
    assert [(one.filename, one.description) for one in draft.files] == [("b.png", "Second"), ("first.png", None)]


def test_an_edit_leaves_alone_what_it_does_not_name() -> None:
    draft = draft_message(Body({"content": None}), {"5": "old.png"})
    assert (draft.content, draft.embeds, draft.components, draft.kept) == ("", None, None, None)
    assert draft_message(Body({"attachments": []}), {"5": "old.png"}).kept == []


def test_components_are_numbered_where_they_bring_no_id() -> None:
    draft = draft_message(Body(row(button("a", id=2), button("b"))))
    assert draft.components is not None
    numbers = [draft.components[0]["id"], *(one["id"] for one in draft.components[0]["components"])]
    assert numbers == [1, 2, 3]


@pytest.mark.parametrize(
    ("allowed", "users", "everyone"),
    [
        (None, ("7", "8"), True),
        ({"parse": []}, (), False),
        ({"parse": ["users"]}, ("7", "8"), False),
        ({"parse": ["everyone"], "users": ["8"]}, ("8",), True),
    ],
)
def test_pings_are_what_allowed_mentions_lets_through(allowed: Any, users: tuple[str, ...], everyone: bool) -> None:
    draft = draft_message(Body({"content": "<@7> <@!8> @everyone", "allowed_mentions": allowed}))
    assert (draft.pings.users, draft.pings.everyone) == (users, everyone)


def test_embeds_never_ping() -> None:
    assert not draft_message(Body({"embeds": [{"description": "<@7> @everyone"}]})).pings.users


def command(**more: Any) -> dict[str, Any]:
    return {"name": "roster", "description": "Who is here", "type": 1} | more


def option(**more: Any) -> dict[str, Any]:
    return {"name": "clan", "description": "Which clan", "type": 3} | more


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        (command(name="Roster"), "0.name"),
        (command(name="two words"), "0.name"),
        (command(description=""), "0.description"),
        (command(description="x" * 101), "0.description"),
        (command(options=[option()] * 2), "0.options"),
        (command(options=[option(name=f"o{n}") for n in range(26)]), "0.options"),
        (command(options=[option(), option(name="x", required=True)]), "0.options.1"),
        (command(options=[option(choices=[{"name": "n", "value": 1}])]), "0.options.0.choices.0.value"),
        (command(options=[option(choices=[{"name": "n", "value": "v"}] * 26)]), "0.options.0.choices"),
        (
            command(options=[option(autocomplete=True, choices=[{"name": "n", "value": "v"}])]),
            "0.options.0.autocomplete",
        ),
        (
            command(
                options=[
                    option(name=f"o{n}", description="x" * 100, choices=[{"name": "n" * 100, "value": "v" * 100}] * 2)
                    for n in range(16)
                ]
            ),
            "0",
        ),
        (
            command(options=[{"name": "sub", "description": "d", "type": 1, "options": [option(type=12)]}]),
            "0.options.0.options.0.type",
        ),
    ],
)
def test_a_command_over_a_limit_is_refused_with_its_path(changed: dict[str, Any], path: str) -> None:
    with pytest.raises(ApiError) as error:
        check_bulk([changed])
    assert path in flat(error.value.errors)


def test_at_most_a_hundred_commands_and_no_name_twice() -> None:
    assert len(check_bulk([command(name=f"c{number}") for number in range(100)])) == 100
    with pytest.raises(ApiError) as many:
        check_bulk([command(name=f"c{number}") for number in range(101)])
    assert many.value.code == 30032
    with pytest.raises(ApiError) as twice:
        check_bulk([command(), command()])
    assert flat(twice.value.errors) == {"1.name": ["APPLICATION_COMMANDS_DUPLICATE_NAME"]}


def test_autocomplete_has_25_choices_of_100_characters() -> None:
    choice = {"name": "n" * 100, "value": "v" * 100}
    assert check_autocomplete([choice] * 25, 3)
    for wrong in ([choice] * 26, [choice | {"name": "n" * 101}], [choice | {"value": 4}]):
        with pytest.raises(ApiError):
            check_autocomplete(wrong, 3)
