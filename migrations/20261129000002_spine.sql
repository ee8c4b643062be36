-- Records beside features, and actors who have one name in one place.
--
-- Until now a changeset named its author by text, and tokens were written beside the journal. Accounts, cases and orders come
-- next: what they change has a journal of its own, written in the same transaction and under the same changeset as features
-- and read by the same follower; and a person's name stands once, so that it can be erased from a journal that is only ever
-- appended to.

CREATE TABLE actor (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind  text NOT NULL CHECK (kind IN ('account', 'token', 'device', 'guest', 'system', 'timer')),
    -- What people read in histories.
    label text NOT NULL
);

-- What has no account is known by its name alone.
CREATE UNIQUE INDEX actor_label ON actor (kind, label) WHERE kind IN ('token', 'system', 'timer');

-- An author of the name of a token was that token: names of tokens are not given twice.
INSERT INTO actor (kind, label) SELECT 'token', name FROM token ORDER BY id;
INSERT INTO actor (kind, label)
SELECT 'system', actor FROM changeset s
WHERE NOT EXISTS (SELECT FROM token WHERE name = s.actor)
GROUP BY actor ORDER BY min(s.id);

ALTER TABLE changeset RENAME COLUMN actor TO label;
ALTER TABLE changeset
    ADD COLUMN actor  bigint,
    -- Whose rules were asked: 'register', 'identity', later 'roadworks', 'shop'.
    ADD COLUMN domain text NOT NULL DEFAULT 'register';
UPDATE changeset s SET actor = a.id FROM actor a WHERE a.label = s.label;
ALTER TABLE changeset
    DROP COLUMN label,
    ALTER COLUMN actor SET NOT NULL,
    ALTER COLUMN domain DROP DEFAULT,
    -- Looked up at the commit: settling draws a changeset of nobody, which is never kept (src/store/settle.rs).
    ADD CONSTRAINT changeset_actor FOREIGN KEY (actor) REFERENCES actor (id) DEFERRABLE INITIALLY DEFERRED,
    DROP CONSTRAINT changeset_kind_check,
    -- Words of the domains, which the database need not know.
    ADD CONSTRAINT changeset_kind CHECK (kind ~ '^[a-z][a-z0-9-]{0,39}$'),
    ADD CONSTRAINT changeset_domain CHECK (domain ~ '^[a-z][a-z0-9-]{0,39}$');

-- What has become of a record. As in `change`, the transaction is what a follower asks by, and the version makes a second
-- change of the same state impossible.
CREATE TABLE record_change (
    sequence    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transaction xid8   NOT NULL DEFAULT pg_current_xact_id(),
    changeset   bigint NOT NULL REFERENCES changeset (id),
    subject     text   NOT NULL CHECK (subject ~ '^[a-z][a-z0-9_]{0,39}$'),
    id          uuid   NOT NULL,
    version     bigint NOT NULL CHECK (version > 0),
    operation   text   NOT NULL CHECK (operation IN ('create', 'update', 'delete')),
    before      jsonb,
    after       jsonb,
    UNIQUE (subject, id, version),
    CHECK ((operation = 'create') = (before IS NULL)),
    CHECK ((operation = 'delete') = (after IS NULL))
);

CREATE INDEX record_change_transaction ON record_change (transaction);
CREATE INDEX record_change_changeset ON record_change (changeset);

COMMENT ON TABLE actor IS 'Who changes something; the one place where a name stands';
COMMENT ON TABLE record_change IS 'Every change of every record, before and after';

-- Tokens become records.
ALTER TABLE token
    DROP CONSTRAINT token_pkey,
    DROP COLUMN id,
    ADD COLUMN id      uuid   NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
    ADD COLUMN version bigint NOT NULL DEFAULT 1,
    ADD COLUMN actor   bigint UNIQUE REFERENCES actor (id);
UPDATE token t SET actor = a.id FROM actor a WHERE a.kind = 'token' AND a.label = t.name;
ALTER TABLE token ALTER COLUMN actor SET NOT NULL, ALTER COLUMN version DROP DEFAULT, ALTER COLUMN id DROP DEFAULT;

-- The state in which a token comes into the journal: as the server writes it from now on.
WITH author AS (
    INSERT INTO actor (kind, label) SELECT 'system', 'geokontor migrate' WHERE EXISTS (SELECT FROM token)
    RETURNING id),
entry AS (
    INSERT INTO changeset (domain, kind, actor, reason)
    SELECT 'identity', 'migrate', id, 'tokens made before they had a journal' FROM author
    RETURNING id)
INSERT INTO record_change (changeset, subject, id, version, operation, after)
SELECT entry.id, 'token', token.id, 1, 'create', to_jsonb(token) - 'id' - 'version' - 'hash'
       || jsonb_build_object('hash', encode(token.hash, 'hex'))
FROM token, entry;
