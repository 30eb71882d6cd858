-- The roster: what each member's profile said last, what it said before, and which seals they hold since when.
-- A row that is absent was never read; null inside a row means "not known", never zero.

create table profile (
  membership_id          bigint primary key references member,
  tried_at               timestamptz not null,          -- the last request, whatever came of it
  read_at                timestamptz,                   -- the last answer that was believed
  failures               integer not null default 0 check (failures >= 0),
  failure                text,
  minted_at              timestamptz,                   -- responseMintedTimestamp of what is stored
  older_since            timestamptz,                   -- since when only older answers come
  records_minted_at      timestamptz,                   -- secondaryComponentsMintedTimestamp, likewise
  records_older_since    timestamptz,
  last_played_at         timestamptz,
  power                  integer check (power >= 0),
  triumph_score          integer,
  triumph_score_active   integer,
  title_record_hash      bigint,
  private                boolean not null default false,
  hidden_reads           integer not null default 0 check (hidden_reads >= 0),
  activity_hash          bigint,                        -- 0: in none; sticks after logout
  activity_mode_hash     bigint,
  activity_mode_type     integer,
  activity_mode_types    integer[] not null default '{}',
  activity_playlist_hash bigint,
  activity_started_at    timestamptz,
  transitory             boolean not null default false,
  playing                boolean not null default false,
  online_at              timestamptz,
  moved                  boolean not null default false,
  reads_since_records    integer not null default 0 check (reads_since_records >= 0),
  records_read_at        timestamptz,                   -- null: the first readable answer is still to come
  records_due_at         timestamptz,
  check ((activity_hash is null) = (activity_started_at is null)),
  check ((failures = 0) = (failure is null)),
  check (not private or hidden_reads >= 2)
);

-- Append-only: one row a change of any of these, so that the roster can be shown as it was.
create table profile_history (
  membership_id          bigint not null references member,
  valid_from             timestamptz not null,
  last_played_at         timestamptz,
  power                  integer,
  triumph_score          integer,
  triumph_score_active   integer,
  title_record_hash      bigint,
  private                boolean not null,
  primary key (membership_id, valid_from)
);

-- gone_at: the first answer that no longer had this character.
create table member_character (
  character_id           bigint primary key,
  membership_id          bigint not null references member,
  class_type             smallint not null,
  light                  integer not null,
  last_played_at         timestamptz,
  title_record_hash      bigint,
  gone_at                timestamptz
);
create index member_character_of on member_character (membership_id);

-- One row for each seal that a member's records had, held or not. A seal once held stays held; quiet: it was held
-- before we looked, so nothing is announced.
create table member_seal (
  membership_id          bigint not null references member,
  record_hash            bigint not null,
  held_since             timestamptz,                   -- first seen held
  quiet                  boolean not null default false,
  gilded_times           integer not null default 0 check (gilded_times >= 0),
  gilded_this_season     boolean not null default false,
  done                   integer,
  of                     integer,
  primary key (membership_id, record_hash),
  check ((done is null) = (of is null))
);

-- Append-only: the first sight of each count of gildings.
create table member_gilding (
  membership_id          bigint not null,
  record_hash            bigint not null,
  times                  integer not null check (times > 0),
  seen_at                timestamptz not null,
  quiet                  boolean not null default false,
  primary key (membership_id, record_hash, times),
  foreign key (membership_id, record_hash) references member_seal
);

-- How far a clan's isOnline agreed with the profiles read in each pass; a day of it is kept.
create table online_check (
  group_id               bigint not null references clan,
  at                     timestamptz not null,
  agreed                 integer not null check (agreed >= 0),
  contradicted           integer not null check (contradicted >= 0),
  primary key (group_id, at)
);

-- How long after a login the member first showed as playing; a day of it is kept.
create table login_seen (
  membership_id          bigint not null references member,
  seen_at                timestamptz not null,
  seconds                integer not null check (seconds >= 0),
  primary key (membership_id, seen_at)
);
create index login_seen_newest on login_seen (seen_at);

-- The title that a completion record gives, by the genders of titlesByGender (in English they are the same).
create view record_title as
select hash, coalesce(json #>> '{titleInfo,titlesByGender,Male}', json #>> '{titleInfo,titlesByGender,Female}') as title
from definition where table_name = 'DestinyRecordDefinition';
