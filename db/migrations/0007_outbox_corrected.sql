-- Bungie.net may withdraw what it withdrew: the sender looks for posts that were edited and are so after all.
create index outbox_corrected on outbox (event_id) where corrected_at is not null and state = 'sent';
