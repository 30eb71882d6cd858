"""The whole product through a life of every kind; each request and answer held against the two published documents."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import jsonschema
import pytest

from bot.sandbox.app import Sandbox
from bot.sandbox.bungie.answers import envelope
from bot.sandbox.bungie.requestlog import Exchange
from bot.sandbox.discord import cast
from bot.sandbox.discord.requestlog import Record
from tests.discord_openapi import (
    document_path,
    template_of,
    validate_answer,
    validate_parameters,
    validate_request,
)
from tests.e2e.harness import JSON, Child, Town, eventually, free_port, text_of
from tests.openapi import BungieValidator, bungie_validator

MINTED = re.compile(rb'"(secondaryComponentsMintedTimestamp|responseMintedTimestamp)":"[^"]+",?')
HEADERS = {"User-Agent": "Hawthorne/0", "X-API-Key": "k"}
REFUSAL = json.dumps(envelope(622)).encode()
ENTITIES = "/Destiny2/Manifest/Destiny"
FILES = ("/common/destiny2_content/json/", "/common/destiny2_content/icons/")


@asynccontextmanager
async def place_of(sandbox: Sandbox, home: Path) -> AsyncIterator[Town]:
    """A town whose sandbox runs in this process."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http:
        place = Town(home, Child(home / "sandbox.log"), sandbox.describe(), free_port(), http)
        place.configure(schedule={"membership_seconds": 1, "roster_seconds": 4, "manifest_seconds": 4})
        try:
            yield place
        finally:
            if place.hawthorne.alive:
                await place.hawthorne.signal(signal.SIGKILL)


async def told(place: Town, *words: str) -> None:
    async def all_there() -> bool:
        news = "\n".join(text_of(message) for message in await place.messages())
        return all(word in news for word in words)

    await eventually(all_there, 45, f"posts of {words}")


async def live_a_life(place: Town, sandbox: Sandbox) -> None:
    """Everything that can happen to two clans, at once: the posts come in one digest."""
    first, second = sandbox.clan_ids
    plain = [p for p in sandbox.world.members(first) if p.role == 2 and not p.private and p.name.isascii()]
    leaver, renamed, promoted, mover, shy = (person.membership_id for person in plain[:5])
    await place.happen("join", group_id=first, name="Fernwick")
    await place.happen("leave", membership_id=leaver)
    await place.happen("rename", membership_id=renamed, name="Oakmantle")
    await place.happen("promote", membership_id=promoted, role="admin")
    await place.happen("switch", membership_id=mover, to_group_id=second)
    await place.happen("private", membership_id=shy)
    for deed in ("online", "seal", "gild", "move_platform"):
        await place.happen(deed, group_id=second)
    await place.happen("clan", group_id=second, field="motto", value="Sing.")
    for number in range(4):
        await place.happen("join", group_id=second, name=f"Reed{'abcd'[number]}")
    await told(place, "Fernwick", "Oakmantle", "Reedd")


async def ask_everything(place: Town) -> None:
    """Every registered command with every choice, half-typed clans, wrong ones, pages, sorts, others' buttons."""
    commands = {command["name"]: command for command in await place.ask("GET", "/sandbox/discord/commands")}
    assert set(commands) >= {"roster", "status", "help", "about"}
    for name in commands:
        assert (await place.command(name))["ok"], name
        assert (await place.command(name, private=True))["ok"], name
    for option in commands["roster"]["options"]:
        for choice in option.get("choices", []):
            await place.command("roster", **{option["name"]: choice["value"]})
    for words in ("", "4107", "zzzz"):
        answer = await act(place, type="autocomplete", name="roster", focused="clan", options={"clan": words})
        assert answer["response_type"] == 8, answer
    await place.command("roster", clan="no such clan")
    await press(place, (await place.command("roster", clan=place.places["clan_ids"][1]))["response"])


async def press(place: Town, message: JSON) -> None:
    """Turn the page, sort, and let someone else try. Each turn gives the controls new ids."""
    where = {"type": "component", "message_id": message["id"]}
    turned = await act(place, **where, custom_id=control(message, label="›")["custom_id"])
    select = control(turned["response"], type=3)
    sorted_ = await act(place, **where, custom_id=select["custom_id"], values=["power"])
    select = control(sorted_["response"], type=3)
    other = {"user_id": cast.PLAIN_ID}
    refused = await act(place, **where, **other, custom_id=select["custom_id"], values=["name"])
    assert all(answer["ok"] for answer in (turned, sorted_, refused))


