"""What a person does in the client: a slash command with options, half-typed text, a button, a select. Pure."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.discord import cast
from bot.sandbox.discord.model import Message
from bot.sandbox.discord.validate.components import BUTTON, LINK, SELECTS, STRING_SELECT, walk
from bot.sandbox.discord.wire import ApiError, Json

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER = range(1, 11)


def refused(why: str) -> ApiError:
    """The client would not let a person do this."""
    return ApiError(400, 0, why)


def find_command(commands: list[Json], name: str) -> tuple[Json, list[Json]]:
    """`name` is written as a person sees it ("setup clans add"): the command and the subcommands on the way down."""
    first, *rest = name.split()
    command = next((one for one in commands if one["name"] == first and one.get("type", 1) == 1), None)
    if command is None:
        raise refused(f"no command /{first} is registered")
    steps: list[Json] = []
    node = command
    for part in rest:
        inner = next((one for one in node.get("options") or [] if one["name"] == part), None)
        if inner is None or inner["type"] not in (SUBCOMMAND, GROUP):
            raise refused(f"/{name}: no subcommand {part}")
        steps.append(inner)
        node = inner
    if any(option["type"] in (SUBCOMMAND, GROUP) for option in node.get("options") or []):
        raise refused(f"/{name} needs a subcommand")
    return command, steps


def command_data(command: Json, steps: list[Json], values: dict[str, Any], focused: str | None = None) -> Json:
    """The `data` of an INTERACTION_CREATE. `focused`: the option being typed; required ones may then be missing."""
    leaf = steps[-1] if steps else command
    known = {option["name"]: option for option in leaf.get("options") or []}
    if unknown := [name for name in values if name not in known]:
        raise refused(f"no option {unknown[0]}")
    if missing := [name for name, one in known.items() if one.get("required") and name not in values and not focused]:
        raise refused(f"option {missing[0]} is required")
    options = [_option(known[name], value, name == focused) for name, value in values.items()]
    for step in reversed(steps):
        options = [{"type": step["type"], "name": step["name"], "options": options}]
    data = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
    return data | _resolved(known, values)


def _option(option: Json, value: Any, focused: bool) -> Json:
    payload = {"name": option["name"], "type": option["type"]}
    if focused:
        return payload | {"value": str(value), "focused": True}
    return payload | {"value": _converted(option, value)}


def _converted(option: Json, value: Any) -> Any:
    kind, name = option["type"], option["name"]
    readers: dict[int, Callable[[Any], Any]] = {INTEGER: int, NUMBER: float, BOOLEAN: _boolean}
    try:
        value = readers.get(kind, str)(value)
    except ValueError:
        raise refused(f"option {name}: {value!r} has the wrong type") from None
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise refused(f"option {name}: {value!r} is none of its choices")
    _check_range(option, value)
    return value


def _boolean(value: Any) -> bool:
    word = str(value).lower()
    if word not in ("true", "false"):
        raise ValueError(word)
    return word == "true"


def _check_range(option: Json, value: Any) -> None:
    size = len(value) if isinstance(value, str) else value
    low, high = ("min_length", "max_length") if isinstance(value, str) else ("min_value", "max_value")
    if option.get(low) is not None and size < option[low]:
        raise refused(f"option {option['name']}: below {option[low]}")
    if option.get(high) is not None and size > option[high]:
        raise refused(f"option {option['name']}: above {option[high]}")


def _resolved(known: dict[str, Json], values: dict[str, Any]) -> Json:
    """Users that options name; other kinds of objects are not offered by this client."""
    picked = [
        str(values[name]) for name, option in known.items() if name in values and option["type"] in (USER, MENTIONABLE)
    ]
    if not picked:
        return {}
    if missing := [one for one in picked if one not in cast.USERS]:
        raise refused(f"no user {missing[0]}")
    members = {one: cast.member_payload(cast.USERS[one]) | {"permissions": "0"} for one in picked}
    for member in members.values():
        del member["user"]
    return {
        "resolved": {
            "users": {one: cast.user_payload(cast.USERS[one]) for one in picked},
            "members": members,
        }
    }


def component_data(message: Message, custom_id: str, values: list[str]) -> Json:
    """Pressing a button or choosing from a select; refused where a client would not allow it."""
    component = next((one for one in walk(message.components) if one.get("custom_id") == custom_id), None)
    if component is None or component.get("style") == LINK:
        raise refused(f"no component {custom_id} in this message")
    if component.get("disabled"):
        raise refused(f"component {custom_id} is disabled")
    data = {"custom_id": custom_id, "component_type": component["type"], "id": component["id"]}
    if component["type"] == BUTTON:
        return data
    _check_values(component, values)
    return data | {"values": values}


def _check_values(select: Json, values: list[str]) -> None:
    offered = [option["value"] for option in select.get("options") or []]
    if select["type"] == STRING_SELECT and not set(values) <= set(offered):
        raise refused("a value that the select does not offer")
    low, high = select.get("min_values", 1), select.get("max_values", 1)
    if select["type"] in SELECTS and not low <= len(values) <= high:
        raise refused(f"choose {low} to {high}")
