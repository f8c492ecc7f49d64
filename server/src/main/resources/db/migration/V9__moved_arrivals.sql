-- Where the account has renamed the file to since it arrived; the path stays what it was. V7 let the path follow.
ALTER TABLE arrival ADD COLUMN moved_to TEXT;

-- The last arrival of the file that an account has at a path.
DROP INDEX arrival_path;
CREATE INDEX arrival_place ON arrival (account, (coalesce(moved_to, path)), id);
