-- What arrived. A row is committed as "intended" before its file gets its name, and becomes "confirmed" afterwards; at
-- start what is still "intended" is compared with the disk. Ids grow and are never used again, but a row may become
-- "confirmed" after one with a higher id: who reads them in order stops before the first one that is "intended".
-- Times are milliseconds since 1970, UTC; offset, length and size are bytes.

CREATE TABLE arrival (
  id ${identity},
  account TEXT NOT NULL,
  protocol TEXT NOT NULL,
  peer TEXT NOT NULL,
  -- As the client sees it, and on disk.
  path TEXT NOT NULL,
  real_path TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('upload', 'append')),
  -- The part that this upload wrote, and the size of the whole file.
  written_from BIGINT NOT NULL,
  written_bytes BIGINT NOT NULL,
  size BIGINT NOT NULL,
  -- Of the part that was written, in hexadecimal.
  sha256 TEXT,
  -- Where it grew: the folder that holds ".stationmaster", and the run and the name in it.
  staging_folder TEXT NOT NULL,
  staged_run TEXT NOT NULL,
  staged_name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('intended', 'confirmed')),
  intended BIGINT NOT NULL,
  confirmed BIGINT,
  CHECK ((state = 'confirmed') = (confirmed IS NOT NULL))
);

-- The last arrival of an account's file.
CREATE INDEX arrival_path ON arrival (account, path, id);

-- A handful of rows at any time.
CREATE INDEX arrival_intended ON arrival (id) WHERE state = 'intended';
