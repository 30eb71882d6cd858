"""The contract's table of commands, from outside: `--config` stands behind any command, what is of later is absent."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli
from bot.errors import ConfigError

COMMANDS = (
    ["run"], ["migrate"], ["sync", "manifest"], ["sync", "membership"], ["sync", "roster"], ["sync", "matches"],
    ["sync", "collections"], ["backfill"], ["queue"], ["queue", "retry"], ["recompute", "weapons"], ["held"],
    ["held", "approve", "1"], ["held", "discard", "1"], ["invite"], ["commands", "sync"], ["icons"],
    ["export", "weapons", "--clan", "1", "--format", "csv"],
)  # fmt: skip
LATER = (["leaderboards", "list"], ["recompute", "leaderboards"], ["export", "leaderboard"])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_config_stands_behind_any_command(command: list[str], tmp_path: Path) -> None:
    named = tmp_path / "nowhere.toml"
    said = CliRunner().invoke(cli, [*command, "--config", str(named)])
    assert isinstance(said.exception, ConfigError), said.output
    assert str(named) in str(said.exception)


@pytest.mark.parametrize("command", LATER, ids=" ".join)
def test_what_later_issues_bring_is_no_command_yet(command: list[str]) -> None:
    assert CliRunner().invoke(cli, command).exit_code == 2


@pytest.mark.parametrize("number", ["0", "x", "9" * 20])
def test_an_id_that_can_be_no_batch_is_wrong_usage(number: str) -> None:
    assert CliRunner().invoke(cli, ["held", "approve", number]).exit_code == 2
