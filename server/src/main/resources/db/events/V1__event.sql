-- What has happened. Times are milliseconds since 1970, UTC; data is a JSON object.
CREATE TABLE event (
  id ${identity},
  time BIGINT NOT NULL,
  number INTEGER NOT NULL,
  component TEXT NOT NULL,
  account TEXT NOT NULL,
  peer TEXT NOT NULL,
  data TEXT NOT NULL,
  -- Of what may be told twice, so that it is kept once.
  once TEXT
);

CREATE INDEX event_time ON event (time);
CREATE UNIQUE INDEX event_once ON event (once) WHERE once IS NOT NULL;
