-- Who is to be told of arrivals, and how far each has been told. Times are milliseconds since 1970, UTC.

CREATE TABLE outbox (
  output TEXT NOT NULL PRIMARY KEY,
  -- Arrivals up to this id are settled, except those of accounts that lag behind and those that were set aside.
  position BIGINT NOT NULL,
  -- Whether the present configuration names it; what nobody waits for is not kept.
  active INTEGER NOT NULL,
  -- Grows when somebody else than the output itself changes what it has to do.
  generation BIGINT NOT NULL,
  delivered BIGINT NOT NULL,
  last_delivered BIGINT,
  -- Since when nothing was taken, and why; empty while all is well.
  failing_since BIGINT,
  last_error TEXT NOT NULL
);

-- Accounts whose next arrival was not taken: what follows of the same account waits for it, others go on.
CREATE TABLE outbox_lagging (
  output TEXT NOT NULL REFERENCES outbox (output) ON DELETE CASCADE,
  account TEXT NOT NULL,
  -- Arrivals of the account up to this id are settled.
  position BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  first_failed BIGINT NOT NULL,
  last_error TEXT NOT NULL,
  PRIMARY KEY (output, account)
);

-- Arrivals that were not taken after many attempts, for an operator to decide about.
CREATE TABLE outbox_parked (
  output TEXT NOT NULL REFERENCES outbox (output) ON DELETE CASCADE,
  arrival BIGINT NOT NULL,
  account TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  parked BIGINT NOT NULL,
  last_error TEXT NOT NULL,
  -- Whether the operator wants one more attempt.
  again INTEGER NOT NULL,
  PRIMARY KEY (output, arrival)
);

CREATE INDEX outbox_parked_arrival ON outbox_parked (arrival);