def control(message: JSON, **marks: object) -> JSON:
    """The button or select of a message that has these marks."""
    found = [item for row in message["components"] for item in row["components"]]
    return next(item for item in found if all(item.get(key) == value for key, value in marks.items()))


async def act(place: Town, **body: object) -> JSON:
    body = {"channel_id": place.places["channel_id"], **body}
    answer: JSON = await place.ask("POST", "/sandbox/discord/interactions", body)
    return answer


async def break_things(place: Town, sandbox: Sandbox) -> None:
    """Bungie.net and Discord's channels misbehave for a while; what happened meanwhile is told all the same."""
    for fault in ("lose_page", "short", "duplicate_row", "truncated", "error5"):
        await place.ask("POST", "/sandbox/faults", {"subsystem": "members", "fault": fault, "times": 1})
    for fault in ("html503", "empty", "truncated"):
        await place.ask("POST", "/sandbox/faults", {"subsystem": "profile", "fault": fault, "times": 1})
    for fault in ("429", "500", "reset_after_accept"):
        where = {"method": "POST", "channel_id": sandbox.channel_id}
        await place.ask("POST", "/sandbox/discord/faults", {"fault": fault, "times": 1, **where})
    await place.happen("join", group_id=sandbox.clan_ids[0], name="Larkspur")
    await told(place, "Larkspur")


async def reconnect(place: Town) -> None:
    """The gateway goes away; commands are answered again after it."""
    await place.ask("POST", "/sandbox/discord/disconnect", {"how": "reconnect"})

    async def answers() -> bool:
        return bool((await place.command("status"))["ok"])

    await eventually(answers, 30, "an answer after the reconnection")


async def switch_manifest(place: Town, sandbox: Sandbox) -> None:
    await place.ask("POST", "/sandbox/manifest", {})
    version = sandbox.bungie.manifest.version

    async def current() -> bool:
        return f"Manifest {version} is current now" in place.hawthorne.log.read_text("utf-8")

    await eventually(current, 30, "the new manifest")


def failures(log: Path) -> list[str]:
    """What no fault of others explains: a command, a loop or a part that failed."""
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines() if line.startswith("{")]
    return [line["event"] for line in lines if line["event"].endswith("_failed")]


class Lean:
    """Leaves out what was judged before: most of a clan sleeps, and most records are alike."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def fresh(self, *parts: str) -> bool:
        text = "\n".join(parts)
        new = text not in self._seen
        self._seen.add(text)
        return new

    def of(self, raw: bytes) -> JSON:
        body: JSON = json.loads(raw)
        data = ((body.get("Response") or {}).get("profileRecords") or {}).get("data") or {}
        if "records" in data:
            data["records"] = {k: v for k, v in data["records"].items() if self.fresh(k, json.dumps(v))}
        return body


def _as_published(path: str, body: JSON) -> JSON:
    """Of a single definition the document knows three fields; whole items are judged in test_sandbox_matches."""
    told = body.get("Response")
    if ENTITIES in path and isinstance(told, dict):
        return body | {"Response": {key: told[key] for key in ("hash", "index", "redacted") if key in told}}
    return body


def judge_bungie(validator: BungieValidator, exchanges: Iterable[Exchange]) -> tuple[Counter[str], list[str]]:
    """How many requests to each endpoint, and what was wrong with them or their answers."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    lean = Lean()
    for one in exchanges:
        wrong += [f"{one.path}: {name} sent" for name in ("Origin", "Cookie") if name in one.headers]
        wrong += [] if one.headers.get("User-Agent", "").startswith("Hawthorne/") else [f"{one.path}: no User-Agent"]
        if one.path.startswith(FILES):
            counts["GET /common/destiny2_content/json/ (files, not in the document)"] += 1
            continue
        wrong += [] if one.headers.get("X-API-Key") else [f"{one.path}: no key"]
        try:
            counts[f"{one.method} {validator.template_of(one.path, one.method.lower())}"] += 1
            judge_one(validator, one, lean)
        except (AssertionError, jsonschema.ValidationError) as error:
            wrong.append(str(error))
    return counts, wrong


