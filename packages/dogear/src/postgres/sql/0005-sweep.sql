-- The time to look whether a session has expired. A turn moves expires_at alone, which no index holds, so that its row
-- is updated in place (HOT); room for the next version of a row is left on its page.

alter table sessions add column sweep_at timestamptz not null default now();

create index sessions_sweep on sessions (sweep_at);

drop index sessions_expiry;

alter table sessions set (fillfactor = 70);
