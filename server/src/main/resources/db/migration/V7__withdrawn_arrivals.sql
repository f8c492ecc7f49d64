-- When the account itself removed the file, replaced it by a rename, or gave its folder another name (milliseconds since
-- 1970, UTC). What has neither this nor a file any more was taken away by something else. The path of an arrival follows
-- its file when the account renames that.
ALTER TABLE arrival ADD COLUMN withdrawn BIGINT;
