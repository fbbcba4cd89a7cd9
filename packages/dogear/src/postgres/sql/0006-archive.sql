-- The life of the store that an archived session came from; empty for a session that was committed here.

alter table sessions add column life text not null default '';
