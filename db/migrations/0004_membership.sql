-- What the membership protocol remembers from one poll to the next, so that a restart forgets nothing: what was seen
-- once and waits to be seen again, who is absent and what Bungie.net said of them, and how names and roles were before.

alter table member add column name_since timestamptz not null default now();
alter table stint
  add column role_since        timestamptz not null default now(),
  add column left_event_id     bigint references event,    -- how the leave was told; null: not at all
  add column is_online         boolean not null default false,  -- as the roster said in the last accepted poll
  add column online_changed_at timestamptz;                     -- its lastOnlineStatusChange

-- Names, roles and a clan's own words as they were: the row of `since` holds until the next one's.
create table member_name (
  membership_id   bigint not null references member,
  since           timestamptz not null,
  name            text not null,
  primary key (membership_id, since)
);
create table stint_role (
  stint_id        bigint not null references stint on delete cascade,
  since           timestamptz not null,
  role            text not null,
  primary key (stint_id, since)
);
create table clan_fact (
  group_id        bigint not null references clan,
  field           text not null check (field in ('name', 'callsign', 'motto')),
  since           timestamptz not null,
  value           text not null,
  primary key (group_id, field, since)
);

create table membership_watch (
  group_id        bigint primary key references clan,
  ids             bigint[] not null default '{}',      -- of the last accepted poll
  short_offset    integer not null default 0 check (short_offset >= 0),  -- rows that always lack here
  short_by        integer,                             -- a shortfall that may become the offset,
  short_ids       text,                                -- a digest of the ids that came with it,
  short_times     integer not null default 0,          -- in so many polls running
  short_at        timestamptz,
  missing_since   timestamptz,                         -- since when Bungie.net says that there is no such clan
  missing_at      timestamptz,
  missing_times   integer not null default 0,
  digest_of       text,                                -- after a gap: what is found until then is told together
  digest_until    timestamptz,
  held_since      timestamptz                          -- the open held_batch
);

-- Someone with an open stint whom accepted polls no longer show.
create table membership_absence (
  group_id        bigint not null references clan,
  membership_id   bigint not null references member,
  since           timestamptz not null,                -- the first poll that lacked them
  times           integer not null check (times > 0),  -- polls that count, at least half an interval apart
  last_at         timestamptz not null,
  asks            integer not null default 0,          -- how often GetGroupsForMember was asked
  asked_at        timestamptz,
  answer          text check (answer in ('gone', 'here')),
  answered_at     timestamptz,
  to_group_id     bigint,                              -- where they went; need not be a clan that is tracked
  to_name         text,
  held            boolean not null default false,      -- waits in the clan's held_batch
  discarded       boolean not null default false,      -- someone decided that this is no leave
  primary key (group_id, membership_id)
);

-- A value seen in one poll that counts only when the next poll agrees. field joined_at: someone is back with an old date.
create table membership_sighting (
  group_id        bigint not null references clan,
  membership_id   bigint not null,                     -- 0: the clan itself; others need not be members yet
  field           text not null,
  value           text not null,
  seen_at         timestamptz not null,
  primary key (group_id, membership_id, field)
);

-- A joiner whose joined event waits: it may turn out to be a switch of clan or a move of platform.
create table membership_arrival (
  group_id        bigint not null references clan,
  membership_id   bigint not null references member,
  since           timestamptz not null,
  primary key (group_id, membership_id)
);

create table held_batch (
  id              bigint generated always as identity primary key,
  group_id        bigint not null references clan,
  since           timestamptz not null,
  released_at     timestamptz,                         -- Bungie.net confirmed them all
  approved_at     timestamptz,                         -- someone decided that they left
  discarded_at    timestamptz,                         -- they are back, or someone decided that they did not leave
  unique (group_id, since)
);
create unique index held_batch_open on held_batch (group_id)
  where released_at is null and approved_at is null and discarded_at is null;

-- Each poll and why it was not accepted; the raw pages of the last 20 of each clan (zlib over JSON).
create table membership_poll (
  id              bigint generated always as identity primary key,
  group_id        bigint not null references clan,
  polled_at       timestamptz not null,
  accepted        boolean not null,
  reason          text,
  row_count       integer not null default 0,
  total_results   integer,
  member_count    integer,
  raw             bytea,
  check (accepted or reason is not null)
);
create index membership_poll_newest on membership_poll (group_id, id desc);
