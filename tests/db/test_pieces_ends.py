from __future__ import annotations

from datetime import date

import pytest

from bot.presenters.spans import day_span
from db.queries.pieces import Pieces, cut


@pytest.mark.parametrize("since", [date(9999, 12, 30), date.max])
def test_a_span_in_the_calendars_last_month_is_cut(since: date) -> None:
    last = date.max
    assert cut(day_span(since, None)) == Pieces(days=((since, last),) if since < last else ())
