-- The sender looks every few seconds for events that were withdrawn after they were told.
create index event_withdrawn on event (id) where withdrawn_at is not null;
