-- For databases whose 0008 and 0011 are of an earlier text (db/migrate.py names it): a match that time or mercy ended
-- counts as won, and definitions that lack keys are read. Where the text was today's already, nothing changes.

-- The sums of before did not count such wins: the matches loop rebuilds them.
insert into match_chore as chore (name, wanted)
select 'weapons', true where pg_get_viewdef('member_match'::regclass) not like '%completion_reason%'
on conflict (name) do update set wanted = true;

create or replace view member_match as
select p.instance_id, p.membership_id, word.mode::smallint as mode, (p.period at time zone 'UTC')::date as day,
  date_trunc('month', p.period at time zone 'UTC')::date as month, p.seconds, p.kills, p.deaths, p.assists,
  ((p.completed or p.completion_reason not in (0, 255)) and p.standing = 0 and m.teams <> '[]') is true as won,
  p.completed, p.weapon_kills, p.precision_kills, p.grenade_kills, p.melee_kills, p.super_kills
from match_player p join match m using (instance_id)
join generate_series(0, 10) as word (mode) on (p.mode_bits >> word.mode) & 1 = 1
where p.tracked;

create or replace view manifest_activity as
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

create or replace view manifest_mode as
select (json ->> 'modeType')::integer as mode_type, hash, nullif(name, '') as name,
  nullif(json #>> '{displayProperties,description}', '') as description,
  array(select (p #>> '{}')::bigint from jsonb_path_query(json, '$.parentHashes[*]') p) as parent_hashes,
  coalesce((json ->> 'isTeamBased')::boolean, false) as is_team_based,
  version_added, version_removed is null as is_current
from definition where table_name = 'DestinyActivityModeDefinition';
