"""What each ErrorCode of Bungie.net means to us: one meaning a code.

The codes are Exceptions.PlatformErrorCodes of the API document. Those that are not listed say nothing about the
data, so they are outages.
"""

from __future__ import annotations

from enum import StrEnum

SUCCESS = 1
ACCOUNT_FAULT = 1618  # everyone's during maintenance, one account's for years (issue #1738)


class Meaning(StrEnum):
    """The word under which an answer is counted."""

    OK = "ok"
    OUTAGE = "outage"
    PASSING = "passing"
    THROTTLED = "throttled"
    NOT_THERE = "not_there"
    NOT_YET = "not_yet"
    PRIVATE = "private"
    KEY_REFUSED = "key_refused"
    OUR_MISTAKE = "our_mistake"


_CODES: dict[Meaning, tuple[int, ...]] = {
    Meaning.OK: (SUCCESS,),
    Meaning.OUTAGE: (5,),
    Meaning.PASSING: (2, 3, 27, 38, 1600, 1602, 1603, 1604, 1605, ACCOUNT_FAULT, 1626, 1628, 1643, 1651, 1652, 1688),
    Meaning.THROTTLED: (31, 35, 36, 37, 51, 54, 55, 56, 57, 1672),
    Meaning.NOT_THERE: (11, 21, 217, 622, 686, 1601, 1620),
    Meaning.NOT_YET: (12, 1653),
    Meaning.PRIVATE: (1665, 1670, 1682),
    Meaning.KEY_REFUSED: (2101, 2102, 2103, 2107),
    Meaning.OUR_MISTAKE: (7, 8, 9, 18, 19, 30, 99, 2105, 2108),
}
MEANINGS: dict[int, Meaning] = {code: meaning for meaning, codes in _CODES.items() for code in codes}


def meaning_of(code: int) -> Meaning:
    """The meaning of an ErrorCode, listed or not."""
    return MEANINGS.get(code, Meaning.OUTAGE)
