"""A message's body, for creating and editing: what Discord keeps of it, or the 400 it answers."""

from dataclasses import dataclass, field

from bot.sandbox.discord.model import COMPONENTS_V2
from bot.sandbox.discord.validate.components import check_components
from bot.sandbox.discord.validate.embeds import check_embeds
from bot.sandbox.discord.validate.form import Form, as_list
from bot.sandbox.discord.validate.mentions import NOBODY, Pings, check_mentions, pings
from bot.sandbox.discord.wire import ApiError, Body, Json, Upload, as_object

MOST_CONTENT = 2000
MOST_FILES = 10
MOST_FILE_BYTES = 10 * 1024 * 1024
MOST_NONCE = 25


@dataclass(frozen=True)
class NewFile:
    upload: Upload
    filename: str
    description: str | None


@dataclass
class Draft:
    """A checked message. A field is None when the request did not name it (an edit then leaves it alone).

    `kept`: ids of earlier attachments that stay; None: all stay.
    """

    content: str | None = None
    embeds: list[Json] | None = None
    components: list[Json] | None = None
    flags: int = 0
    nonce: str | None = None
    enforce_nonce: bool = False
    files: list[NewFile] = field(default_factory=list)
    kept: list[str] | None = None
    pings: Pings = NOBODY

    @property
    def empty(self) -> bool:
        return not (self.content or self.embeds or self.components or self.files)


def draft_message(
    body: Body, earlier: dict[str, str] | None = None, v2: bool = False, mentions: Json | None = None
) -> Draft:
    """`earlier`: the edited message's attachments, id to file name; `v2`: it already is a Components V2 message.
    `mentions`: the `allowed_mentions` of a request that brings none.

    Raises ApiError 50035 with paths, 40005 for a file too large.
    """
    data = as_object(body.json if body.json is not None else {})
    form = Form()
    draft = Draft(flags=_flags(form, data), nonce=_nonce(form, data))
    draft.enforce_nonce = bool(data.get("enforce_nonce"))
    draft.files, draft.kept = _attachments(form, data, body.files, earlier or {})
    v2 = v2 or bool(draft.flags & COMPONENTS_V2)
    names = [one.filename for one in draft.files] + _kept_names(draft.kept, earlier or {})
    draft.content = _content(form, data)
    draft.pings = _pings(form, data, draft.content or "", mentions)
    if "embeds" in data:
        draft.embeds = check_embeds(form, data["embeds"], names)
    if "components" in data:
        draft.components = check_components(form, data["components"], v2, names)
    if v2:
        _refuse_legacy(form, draft)
    form.check()
    return draft


def _kept_names(kept: list[str] | None, earlier: dict[str, str]) -> list[str]:
    return [name for one, name in earlier.items() if kept is None or one in kept]


def _content(form: Form, data: Json) -> str | None:
    if "content" not in data:
        return None
    content = data["content"]
    form.text(("content",), content, MOST_CONTENT)
    return content.strip() if isinstance(content, str) else ""


def _pings(form: Form, data: Json, content: str, default: Json | None) -> Pings:
    named = data.get("allowed_mentions")
    allowed = check_mentions(form, named)
    return pings(content, default if named is None else allowed)


def _flags(form: Form, data: Json) -> int:
    flags = data.get("flags")
    if flags is None:
        return 0
    form.number(("flags",), flags, 0, (1 << 31) - 1)
    return flags if isinstance(flags, int) else 0


def _nonce(form: Form, data: Json) -> str | None:
    nonce = data.get("nonce")
    if nonce is None:
        return None
    if len(str(nonce)) > MOST_NONCE:
        message = f"The provided nonce exceeds the maximum length. Max {MOST_NONCE}"
        form.add(("nonce",), "NONCE_TYPE_TOO_LONG", message)
    return str(nonce)


def _refuse_legacy(form: Form, draft: Draft) -> None:
    for name in ("content", "embeds"):
        if getattr(draft, name):
            message = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            form.add((name,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)


def _attachments(
    form: Form, data: Json, files: dict[int, Upload], earlier: dict[str, str]
) -> tuple[list[NewFile], list[str] | None]:
    """New files with the names and alt texts that `attachments` gives them, and the earlier ones that stay."""
    form.count(("attachments",), files, MOST_FILES)
    for index, upload in files.items():
        if len(upload.data) > MOST_FILE_BYTES:
            raise ApiError(413, 40005, f"Request entity too large: {upload.filename} ({index})")
    if data.get("attachments") is None:
        return [NewFile(upload, upload.filename, None) for upload in files.values()], None
    listed = list(enumerate(as_list(form, ("attachments",), data["attachments"])))
    for index, item in listed:
        form.text(("attachments", index, "description"), item.get("description"), 1024)
    kept = [str(item.get("id")) for _, item in listed if str(item.get("id")) in earlier]
    fresh = [(index, item) for index, item in listed if str(item.get("id")) not in earlier]
    new = [_new_file(form, index, item, files) for index, item in fresh]
    return [one for one in new if one], kept


def _new_file(form: Form, index: int, item: Json, files: dict[int, Upload]) -> NewFile | None:
    """`item` names a file of the form by its number; None (and an error) when there is no such file."""
    number = str(item.get("id"))
    if not number.isdigit() or int(number) not in files:
        form.add(("attachments", index, "id"), "ATTACHMENT_NOT_FOUND", f"Unknown attachment {number}")
        return None
    upload = files[int(number)]
    return NewFile(upload, item.get("filename") or upload.filename, item.get("description"))
