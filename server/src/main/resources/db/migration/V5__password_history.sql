-- When the password was set. For those that are there, an operator's last change of the account is as near as can be.
ALTER TABLE account ADD COLUMN password_changed BIGINT;
UPDATE account SET password_changed = changed WHERE password_hash IS NOT NULL;

-- Passwords that an account had, so that it cannot choose them again.
CREATE TABLE former_password (
  account TEXT NOT NULL REFERENCES account (name) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  replaced BIGINT NOT NULL,
  PRIMARY KEY (account, hash)
);
