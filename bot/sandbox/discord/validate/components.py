"""Limits of components: rows, buttons, selects, and the layout of Components V2."""

from collections.abc import Collection, Iterator
from typing import Any

from bot.sandbox.discord.validate.embeds import check_media
from bot.sandbox.discord.validate.form import Form, Path, as_list
from bot.sandbox.discord.wire import Json

ROW, BUTTON, STRING_SELECT, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = (
    1,
    2,
    3,
    9,
    10,
    11,
    12,
    13,
    14,
    17,
)
SELECTS = (3, 5, 6, 7, 8)
LINK = 5
MOST_ROWS = 5
MOST_COMPONENTS = 40
MOST_TEXT = 4000
_TOP_V2 = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER)
_INSIDE = {
    ROW: (BUTTON, *SELECTS),
    CONTAINER: (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR),
    SECTION: (TEXT,),
}


def check_components(form: Form, value: Any, v2: bool, files: Collection[str]) -> list[Json]:
    """The components with the ids that Discord gives them; `v2`: the message bears the Components V2 flag."""
    top = as_list(form, ("components",), value)
    form.count(("components",), top, MOST_COMPONENTS if v2 else MOST_ROWS)
    _check_children(form, ("components",), top, _TOP_V2 if v2 else (ROW,), files)
    _check_whole(form, list(walk(top)))
    return numbered(top)


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, nested ones and accessories too, in reading order."""
    for component in components:
        yield component
        yield from walk([one for one in component.get("components") or [] if isinstance(one, dict)])
        if isinstance(component.get("accessory"), dict):
            yield component["accessory"]


def numbered(components: list[Json]) -> list[Json]:
    """Gives an id to each component that came without one, as Discord does."""
    taken = {component["id"] for component in walk(components) if component.get("id")}
    following = 0
    for component in walk(components):
        if not component.get("id"):
            following += 1
            while following in taken:
                following += 1
            component["id"] = following
    return components


def _check_whole(form: Form, every: list[Json]) -> None:
    form.count(("components",), every, MOST_COMPONENTS)
    if sum(len(one.get("content") or "") for one in every if one.get("type") == TEXT) > MOST_TEXT:
        message = f"The displayable text exceeds {MOST_TEXT} characters"
        form.add(("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
    custom_ids = [one["custom_id"] for one in every if one.get("custom_id")]
    if len(custom_ids) != len(set(custom_ids)):
        form.add(("components",), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")


def _check_children(
    form: Form, path: Path, children: list[Json], allowed: Collection[int], files: Collection[str]
) -> None:
    for index, child in enumerate(children):
        here = (*path, index)
        if child.get("type") not in allowed:
            kinds = ", ".join(map(str, allowed))
            form.add((*here, "type"), "UNION_TYPE_CHOICES", f"Value of field 'type' must be one of ({kinds}).")
        else:
            _check_one(form, here, child, files)


def _check_one(form: Form, path: Path, component: Json, files: Collection[str]) -> None:
    kind = component["type"]
    if kind in _INSIDE:
        _check_nest(form, path, component, files)
    elif kind == BUTTON:
        _check_button(form, path, component)
    elif kind in SELECTS:
        _check_select(form, path, component)
    elif kind == TEXT:
        form.text((*path, "content"), component.get("content"), MOST_TEXT, 1)
    elif kind == GALLERY:
        _check_gallery(form, path, component, files)
    elif kind in (THUMBNAIL, FILE):
        key = "media" if kind == THUMBNAIL else "file"
        check_media(form, (*path, key, "url"), (component.get(key) or {}).get("url"), files)


def _check_nest(form: Form, path: Path, component: Json, files: Collection[str]) -> None:
    kind = component["type"]
    inner = (*path, "components")
    children = as_list(form, inner, component.get("components"))
    if not children:
        form.required(inner)
    _check_children(form, inner, children, _INSIDE[kind], files)
    if kind == ROW:
        _check_width(form, inner, children)
    if kind == SECTION:
        form.count(inner, children, 3)
        _check_accessory(form, (*path, "accessory"), component.get("accessory"), files)


def _check_width(form: Form, path: Path, children: list[Json]) -> None:
    width = sum(5 if child.get("type") in SELECTS else 1 for child in children)
    if width > 5:
        message = "Component layout width exceeds the maximum of 5"
        form.add(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)


def _check_accessory(form: Form, path: Path, accessory: Any, files: Collection[str]) -> None:
    if not isinstance(accessory, dict) or accessory.get("type") not in (BUTTON, THUMBNAIL):
        form.required(path)
    else:
        _check_one(form, path, accessory, files)


def _check_button(form: Form, path: Path, button: Json) -> None:
    form.text((*path, "label"), button.get("label"), 80)
    if not button.get("label") and not button.get("emoji"):
        form.add(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button must have a label or an emoji")
    if button.get("style") == LINK:
        form.url((*path, "url"), button.get("url"), ("http", "https", "discord"))
        form.text((*path, "url"), button.get("url"), 512, 1)
    elif button.get("style") in (1, 2, 3, 4):
        form.text((*path, "custom_id"), button.get("custom_id"), 100, 1)
    else:
        form.add((*path, "style"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6}.")


def _check_select(form: Form, path: Path, select: Json) -> None:
    form.text((*path, "custom_id"), select.get("custom_id"), 100, 1)
    form.text((*path, "placeholder"), select.get("placeholder"), 150)
    if select["type"] != STRING_SELECT:
        return
    options = as_list(form, (*path, "options"), select.get("options"))
    if not 1 <= len(options) <= 25:
        form.add((*path, "options"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
    for index, option in enumerate(options):
        here = (*path, "options", index)
        form.text((*here, "label"), option.get("label"), 100, 1)
        form.text((*here, "value"), option.get("value"), 100, 1)
        form.text((*here, "description"), option.get("description"), 100)
    values = [option.get("value") for option in options]
    if len(values) != len(set(values)):
        form.add((*path, "options"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "Values must be unique")


def _check_gallery(form: Form, path: Path, gallery: Json, files: Collection[str]) -> None:
    items = as_list(form, (*path, "items"), gallery.get("items"))
    if not 1 <= len(items) <= 10:
        form.add((*path, "items"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 10 in length.")
    for index, item in enumerate(items):
        here = (*path, "items", index)
        check_media(form, (*here, "media", "url"), (item.get("media") or {}).get("url"), files)
        form.text((*here, "description"), item.get("description"), 1024)
