"""What the simulated Discord remembers: ids, nonces, permissions, and what is kept on disk. No sockets."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.discord import cast
from bot.sandbox.discord.keep import restore, snapshot
from bot.sandbox.discord.model import EPHEMERAL, Attachment, Message
from bot.sandbox.discord.permissions import ALL, BITS, in_channel
from bot.sandbox.discord.render import message_payload
from bot.sandbox.discord.snowflake import Snowflakes, moment_of
from bot.sandbox.discord.store import NONCE_WINDOW, Store, png_size

START = datetime(2026, 5, 3, 12, tzinfo=UTC)
NEWS = cast.ANNOUNCE_CHANNEL_ID


class Clock:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> Store:
    return Store(clock)


def post(store: Store, content: str, nonce: str | None = None, flags: int = 0) -> Message:
    message = Message(store.ids.next(), NEWS, cast.APPLICATION_ID, store.now().isoformat(), content, nonce=nonce)
    message.flags = flags
    return store.add_message(message)


@given(st.lists(st.integers(min_value=-5_000, max_value=5_000), min_size=1, max_size=50))
def test_ids_only_grow_even_when_the_clock_steps_back(steps: list[int]) -> None:
    moments = iter([START + timedelta(milliseconds=step) for step in steps])
    ids = Snowflakes(lambda: next(moments))
    made = [int(ids.next()) for _ in steps]
    assert made == sorted(set(made))
    assert moment_of(made[0]) == START + timedelta(milliseconds=steps[0])


def test_a_nonce_is_remembered_for_a_few_minutes_by_author(store: Store, clock: Clock) -> None:
    message = post(store, "x", "outbox-7")
    clock.at += NONCE_WINDOW
    assert store.by_nonce(NEWS, cast.APPLICATION_ID, "outbox-7") is message
    assert store.by_nonce(NEWS, cast.OWNER_ID, "outbox-7") is None
    assert store.by_nonce(cast.GENERAL_CHANNEL_ID, cast.APPLICATION_ID, "outbox-7") is None
    clock.at += timedelta(seconds=1)
    assert store.by_nonce(NEWS, cast.APPLICATION_ID, "outbox-7") is None


def test_permissions_taken_and_given_back(store: Store) -> None:
    before = store.permissions(cast.APPLICATION_ID, NEWS)
    store.overwrite(NEWS, cast.APPLICATION_ID, 0, BITS["EMBED_LINKS"])
    assert before & ~store.permissions(cast.APPLICATION_ID, NEWS) == BITS["EMBED_LINKS"]
    store.overwrite(NEWS, cast.APPLICATION_ID, 0, 0)
    assert store.permissions(cast.APPLICATION_ID, NEWS) == before
    assert store.channels[NEWS].overwrites == []
    assert store.permissions(cast.OWNER_ID, NEWS) == ALL


def overwrite(target: str, allow: int = 0, deny: int = 0) -> dict[str, str]:
    return {"id": target, "allow": str(allow), "deny": str(deny)}


def test_a_members_overwrite_wins_over_its_roles_and_theirs_over_everyones() -> None:
    everyone, role, member = overwrite("g", deny=2), overwrite("r", allow=2), overwrite("u", deny=2)
    assert in_channel(3, [everyone], "g", ["r"], "u") == 1
    assert in_channel(3, [everyone, role], "g", ["r"], "u") == 3
    assert in_channel(3, [member, role, everyone], "g", ["r"], "u") == 1
    assert in_channel(BITS["ADMINISTRATOR"], [everyone, member], "g", [], "u") == ALL


def test_what_is_kept_comes_back_but_for_ephemeral_messages(store: Store, clock: Clock) -> None:
    kept = post(store, "kept", "n")
    kept.attachments.append(Attachment("9", "a.png", 3, "image/png", "Alt", 1, 1))
    store.edit_message(kept, content="changed")
    post(store, "secret", flags=EPHEMERAL)
    store.replace_commands(None, [{"name": "roster"}])
    store.replace_commands(cast.GUILD_ID, [{"name": "setup"}])
    store.overwrite(NEWS, cast.APPLICATION_ID, 0, 2048)
    other = Store(clock)
    restore(other, json.loads(json.dumps(snapshot(store))))
    assert other.messages[NEWS] == {kept.id: kept}
    assert (other.commands, other.channels) == (store.commands, store.channels)
    assert int(other.ids.next()) > int(kept.id)


def test_an_edit_keeps_what_stood_there(store: Store, clock: Clock) -> None:
    message = post(store, "one")
    clock.at += timedelta(minutes=1)
    store.edit_message(message, content="two")
    store.edit_message(message, content="three")
    assert [edit["content"] for edit in message.edits] == ["one", "two"]
    assert message.edited_at == clock.at.isoformat()


def test_a_file_that_an_embed_shows_stands_in_the_embed_alone(store: Store) -> None:
    message = post(store, "")
    message.attachments = [
        Attachment("8", "chart 1.png", 3, "image/png", "Alt", 16, 9),
        Attachment("9", "rows.csv", 3, "text/csv"),
    ]
    message.embeds = [{"title": "T", "image": {"url": "attachment://chart 1.png"}, "url": None}]
    payload = message_payload(message, "http://here")
    assert payload["embeds"] == [
        {
            "type": "rich",
            "title": "T",
            "image": {
                "url": f"http://here/attachments/{NEWS}/8/chart%201.png",
                "proxy_url": f"http://here/attachments/{NEWS}/8/chart%201.png",
                "width": 16,
                "height": 9,
                "content_type": "image/png",
                "description": "Alt",
            },
        }
    ]
    assert [file["filename"] for file in payload["attachments"]] == ["rows.csv"]


def test_the_size_of_a_picture_is_read_from_a_png_only() -> None:
    header = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")
    assert png_size(header) == (640, 480)
    assert png_size(header[:20]) is None
    assert png_size(b"GIF89a" + bytes(30)) is None
