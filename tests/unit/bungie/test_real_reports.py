"""Real reports against a count that knows nothing of our decoding: json and a few lines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.bungie.answer import judge
from bot.bungie.decode_report import report
from bot.bungie.raw import pack, unpack

Kills = Counter[tuple[int, int, int]]


def counted(text: str) -> Kills:
    """Kills by instance, membership id and weapon hash, straight from the JSON."""
    kills: Kills = Counter()
    response = json.loads(text)["Response"]
    for entry in response["entries"]:
        who = int(entry["player"]["destinyUserInfo"]["membershipId"])
        for weapon in entry.get("extended", {}).get("weapons", []):
            key = (int(response["activityDetails"]["instanceId"]), who, weapon["referenceId"])
            kills[key] += int(weapon["values"]["uniqueWeaponKills"]["basic"]["value"])
    return +kills


def decoded(text: str) -> tuple[Kills, int]:
    """The same of our report, and its entries; the report goes the way of a stored one, packed and unpacked."""
    raw = judge(200, {}, text.encode())
    instance_id = int(json.loads(text)["Response"]["activityDetails"]["instanceId"])
    found = report(type(raw)(unpack(pack(bytes(raw)))), instance_id, datetime.now(UTC))
    uses = [(player.membership_id, use) for player in found.players for use in player.weapons]
    entries = sum(player.entries for player in found.players) + found.unnamed
    return Counter({(instance_id, who, use.weapon_hash): use.kills for who, use in uses}), entries


def test_kills_per_weapon_and_player_are_those_of_the_raw_json(
    samples: Path, record_property: Callable[[str, object], None]
) -> None:
    files = sorted((samples / "pgcr").glob("*.json"))
    everything: Kills = Counter()
    entries = people = 0
    for file in files:
        text = file.read_text(encoding="utf-8-sig")
        expected, (found, read) = counted(text), decoded(text)
        assert found == expected, file.name
        everything |= expected
        entries += read
        people += len({who for _, who, _ in expected})
        assert read == len(json.loads(text)["Response"]["entries"]), file.name
    assert len(files) >= 7
    assert everything.total() > 5_000
    weapons = len({weapon for _, _, weapon in everything})
    record_property(
        "told",
        f"Real reports: {len(files)} of {len(files)} read, none skipped; {entries} entries of {people} people, "
        f"{len(everything)} pairs of player and weapon, {weapons} weapons, {everything.total():,} kills, all equal.",
    )


def test_what_the_real_reports_are_known_to_say(samples: Path) -> None:
    facts = {}
    for file in sorted((samples / "pgcr").glob("*.json")):
        text = file.read_text(encoding="utf-8-sig")
        raw, instance_id = (
            judge(200, {}, text.encode()),
            int(json.loads(text)["Response"]["activityDetails"]["instanceId"]),
        )
        found = report(raw, instance_id, datetime.now(UTC))
        finished = sum(player.completed for player in found.players)
        facts[file.stem.removesuffix("_pgcr")] = (len(found.players), finished, found.from_beginning)
    assert facts == {
        "duo": (2, 2, None),
        "flawless": (6, 6, True),
        "not_completed": (6, 0, True),
        "pre_beyond_light_fresh": (6, 6, True),
        "pre_beyond_light_non_fresh": (6, 6, False),
        "solo_flawless": (1, 1, True),
        "trio_flawless": (3, 3, True),
    }
