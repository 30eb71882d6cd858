-- How far back the past may still add to an answer: one about the last days is whole long before all of the past is read.
alter table history_member add column waiting_newest timestamptz;  -- the newest match whose report is counted in waiting
