"""Runs of the state machine: a short one each time, always the same; 10,000 steps in the soak, always others."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.unit.membership.machine import MembershipMachine

CALM = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def test_announcements_equal_the_truth_once_things_are_quiet() -> None:
    run = settings(
        derandomize=True,
        max_examples=40,
        stateful_step_count=40,
        deadline=None,
        database=None,
        suppress_health_check=CALM,
    )
    run_state_machine_as_test(MembershipMachine, settings=run)


@pytest.mark.soak
def test_ten_thousand_steps() -> None:
    run = settings(max_examples=200, stateful_step_count=50, deadline=None, database=None, suppress_health_check=CALM)
    run_state_machine_as_test(MembershipMachine, settings=run)
