-- Accounts and their keys. Times are milliseconds since 1970, UTC. Types and constraints are those that SQLite and
-- PostgreSQL share.

CREATE TABLE account (
  name TEXT NOT NULL PRIMARY KEY,
  -- The name in lower case: home folders may lie on file systems that do not tell "Pole" from "pole".
  folded_name TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL,
  enabled SMALLINT NOT NULL CHECK (enabled IN (0, 1)),
  expires BIGINT,
  home_folder TEXT,
  profile TEXT NOT NULL CHECK (profile IN ('logger', 'dropbox', 'collector', 'full', 'custom')),
  -- Only for the profile "custom". The first line is the global set, each further line a path and its set.
  permissions TEXT,
  requires TEXT NOT NULL CHECK (requires IN ('any', 'key', 'password', 'both')),
  authentication_methods TEXT,
  password_hash TEXT,
  created BIGINT NOT NULL,
  -- Grows with every change by an operator, not with logins.
  changed BIGINT NOT NULL,
  last_login BIGINT,
  CHECK ((profile = 'custom') = (permissions IS NOT NULL))
);

CREATE TABLE authorized_key (
  account TEXT NOT NULL REFERENCES account (name) ON DELETE CASCADE,
  fingerprint TEXT NOT NULL,
  line TEXT NOT NULL,
  added_by TEXT NOT NULL,
  added BIGINT NOT NULL,
  expires BIGINT,
  last_used BIGINT,
  PRIMARY KEY (account, fingerprint)
);

CREATE INDEX authorized_key_fingerprint ON authorized_key (fingerprint);
