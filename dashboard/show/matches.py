"""Matches in words: lines of a list, and one report with its sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.match import GuardianClass, MatchLine, MatchState, StoredMatch, StoredPlayer, Team
from bot.domain.mode import Mode
from bot.domain.weapon import StatRow
from bot.presenters.text import number, plural
from dashboard import links
from dashboard.show import times
from dashboard.show.names import Name, name_parts
from dashboard.show.times import lasted, length

_BROAD = {Mode.ALL, Mode.PVE, Mode.CRUCIBLE}
_SLACK = 30
"""Seconds: time played counts from when someone is in."""
_LEFT = {0, 255, None}
"""completionReasons of those who did not complete it because they left: 0 is that it was completed, without them."""


def activity(name: str | None, mode: str | None, modes: Iterable[Mode]) -> tuple[str, str]:
    """Where it was, and in which mode; the mode alone where the manifest does not name the place."""
    words = mode or mode_word(modes)
    return (name, words if words != name else "") if name else (words, "")


def mode_word(modes: Iterable[Mode]) -> str:
    """The narrowest word for a match that Bungie.net's mode has no name for."""
    found = list(modes)
    narrow = [mode for mode in found if mode not in _BROAD]
    return (narrow or [mode for mode in found if mode is not Mode.ALL] or [Mode.ALL])[-1].label


@dataclass(frozen=True, slots=True)
class Result:
    """How it ended for one person; css up, dn, warn, or muted."""

    text: str
    css: str


def result(row: MatchLine) -> Result:
    """Won or lost between teams, else whether it was completed; or that they left early.

    A match that ended by time or mercy is not completed for anyone: only who played less of it has left.
    """
    if not row.completed and row.seconds + _SLACK < row.duration_seconds:
        return Result("left early", "warn")
    if Mode.CRUCIBLE in row.modes or Mode.GAMBIT in row.modes:
        return _placed(row.standing) or Result("played", "muted")
    return Result("completed" if row.completed else "not completed", "muted")


def _placed(standing: int | None) -> Result | None:
    return {0: Result("won", "up"), 1: Result("lost", "dn")}.get(-1 if standing is None else standing)


@dataclass(frozen=True, slots=True)
class Line:
    """One match of one member. `note`: why its report is not there, "" where it is."""

    href: str
    activity: str
    mode: str
    at: times.When
    guardian: str
    kda: str
    result: Result
    time: str
    note: str


_NOTES = {
    MatchState.WAITING: "report on its way",
    MatchState.GONE: "report gone",
    MatchState.FAILED: "report failed",
    MatchState.SKIPPED: "report not fetched",
}


def line(row: MatchLine, now: datetime) -> Line:
    place, mode = activity(row.activity_name, row.mode_name, row.modes)
    return Line(
        href=links.match(row.instance_id),
        activity=place,
        mode=mode,
        at=times.ago(row.period, now),
        guardian=class_word(row.guardian),
        kda=f"{row.kills} / {row.deaths} / {row.assists}",
        result=result(row),
        time=length(row.seconds),
        note=_NOTES.get(row.state, ""),
    )


def class_word(guardian: GuardianClass | None) -> str:
    return guardian.value.capitalize() if guardian else ""


def ratio(kills: int, deaths: int) -> str:
    """Kills for each death; all of them where nobody died."""
    return f"{kills / max(deaths, 1):.2f}"


@dataclass(frozen=True, slots=True)
class PlayerRow:
    """One person of a report; `href` leads to members. `weapons`: names with kills and addresses, most first."""

    name: Name
    href: str
    tag: str
    guardian: str
    kills: str
    deaths: str
    assists: str
    ratio: str
    score: str
    time: str
    left: bool
    weapons: list[tuple[str, str, str]]
    other: str


@dataclass(frozen=True, slots=True)
class Side:
    """One team with its players, or everybody where there are no teams (`name` "")."""

    name: str
    score: str
    result: Result | None
    players: list[PlayerRow]


