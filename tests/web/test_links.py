"""Where Discord's answers lead to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.collection import ExoticShow
from cogs.collection_asked import CollectionAsked, Topic
from cogs.collection_page import address
from tests.web import seed
from tests.web.conftest import Client, text

SITE = "https://hawthorne.example"
EXOTICS = CollectionAsked(Topic.EXOTICS, seed.QUIET_ORBIT, 1)
SEALS = CollectionAsked(Topic.SEALS, seed.QUIET_ORBIT, 1)


@pytest.mark.parametrize("asked", [EXOTICS, *(EXOTICS.only(show) for show in ExoticShow), SEALS, SEALS.about(1)])
@pytest.mark.parametrize("member", [None, seed.FIRST_MEMBER])
async def test_the_button_under_an_answer_leads_to_a_page(
    client: Client, asked: CollectionAsked, member: int | None
) -> None:
    link = address(SITE, replace(asked, membership_id=member))
    assert link is not None
    assert "Not understood" not in await text(client, link.removeprefix(SITE))
