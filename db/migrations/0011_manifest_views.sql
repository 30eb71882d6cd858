-- The manifest for people who ask with SQL (docs/SQL.md): stats with text keys, readable views, and what lies between
-- two versions.

-- DestinyHistoricalStatsDefinition is keyed by text, so it is no table of definitions.
create table historical_stat (
  stat_id            text primary key,                 -- statId: "precisionKills", as keys of stats and of aggregates
  name               text not null,
  description        text not null,
  category           integer not null,                 -- DestinyStatsCategoryType
  stat_group         integer not null,                 -- DestinyStatsGroupType
  unit               integer not null,                 -- UnitType
  modes              integer[] not null,               -- DestinyActivityModeType: where the stat is reported
  periods            integer[] not null,               -- PeriodType
  medal_tier_hash    bigint,
  icon               text not null,
  json               jsonb not null
);

create view manifest_activity as
select d.hash, nullif(d.name, '') as name, nullif(d.json #>> '{displayProperties,description}', '') as description,
  (d.json ->> 'directActivityModeType')::integer as mode_type, nullif(mode.name, '') as mode,
  (d.json ->> 'activityTypeHash')::bigint as activity_type_hash, nullif(kind.name, '') as activity_type,
  (d.json ->> 'activityLightLevel')::integer as light, coalesce((d.json ->> 'isPvP')::boolean, false) as is_pvp,
  array(select (t #>> '{}')::integer from jsonb_path_query(d.json, '$.activityModeTypes[*]') t) as mode_types,
  d.version_added, d.version_removed is null as is_current
from definition d
left join definition mode on mode.table_name = 'DestinyActivityModeDefinition'
  and mode.hash = (d.json ->> 'directActivityModeHash')::bigint
left join definition kind on kind.table_name = 'DestinyActivityTypeDefinition'
  and kind.hash = (d.json ->> 'activityTypeHash')::bigint
where d.table_name = 'DestinyActivityDefinition';

create view manifest_mode as
select (json ->> 'modeType')::integer as mode_type, hash, nullif(name, '') as name,
  nullif(json #>> '{displayProperties,description}', '') as description,
  array(select (p #>> '{}')::bigint from jsonb_path_query(json, '$.parentHashes[*]') p) as parent_hashes,
  coalesce((json ->> 'isTeamBased')::boolean, false) as is_team_based,
  version_added, version_removed is null as is_current
from definition where table_name = 'DestinyActivityModeDefinition';

create view manifest_class as
select (json ->> 'classType')::integer as class_type, hash, nullif(name, '') as name,
  version_added, version_removed is null as is_current
from definition where table_name = 'DestinyClassDefinition';

create view manifest_stat as
select stat_id, nullif(name, '') as name, nullif(description, '') as description,
  case stat_group when 1 then 'general' when 2 then 'weapons' when 3 then 'medals' when 101 then 'leaderboard'
    when 102 then 'activity' when 103 then 'unique weapon' else 'other' end as stat_group,
  case unit when 1 then 'count' when 2 then 'per game' when 3 then 'seconds' when 4 then 'points' when 5 then 'team'
    when 6 then 'distance' when 7 then 'percent' when 8 then 'ratio' when 9 then 'boolean' when 10 then 'weapon type'
    when 11 then 'standing' when 12 then 'milliseconds' when 13 then 'completion reason' else 'none' end as unit,
  modes, stat_group = 3 as is_medal
from historical_stat;

create view manifest_weapon as
select w.hash, nullif(w.name, '') as name, nullif(w.type, '') as type, w.slot, w.damage, w.tier, w.icon,
  w.family, w.redacted, d.version_added, d.hash is not null and d.version_removed is null as is_current
from weapon w
left join definition d on d.table_name = 'DestinyInventoryItemLiteDefinition' and d.hash = w.hash;

create view manifest_exotic as
select e.collectible_hash, e.item_hash, nullif(e.name, '') as name, e.kind, e.slot, e.class, e.damage, e.expansion,
  nullif(e.source, '') as source, e.icon, e.position, e.introduced as version_added, e.is_current
from exotic e;

create view manifest_seal as
select s.record_hash, s.node_hash, nullif(s.name, '') as name, nullif(s.title, '') as title, s.gilding_record_hash,
  s.gilding_record_hash is not null as can_be_gilded, s.legacy, cardinality(s.record_hashes) as triumphs, s.icon,
  s.position, s.is_current
from seal s;

-- What people look for in a new version, with a digest of all that is told of it. Weapons that are exotics are exotics.
create view manifest_shown as
select 'exotic' as kind, e.collectible_hash as hash, e.name, d.digest
from exotic e
join definition d on d.table_name = 'DestinyCollectibleDefinition' and d.hash = e.collectible_hash
where e.is_current and d.version_removed is null and (d.json -> 'redacted') is distinct from 'true'
union all
select 'seal', s.record_hash, coalesce(nullif(s.title, ''), s.name), md5(concat_ws(' ', record.digest, node.digest))
from seal s
join definition record on record.table_name = 'DestinyRecordDefinition' and record.hash = s.record_hash
left join definition node on node.table_name = 'DestinyPresentationNodeDefinition' and node.hash = s.node_hash
where s.is_current and record.version_removed is null and (record.json -> 'redacted') is distinct from 'true'
union all
select 'weapon', w.hash, w.name, d.digest
from weapon w
join definition d on d.table_name = 'DestinyInventoryItemLiteDefinition' and d.hash = w.hash
where d.version_removed is null and not w.redacted and w.tier is distinct from 'exotic' and d.json -> 'itemType' = '3';

-- From the manifest as it was after one step to that after another, earlier or later: what was there before the first
-- change beside what was there after the last. Added and then removed is nothing.
create function manifest_between(from_step integer, to_step integer)
returns table (table_name text, hash bigint, change text, name text, name_before text)
language sql stable as $$
  select e.table_name, e.hash,
    case when e.digest_from is null then 'added' when e.digest_to is null then 'removed' else 'changed' end,
    case when e.digest_to is null then e.name_from else e.name_to end,
    case when e.digest_from is not null then e.name_from end
  from (
    select r.table_name, r.hash,
      case when from_step <= to_step then r.first_name else r.name end as name_from,
      case when from_step <= to_step then r.first_digest else r.digest end as digest_from,
      case when from_step <= to_step then r.name else r.first_name end as name_to,
      case when from_step <= to_step then r.digest else r.first_digest end as digest_to
    from (
      select c.table_name, c.hash, c.name, c.digest, first_value(c.name_before) over one as first_name,
        first_value(c.digest_before) over one as first_digest, lead(c.step) over one as later
      from manifest_change c
      where c.step > least(from_step, to_step) and c.step <= greatest(from_step, to_step)
      window one as (partition by c.table_name, c.hash order by c.step)
    ) r
    where r.later is null
  ) e
  where e.digest_from is distinct from e.digest_to
$$;

-- The same between two versions by name; nothing where either is not held.
create function manifest_between(from_version text, to_version text)
returns table (table_name text, hash bigint, change text, name text, name_before text)
language sql stable as $$
  select b.* from manifest_between(
    (select max(step) from manifest_step where version = from_version),
    (select max(step) from manifest_step where version = to_version)
  ) b
$$;
