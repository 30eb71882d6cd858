-- What the clan owns and has earned: exotics and catalysts as the manifest lists them, who has them since when, the
-- triumphs of seals one by one, and what each version of the manifest changed.

-- Exotics by the in-game pages (presentation nodes under the root "Exotic"). One that left the manifest keeps its row.
create table exotic (
  collectible_hash   bigint primary key,
  item_hash          bigint,
  name               text not null,
  kind               text not null check (kind in ('weapon', 'armor')),
  slot               text not null,                    -- kinetic, energy, power; helmet, gauntlets, chest, legs, class_item
  class              text check (class in ('titan', 'hunter', 'warlock')),  -- of armour
  expansion          text,                             -- its label: "Forsaken"
  expansion_position integer,                          -- in order of release
  source             text not null default '',
  icon               text not null default '',
  damage             text,
  position           integer not null,                 -- the fixed place in every list
  introduced         text references manifest_version, -- the version that brought it; null: there from the first
  redacted           boolean not null default false,
  is_current         boolean not null default true
);

create table catalyst (
  record_hash        bigint primary key,
  name               text not null,
  collectible_hash   bigint,                           -- the weapon's, where it is known
  icon               text not null default '',
  position           integer not null,
  introduced         text references manifest_version,
  is_current         boolean not null default true
);

-- One row a member whose collections were asked for. read_at null: never readable, so nothing is known to be missing.
create table collection (
  membership_id      bigint primary key references member,
  tried_at           timestamptz not null,
  read_at            timestamptz,
  minted_at          timestamptz,                      -- secondaryComponentsMintedTimestamp of what is stored
  older_since        timestamptz,
  hidden_reads       integer not null default 0 check (hidden_reads >= 0),
  private            boolean not null default false,
  played_at          timestamptz,                      -- dateLastPlayed at that read
  failures           integer not null default 0 check (failures >= 0),
  reads_since        integer not null default 0 check (reads_since >= 0)  -- reads of the roster since, while playing
);

-- Only grows. quiet: owned at the member's first readable answer (or when the manifest brought it), so nothing is told.
create table member_exotic (
  membership_id      bigint not null references member,
  collectible_hash   bigint not null,
  seen_at            timestamptz not null,
  quiet              boolean not null,
  primary key (membership_id, collectible_hash)
);
create index member_exotic_owners on member_exotic (collectible_hash);

create table member_catalyst (
  membership_id      bigint not null references member,
  record_hash        bigint not null,
  done_at            timestamptz,                      -- first seen complete
  quiet              boolean not null default false,
  done               integer,
  of                 integer,
  primary key (membership_id, record_hash),
  check ((done is null) = (of is null))
);

-- The triumphs of every seal, as far as a member has come.
create table member_triumph (
  membership_id      bigint not null references member,
  record_hash        bigint not null,
  complete           boolean not null,
  done               integer,
  of                 integer,
  primary key (membership_id, record_hash),
  check ((done is null) = (of is null))
);

-- Every switch in its order. A version may become current more than once, and be loaded again with other content.
create table manifest_step (
  step               integer generated always as identity primary key,
  version            text not null references manifest_version,
  language           text not null,
  at                 timestamptz not null
);
create index manifest_step_version on manifest_step (version, step);
insert into manifest_step (version, language, at) select version, language, loaded_at from manifest_version where is_current;

-- Append-only: what a step changed. table_name is a table of definitions, or exotic, seal, weapon: those that are shown.
-- The first version and the first loading of a table change nothing.
create table manifest_change (
  step               integer not null references manifest_step,
  table_name         text not null,
  hash               bigint not null,
  change             text not null check (change in ('added', 'changed', 'removed')),
  name               text not null,                    -- since then; of what was removed, its last one
  name_before        text,
  digest             text,                             -- null: not there any more
  digest_before      text,                             -- null: not there before
  primary key (step, table_name, hash)
);
