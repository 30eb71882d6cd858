from __future__ import annotations

import pytest

from bot.domain.activity import ORBIT_HASH, NamedActivity

CONTROL, GAMBIT, STRIKE = (10, 5), (63, 64), (3, 18, 7)


@pytest.mark.parametrize(
    ("activity", "text"),
    [
        (NamedActivity(604276217, "Javelin-4", "Control", "Control", CONTROL), "Control on Javelin-4"),
        (NamedActivity(604276217, "Javelin-4", "Control", None, CONTROL), "Control on Javelin-4"),
        (NamedActivity(1, "Javelin-4", "Survival", "Survival: Freelance", (37, 5)), "Survival: Freelance on Javelin-4"),
        (
            NamedActivity(1, "Bannerfall", "Iron Banner Control", "Iron Banner", (43, 19, 5)),
            "Iron Banner Control on Bannerfall",
        ),
        (NamedActivity(1, "Bannerfall", "Control", "Iron Banner", CONTROL), "Iron Banner on Bannerfall"),
        (NamedActivity(1, "Bannerfall", None, None, CONTROL), "Bannerfall"),
        (NamedActivity(1, "Rumble", "Rumble", None, (48, 5)), "Rumble"),
        (NamedActivity(1, "Emerald Coast", "Gambit", "Gambit", GAMBIT), "Gambit on Emerald Coast"),
        (NamedActivity(1, "Lake of Shadows", "Normal Strikes", "Vanguard Strikes", STRIKE), "Lake of Shadows"),
        (NamedActivity(1, "Last Wish: Level 55", "Raid", None, (4, 7)), "Last Wish: Level 55"),
        (NamedActivity(1, "Tower", "Social", None, (40,)), "Tower"),
        (NamedActivity(1, "", "Story", "Battlegrounds", (2, 7)), "Battlegrounds"),
        (NamedActivity(1, "", "Story", None, (2, 7)), "Story"),
        (NamedActivity(1, "", None, None, ()), "Unknown (1)"),
        (NamedActivity(7, None, "Control", "Control", CONTROL), "Unknown (7)"),
        (NamedActivity(ORBIT_HASH, "", None, None, ()), "Orbit"),
        (NamedActivity(ORBIT_HASH), "Orbit"),
    ],
)
def test_an_activity_in_words(activity: NamedActivity, text: str) -> None:
    assert activity.text == text