def sides(found: StoredMatch, base: str) -> list[Side]:
    """Winners first. `base`: where the pages of weapons begin."""
    teams = sorted(found.teams, key=lambda team: (team.standing is None, team.standing or 0, team.team))
    named = {team.team for team in teams}
    rest = [each for each in found.players if each.player.team not in named]
    found_sides = [
        _side(team, [each for each in found.players if each.player.team == team.team], base) for team in teams
    ]
    everybody = Side("", "", None, [_player(each, base) for each in rest])
    return [side for side in (*found_sides, everybody) if side.players]


def _side(team: Team, players: Iterable[StoredPlayer], base: str) -> Side:
    return Side(
        name=team.name or f"Team {team.team}",
        score="" if team.score is None else number(team.score),
        result=_placed(team.standing),
        players=[_player(each, base) for each in players],
    )


def _player(stored: StoredPlayer, base: str) -> PlayerRow:
    row = stored.player
    weapons = sorted(row.weapons, key=lambda use: (-use.kills, use.weapon_hash))
    without = row.kills - row.weapon_kills
    return PlayerRow(
        name=name_parts(row.name),
        href=links.member(row.membership_id) if stored.tracked else "",
        tag=row.clan_tag or "",
        guardian=class_word(row.guardian),
        kills=number(row.kills),
        deaths=number(row.deaths),
        assists=number(row.assists),
        ratio=ratio(row.kills, row.deaths),
        score="" if row.score is None else number(row.score),
        time=length(row.seconds),
        left=not row.completed and row.completion_reason in _LEFT,
        weapons=[
            (_name(use.weapon_hash, stored.weapon_names), number(use.kills), f"{base}/{use.weapon_hash}")
            for use in weapons
        ],
        other=f"{plural(without, 'kill')} that no weapon made" if stored.tracked and without > 0 else "",
    )


def _name(weapon_hash: int, names: Mapping[int, str]) -> str:
    return names.get(weapon_hash, f"Unknown ({weapon_hash})")


def takeaway(found: StoredMatch) -> tuple[str, str]:
    """Who won and how, or who brought it to its end; how long it took."""
    took = f" after {length(found.duration_seconds)}." if found.duration_seconds else "."
    if found.state is not MatchState.DONE:
        return "The report of this match is not here", "."
    first = [team for team in found.teams if team.standing == 0]
    if len(first) == 1 and len(found.teams) > 1:
        return f"{first[0].name or 'The first team'} won{_score(found)}", took
    through = sum(each.player.completed for each in found.players)
    if not through:
        return f"{plural(len(found.players), 'player')} took part, nobody completed it", took
    return f"{number(through)} of {plural(len(found.players), 'player')} completed it", took


def _score(found: StoredMatch) -> str:
    scores = [team.score for team in sorted(found.teams, key=lambda team: team.standing or 0)]
    return f" {scores[0]} to {scores[1]}" if len(scores) == 2 and None not in scores else ""


def summary(row: StatRow | None) -> tuple[str, str]:
    """The takeaway of a list: how many, how long, how they went."""
    if row is None or not row.matches:
        return "No match is stored", " for these filters."
    lead = f"{plural(row.matches, 'match', 'matches')} in {lasted(row.seconds)} hours"
    return lead, f", {ratio(row.kills, row.deaths)} kills for each death."


def facts(found: StoredMatch) -> list[tuple[str, str]]:
    """What stands beside the tables."""
    details = found.details
    begun = {True: "yes", False: "no", None: "not told"}[found.from_beginning]
    rows = [
        ("Modes", ", ".join(mode.label for mode in found.modes if mode is not Mode.ALL) or "none of our words"),
        ("Began", times.full(details.period)),
        ("Took", length(found.duration_seconds) if found.duration_seconds else "not told"),
        ("From the beginning", begun),
        ("Private match", "yes" if details.is_private else "no"),
        ("Report fetched", times.full(found.fetched_at) if found.fetched_at else "not yet"),
        ("Report id", str(details.instance_id)),
    ]
    return [row for row in rows if row[0] != "From the beginning" or Mode.PVE in found.modes]
