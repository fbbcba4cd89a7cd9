-- The progress of effects beside the records. Readers leave out the ended ones.

create table progress (
  id bytea not null,
  seq bigint generated always as identity,
  text bytea not null,
  until timestamptz not null,
  primary key (id, seq)
);

create index progress_end on progress (until);
