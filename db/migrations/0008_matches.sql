-- Every match of every member: what history lists, what the reports say, and the sums that /weapons answers from.
-- A match belongs to the mode words of contract.md by its list of modes; mode_bits holds them, bit n for bot.domain.mode's
-- number n (0 all, 1 crucible, 2 competitive, 3 iron_banner, 4 trials, 5 gambit, 6 pve, 7 strikes, 8 nightfall, 9 raid,
-- 10 dungeon).

-- Weapons as the manifest tells them. A hash that has kills and no row here is shown as "Unknown (hash)".
create table weapon (
  hash               bigint primary key,
  name               text not null,
  type               text not null default '',         -- itemTypeDisplayName: "Hand Cannon"
  slot               text check (slot in ('kinetic', 'energy', 'power')),
  damage             text check (damage in ('kinetic', 'arc', 'solar', 'void', 'stasis', 'strand')),
  tier               text check (tier in ('common', 'uncommon', 'rare', 'legendary', 'exotic')),
  icon               text,
  position           integer not null,                 -- the manifest's index: the higher, the newer
  redacted           boolean not null default false,
  family             bigint not null,                  -- the newest hash of the same name and type; its own where redacted
  complete           boolean not null default false    -- nothing is left to ask for
);
create index weapon_by_name on weapon (lower(name) text_pattern_ops);
create index weapon_by_family on weapon (family);

-- Hashes with kills that the manifest's light table does not tell, and when each was asked for by itself.
create table weapon_asked (
  hash               bigint primary key,
  asked_at           timestamptz not null,
  found              boolean not null
);

-- One row for each member whose matches are looked for.
create table history_member (
  membership_id      bigint primary key references member,
  account_read_at    timestamptz,                      -- account stats, which name deleted characters
  private_since      timestamptz,                      -- 1665 in two walks running
  hidden_walks       integer not null default 0 check (hidden_walks >= 0),
  weekly_at          timestamptz,                      -- last walk of 30 days back
  waiting            integer not null default 0 check (waiting >= 0),  -- reports that backfill found and that are due,
  counted_at         timestamptz                       -- when that was counted
);

-- One row for each character, deleted ones too: the marks of live walks and of backfill, kept apart.
create table history (
  membership_id      bigint not null references member,
  character_id       bigint not null,
  deleted            boolean not null default false,
  found_at           timestamptz not null,
  walked_at          timestamptz,                      -- start of the last walk that ended done; moved by such a walk only
  tried_at           timestamptz,
  failures           integer not null default 0 check (failures >= 0),
  failure            text,
  backfill_page      integer not null default 0 check (backfill_page >= 0),  -- of 250 rows; the next to read
  backfill_until     timestamptz,                      -- the oldest match that backfill has seen
  recent_at          timestamptz,                      -- when the last 30 days were through
  backfilled_at      timestamptz,                      -- when an empty page was seen: nothing lies behind it
  check_page         integer not null default 0 check (check_page >= 0),  -- where reading all of it once more stands,
  checked_at         timestamptz,                      -- and when that came to its end: history omits matches at random
  primary key (membership_id, character_id)
);

-- Every instance that is known, and its report's state. waiting: to be fetched. done: stored. gone: Bungie.net has lost it.
-- failed: eight real failures. skipped: of a mode that is not fetched.
create table match (
  instance_id        bigint primary key check (instance_id > 0),
  period             timestamptz not null,             -- its start
  ends_at            timestamptz not null,
  mode               smallint not null,
  modes              smallint[] not null,
  mode_bits          integer not null,
  activity_hash      bigint,                           -- directorActivityHash: what was launched
  reference_hash     bigint,                           -- referenceId: the map or variant
  is_private         boolean not null default false,
  membership_type    smallint,
  state              text not null check (state in ('waiting', 'done', 'gone', 'failed', 'skipped')),
  found_by           text not null check (found_by in ('live', 'backfill')),
  found_at           timestamptz not null,
  final              boolean not null default false,   -- fetched an hour or more after its end: it changes no more
  again_at           timestamptz,                      -- when a report that is not final is fetched once more
  asked_at           timestamptz,
  missing            integer not null default 0 check (missing >= 0),   -- 1653 for a match over 24 h old
  failures           integer not null default 0 check (failures >= 0),  -- real ones; PgQueuer's attempts count everything
  error              text,
  stored_at          timestamptz,                      -- the first time
  fetched_at         timestamptz,                      -- the last time
  duration_seconds   integer,
  starting_phase     smallint,
  from_beginning     boolean,                          -- null: the report does not say
  player_count       integer,
  teams              jsonb not null default '[]',      -- [{"team": 17, "standing": 0, "score": 100, "name": "Alpha"}]
  check ((state = 'done') = (stored_at is not null))
);
create index match_unsettled on match (state, found_by, instance_id) where state in ('waiting', 'failed', 'gone');
create index match_again on match (again_at) where again_at is not null;
create index match_lag on match (stored_at) where found_by = 'live' and stored_at is not null;

