"""The login that the web part uses: reads as hawthorne_read, writes its desk as hawthorne_desk, nothing else."""

from __future__ import annotations

import secrets
from urllib.parse import quote, urlsplit, urlunsplit

import structlog

from bot.errors import ConfigError, DatabaseUnreachable
from db.pool import START_PATIENCE_SECONDS, Connection, connect_patiently
from db.queries.doctor import select_may_be

log = structlog.get_logger(__name__)

READ_ROLE = "hawthorne_read"
DESK_ROLE = "hawthorne_desk"
_MAKE = """
do $$
declare
  login text := 'hawthorne_web_' || (select oid from pg_database where datname = current_database());
begin
  perform pg_advisory_xact_lock(hashtext('hawthorne roles'));
  if not exists (select from pg_roles where rolname = login) then
    execute format('create role %I login noinherit', login);
  end if;
  execute format('alter role %I login noinherit password %L', login, current_setting('hawthorne.web_password'));
  execute format('grant hawthorne_read, hawthorne_desk to %I', login);
end
$$
"""


async def ensure_web_login(conn: Connection, dsn: str) -> str | None:
    """The DSN of the web's own login, made when missing; None where the owner may not make roles."""
    if not await conn.fetchval("select rolcreaterole or rolsuper from pg_roles where rolname = current_user"):
        log.warning("web_login_not_made", hint="set database.web_url: the web part reads with the owner's login now")
        return None
    password = await _password(conn)
    async with conn.transaction():
        await conn.execute("select set_config('hawthorne.web_password', $1, true)", password)
        await conn.execute(_MAKE)
    oid = await conn.fetchval("select oid from pg_database where datname = current_database()")
    return _with_login(dsn, f"hawthorne_web_{oid}", password)


async def check_web_login(dsn: str, patience: float = START_PATIENCE_SECONDS) -> None:
    """Log in as database.web_url says. Raises DatabaseUnreachable, and ConfigError when it lacks the web's roles."""
    try:
        conn = await connect_patiently(dsn, patience)
    except DatabaseUnreachable as error:
        raise DatabaseUnreachable(str(error).replace("database.url", "database.web_url")) from error
    try:
        for role in (READ_ROLE, DESK_ROLE):
            if not await select_may_be(conn, role):
                raise ConfigError(
                    f"database.web_url's login may not be {role}: grant {READ_ROLE}, {DESK_ROLE} to it, as "
                    "docs/operations.md tells, or leave database.web_url empty."
                )
    finally:
        await conn.close()


async def _password(conn: Connection) -> str:
    """The same for every process: made once, kept where only the owner reads."""
    await conn.execute(
        "insert into secret (key, value) values ('web_password', $1) on conflict (key) do nothing",
        secrets.token_urlsafe(24),
    )
    return str(await conn.fetchval("select value from secret where key = 'web_password'"))


def _with_login(dsn: str, user: str, password: str) -> str:
    parts = urlsplit(dsn)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user)}:{quote(password)}@{place}"))
