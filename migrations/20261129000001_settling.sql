-- How a commit is settled, and how a database that went back is recognised.
--
-- When the connection is lost at COMMIT, the number of the transaction does not say what became of it: after a crash the
-- database may give the same number to somebody else. The changeset itself says it, by a number that nobody else draws.
-- The same numbers tell whether everything that a server has read is still there: their sum does.

ALTER TABLE changeset
    -- Random; the sum of all of them, modulo 2^64, stands for the history up to a point.
    ADD COLUMN nonce bigint NOT NULL DEFAULT hashtextextended(gen_random_uuid()::text, 0),
    -- As in `change`, so that a changeset is followed even if it changed nothing.
    ADD COLUMN transaction xid8;

UPDATE changeset s SET transaction = coalesce(
    (SELECT c.transaction FROM change c WHERE c.changeset = s.id ORDER BY c.sequence LIMIT 1), '3'::xid8);

ALTER TABLE changeset
    ALTER COLUMN transaction SET NOT NULL,
    ALTER COLUMN transaction SET DEFAULT pg_current_xact_id();

CREATE UNIQUE INDEX changeset_nonce ON changeset (nonce);
CREATE INDEX changeset_transaction ON changeset (transaction);