-- What a member's history says of a match: kept even if the report never comes.
create table history_entry (
  membership_id      bigint not null references member,
  instance_id        bigint not null references match,
  character_id       bigint not null,
  period             timestamptz not null,
  mode_bits          integer not null,
  kills              integer not null,
  deaths             integer not null,
  assists            integer not null,
  score              integer,
  standing           integer,
  completed          boolean not null,                 -- completed is 1 and completionReason 0
  seconds            integer not null,                 -- timePlayedSeconds
  primary key (membership_id, instance_id, character_id)
);
create index history_entry_newest on history_entry (membership_id, period desc, instance_id desc) include (mode_bits);
create index history_entry_instance on history_entry (instance_id);

-- The raw report: zstd over the JSON of Response.
create table report (
  instance_id        bigint primary key references match,
  fetched_at         timestamptz not null,
  body               bytea not null
);
alter table report alter column body set storage external;
create index report_oldest on report (fetched_at);

-- One row for each person of a report, whoever they are. Someone who is there twice (two characters, or a rejoin) is
-- summed; class, light, team and standing are those of the entry with the most time played.
create table match_player (
  instance_id        bigint not null references match,
  membership_id      bigint not null,
  membership_type    smallint not null,
  name               text not null,
  character_id       bigint not null,
  class              text check (class in ('titan', 'hunter', 'warlock')),
  light              integer,
  clan_name          text,
  clan_tag           text,
  fireteam_id        bigint,
  team               smallint,
  standing           smallint,
  score              integer,
  kills              integer not null,
  deaths             integer not null,
  assists            integer not null,
  completed          boolean not null,
  completion_reason  smallint,
  start_seconds      integer,
  seconds            integer not null,
  entries            smallint not null default 1,
  weapon_kills       integer not null default 0,
  precision_kills    integer not null default 0,
  grenade_kills      integer not null default 0,
  melee_kills        integer not null default 0,
  super_kills        integer not null default 0,
  ability_kills      integer not null default 0,
  tracked            boolean not null,                 -- a member when the report was stored: weapons are kept
  period             timestamptz not null,
  mode_bits          integer not null,
  primary key (instance_id, membership_id)
) with (autovacuum_vacuum_insert_scale_factor = 0.02);
create index match_player_tracked on match_player (membership_id, period desc, instance_id desc)
  include (mode_bits, kills, weapon_kills, grenade_kills, melee_kills, super_kills) where tracked;
create index match_player_untracked on match_player (membership_id) where not tracked;

-- Kills of one weapon by one member in one match. Vacuumed often, here and above, so that recent rows are read from the
-- indexes alone.
create table weapon_kill (
  instance_id        bigint not null,
  membership_id      bigint not null,
  weapon_hash        bigint not null,
  period             timestamptz not null,
  mode_bits          integer not null,
  class              text check (class in ('titan', 'hunter', 'warlock')),
  kills              integer not null,
  precision_kills    integer not null,
  primary key (instance_id, membership_id, weapon_hash)
) with (autovacuum_vacuum_insert_scale_factor = 0.02);
create index weapon_kill_member on weapon_kill (membership_id, period)
  include (weapon_hash, mode_bits, kills, precision_kills, instance_id);
create index weapon_kill_weapon on weapon_kill (weapon_hash, membership_id, period)
  include (mode_bits, class, kills, precision_kills, instance_id);

-- Sums by member, mode word and span: level 0 is a UTC day, 1 a month, 2 all time (start 1970-01-01). Sums are updated
-- all the time: with room in each page, and no index over what changes, no index has to be touched.
create table member_stat (
  membership_id      bigint not null,
  mode               smallint not null,
  level              smallint not null check (level in (0, 1, 2)),
  start              date not null,
  matches            integer not null,
  seconds            bigint not null,
  kills              integer not null,
  deaths             integer not null,
  assists            integer not null,
  wins               integer not null,
  completions        integer not null,
  weapon_kills       integer not null,
  precision_kills    integer not null,
  grenade_kills      integer not null,
  melee_kills        integer not null,
  super_kills        integer not null,
  primary key (membership_id, mode, level, start)
) with (fillfactor = 70);

-- What member_stat sums, one row for each mode word of a match. won: first of a match between teams and not left early;
-- time and mercy end a match that nobody has completed, with a reason other than 0 and 255.
create view member_match as
select p.instance_id, p.membership_id, word.mode::smallint as mode, (p.period at time zone 'UTC')::date as day,
  date_trunc('month', p.period at time zone 'UTC')::date as month, p.seconds, p.kills, p.deaths, p.assists,
  ((p.completed or p.completion_reason not in (0, 255)) and p.standing = 0 and m.teams <> '[]') is true as won, p.completed, p.weapon_kills, p.precision_kills,
  p.grenade_kills, p.melee_kills, p.super_kills
