-- What each account's client offered and what was agreed on at its last login over SSH. Times are milliseconds since
-- 1970, UTC. Offers and agreement have one "kind=name,name" a line.
CREATE TABLE station_crypto (
  account TEXT NOT NULL PRIMARY KEY REFERENCES account (name) ON DELETE CASCADE,
  ident TEXT NOT NULL,
  address TEXT NOT NULL,
  listener TEXT NOT NULL,
  offered TEXT NOT NULL,
  agreed TEXT NOT NULL,
  first_seen BIGINT NOT NULL,
  last_seen BIGINT NOT NULL
);