def judge_one(validator: BungieValidator, one: Exchange, lean: Lean) -> None:
    method = one.method.lower()
    validator.validate_request(one.path, one.query, one.sent, method)
    if not one.faults and lean.fresh(one.path, MINTED.sub(b"", one.answer).decode()):
        validator.validate(one.path, _as_published(one.path, lean.of(one.answer)), method)


def judge_discord(records: Iterable[Record]) -> tuple[Counter[str], list[str]]:
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for one in records:
        method, path = one.method, one.path
        counts[f"{method} {template_of(method, path) or one.route}"] += 1
        found = [f"sent {words}" for words in validate_parameters(method, path, one.query)]
        found += [f"sent {words}" for words in validate_request(method, path, one.json)]
        if not one.fault:
            found += [f"answered {words}" for words in validate_answer(method, path, one.status, one.answer)]
        wrong += [f"{method} {one.route} {words}" for words in found]
    return counts, wrong


async def test_every_exchange_keeps_to_the_published_documents(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    validator = bungie_validator()
    if document_path() is None:
        pytest.skip("HAWTHORNE_SAMPLES names no folder with discord-openapi.json")
    exchanges: list[Exchange] = []
    async with Sandbox(seed=7, live=False) as sandbox, place_of(sandbox, tmp_path) as place:
        sandbox.bungie.listener = exchanges.append
        await place.start()
        await place.ready()
        await place.watched()
        happening = [live_a_life(place, sandbox), switch_manifest(place, sandbox), break_things(place, sandbox)]
        await asyncio.gather(ask_everything(place), *happening)
        await reconnect(place)
        assert await place.hawthorne.signal(signal.SIGTERM) == 0, place.hawthorne.words()
        records = list(sandbox.discord.requests)
        assert not sandbox.bungie.log.violations
        assert not failures(place.hawthorne.log)
    to_bungie, wrong = judge_bungie(validator, exchanges)
    to_discord, also_wrong = judge_discord(records)
    record_property("told", report("Bungie.net", to_bungie, sum(not one.faults for one in exchanges)))
    record_property("told", report("Discord", to_discord, sum(not one.fault for one in records)))
    assert not wrong + also_wrong, "\n".join(sorted(set(wrong + also_wrong)))
    assert sum(count for name, count in to_bungie.items() if "Profile" in name) > 100
    assert to_discord["POST /channels/{channel_id}/messages"] >= 4
    assert to_discord["POST /interactions/{interaction_id}/{interaction_token}/callback"] > 25


def report(whom: str, counts: Counter[str], answers: int) -> str:
    """Answers are fewer than requests: some met a fault."""
    lines = [f"{whom}: {counts.total()} requests and {answers} answers held against its document"]
    return "\n".join(lines + [f"{count:7} {name}" for name, count in sorted(counts.items())])


def test_the_judges_find_what_is_wrong() -> None:
    """One wrong thing each: a parameter, a body, an answer."""
    validator, path = bungie_validator(), "/Platform/GroupV2/4107201/Members/"
    good = Exchange("GET", path, {"currentpage": "1"}, HEADERS, b"", 200, REFUSAL, ())
    assert judge_bungie(validator, [good])[1] == []
    changes: list[JSON] = [
        {"query": {"page": "1"}},
        {"query": {"currentpage": "one"}},
        {"sent": b"{}"},
        {"headers": {}},
        {"answer": REFUSAL.replace(b"622", b'"622"')},
    ]
    for change in changes:
        assert judge_bungie(validator, [replace(good, **change)])[1], change
    if document_path() is None:
        pytest.skip("HAWTHORNE_SAMPLES names no folder with discord-openapi.json")
    where = "/channels/1187000000000000011/messages"
    post = Record("", "POST", where, where, {}, {"content": "x"}, (), 403, {"message": "no", "code": 50001}, None)
    assert judge_discord([post])[1] == []
    for change in ({"query": {"q": "1"}}, {"json": {"content": 5}}, {"answer": {"code": "no"}}, {"path": "/chanels/1"}):
        assert judge_discord([replace(post, **change)])[1], change
