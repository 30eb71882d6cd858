"""Bungie.net's error codes, as Exceptions.PlatformErrorCodes names them, and the HTTP status each comes with here.

The status of a real answer says little (the same code has come with 200 and with 500), so none of these is a promise.
"""

from __future__ import annotations

SUCCESS = 1
SYSTEM_DISABLED = 5
PARAMETER_PARSE_FAILURE = 7
PARAMETER_INVALID_RANGE = 8
INSUFFICIENT_PRIVILEGES = 12
INVALID_PARAMETERS = 18
THROTTLED = 51
CANNOT_RESOLVE_ACCOUNT = 217
GROUP_NOT_FOUND = 622
ACCOUNT_NOT_FOUND = 1601
CHARACTER_NOT_FOUND = 1620
PGCR_NOT_FOUND = 1653
PRIVACY = 1665
KEY_INVALID = 2101
KEY_MISSING = 2102
ORIGIN_MISMATCH = 2107

_NAMES: dict[int, tuple[str, str, int]] = {
    1: ("Success", "Ok", 200),
    2: ("TransportException", "A transport error occurred.", 500),
    3: ("UnhandledException", "An unhandled exception occurred.", 500),
    5: ("SystemDisabled", "This system is temporarily disabled for maintenance.", 503),
    7: ("ParameterParseFailure", "Unable to parse your parameters.  Please correct them, and try again.", 400),
    8: ("ParameterInvalidRange", "A parameter was out of range.", 400),
    9: ("BadRequest", "Bad request.", 400),
    11: ("DataNotFound", "The requested data was not found.", 404),
    12: ("InsufficientPrivileges", "You do not have sufficient privileges.", 403),
    18: ("InvalidParameters", "One or more parameters was not valid.  Please correct them, and try again.", 400),
    19: ("ParameterNotFound", "A parameter was missing.", 400),
    21: ("NotFound", "Not found.", 404),
    27: ("ExternalServiceTimeout", "An external service timed out.", 504),
    30: ("JsonDeserializationError", "The request body could not be read.", 400),
    31: ("ThrottleLimitExceeded", "Throttle limit exceeded.", 429),
    35: ("ThrottleLimitExceededMinutes", "Throttle limit exceeded. Please wait some minutes.", 429),
    36: ("ThrottleLimitExceededMomentarily", "Throttle limit exceeded. Please wait a moment.", 429),
    37: ("ThrottleLimitExceededSeconds", "Throttle limit exceeded. Please wait some seconds.", 429),
    38: ("ExternalServiceUnknown", "An external service failed.", 502),
    51: ("PerEndpointRequestThrottleExceeded", "Too many requests to this endpoint.", 429),
    54: ("PerApplicationThrottleExceeded", "Too many requests from this application.", 429),
    55: ("PerApplicationAnonymousThrottleExceeded", "Too many anonymous requests from this application.", 429),
    56: ("PerApplicationAuthenticatedThrottleExceeded", "Too many requests from this application.", 429),
    57: ("PerUserThrottleExceeded", "Too many requests from this user.", 429),
    99: ("WebAuthRequired", "Please sign-in to continue.", 401),
    217: (
        "UserCannotResolveCentralAccount",
        "We couldn't find the account you're looking for. The account may not exist, or we may be having trouble.",
        404,
    ),
    622: ("GroupNotFound", "We were unable to find the group you're looking for.", 404),
    686: ("ClanNotFound", "Your clan was not found.", 404),
    1600: ("DestinyAccountAcquisitionFailure", "We were unable to read your account.", 500),
    1601: (
        "DestinyAccountNotFound",
        "We were unable to find your Destiny account information.  If you have a valid Destiny Account, let us know.",
        404,
    ),
    1618: (
        "DestinyUnexpectedError",
        "An unexpected error has occurred on Bungie's servers while trying to grab Destiny information.",
        500,
    ),
    1620: ("DestinyCharacterNotFound", "We couldn't find that character.", 404),
    1626: ("DestinyInternalError", "An internal error occurred.", 500),
    1643: ("DestinyServiceFailure", "The Destiny service failed.", 500),
    1651: ("DestinyShardRelayClientTimeout", "The Destiny shard did not answer in time.", 500),
    1652: ("DestinyShardRelayProxyTimeout", "The Destiny shard's proxy did not answer in time.", 500),
    1653: ("DestinyPGCRNotFound", "The activity you are looking for was not found.", 404),
    1665: ("DestinyPrivacyRestriction", "The user has chosen for this data to be private. No peeking!", 200),
    1670: ("DestinyLegacyPlatformInaccessible", "This platform's account can no longer be read.", 404),
    1672: ("DestinyThrottledByGameServer", "The Destiny servers are busy. Please slow down.", 200),
    1682: ("DestinyPublicAccountNotAccessible", "This account is not public.", 404),
    1688: ("DestinyDirectBabelClientTimeout", "The Destiny server did not answer in time.", 500),
    2101: ("ApiInvalidOrExpiredKey", "API Key is invalid or expired.", 401),
    2102: ("ApiKeyMissingFromRequest", "API Key is required for this operation.", 401),
    2103: ("ApplicationDisabled", "This application is disabled.", 401),
    2105: ("ApplicationDisallowedByScope", "This application may not do that.", 403),
    2107: ("OriginHeaderDoesNotMatchKey", "Origin header does not match the provided API key.", 401),
    2108: ("AccessNotPermittedByApplicationScope", "This application may not read that.", 403),
}


def name_of(code: int) -> str:
    """The ErrorStatus of a code; codes beyond the table get a made-up one, as new codes appear without notice."""
    return _NAMES[code][0] if code in _NAMES else f"UnlistedError{code}"


def message_of(code: int) -> str:
    return _NAMES[code][1] if code in _NAMES else "An error occurred."


def http_status_of(code: int) -> int:
    return _NAMES[code][2] if code in _NAMES else 500
