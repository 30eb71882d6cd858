-- What is shared about Bungie.net (the budget of requests, how its subsystems fare), and the manifest: definitions
-- with the versions that added, changed and removed them, and the seals derived from them.

-- One row for each address that requests leave from. Processes reserve slots ahead by moving next_slot_at; the two
-- counters are the slots of this and the last ten seconds.
create table bungie_budget (
  egress          text primary key,
  spacing_seconds double precision not null check (spacing_seconds > 0),
  next_slot_at    timestamptz not null,
  blocked_until   timestamptz not null default '-infinity',
  window_at       timestamptz not null,
  window_slots    integer not null default 0 check (window_slots >= 0),
  last_slots      integer not null default 0 check (last_slots >= 0)
);

create table bungie_breaker (
  subsystem       text primary key,
  state           text not null check (state in ('closed', 'open', 'half_open')),
  since           timestamptz not null,
  code            integer,
  sentence        text,
  next_probe_at   timestamptz,
  check (state = 'closed' or sentence is not null)
);

create table manifest_version (
  version         text primary key,
  language        text not null,
  paths           jsonb not null,                      -- table -> content path that it was loaded from
  loaded_at       timestamptz not null,
  is_current      boolean not null,
  added           integer not null,
  changed         integer not null,
  removed         integer not null
);
create unique index manifest_current on manifest_version (is_current) where is_current;

-- One row: when the manifest was last checked, and last asked for out of turn.
create table manifest_check (
  only_row        boolean primary key default true check (only_row),
  checked_at      timestamptz,
  asked_at        timestamptz
);
insert into manifest_check default values;

-- Hashes are unique within a table only. Rows that left the manifest stay: history names them.
create table definition (
  table_name      text not null,
  hash            bigint not null check (hash between 0 and 4294967295),
  name            text not null,
  json            jsonb not null,                      -- as sent, without "index", which moves with every version
  digest          text not null,
  version_added   text not null references manifest_version,
  version_changed text references manifest_version,
  version_removed text references manifest_version,
  primary key (table_name, hash)
);

create view activity_name as
select hash, nullif(name, '') as name,
  (json ->> 'directActivityModeHash')::bigint as mode_hash,
  (json ->> 'directActivityModeType')::integer as mode_type,
  (json ->> 'activityTypeHash')::bigint as activity_type_hash,
  version_removed is null as is_current
from definition where table_name = 'DestinyActivityDefinition';

create view mode_name as
select (json ->> 'modeType')::integer as mode_type, hash, nullif(name, '') as name
from definition where table_name = 'DestinyActivityModeDefinition';

-- Derived at each switch. A seal that left the roots keeps its row: members hold it.
create table seal (
  record_hash         bigint primary key,
  node_hash           bigint not null,
  name                text not null,
  title               text not null,
  gilding_record_hash bigint,
  legacy              boolean not null,
  position            integer not null,
  icon                text not null,
  record_hashes       bigint[] not null,
  is_current          boolean not null default true
);
create unique index seal_position on seal (position) where is_current;
