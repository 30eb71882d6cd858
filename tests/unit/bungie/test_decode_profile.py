"""Profiles in the parts that are used: what is absent is not read, never zero."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.bungie.answer import judge, judge_whole
from bot.bungie.decode_profile import WHOLE, profile
from bot.domain.profile import Profile, RecordState
from bot.errors import BungieError, NotThere, Private, Unavailable

ALL = (100, 200, 204, 800, 900, 1000)
SEAL, GILDING, TRIUMPH = 3464275895, 1715149073, 111


def read(response: object, components: tuple[int, ...] = ALL, wanted: frozenset[int] = frozenset()) -> Profile:
    return profile(msgspec.Raw(json.dumps(response).encode()), 3, 99, components, wanted, frozenset({5, 6, 7}))


def component(data: object = None) -> dict[str, Any]:
    return {"privacy": 1} if data is None else {"data": data, "privacy": 1}


def test_nothing_there_is_nothing_read() -> None:
    found = read({})
    assert found == Profile(99, 3, transitory=False, components_missing=frozenset({100, 200, 204, 800, 900}))


def test_only_what_was_asked_can_be_missing() -> None:
    assert read({}, components=(100,)).components_missing == {100}
    assert read({}, components=(100,)).transitory is None


def test_privacy_2_with_data_is_data() -> None:
    found = read({"characters": {"data": {}, "privacy": 2}}, components=(200,))
    assert found.components_missing == frozenset()
    assert found.characters == ()
    assert found.power is None


def test_the_account() -> None:
    card = {"membershipId": "99", "membershipType": 3, "bungieGlobalDisplayName": "A", "bungieGlobalDisplayNameCode": 1}
    found = read(
        {
            "responseMintedTimestamp": "2026-03-01T12:00:00.123Z",
            "secondaryComponentsMintedTimestamp": "2026-03-01T11:59:00Z",
            "profile": component({"userInfo": card, "dateLastPlayed": "2026-02-28T20:00:00Z"}),
        }
    )
    assert found.name == "A#0001"
    assert found.date_last_played == datetime(2026, 2, 28, 20, tzinfo=UTC)
    assert found.minted_at == datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)
    assert found.secondary_minted_at == datetime(2026, 3, 1, 11, 59, tzinfo=UTC)


def test_characters_and_power() -> None:
    rows = {
        "2305843009260001012": {"light": 1800, "classType": 0, "dateLastPlayed": "2026-02-28T20:00:00Z"},
        "2305843009260001013": {"light": 1810, "classType": 9, "titleRecordHash": SEAL},
        "2305843009260001014": {"titleRecordHash": 2166136261},
    }
    found = read({"characters": component(rows)})
    assert found.characters is not None
    assert [c.character_id for c in found.characters] == [int(key) for key in rows]
    assert [c.title_record_hash for c in found.characters] == [None, SEAL, None]
    assert found.characters[1].class_type == 9
    assert found.power == 1810


def test_the_activity_is_that_of_the_newest_start() -> None:
    rows = {
        "1": {"dateActivityStarted": "2026-03-01T10:00:00Z", "currentActivityHash": 1},
        "2": {
            "dateActivityStarted": "2026-03-01T11:00:00Z",
            "currentActivityHash": 82913930,
            "currentActivityModeHash": 2166136261,
            "currentActivityModeType": 123456,
            "currentActivityModeTypes": [123456, 7],
            "availableActivities": [{"activityHash": 5}] * 50,
        },
        "3": {},
    }
    found = read({"characterActivities": component(rows)}).activity
    assert found is not None
    assert (found.activity_hash, found.mode_hash, found.mode_type) == (82913930, None, 123456)
    assert found.mode_types == (123456, 7)
    assert found.started_at == datetime(2026, 3, 1, 11, tzinfo=UTC)


def test_offline_is_hash_0_and_never_played_is_no_activity() -> None:
    idle = {"1": {"dateActivityStarted": "2026-03-01T10:00:00Z", "currentActivityHash": 0}}
    found = read({"characterActivities": component(idle)})
    assert found.activity is not None
    assert found.activity.activity_hash == 0
    never = {"1": {"dateActivityStarted": "0001-01-01T00:00:00Z", "currentActivityHash": 0}}
    assert read({"characterActivities": component(never)}).activity is None
    assert read({"characterActivities": component(never)}).activities_read


def test_transitory_data_counts_by_being_there() -> None:
    assert read({"profileTransitoryData": component({"partyMembers": []})}).transitory is True
    assert read({"profileTransitoryData": component()}).transitory is False


def records(account: dict[int, Any], characters: dict[int, Any] | None = None) -> Profile:
    response = {
        "profileRecords": component({"score": 5, "activeScore": 5, "lifetimeScore": 7, "records": account}),
        "characterRecords": component({"1": {"records": characters or {}}}),
    }
    return read(response, wanted=frozenset({SEAL, GILDING, TRIUMPH}))


def test_scores_that_are_absent_are_not_zero() -> None:
    found = records({}).records
    assert found is not None
    assert (found.score, found.active_score, found.legacy_score, found.lifetime_score) == (5, 5, None, 7)
    assert found.seals == {}


def test_only_wanted_records_are_read() -> None:
    broken = {"state": "not a number, and nobody looks"}
    found = records({SEAL: {"state": 67}, GILDING: {"state": 4, "completedCount": 3}, 42: broken}).records
    assert found is not None
    assert found.seals == {SEAL: RecordState(67), GILDING: RecordState(4, completed_count=3)}
    assert found.seals[SEAL].held
    assert not found.seals[GILDING].complete


def test_a_record_done_on_any_character_is_done() -> None:
    open_, done = {"state": 4}, {"state": 1}
    for account, character in ((open_, done), (done, open_)):
        found = records({SEAL: account}, {SEAL: character}).records
        assert found is not None
        assert found.seals[SEAL].held
    only = records({}, {SEAL: {"state": 64}}).records
    assert only is not None
    assert only.seals[SEAL].held


def test_progress_is_that_of_the_objective_or_of_the_last_interval() -> None:
    plain = {"state": 4, "objectives": [{"progress": 8, "completionValue": 10}, {"progress": 1}]}
    steps = [{"progress": 5, "completionValue": 5}, {"progress": 8, "completionValue": 20}]
    found = records({SEAL: plain, TRIUMPH: {"state": 4, "intervalObjectives": steps}}).records
    assert found is not None
    assert (found.seals[SEAL].done, found.seals[SEAL].of) == (8, 10)
    assert (found.seals[TRIUMPH].done, found.seals[TRIUMPH].of) == (8, 20)


def test_collectibles_are_acquired_on_the_profile_or_on_any_character() -> None:
    response = {
        "profileCollectibles": component({"collectibles": {"5": {"state": 0}, "6": {"state": 1}, "8": {"state": 0}}}),
        "characterCollectibles": component({"1": {"collectibles": {"6": {"state": 16}, "7": {"state": 5}}}}),
    }
    assert read(response).collectibles == {5, 6}


def test_a_part_of_another_shape_is_no_data() -> None:
    with pytest.raises(Unavailable):
        read({"characters": component([1, 2])})
    with pytest.raises(Unavailable):
        records({SEAL: {"state": "done"}})


def test_the_private_profile_quoted_from_the_real_bungie_net(samples: Path) -> None:
    body = json.loads((samples / "misc" / "quoted-responses.json").read_bytes())["private_progression_profile"]["body"]
    found = read(body["Response"])
    assert {204, 800, 900} <= found.components_missing
    assert found.records is None


def test_records_quoted_from_the_real_bungie_net(samples: Path) -> None:
    quoted = json.loads((samples / "misc" / "quoted-responses.json").read_bytes())
    done, open_ = quoted["record_component"]["body"], quoted["record_component_incomplete"]["body"]
    found = records({SEAL: done, TRIUMPH: open_}).records
    assert found is not None
    assert found.seals[SEAL] == RecordState(67, None, 102, 1)
    assert found.seals[SEAL].complete
    assert not found.seals[TRIUMPH].complete


def test_the_stuck_activity_quoted_from_the_real_bungie_net(samples: Path) -> None:
    quoted = json.loads((samples / "misc" / "quoted-responses.json").read_bytes())
    found = read({"characterActivities": component({"1": quoted["character_activities_stuck"]["body"]})}).activity
    assert found is not None
    assert (found.activity_hash, found.mode_type, found.playlist_hash) == (2086906937, 75, 1183187383)


def test_an_answer_is_read_whole_in_one_pass() -> None:
    records = {"lifetimeScore": 9, "records": {SEAL: {"state": 67, "objectives": [{"progress": 3}]}, TRIUMPH: {}}}
    response = {"profileRecords": component(records), "responseMintedTimestamp": "2026-03-01T12:00:00Z"}
    body = json.dumps({"Response": response, "ErrorCode": 1}).encode()
    answer = judge_whole(WHOLE, 200, {}, body)
    assert not isinstance(answer, msgspec.Raw)
    wanted = frozenset({SEAL})
    assert profile(answer, 3, 99, (900,), wanted) == profile(judge(200, {}, body), 3, 99, (900,), wanted)


def test_an_answer_of_another_shape_tells_what_is_wrong() -> None:
    body = json.dumps({"Response": {"characters": {"data": [1, 2]}}, "ErrorCode": 1}).encode()
    with pytest.raises(Unavailable, match=r"not understood.*\$\.characters\.data"):
        profile(judge_whole(WHOLE, 200, {}, body), 3, 99, (200,))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"ErrorCode": 1601, "Message": "m"}', NotThere),
        (b'{"ErrorCode": 1665, "Message": "m", "Response": {"characters": {"data": {}}}}', Private),
        (b'{"ErrorCode": 1, "Response": null}', Unavailable),
        (b"<html>maintenance</html>", Unavailable),
        (b'{"Response": {"characters": {"data": {', Unavailable),
    ],
)
def test_no_answer_is_judged_as_ever(body: bytes, error: type[BungieError]) -> None:
    with pytest.raises(error):
        judge_whole(WHOLE, 200, {}, body)


def test_the_real_profile_of_2_mb_costs_a_few_milliseconds(samples: Path) -> None:
    body = (samples / "profile" / "profile-2021-05-28.json").read_bytes()
    response = json.loads(body)
    response = response.get("Response", response)
    whole = json.dumps({"Response": response, "ErrorCode": 1}).encode()
    took = []
    for _ in range(5):
        began = time.perf_counter()
        found = profile(judge(200, {}, whole), 3, 99, (200,))
        took.append(time.perf_counter() - began)
    told = response["characters"]["data"]
    assert found.characters is not None
    assert {str(c.character_id): c.light for c in found.characters} == {key: row["light"] for key, row in told.items()}
    began = time.perf_counter()
    json.loads(whole)
    assert min(took) < (time.perf_counter() - began) / 2


def test_a_profile_with_2500_records_reads_few_of_them_quickly() -> None:
    objectives = [{"objectiveHash": 1, "progress": 1, "completionValue": 2, "complete": False, "visible": True}] * 4
    account = {number: {"state": 4, "objectives": objectives, "intervalsRedeemedCount": 0} for number in range(2500)}
    body = json.dumps({"profileRecords": component({"lifetimeScore": 1, "records": account})}).encode()
    wanted = frozenset(range(400))
    took = []
    for _ in range(5):
        began = time.perf_counter()
        found = profile(msgspec.Raw(body), 3, 99, (900,), wanted)
        took.append(time.perf_counter() - began)
    assert found.records is not None
    assert len(found.records.seals) == 400
    began = time.perf_counter()
    json.loads(body)
    assert min(took) < (time.perf_counter() - began) / 2
