"""A report as the rows it becomes, ready to be copied or compared. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.match import FetchedReport, MatchDetails, MatchPlayer, Report
from bot.domain.mode import mode_bits

PLAYER_COLUMNS = (
    "instance_id",
    "membership_id",
    "membership_type",
    "name",
    "character_id",
    "class",
    "light",
    "clan_name",
    "clan_tag",
    "fireteam_id",
    "team",
    "standing",
    "score",
    "kills",
    "deaths",
    "assists",
    "completed",
    "completion_reason",
    "start_seconds",
    "seconds",
    "entries",
    "weapon_kills",
    "precision_kills",
    "grenade_kills",
    "melee_kills",
    "super_kills",
    "ability_kills",
    "tracked",
    "period",
    "mode_bits",
)
KILL_COLUMNS = (
    "instance_id",
    "membership_id",
    "weapon_hash",
    "period",
    "mode_bits",
    "class",
    "kills",
    "precision_kills",
)
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class MatchFacts:
    """The columns of `match` that the report tells, in the order of the fields."""

    period: datetime
    ends_at: datetime
    mode: int
    modes: list[int]
    mode_bits: int
    activity_hash: int | None
    reference_hash: int | None
    is_private: bool
    membership_type: int | None
    duration_seconds: int
    starting_phase: int | None
    from_beginning: bool | None
    player_count: int
    teams: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ReportRows:
    """`players` and `kills` are rows of match_player and weapon_kill, by key; the kills are of tracked people only."""

    fetched: FetchedReport
    match: MatchFacts
    players: list[Row]
    kills: list[Row]

    @property
    def instance_id(self) -> int:
        return self.fetched.report.details.instance_id


def rows_of(fetched: FetchedReport, members: Collection[int]) -> ReportRows:
    """`members`: whose weapons are kept."""
    report = fetched.report
    match = _match_facts(report)
    players = sorted(report.players, key=lambda player: player.membership_id)
    common = (report.details.instance_id, match.period, match.mode_bits)
    return ReportRows(
        fetched,
        match,
        [_player_row(player, player.membership_id in members, *common) for player in players],
        [row for player in players if player.membership_id in members for row in _kill_rows(player, *common)],
    )


def modes_of(details: MatchDetails) -> list[int]:
    """Old reports bear no list of modes; then `mode` is all there is."""
    return list(details.modes) or [details.mode]


def _match_facts(report: Report) -> MatchFacts:
    details, modes = report.details, modes_of(report.details)
    return MatchFacts(
        period=details.period,
        ends_at=details.period + timedelta(seconds=report.duration_seconds),
        mode=details.mode,
        modes=modes,
        mode_bits=mode_bits(modes),
        activity_hash=details.activity_hash,
        reference_hash=details.reference_hash,
        is_private=details.is_private,
        membership_type=details.membership_type,
        duration_seconds=report.duration_seconds,
        starting_phase=report.starting_phase,
        from_beginning=report.from_beginning,
        player_count=len(report.players),
        teams=[
            {"team": side.team, "standing": side.standing, "score": side.score, "name": side.name}
            for side in report.teams
        ],
    )


def _player_row(player: MatchPlayer, tracked: bool, instance_id: int, period: datetime, bits: int) -> Row:
    return (
        instance_id,
        player.membership_id,
        player.membership_type,
        player.name,
        player.character_id,
        player.guardian and player.guardian.value,
        player.light,
        player.clan_name,
        player.clan_tag,
        player.fireteam_id,
        player.team,
        player.standing,
        player.score,
        player.kills,
        player.deaths,
        player.assists,
        player.completed,
        player.completion_reason,
        player.start_seconds,
        player.seconds,
        player.entries,
        player.weapon_kills,
        player.precision_kills,
        player.grenade_kills,
        player.melee_kills,
        player.super_kills,
        player.ability_kills,
        tracked,
        period,
        bits,
    )


def _kill_rows(player: MatchPlayer, instance_id: int, period: datetime, bits: int) -> list[Row]:
    return [
        (
            instance_id,
            player.membership_id,
            use.weapon_hash,
            period,
            bits,
            use.guardian and use.guardian.value,
            use.kills,
            use.precision_kills,
        )
        for use in sorted(player.weapons, key=lambda use: use.weapon_hash)
        if use.kills > 0
    ]
