-- Hints by which sessions are found: those of an owner, those behind a one-time code. A burned code's value is null.

create table owners (
  owner bytea not null,
  id bytea not null,
  expires_at timestamptz not null,
  primary key (owner, id)
);

create index owners_list on owners (owner, expires_at desc);

create index owners_expiry on owners (expires_at);

create table codes (
  code bytea primary key,
  value bytea,
  tries int not null default 0,
  expires_at timestamptz not null
);

create index codes_expiry on codes (expires_at);
