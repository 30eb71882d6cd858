"""Answers that are well-formed and wrong, as Bungie.net has given them. Pure: true answer in, false answer out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.sandbox.bungie.answers import Json
from bot.sandbox.bungie.faults import Fault


def lie_about_members(answer: Json, page: int, lies: Sequence[Fault]) -> Json:
    """One page of a clan's members, made false by each of the lies in turn; a blind roster sees nobody play."""
    for lie in lies:
        if lie.kind == "lose_page":
            answer = _lose_page(answer, page, lie)
        elif lie.kind == "empty":
            answer = answer | {"results": [], "totalResults": 0, "hasMore": False}
        elif lie.kind == "short":
            answer = _short(answer, lie)
        elif lie.kind == "duplicate_row":
            answer = answer | {"results": [*answer["results"], *answer["results"][:1]]}
        elif lie.kind == "blind":
            answer = answer | {"results": [row | {"isOnline": False} for row in answer["results"]]}
    return answer


def _lose_page(answer: Json, page: int, lie: Fault) -> Json:
    """variant "early": paging ends before the last page; "missing": page N (2) says that it is empty."""
    if lie.option("variant", "early") == "early":
        return answer | {"hasMore": False}
    return answer | {"results": []} if page == lie.option("page", 2) else answer


def _short(answer: Json, lie: Fault) -> Json:
    """The last rows of each page are gone; with total "short", totalResults knows nothing of them either."""
    count = int(lie.option("count", 3))
    kept = answer["results"][: max(len(answer["results"]) - count, 0)]
    lost = len(answer["results"]) - len(kept)
    total = answer["totalResults"] - (lost if lie.option("total", "honest") == "short" else 0)
    return answer | {"results": kept, "totalResults": total}


def lie_about_groups(answer: Json, lies: Sequence[Fault]) -> Json:
    """GetGroupsForMember says: in no clan."""
    if any(lie.kind == "empty" for lie in lies):
        return answer | {"results": [], "totalResults": 0, "areAllMembershipsInactive": {}}
    return answer


def lie_about_group(answer: Json, lies: Sequence[Fault]) -> Json:
    """GetGroup says a smaller memberCount (short), or none at all (empty)."""
    for lie in lies:
        detail = answer["detail"]
        if lie.kind == "short":
            count = max(detail["memberCount"] - int(lie.option("count", 3)), 0)
            answer = answer | {"detail": detail | {"memberCount": count}}
        elif lie.kind == "empty":
            answer = answer | {"detail": detail | {"memberCount": 0}}
    return answer


def lie_about_profile(answer: Json, lies: Sequence[Fault]) -> Json:
    """Components without data: all (empty), one (absent), one that is switched off (disabled); or one that flickers."""
    for lie in lies:
        if lie.kind == "empty":
            answer = {name: _hidden(part) for name, part in answer.items()}
        elif lie.kind in ("absent", "disabled"):
            names = _COMPONENTS.get(int(lie.option("component", 800)), ())
            off = {"disabled": True} if lie.kind == "disabled" else {}
            answer = answer | {name: _hidden(answer[name]) | off for name in names if name in answer}
        elif lie.kind == "flicker":
            answer = _flickering(answer, lie.option("hash", None))
    return answer


_COMPONENTS = {
    204: ("characterActivities",),
    800: ("profileCollectibles", "characterCollectibles"),
    900: ("profileRecords", "characterRecords"),
}


def _hidden(part: Any) -> Any:
    """What a component is without its data."""
    return {"privacy": part["privacy"]} if isinstance(part, dict) and "privacy" in part else part


def _flickering(answer: Json, hash_: int | None) -> Json:
    """Collectibles that are owned say for a while that they never were."""
    profile = answer.get("profileCollectibles") or {}
    characters = answer.get("characterCollectibles") or {}
    if "data" not in profile:
        return answer
    by_character = {key: _lost(part, hash_) for key, part in characters.get("data", {}).items()}
    return answer | {
        "profileCollectibles": profile | {"data": _lost(profile["data"], hash_)},
        "characterCollectibles": characters | {"data": by_character},
    }


def _lost(part: Json, hash_: int | None) -> Json:
    states = part["collectibles"]
    gone = states if hash_ is None else states.keys() & {str(hash_)}
    return part | {"collectibles": states | {key: {"state": states[key]["state"] | 1} for key in gone}}
