-- Sources that may not connect, and those that were banned so recently that their next ban is longer. Times are
-- milliseconds since 1970, UTC; one without an end stays until an operator removes it.
CREATE TABLE ban (
  source TEXT NOT NULL PRIMARY KEY,
  since BIGINT NOT NULL,
  until BIGINT,
  repeats INTEGER NOT NULL,
  reason TEXT NOT NULL,
  by_operator INTEGER NOT NULL
);
