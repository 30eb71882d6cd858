"""One answer of Bungie.net judged: by its body first, then by its status. Pure."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Generic, TypeVar

import msgspec

from bot.bungie.codes import SUCCESS, Meaning, meaning_of
from bot.errors import BungieError, KeyRefused, NotThere, NotYet, OurMistake, Private, Throttled, Unavailable

T = TypeVar("T")
LEAST_THROTTLE_SECONDS = 2.0  # ThrottleSeconds is 0 in some throttled answers
MOST_THROTTLE_SECONDS = 86400.0  # what is longer, or infinite, is no time that anybody meant


class Envelope(msgspec.Struct, frozen=True):
    """What every answer of the Platform is wrapped in; errors leave Response out."""

    response: msgspec.Raw = msgspec.field(name="Response", default=msgspec.Raw())
    error_code: int = msgspec.field(name="ErrorCode", default=0)
    throttle_seconds: float = msgspec.field(name="ThrottleSeconds", default=0)
    error_status: str = msgspec.field(name="ErrorStatus", default="")
    message: str = msgspec.field(name="Message", default="")


class Whole(msgspec.Struct, Generic[T], frozen=True):
    """An envelope whose Response is decoded with it, for bodies so large that to skip through them twice shows."""

    response: T | None = msgspec.field(name="Response", default=None)
    error_code: int = msgspec.field(name="ErrorCode", default=0)


_envelopes = msgspec.json.Decoder(Envelope, strict=False)


def judge(status: int, headers: Mapping[str, str], body: bytes) -> msgspec.Raw:
    """The Response of a successful answer, undecoded.

    Raises the BungieError that the answer means: an envelope speaks for itself whatever the status; what is no
    envelope (HTML, cut JSON, nothing) is an outage, but for 429.
    """
    envelope = _read(body)
    if envelope is None or not envelope.error_code:
        raise _without_envelope(status, headers, body)
    if envelope.error_code != SUCCESS:
        raise _refusal(envelope, headers)
    if bytes(memoryview(envelope.response)[:5]) in (b"", b"null"):
        raise Unavailable("Bungie.net answered without a Response.", code=SUCCESS, passing=True)
    return envelope.response


def judge_whole(
    decoder: msgspec.json.Decoder[Whole[T]], status: int, headers: Mapping[str, str], body: bytes
) -> T | msgspec.Raw:
    """The same in one pass, decoded; undecoded where it has another shape, so that `decode` tells what is wrong."""
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
        whole = decoder.decode(body)
        if whole.error_code == SUCCESS and whole.response is not None:
            return whole.response
    return judge(status, headers, body)


def decode(decoder: msgspec.json.Decoder[T], raw: msgspec.Raw) -> T:
    """The Response as a model.

    Raises Unavailable when a field that we can't do without is absent or of another kind.
    """
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unavailable(f"Bungie.net's answer is not understood: {error}.", code=SUCCESS) from error


def _read(body: bytes) -> Envelope | None:
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
        return _envelopes.decode(body)
    return None


def _without_envelope(status: int, headers: Mapping[str, str], body: bytes) -> BungieError:
    if status == 429:
        return Throttled("Bungie.net asks for fewer requests (HTTP 429).", seconds=_throttle(0, headers))
    if status == 403:
        return Unavailable("Bungie.net's gate turned the request away (HTTP 403).")
    if 300 <= status < 400:
        return Unavailable(
            f"Bungie.net sends the request elsewhere (HTTP {status}): check bungie.url and bungie.stats_url."
        )
    kind = "nothing" if not body.strip() else "JSON that is cut or strange" if body.lstrip()[:1] == b"{" else "no JSON"
    return Unavailable(f"Bungie.net answered {kind} (HTTP {status}).", passing=status == 200 or status >= 500)


def _refusal(envelope: Envelope, headers: Mapping[str, str]) -> BungieError:
    code, name = envelope.error_code, envelope.error_status or "no name"
    match meaning_of(code):
        case Meaning.THROTTLED:
            seconds = _throttle(envelope.throttle_seconds, headers)
            return Throttled(f"Bungie.net asks for fewer requests ({code} {name}).", code=code, seconds=seconds)
        case Meaning.NOT_THERE:
            return NotThere(f"Bungie.net knows no such thing ({code} {name}).", code=code)
        case Meaning.NOT_YET:
            return NotYet(f"Bungie.net does not have it yet ({code} {name}).", code=code)
        case Meaning.PRIVATE:
            return Private(f"Its owner hides it, or Bungie.net does ({code} {name}).", code=code)
        case Meaning.KEY_REFUSED:
            return KeyRefused(f"Bungie.net refuses bungie.api_key ({code} {name}).", code=code)
        case Meaning.OUR_MISTAKE:
            return OurMistake(f"Bungie.net did not understand the request ({code} {name}).", code=code)
        case meaning:
            return Unavailable(_outage(code, name), code=code, passing=meaning is Meaning.PASSING)


def _outage(code: int, name: str) -> str:
    if code == 5:
        return "Bungie.net is down for maintenance (5 SystemDisabled)."
    return f"Bungie.net has trouble ({code} {name})."


def _throttle(said: float, headers: Mapping[str, str]) -> float:
    """Seconds to wait: the longest of what body and Retry-After say, at least two, at most a day."""
    with contextlib.suppress(ValueError):
        said = max(said, float(headers.get("Retry-After", "0")))
    return min(max(said, LEAST_THROTTLE_SECONDS), MOST_THROTTLE_SECONDS)


def meaning(error: BungieError) -> Meaning:
    """The word under which an error is counted."""
    match error:
        case Throttled():
            return Meaning.THROTTLED
        case NotThere():
            return Meaning.NOT_THERE
        case NotYet():
            return Meaning.NOT_YET
        case Private():
            return Meaning.PRIVATE
        case KeyRefused():
            return Meaning.KEY_REFUSED
        case OurMistake():
            return Meaning.OUR_MISTAKE
        case Unavailable(passing=True):
            return Meaning.PASSING
        case _:
            return Meaning.OUTAGE
