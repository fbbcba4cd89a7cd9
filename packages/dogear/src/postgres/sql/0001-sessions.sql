-- One row per session; bytes is null for a tombstone. claimable_at is due_at, or the end of the current lease.

create table sessions (
  id bytea primary key,
  epoch bigint not null,
  revision bigint not null,
  bytes bytea,
  expires_at timestamptz not null,
  due_at timestamptz,
  claimable_at timestamptz,
  check ((due_at is null) = (claimable_at is null))
);

create index sessions_agenda on sessions (claimable_at) where claimable_at is not null;

create index sessions_expiry on sessions (expires_at);
