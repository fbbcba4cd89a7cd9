-- The mark of a session's last commit, as the bytes it encodes. A row written before marks has none that matches.

alter table sessions add column mark bytea not null default '';
