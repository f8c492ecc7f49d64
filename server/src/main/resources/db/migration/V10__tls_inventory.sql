-- What each account's client offered and what was agreed on at its last login over FTP; in clear text the columns about
-- TLS are empty. Times are milliseconds since 1970, UTC. Versions and suites are separated by commas.
CREATE TABLE station_tls (
  account TEXT NOT NULL PRIMARY KEY REFERENCES account (name) ON DELETE CASCADE,
  address TEXT NOT NULL,
  listener TEXT NOT NULL,
  version TEXT NOT NULL,
  suite TEXT NOT NULL,
  offered_versions TEXT NOT NULL,
  offered_suites TEXT NOT NULL,
  first_seen BIGINT NOT NULL,
  last_seen BIGINT NOT NULL
);
