-- Leases beside the records. One that has ended counts as free.

create table leases (
  id bytea not null,
  key bytea not null,
  token bytea not null,
  until timestamptz not null,
  primary key (id, key)
);

create index leases_end on leases (until);
