"""Limits of application commands: names, descriptions, options, choices, 8000 characters, 100 of them."""

import re
from collections import Counter
from typing import Any

from bot.sandbox.discord.validate.form import Form, Path, as_list
from bot.sandbox.discord.wire import ApiError, Json

MOST_COMMANDS = 100
MOST_OPTIONS = 25
MOST_CHOICES = 25
MOST_CHARACTERS = 8000
MOST_MENUS = 15
CHAT_INPUT = 1
SUBCOMMAND, GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10
_NAME = re.compile(r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}")


def check_bulk(value: Any) -> list[Json]:
    """The commands of a PUT; raises ApiError 30032 for more than 100, 50035 with paths for the rest."""
    form = Form()
    commands = as_list(form, (), value)
    kinds = Counter(command.get("type", CHAT_INPUT) for command in commands)
    if kinds[CHAT_INPUT] > MOST_COMMANDS or any(kinds[menu] > MOST_MENUS for menu in (2, 3)):
        raise ApiError(400, 30032, f"Maximum number of application commands reached ({MOST_COMMANDS}).")
    for index, command in enumerate(commands):
        _check_command(form, (index,), command)
    _check_unique(form, commands)
    form.check()
    return commands


def check_command(command: Json) -> Json:
    form = Form()
    _check_command(form, (), command)
    form.check()
    return command


def characters(node: Json) -> int:
    """Names, descriptions and choice values, of the command and all that is nested in it."""
    own = len(str(node.get("name") or "")) + len(str(node.get("description") or ""))
    own += sum(len(str(one.get("name", ""))) + len(str(one.get("value", ""))) for one in node.get("choices") or [])
    return own + sum(map(characters, node.get("options") or []))


def _check_unique(form: Form, commands: list[Json]) -> None:
    seen: set[tuple[int, Any]] = set()
    for index, command in enumerate(commands):
        key = (command.get("type", CHAT_INPUT), command.get("name"))
        if key in seen:
            message = "Application command names must be unique"
            form.add((index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)


def _check_command(form: Form, path: Path, command: Json) -> None:
    if command.get("type", CHAT_INPUT) != CHAT_INPUT:
        form.text((*path, "name"), command.get("name"), 32, 1)
        return
    _check_name(form, (*path, "name"), command.get("name"))
    form.text((*path, "description"), command.get("description"), 100, 1)
    _check_options(form, (*path, "options"), command.get("options"))
    if characters(command) > MOST_CHARACTERS:
        message = f"Command exceeds maximum size ({MOST_CHARACTERS})"
        form.add(path, "APPLICATION_COMMAND_TOO_LARGE", message)


def _check_name(form: Form, path: Path, name: Any) -> None:
    form.text(path, name, 32, 1)
    if isinstance(name, str) and name and (not _NAME.fullmatch(name) or name != name.lower()):
        form.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _check_options(form: Form, path: Path, value: Any) -> None:
    options = as_list(form, path, value)
    form.count(path, options, MOST_OPTIONS)
    optional_before = False
    for index, option in enumerate(options):
        here = (*path, index)
        _check_option(form, here, option)
        if option.get("required") and optional_before:
            message = "Required options must be placed before non-required options"
            form.add(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional_before = optional_before or not option.get("required")
    names = [option.get("name") for option in options]
    if len(names) != len(set(names)):
        form.add(path, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique")


def _check_option(form: Form, path: Path, option: Json) -> None:
    _check_name(form, (*path, "name"), option.get("name"))
    form.text((*path, "description"), option.get("description"), 100, 1)
    if option.get("type") not in range(1, 12):
        form.add((*path, "type"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2, ..., 11}.")
    elif option["type"] in (SUBCOMMAND, GROUP):
        _check_options(form, (*path, "options"), option.get("options"))
    else:
        _check_choices(form, path, option)


def _check_choices(form: Form, path: Path, option: Json) -> None:
    choices = as_list(form, (*path, "choices"), option.get("choices"))
    form.count((*path, "choices"), choices, MOST_CHOICES)
    if choices and option.get("autocomplete"):
        message = "Autocomplete cannot be used with choices"
        form.add((*path, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", message)
    for index, choice in enumerate(choices):
        check_choice(form, (*path, "choices", index), choice, option["type"])


def check_choice(form: Form, path: Path, choice: Json, kind: int) -> None:
    form.text((*path, "name"), choice.get("name"), 100, 1)
    value = choice.get("value")
    if kind == STRING:
        form.text((*path, "value"), value, 100, 1)
    elif isinstance(value, bool) or not isinstance(value, int if kind == INTEGER else (int, float)):
        form.add((*path, "value"), "NUMBER_TYPE_COERCE", f'Value "{value}" is not a number.')


def check_autocomplete(value: Any, kind: int) -> list[Json]:
    """The choices of an autocomplete answer for an option of that type."""
    form = Form()
    choices = as_list(form, ("data", "choices"), value)
    form.count(("data", "choices"), choices, MOST_CHOICES)
    for index, choice in enumerate(choices):
        check_choice(form, ("data", "choices", index), choice, kind)
    form.check()
    return choices
