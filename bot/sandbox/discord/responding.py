"""The bot's answers to an interaction: the first response, and what follows by its token."""

from bot.sandbox.discord import cast
from bot.sandbox.discord.core import Core
from bot.sandbox.discord.interactions import AUTOCOMPLETE, COMPONENT, Interaction
from bot.sandbox.discord.model import COMPONENTS_V2, EPHEMERAL, LOADING, Message
from bot.sandbox.discord.validate.commands import check_autocomplete
from bot.sandbox.discord.validate.form import Form
from bot.sandbox.discord.validate.messages import Draft, draft_message
from bot.sandbox.discord.wire import ApiError, Body, Json, as_object, unknown

MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
_MENTIONS: Json = {"parse": ["users"]}
"""Answers to interactions ping users alone unless they say otherwise."""


def respond(core: Core, interaction: Interaction, body: Body) -> Json:
    """Carries out the first response; returns Discord's description of it (for ?with_response)."""
    request = as_object(body.json)
    kind = request.get("type")
    data = as_object(request.get("data") or {})
    _check_kind(interaction, kind)
    match kind:
        case 4:
            _send(core, interaction, Body(data, body.files))
        case 5:
            _think(core, interaction, int(data.get("flags") or 0) & EPHEMERAL)
        case 6 | 7:
            _update(core, interaction, Body(data, body.files) if kind == UPDATE else None)
        case 8:
            interaction.extra = {"choices": check_autocomplete(data.get("choices"), interaction.option_type)}
        case _:
            interaction.extra = {"modal": data}
    interaction.first_answer(int(str(kind)))
    return _described(core, interaction)


def _check_kind(interaction: Interaction, kind: object) -> None:
    allowed = {AUTOCOMPLETE: (CHOICES,), COMPONENT: (MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL)}
    choices = allowed.get(interaction.kind, (MESSAGE, DEFERRED, MODAL))
    if kind not in choices:
        form = Form()
        form.add(("type",), "BASE_TYPE_CHOICES", f"Value must be one of {{{', '.join(map(str, choices))}}}.")
        form.check()


def _send(core: Core, interaction: Interaction, body: Body) -> None:
    draft = _filled(draft_message(body, mentions=_MENTIONS))
    interaction.original = _new_message(core, interaction, draft)
    core.post(interaction.original)


def _think(core: Core, interaction: Interaction, ephemeral: int) -> None:
    interaction.original = _new_message(core, interaction, Draft(flags=LOADING | ephemeral))
    core.post(interaction.original)


def _update(core: Core, interaction: Interaction, body: Body | None) -> None:
    interaction.original = interaction.source
    if body is not None:
        _edit(core, interaction, interaction.original, body)


def _new_message(core: Core, interaction: Interaction, draft: Draft) -> Message:
    message = core.compose(draft, interaction.channel_id, cast.APPLICATION_ID)
    message.interaction = interaction.metadata()
    message.visible_to = interaction.user_id if message.ephemeral else None
    return message


def _filled(draft: Draft) -> Draft:
    if draft.empty:
        raise ApiError(400, 50006, "Cannot send an empty message")
    return draft


def follow_up(core: Core, interaction: Interaction, body: Body) -> Json:
    """A further message. While the first response still thinks, this fills it in and takes over its visibility."""
    if interaction.thinking and interaction.original:
        return _edit(core, interaction, interaction.original, body)
    message = _new_message(core, interaction, _filled(draft_message(body, mentions=_MENTIONS)))
    if message.interaction and interaction.original:
        message.interaction["original"] = interaction.original.id
    interaction.followups.append(message)
    return core.post(message)


def edit(core: Core, interaction: Interaction, message_id: str, body: Body) -> Json:
    return _edit(core, interaction, find(interaction, message_id), body)


def delete(core: Core, interaction: Interaction, message_id: str) -> None:
    message = find(interaction, message_id)
    core.delete(message)
    if message is interaction.original:
        interaction.original = None
        interaction.settle()
    else:
        interaction.followups.remove(message)


def find(interaction: Interaction, message_id: str) -> Message:
    """A message of this interaction; raises ApiError 10008."""
    candidates = [interaction.original, *interaction.followups]
    for message in candidates:
        if message and (message.id == message_id or (message_id == "@original" and message is candidates[0])):
            return message
    raise unknown(10008, "Message")


def _edit(core: Core, interaction: Interaction, message: Message | None, body: Body) -> Json:
    if message is None:
        raise unknown(10008, "Message")
    earlier = {one.id: one.filename for one in message.attachments}
    draft = draft_message(body, earlier, bool(message.flags & COMPONENTS_V2))
    if message.flags & LOADING:
        _filled(draft)
    flags = message.flags & ~LOADING | draft.flags & COMPONENTS_V2
    payload = core.edit(message, draft, flags)
    interaction.settle()
    return payload


def _described(core: Core, interaction: Interaction) -> Json:
    described: Json = {
        "id": interaction.id,
        "type": interaction.kind,
        "channel_id": interaction.channel_id,
        "guild_id": cast.GUILD_ID,
    }
    message, kind = interaction.original, interaction.response_type
    if message is None:
        return {"interaction": described}
    described |= {
        "response_message_id": message.id,
        "response_message_loading": bool(message.flags & LOADING),
        "response_message_ephemeral": message.ephemeral,
    }
    answer: Json = {"interaction": described}
    if kind in (MESSAGE, UPDATE):
        answer["resource"] = {"type": kind, "message": core.payload(message)}
    return answer