from match_player p join match m using (instance_id)
join generate_series(0, 10) as word (mode) on (p.mode_bits >> word.mode) & 1 = 1
where p.tracked;

-- Whose matches a clan's sums count: its members of now, under their current id and the ones they had before. A person
-- keeps one slot while they are in: the bit of clan_weapon.players.
create table clan_counted (
  group_id           bigint not null references clan,
  membership_id      bigint not null references member,
  person_id          bigint not null references member,
  slot               smallint not null check (slot between 0 and 255),
  primary key (group_id, membership_id)
);
create index clan_counted_member on clan_counted (membership_id);

-- What clan_weapon sums, one row for each clan and mode word that a kill counts for. A person's first row of a weapon in
-- a match, and of its family, makes the match count for it, even were they there under two memberships. Whoever filters by
-- clan, person, instance or period filters below the window, as it is partitioned by them; not straight under grouping
-- sets, where the planner moves no condition into a view.
create view clan_kill as
select k.group_id, k.person_id, k.slot, k.instance_id, k.period, word.mode::smallint as mode,
  (k.period at time zone 'UTC')::date as day, date_trunc('month', k.period at time zone 'UTC')::date as month,
  k.weapon_hash, k.kills, k.precision_kills, k.earlier is distinct from k.weapon_hash as first_of_weapon,
  k.earlier is null as first_of_family
from (
  select c.group_id, c.person_id, c.slot, k.instance_id, k.period, k.mode_bits, k.weapon_hash, k.kills,
    k.precision_kills, lag(k.weapon_hash) over (
      partition by c.group_id, c.person_id, k.instance_id, k.period, coalesce(w.family, k.weapon_hash)
      order by k.weapon_hash, k.membership_id) as earlier
  from weapon_kill k join clan_counted c using (membership_id) left join weapon w on w.hash = k.weapon_hash
) k join generate_series(0, 10) as word (mode) on (k.mode_bits >> word.mode) & 1 = 1;

-- A clan's kills by weapon, mode word and span. matches: one for each member and match. family_matches counts one only
-- where no older hash of the same family has it already, so that the sum over a family is exact, too. Days, months and
-- all time lie apart: the few rows that every question reads are not strewn among the millions of days. The key is an
-- index and no constraint, since pg_restore --clean can't drop the constraints of a parted table.
create table clan_weapon (
  group_id           bigint not null references clan,
  mode               smallint not null,
  level              smallint not null check (level in (0, 1, 2)),
  start              date not null,
  weapon_hash        bigint not null,
  kills              integer not null,
  precision_kills    integer not null,
  matches            integer not null,
  family_matches     integer not null,
  players            bit(256) not null
) partition by list (level);
create table clan_weapon_day partition of clan_weapon for values in (0) with (fillfactor = 70);
create table clan_weapon_month partition of clan_weapon for values in (1)
  with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
create table clan_weapon_total partition of clan_weapon for values in (2) with (fillfactor = 70);
create unique index clan_weapon_key on clan_weapon (group_id, mode, level, start, weapon_hash);
create index clan_weapon_day_by_weapon on clan_weapon_day (group_id, mode, weapon_hash, start);
-- Years are read from this index alone, in a third of the time.
create index clan_weapon_month_whole on clan_weapon_month (group_id, mode, start)
  include (level, weapon_hash, kills, precision_kills, matches, family_matches, players);

-- What member_weapon sums, one row for each mode word that a kill counts for; first_of_family as in clan_kill.
create view member_kill as
select k.instance_id, k.membership_id, word.mode::smallint as mode, k.weapon_hash, k.class, k.kills, k.precision_kills,
  k.first_of_family
from (
  select k.*, row_number() over (partition by k.membership_id, k.instance_id, coalesce(w.family, k.weapon_hash)
    order by k.weapon_hash) = 1 as first_of_family
  from weapon_kill k left join weapon w on w.hash = k.weapon_hash
) k join generate_series(0, 10) as word (mode) on (k.mode_bits >> word.mode) & 1 = 1;

-- A member's kills by weapon and mode word, all time: who is best with a weapon, and what someone ever used, would
-- otherwise be read from hundreds of thousands of single kills.
create table member_weapon (
  weapon_hash        bigint not null,
  mode               smallint not null,
  membership_id      bigint not null,
  kills              integer not null,
  precision_kills    integer not null,
  matches            integer not null,
  family_matches     integer not null,
  titan_kills        integer not null,
  hunter_kills       integer not null,
  warlock_kills      integer not null,
  primary key (weapon_hash, mode, membership_id)
) with (fillfactor = 70);
create index member_weapon_member on member_weapon (membership_id, mode);

-- What a job remembers: when the sums were last rebuilt and whether they must be, when the log was last shortened.
create table match_chore (
  name               text primary key,
  done_at            timestamptz,
  wanted             boolean not null default false
);
