-- The web reads as hawthorne_read and writes its desk as hawthorne_desk, nothing else. Roles belong to the whole
-- cluster, so they may exist already; where the owner may not make roles, the web falls back to the owner's login.

do $$
declare
  may_create boolean;
begin
  select rolcreaterole or rolsuper into may_create from pg_roles where rolname = current_user;
  perform pg_advisory_xact_lock(hashtext('hawthorne roles'));
  if may_create and not exists (select from pg_roles where rolname = 'hawthorne_read') then
    create role hawthorne_read nologin;
  end if;
  if may_create and not exists (select from pg_roles where rolname = 'hawthorne_desk') then
    create role hawthorne_desk nologin;
  end if;
  if exists (select from pg_roles where rolname = 'hawthorne_read') then
    grant usage on schema public to hawthorne_read;
    grant select on all tables in schema public to hawthorne_read;
    revoke all on secret, web_session, desk_request from hawthorne_read;
    alter default privileges in schema public grant select on tables to hawthorne_read;
  end if;
  if exists (select from pg_roles where rolname = 'hawthorne_desk') then
    grant usage on schema public to hawthorne_desk;
    grant select, insert, update, delete on web_session to hawthorne_desk;
    grant select, insert on desk_request to hawthorne_desk;
  end if;
end
$$;
