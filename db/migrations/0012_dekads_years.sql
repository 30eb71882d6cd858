-- Two more spans of the sums, so that long questions are answered from few rows: level 3 is a dekad, as weather services
-- cut a month (days 1 to 10, 11 to 20, and 21 to its end), level 4 a year. 0 stays the day, 1 the month, 2 all time.

-- The first day of the span of a level that a UTC day lies in. It alone says what a level is, with sum_end.
create function sum_start(level integer, day date) returns date immutable parallel safe
return case level
  when 0 then day
  when 1 then date_trunc('month', day::timestamp)::date
  when 2 then date '1970-01-01'
  when 3 then date_trunc('month', day::timestamp)::date + 10 * least((extract(day from day)::integer - 1) / 10, 2)
  when 4 then date_trunc('year', day::timestamp)::date
end;

-- The first day after the span of a level that begins on that day.
create function sum_end(level integer, start date) returns date immutable parallel safe
return case level
  when 0 then start + 1
  when 1 then (start + interval '1 month')::date
  when 2 then date 'infinity'
  when 3 then case when extract(day from start) < 21 then start + 10
    else (date_trunc('month', start::timestamp) + interval '1 month')::date end
  when 4 then (start + interval '1 year')::date
end;

-- With years of matches this takes a minute: no statement may be cut off, and sorting millions of rows wants memory.
set local statement_timeout = 0;
set local work_mem = '64MB';

-- As own_sums does: whoever stores matches waits, in place of meeting the changes below halfway.
select pg_advisory_xact_lock(1214347123);

alter table member_stat drop constraint member_stat_level_check,
  add constraint member_stat_level_check check (level between 0 and 4);
-- What is asked of each of a match's hundred sums has to be worth it: clan_counted names only clans that there are, and
-- the partitions take no other levels.
alter table clan_weapon drop constraint clan_weapon_group_id_fkey, drop constraint clan_weapon_level_check;
create table clan_weapon_dekad partition of clan_weapon for values in (3) with (fillfactor = 70);
create table clan_weapon_year partition of clan_weapon for values in (4) with (fillfactor = 70);

-- What is there already.
insert into clan_weapon (group_id, mode, level, start, weapon_hash, kills, precision_kills, matches, family_matches,
  players)
select group_id, mode, 3, sum_start(3, start), weapon_hash, sum(kills), sum(precision_kills), sum(matches),
  sum(family_matches), bit_or(players)
from clan_weapon where level = 0
group by 1, 2, 4, 5 order by 1, 2, 4, 5;

insert into clan_weapon (group_id, mode, level, start, weapon_hash, kills, precision_kills, matches, family_matches,
  players)
select group_id, mode, 4, sum_start(4, start), weapon_hash, sum(kills), sum(precision_kills), sum(matches),
  sum(family_matches), bit_or(players)
from clan_weapon where level = 1
group by 1, 2, 4, 5 order by 1, 2, 4, 5;

insert into member_stat (membership_id, mode, level, start, matches, seconds, kills, deaths, assists, wins, completions,
  weapon_kills, precision_kills, grenade_kills, melee_kills, super_kills)
select membership_id, mode, longer.level, sum_start(longer.level, start), sum(matches), sum(seconds), sum(kills),
  sum(deaths), sum(assists), sum(wins), sum(completions), sum(weapon_kills), sum(precision_kills), sum(grenade_kills),
  sum(melee_kills), sum(super_kills)
from member_stat join (values (0, 3), (1, 4)) as longer (of, level) on member_stat.level = longer.of
group by 1, 2, 3, 4 order by 1, 2, 3, 4;

analyze clan_weapon_dekad, clan_weapon_year;
