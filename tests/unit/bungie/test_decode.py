"""Clan answers into nouns: absent keys, new numbers, ids as strings, names of all ages."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.bungie import decode
from bot.bungie.answer import judge
from bot.domain.membership import ClanRef
from bot.domain.role import Role
from bot.errors import Unavailable

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


def member(**changes: Any) -> dict[str, Any]:
    card = {
        "LastSeenDisplayName": "seen",
        "membershipType": 3,
        "membershipId": "4611686018429676339",
        "displayName": "shown",
        "bungieGlobalDisplayName": "Global",
        "bungieGlobalDisplayNameCode": 42,
    }
    row = {
        "memberType": 2,
        "isOnline": True,
        "lastOnlineStatusChange": "1644181974",
        "groupId": "123",
        "destinyUserInfo": card,
        "bungieNetUserInfo": {"membershipType": 254, "membershipId": "501487"},
        "joinDate": "2019-08-17T18:39:28Z",
    }
    return row | changes


def card(**changes: Any) -> dict[str, Any]:
    """A member whose card has these keys; None takes a key away."""
    row = member()
    merged = row["destinyUserInfo"] | changes
    return row | {"destinyUserInfo": {key: value for key, value in merged.items() if value is not None}}


def poll(*pages: dict[str, Any], group_id: int = 123) -> Any:
    models = [decode.members_page(raw(page)) for page in pages]
    return decode.members_poll(group_id, NOW, models, [b"raw"] * len(pages))


def page(*rows: dict[str, Any], more: bool | None = False, total: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = {"results": list(rows), "totalResults": total, "useTotalResults": True}
    return found if more is None else found | {"hasMore": more}


def test_a_member_is_read_whole() -> None:
    entry = poll(page(member(memberType=5))).entries[0]
    assert entry.membership_id == 4611686018429676339
    assert entry.membership_type == 3
    assert entry.name == "Global#0042"
    assert entry.role is Role.FOUNDER
    assert entry.joined_at == datetime(2019, 8, 17, 18, 39, 28, tzinfo=UTC)
    assert entry.is_online
    assert entry.last_online_change == datetime.fromtimestamp(1644181974, UTC)
    assert entry.bungie_net_id == 501487


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"bungieGlobalDisplayNameCode": 196}, "Global#0196"),
        ({"bungieGlobalDisplayNameCode": 7}, "Global#0007"),
        ({"bungieGlobalDisplayNameCode": 12345}, "Global#12345"),
        ({"bungieGlobalDisplayNameCode": None}, "Global"),
        ({"bungieGlobalDisplayName": "a\0b"}, "ab#0042"),
        ({"bungieGlobalDisplayName": ""}, "seen"),
        ({"bungieGlobalDisplayName": None, "bungieGlobalDisplayNameCode": None}, "seen"),
        ({"bungieGlobalDisplayName": "", "LastSeenDisplayName": None}, "shown"),
        ({"bungieGlobalDisplayName": "", "LastSeenDisplayName": " ", "displayName": ""}, "Guardian without a name"),
    ],
)
def test_names_of_all_ages(changes: dict[str, Any], name: str) -> None:
    assert poll(page(card(**changes))).entries[0].name == name


def test_absent_keys_are_no_trouble() -> None:
    row = member()
    for key in ("lastOnlineStatusChange", "bungieNetUserInfo", "isOnline", "groupId"):
        del row[key]
    entry = poll(page(row)).entries[0]
    assert (entry.is_online, entry.last_online_change, entry.bungie_net_id) == (False, None, None)


def test_a_website_account_without_an_id_is_no_account() -> None:
    assert poll(page(member(bungieNetUserInfo={"displayName": "x"}))).entries[0].bungie_net_id is None


@pytest.mark.parametrize(
    ("number", "role"),
    [
        (1, Role.BEGINNER),
        (2, Role.MEMBER),
        (3, Role.ADMIN),
        (4, Role.ACTING_FOUNDER),
        (0, Role.MEMBER),
        (99, Role.MEMBER),
    ],
)
def test_roles_and_numbers_that_nobody_has_seen_yet(number: int, role: Role) -> None:
    assert poll(page(member(memberType=number))).entries[0].role is role


def test_rows_stay_as_sent_and_foreign_ones_are_counted() -> None:
    found = poll(page(member(), member(), more=True, total=3), page(member(groupId="999"), more=False, total=3))
    assert len(found.entries) == 3
    assert found.foreign == 1
    assert (found.pages, found.total_results, found.use_total_results, found.ended) == (2, 3, True, True)
    assert found.raw == (b"raw", b"raw")


@pytest.mark.parametrize("more", [True, None])
def test_a_walk_without_a_last_page_has_not_ended(more: bool | None) -> None:
    assert not poll(page(member(), more=more)).ended


@pytest.mark.parametrize(
    "broken",
    [
        {"totalResults": 3, "hasMore": False},
        {"results": [{"memberType": 2}], "hasMore": False},
        {"results": [member(joinDate="yesterday")], "hasMore": False},
        {"results": [member(destinyUserInfo={"membershipType": 3})], "hasMore": False},
        {"results": "none", "hasMore": False},
        [],
    ],
)
def test_a_page_that_lacks_what_we_need_is_no_data(broken: object) -> None:
    with pytest.raises(Unavailable):
        decode.members_page(raw(broken))


def test_a_join_date_of_never_is_no_data() -> None:
    with pytest.raises(Unavailable):
        poll(page(member(joinDate="0001-01-01T00:00:00Z")))


def test_a_group_is_read_with_little() -> None:
    found = decode.group_detail(raw({"detail": {"groupId": "77"}}))
    assert (found.group_id, found.name, found.callsign, found.is_clan, found.created_at) == (77, "", "", False, None)


def test_the_real_group(samples: Path) -> None:
    body = (samples / "clan" / "GetGroup-3074427.json").read_bytes()
    found = decode.group_detail(judge(200, {}, body))
    told = json.loads(body)["Response"]["detail"]
    assert found.group_id == 3074427
    assert found.is_clan
    assert found.name == told["name"]
    assert found.callsign == told["clanInfo"]["clanCallsign"]
    assert found.member_count == told["memberCount"]
    assert found.created_at is not None
    assert found.created_at.isoformat()[:19] == told["creationDate"][:19]


def test_members_quoted_from_the_real_bungie_net(samples: Path) -> None:
    quoted = json.loads((samples / "misc" / "quoted-responses.json").read_bytes())
    rows = [quoted[name]["body"] for name in ("group_member_2019", "group_member_2018")]
    entries = poll(page(*rows), group_id=1985678).entries
    assert [entry.membership_id for entry in entries] == [int(row["destinyUserInfo"]["membershipId"]) for row in rows]
    assert entries[0].last_online_change == datetime.fromtimestamp(1566964904, UTC)
    assert entries[1].last_online_change is None
    assert all(entry.name for entry in entries)


def test_cards_of_the_real_linked_profiles(samples: Path) -> None:
    from bot.bungie.models import UserInfoCard

    body = json.loads((samples / "linked" / "linked-profiles-2022-10.json").read_bytes())
    response = body.get("Response", body)
    cards = [*response["profiles"], *(row["infoCard"] for row in response["profilesWithErrors"])]
    assert cards
    for told in cards:
        read = msgspec.json.Decoder(UserInfoCard, strict=False).decode(json.dumps(told))
        assert str(read.membership_id) == told["membershipId"]
        if told.get("bungieGlobalDisplayNameCode") is not None and told.get("bungieGlobalDisplayName"):
            assert decode.bungie_name(read).rsplit("#", 1)[1] == f"{told['bungieGlobalDisplayNameCode']:04d}"


def test_clans_of_a_member() -> None:
    results = [{"member": {"memberType": 2}, "group": {"groupId": "55", "name": "Them"}}]
    assert decode.clans_of(raw({"results": results, "totalResults": 1})) == (ClanRef(55, "Them"),)
    assert decode.clans_of(raw({"results": [], "totalResults": 0})) == ()
    with pytest.raises(Unavailable):
        decode.clans_of(raw({"totalResults": 0}))


def test_settings_name_the_roots() -> None:
    core = {"activeSealsRootNodeHash": 616318467, "legacySealsRootNodeHash": 1881970629}
    found = decode.settings_read(raw({"destiny2CoreSettings": core, "systems": {"Destiny2": {"enabled": False}}}))
    assert (found.active_seals_root, found.legacy_seals_root, found.destiny_enabled) == (616318467, 1881970629, False)
    assert decode.settings_read(raw({})).active_seals_root is None
    assert decode.settings_read(raw({})).destiny_enabled


def test_the_real_settings(samples: Path) -> None:
    core = json.loads((samples / "manifest" / "destiny2coresettings.json").read_bytes())
    found = decode.settings_read(raw({"destiny2CoreSettings": core}))
    assert (found.active_seals_root, found.legacy_seals_root) == (616318467, 1881970629)


def test_the_real_manifest_answer(samples: Path) -> None:
    body = (samples / "manifest" / "DestinyManifest-response.json").read_text("utf-8-sig")
    found = decode.manifest_read(msgspec.Raw(body.encode()), "en")
    assert found.version == "106284.22.06.21.1351-1-bnet.44999"
    assert found.paths["DestinyRecordDefinition"].startswith("/common/destiny2_content/json/en/DestinyRecordDefinition")
    with pytest.raises(Unavailable, match="'tlh'"):
        decode.manifest_read(msgspec.Raw(body.encode()), "tlh")
