"""What every request below /api meets: the log, faults, the token, rate limits, and errors as JSON."""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.sandbox.discord import faults
from bot.sandbox.discord.core import Core
from bot.sandbox.discord.requestlog import parsed
from bot.sandbox.discord.wire import BODY, ApiError, Body, answer, read_body, unauthorized

PREFIX = "/api/v10"
_OPEN = ("/interactions/", "/webhooks/", "/gateway")


def api_middleware(core: Core) -> Middleware:
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        core.store.origin = f"{request.scheme}://{request.host}"
        if not request.path.startswith("/api/"):
            return await _json_errors(request, handler)
        return await _api(core, request, handler)

    return middleware


async def _json_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ApiError as error:
        return answer(error.body(), error.status)


async def _api(core: Core, request: web.Request, handler: Handler) -> web.StreamResponse:
    path = request.path.removeprefix(PREFIX)
    fault = core.faults.take(request.method, path)
    response: web.StreamResponse
    try:
        request[BODY] = await read_body(request)
        response = await _met(core, request, handler, fault)
    except ApiError as error:
        response = answer(error.body(), error.status)
    except web.HTTPException as error:
        response = answer({"message": f"{error.status}: {error.reason}", "code": 0}, error.status)
    _log(core, request, path, response, fault)
    return response


async def _met(core: Core, request: web.Request, handler: Handler, fault: faults.Fault | None) -> web.StreamResponse:
    if fault and (instead := await faults.before(fault, request)) is not None:
        return instead
    _authorize(core, request)
    verdict = core.rates.check(request.method, _template(request), dict(request.match_info))
    if verdict.retry_after is not None:
        return verdict.refusal()
    try:
        response = await handler(request)
    except ApiError as error:
        response = answer(error.body(), error.status)
    response.headers.update(verdict.headers)
    return faults.after(fault, request, response) if fault else response


def _template(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else request.path


def _authorize(core: Core, request: web.Request) -> None:
    """Webhook routes bear their token in the path; /gateway alone needs none."""
    path = request.path.removeprefix(PREFIX)
    if path.startswith(_OPEN) and path != "/gateway/bot":
        return
    if request.headers.get("Authorization") != f"Bot {core.token}":
        raise unauthorized()


def _log(core: Core, request: web.Request, path: str, response: web.StreamResponse, fault: faults.Fault | None) -> None:
    body = request.get(BODY, Body())
    core.requests.add(
        method=request.method,
        path=path,
        route=_template(request).removeprefix(PREFIX),
        query=dict(request.query),
        json=body.json,
        files=tuple(file.filename for file in body.files.values()),
        status=response.status,
        answer=parsed(response.body) if isinstance(response, web.Response) else None,
        fault=fault.fault if fault else None,
    )
