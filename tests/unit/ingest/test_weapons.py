"""Items into weapons: every word of the contract, what may be absent, and who is a reissue of whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.weapon import Damage, Slot, Tier
from bot.domain.weapon_definition import HeldWeapon, WeaponDefinition
from bot.ingest.weapons import families, learned, plan_weapons, regrouped, slim_item, weapon_of

ROSE = WeaponDefinition(51, "Rose", "Hand Cannon", Slot.KINETIC, Damage.KINETIC, Tier.LEGENDARY, "/51.png", 9, False)


def weapon(found: int, name: str = "Rose", position: int = 0, **changes: Any) -> WeaponDefinition:
    told = {
        "type": "Hand Cannon",
        "slot": None,
        "damage": None,
        "tier": None,
        "icon": None,
        "redacted": False,
    } | changes
    return WeaponDefinition(found, name, position=position, **told)


def item(**changes: Any) -> dict[str, Any]:
    made = {
        "displayProperties": {"name": "Rose ", "icon": "/51.png", "description": "long"},
        "itemType": 3,
        "itemSubType": 9,
        "itemTypeDisplayName": "Hand Cannon",
        "inventory": {"bucketTypeHash": 1498876634, "tierType": 5, "tierTypeName": "Legendary"},
        "equippingBlock": {"equipmentSlotTypeHash": 1498876634, "displayStrings": [""]},
        "defaultDamageType": 1,
        "defaultDamageTypeHash": 3373582085,
        "damageTypes": [1],
        "sockets": {"big": True},
        "hash": 51,
        "index": 9,
        "redacted": False,
    }
    return {key: value for key, value in (made | changes).items() if value is not None}


def test_a_weapon_is_read_whole() -> None:
    assert weapon_of(51, item()) == ROSE
    assert ROSE.complete
    assert weapon_of(51, item(), position=77).position == 77


@pytest.mark.parametrize(
    ("changes", "slot"),
    [
        ({"equippingBlock": None}, Slot.KINETIC),
        ({"equippingBlock": {"equipmentSlotTypeHash": 2465295065}}, Slot.ENERGY),
        ({"equippingBlock": None, "inventory": {"bucketTypeHash": 953998645}}, Slot.POWER),
        ({"equippingBlock": None, "inventory": None}, None),
    ],
)
def test_slots(changes: dict[str, Any], slot: Slot | None) -> None:
    assert weapon_of(51, item(**changes)).slot is slot


@pytest.mark.parametrize(
    ("number", "hashed", "damage"),
    [
        (1, 3373582085, Damage.KINETIC),
        (2, 2303181850, Damage.ARC),
        (3, 1847026933, Damage.SOLAR),
        (4, 3454344768, Damage.VOID),
        (6, 151347233, Damage.STASIS),
        (7, 3949783978, Damage.STRAND),
        (5, 0, None),
    ],
)
def test_damage_by_number_by_hash_or_by_list(number: int, hashed: int, damage: Damage | None) -> None:
    assert weapon_of(51, item(defaultDamageType=number, defaultDamageTypeHash=None, damageTypes=None)).damage is damage
    assert weapon_of(51, item(defaultDamageType=0, defaultDamageTypeHash=hashed, damageTypes=[])).damage is damage
    assert (
        weapon_of(51, item(defaultDamageType=None, defaultDamageTypeHash=None, damageTypes=[number])).damage is damage
    )


@pytest.mark.parametrize(
    ("tier", "hashed", "word"),
    [
        (2, 3340296461, Tier.COMMON),
        (3, 2395677314, Tier.UNCOMMON),
        (4, 2127292149, Tier.RARE),
        (5, 4008398120, Tier.LEGENDARY),
        (6, 2759499571, Tier.EXOTIC),
        (0, 0, None),
        (1, 1801258597, None),
    ],
)
def test_tiers_bear_the_games_names(tier: int, hashed: int, word: Tier | None) -> None:
    assert weapon_of(51, item(inventory={"tierType": tier})).tier is word
    assert weapon_of(51, item(inventory={"tierTypeHash": hashed})).tier is word


def test_the_type_is_english_whatever_the_manifest_speaks() -> None:
    assert weapon_of(51, item(itemTypeDisplayName="Handfeuerwaffe")).type == "Hand Cannon"
    assert weapon_of(51, item(itemSubType=0, itemTypeDisplayName="Relic")).type == "Relic"
    assert weapon_of(51, item(itemSubType=None, itemTypeDisplayName=None)).type == ""


values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.none()), st.dictionaries(st.text(), st.none())
)


@given(st.dictionaries(st.sampled_from(sorted(item())), values), values)
def test_parts_of_another_shape_are_absent(changes: dict[str, Any], inner: Any) -> None:
    told = item() | changes
    for block in ("displayProperties", "inventory", "equippingBlock"):
        if isinstance(told[block], dict):
            told[block] = dict.fromkeys(("name", "icon", "tierType", "bucketTypeHash", "equipmentSlotTypeHash"), inner)
    found = weapon_of(51, told)
    assert "\0" not in found.name + found.type + (found.icon or "")
    assert -(2**31) <= found.position < 2**31
    slim_item(told)


def test_of_the_light_table_weapons_and_exotic_armor_are_kept_in_their_shown_parts() -> None:
    slim = slim_item(item())
    assert slim is not None
    assert weapon_of(51, slim) == ROSE
    assert "sockets" not in slim
    assert slim["inventory"] == {"bucketTypeHash": 1498876634, "tierType": 5}
    assert slim_item(item(itemType=2, inventory={"tierType": 6})) is not None
    assert slim_item(item(itemType=2)) is None
    assert slim_item(item(itemType=19)) is None
    assert slim_item({}) is None


def test_what_the_newer_word_leaves_out_stays() -> None:
    thin = weapon(51, "", type="", position=12)
    assert learned(ROSE, thin) == WeaponDefinition(**_fields(ROSE) | {"position": 12})
    assert learned(None, thin) is thin
    assert learned(thin, ROSE) == ROSE


def test_a_weapon_that_becomes_a_secret_is_shown_as_it_was() -> None:
    secret = weapon(51, "Classified", 20, type="Classified", redacted=True)
    now = learned(ROSE, secret)
    assert (now.name, now.type, now.redacted, now.position, now.complete) == ("Rose", "Hand Cannon", True, 20, False)
    assert learned(secret, ROSE) == ROSE


def _fields(found: WeaponDefinition) -> dict[str, Any]:
    return {name: getattr(found, name) for name in WeaponDefinition.__slots__}


def test_reissues_are_a_family_under_the_newest() -> None:
    found = families(
        [
            weapon(1, position=5),
            weapon(2, position=9),
            weapon(3, position=9, type="Sidearm"),
            weapon(4, "Rose (Adept)"),
            weapon(5, "", position=50),
            weapon(6, "", position=51),
            weapon(7, position=99, redacted=True),
        ]
    )
    assert found == {1: 2, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7}


def test_sums_are_wrong_only_when_used_weapons_belong_together_otherwise() -> None:
    assert not regrouped({1: 1}, {1}, {1: 2, 2: 2})
    assert regrouped({1: 1, 2: 2}, {1, 2}, {1: 2, 2: 2})
    assert regrouped({1: 2, 2: 2}, {1, 2, 9}, {1: 1, 2: 2})
    assert not regrouped({1: 2, 2: 2}, {1, 2}, {1: 3, 2: 3, 3: 3})
    assert not regrouped({}, {7}, {7: 7})
    assert regrouped({1: 1}, {1, 7}, {1: 7, 7: 7})


def test_the_plan_keeps_what_nobody_tells_of_any_more() -> None:
    held = {1: HeldWeapon(weapon(1, position=1), 1)}
    plan = plan_weapons(held, {1}, [weapon(2, position=2)])
    assert [told.weapon_hash for told in plan.weapons] == [2]
    assert (dict(plan.family), plan.regrouped) == ({1: 2, 2: 2}, False)


def test_real_items(samples: Path) -> None:
    rows = json.loads((samples / "manifest" / "items-2026-05.json").read_text())
    weapons = {row["hash"]: weapon_of(row["hash"], row["json"]) for row in rows if row["json"].get("itemType") == 3}
    told = {found.name: (found.type, found.slot, found.damage, found.tier) for found in weapons.values()}
    assert all(found.complete for found in weapons.values())
    assert told["Gjallarhorn"] == ("Rocket Launcher", Slot.POWER, Damage.SOLAR, Tier.EXOTIC)
    assert told["Fatebringer"] == ("Hand Cannon", Slot.KINETIC, Damage.KINETIC, Tier.LEGENDARY)
    assert told["Wicked Implement"] == ("Scout Rifle", Slot.KINETIC, Damage.STASIS, Tier.EXOTIC)
    assert told["Graviton Lance"] == ("Pulse Rifle", Slot.ENERGY, Damage.VOID, Tier.EXOTIC)
    assert told["Riskrunner"] == ("Submachine Gun", Slot.ENERGY, Damage.ARC, Tier.EXOTIC)
    assert told["Final Warning"] == ("Sidearm", Slot.KINETIC, Damage.STRAND, Tier.EXOTIC)
    for row in rows:
        if (slim := slim_item(row["json"])) is not None and row["hash"] in weapons:
            assert weapon_of(row["hash"], slim) == weapons[row["hash"]]
            assert len(json.dumps(slim)) < 1500
