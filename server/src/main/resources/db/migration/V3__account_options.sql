-- What an account has otherwise than the server: one "name=value" a line.
ALTER TABLE account ADD COLUMN options TEXT NOT NULL DEFAULT '';
