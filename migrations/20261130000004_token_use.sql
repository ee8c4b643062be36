-- When a token was last used: a day, noted at most once a day and beside the journal. Whoever looks after tokens sees by it
-- which of them nobody needs any more.

ALTER TABLE token ADD COLUMN last_used_on date;
