-- The ground everything stands on: clans, people and their stints, what happened and where it is told,
-- the state of the loops, and the roles through which the web reads.

create table clan (
  group_id        bigint primary key check (group_id > 0),
  state           text not null default 'new' check (state in ('new', 'tracked', 'refused', 'disbanded', 'dropped')),
  reason          text,
  always          boolean not null default false,      -- named in clans.ids
  name            text not null default '',
  callsign        text not null default '',
  motto           text not null default '',
  member_count    integer check (member_count >= 0),   -- as GetGroup said
  added_at        timestamptz not null,
  group_read_at   timestamptz,                         -- last good GetGroup
  baseline_at     timestamptz,                         -- first accepted poll
  accepted_at     timestamptz,                         -- last accepted poll
  check (state not in ('refused', 'disbanded') or reason is not null)
);

create table member (
  membership_id   bigint primary key check (membership_id > 0),
  membership_type smallint not null,
  bungie_net_id   bigint,                              -- bungieNetUserInfo.membershipId: the person behind the account
  name            text not null,
  first_seen_at   timestamptz not null,
  moved_to        bigint references member             -- set when the person plays on under another membership
);
create index member_by_name on member (lower(name) text_pattern_ops);
create index member_person on member (bungie_net_id) where bungie_net_id is not null;

-- A stint is one stay of one member in one clan. Nobody is deleted for leaving: the stint is closed.
create table stint (
  id              bigint generated always as identity primary key,
  group_id        bigint not null references clan,
  membership_id   bigint not null references member,
  joined_at       timestamptz not null,
  left_at         timestamptz,
  role            text not null check (role in ('beginner', 'member', 'admin', 'acting_founder', 'founder')),
  reopened        integer not null default 0 check (reopened >= 0),
  unique (group_id, membership_id, joined_at)
);
create unique index stint_open on stint (group_id, membership_id) where left_at is null;
create index stint_member on stint (membership_id);

create table event (
  id              bigint generated always as identity primary key,
  kind            text not null check (kind in ('joined', 'left', 'renamed', 'role_changed', 'clan_switched', 'platform_moved',
                    'seal_earned', 'seal_gilded', 'exotic_acquired', 'clan_changed', 'manifest_updated')),
  group_id        bigint references clan,
  other_group_id  bigint references clan,              -- clan_switched: the clan they came from
  membership_id   bigint references member,
  about           text not null,
  name            text not null default '',
  occurred_at     timestamptz not null,
  recorded_at     timestamptz not null,
  withdrawn_at    timestamptz,                         -- it turned out not to be so; no longer listed
  detail          jsonb not null default '{}',
  unique nulls not distinct (group_id, membership_id, kind, about)
);
create index event_by_group on event (group_id, occurred_at desc, id desc) where withdrawn_at is null;
create index event_by_other_group on event (other_group_id, occurred_at desc, id desc)
  where withdrawn_at is null and other_group_id is not null;
create index event_by_member on event (membership_id, occurred_at desc) where withdrawn_at is null;

create table channel (
  channel_id      bigint primary key check (channel_id > 0),
  guild_id        bigint,
  state           text not null default 'ok' check (state in ('ok', 'broken')),
  refusals        integer not null default 0 check (refusals >= 0),
  state_since     timestamptz,
  last_error      text
);

-- Which channel follows which clan (null: every tracked one).
create table feed (
  id              bigint generated always as identity primary key,
  channel_id      bigint not null references channel on delete cascade,
  group_id        bigint references clan,
  source          text not null check (source in ('config', 'setup')),
  unique nulls not distinct (channel_id, group_id)
);

-- One row a post: written in the transaction of its event, delivered by the sender (bot.delivery).
-- kind 'event' tells event_id; kind 'watching' and other notices carry their facts in payload.
create table outbox (
  id              bigint generated always as identity primary key,
  channel_id      bigint not null references channel,
  group_id        bigint references clan,
  event_id        bigint references event,
  kind            text not null,
  payload         jsonb not null default '{}',
  digest_of       text,                                -- rows that share this are told together, whatever their number
  state           text not null default 'new' check (state in ('new', 'sending', 'sent', 'held', 'dead', 'dropped')),
  created_at      timestamptz not null,
  not_before      timestamptz,
  sent_with       bigint references outbox,            -- told by that row's digest
  nonce           text check (length(nonce) <= 25),
  first_try_at    timestamptz,
  last_try_at     timestamptz,
  attempts        integer not null default 0 check (attempts >= 0),
  message_id      bigint,
  sent_at         timestamptz,
  corrected_at    timestamptz,                         -- a sent post that was edited because its event was withdrawn
  last_error      text,
  unique nulls not distinct (channel_id, event_id, kind, payload),
  check (state <> 'sent' or message_id is not null)
);
create index outbox_waiting on outbox (channel_id, id) where state in ('new', 'sending', 'held');
create index outbox_event on outbox (event_id) where event_id is not null;

create table loop (
  name             text primary key,
  interval_seconds integer not null check (interval_seconds > 0),
  last_started_at  timestamptz,
  last_finished_at timestamptz,
  last_ok_at       timestamptz,
  last_verdict     text,
  last_sentence    text,
  last_error       text,
  last_counts      jsonb not null default '{}',
  next_at          timestamptz
);

-- Processes that run now; each says so every few seconds and takes its row away when it stops.
create table process (
  id              uuid primary key,
  parts           text[] not null,
  version         text not null,
  started_at      timestamptz not null,
  seen_at         timestamptz not null,
  leads           boolean not null default false
);

-- Small facts that outlive a process: the hash of the registered commands, notes for /status.
create table setting (
  key             text primary key,
  value           jsonb not null,
  changed_at      timestamptz not null
);

create table secret (
  key             text primary key,
  value           text not null
);

create table web_session (
  id              text primary key,
  discord_user_id bigint,
  created_at      timestamptz not null,
  seen_at         timestamptz not null,
  data            jsonb not null default '{}'
);

create table desk_request (
  id              bigint generated always as identity primary key,
  kind            text not null,
  session_id      text references web_session on delete cascade,
  asked_at        timestamptz not null,
  payload         jsonb not null default '{}',
  answered_at     timestamptz,
  answer          jsonb
);
