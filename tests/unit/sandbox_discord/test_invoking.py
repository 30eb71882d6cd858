"""What a person's doing becomes on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.discord import cast
from bot.sandbox.discord.invoking import command_data, component_data, find_command
from bot.sandbox.discord.model import Message
from bot.sandbox.discord.wire import ApiError

ADD = {
    "name": "add",
    "type": 1,
    "options": [
        {"name": "clan", "type": 3, "required": True},
        {"name": "days", "type": 4, "choices": [{"name": "a week", "value": 7}]},
        {"name": "user", "type": 6},
        {"name": "private", "type": 5},
        {"name": "share", "type": 10, "max_value": 1.0},
    ],
}
SETUP: dict[str, Any] = {"id": "1", "name": "setup", "options": [{"name": "clans", "type": 2, "options": [ADD]}]}


def data(**values: Any) -> Any:
    command, steps = find_command([SETUP], "setup clans add")
    return command_data(command, steps, values)


def test_subcommands_nest() -> None:
    made = data(clan="Quiet Orbit", days="7", private="true")
    assert (made["id"], made["name"]) == ("1", "setup")
    group = made["options"][0]
    assert (group["type"], group["name"]) == (2, "clans")
    assert group["options"][0] == {
        "type": 1,
        "name": "add",
        "options": [
            {"name": "clan", "type": 3, "value": "Quiet Orbit"},
            {"name": "days", "type": 4, "value": 7},
            {"name": "private", "type": 5, "value": True},
        ],
    }


def test_a_user_is_resolved() -> None:
    resolved = data(clan="x", user=cast.PLAIN_ID)["resolved"]
    assert resolved["users"][cast.PLAIN_ID]["username"] == "amanda"
    assert "user" not in resolved["members"][cast.PLAIN_ID]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"clan": "x", "other": 1},
        {"clan": "x", "days": 8},
        {"clan": "x", "days": "many"},
        {"clan": "x", "private": "perhaps"},
        {"clan": "x", "user": "1"},
        {"clan": "x", "share": 1.5},
    ],
)
def test_a_client_refuses(values: dict[str, Any]) -> None:
    with pytest.raises(ApiError):
        data(**values)


def test_half_typed_text_needs_no_required_options() -> None:
    command, steps = find_command([SETUP], "setup clans add")
    made = command_data(command, steps, {"days": ""}, focused="days")
    assert made["options"][0]["options"][0]["options"] == [{"name": "days", "type": 4, "value": "", "focused": True}]


@pytest.mark.parametrize("name", ["roster", "setup", "setup clans", "setup clans remove"])
def test_only_whole_commands_can_be_called(name: str) -> None:
    with pytest.raises(ApiError):
        find_command([SETUP], name)


def test_components_as_a_client_lets_them_be_used() -> None:
    options = [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]
    message = Message("1", "2", cast.APPLICATION_ID, "")
    message.components = [
        {"id": 1, "type": 1, "components": [{"id": 2, "type": 3, "custom_id": "s", "options": options}]},
        {
            "id": 3,
            "type": 1,
            "components": [
                {"id": 4, "type": 2, "style": 1, "custom_id": "on"},
                {"id": 5, "type": 2, "style": 1, "custom_id": "off", "disabled": True},
            ],
        },
    ]
    assert component_data(message, "on", []) == {"custom_id": "on", "component_type": 2, "id": 4}
    assert component_data(message, "s", ["b"])["values"] == ["b"]
    for custom_id, values in (("off", []), ("none", []), ("s", []), ("s", ["a", "b"]), ("s", ["c"])):
        with pytest.raises(ApiError):
            component_data(message, custom_id, values)
