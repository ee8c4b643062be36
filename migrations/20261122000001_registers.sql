-- The registers and their journal.
--
-- One table holds the present state of every feature of every collection, as the typed properties are declared in
-- data/collections and read from memory; one table holds every change that led there. Both are written in the same
-- transaction, always, and nothing changes state beside them.

CREATE EXTENSION IF NOT EXISTS postgis;

-- What somebody did in one go and for one reason: an edit, an import, an undo.
CREATE TABLE changeset (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind    text        NOT NULL CHECK (kind IN ('edit', 'import', 'undo', 'restore', 'demo')),
    actor   text        NOT NULL,
    reason  text        NOT NULL,
    at      timestamptz NOT NULL DEFAULT now(),
    -- What the changeset was made from: file name, mapping, counts. NULL for an edit.
    source  jsonb,
    -- The changeset this one takes back.
    undoes  bigint REFERENCES changeset (id)
);

-- A changeset is taken back at most once.
CREATE UNIQUE INDEX changeset_undoes ON changeset (undoes) WHERE undoes IS NOT NULL;

-- The present. Partitioned by collection, so that each has a spatial index of its own that QGIS and reports can use.
CREATE TABLE feature (
    collection text    NOT NULL,
    id         uuid    NOT NULL,
    version    bigint  NOT NULL,
    geometry   geometry,
    properties jsonb   NOT NULL,
    PRIMARY KEY (collection, id)
) PARTITION BY LIST (collection);

-- The past. `transaction` lets a follower ask for exactly those rows that were not yet visible when it last looked, which
-- a sequence number cannot: a transaction may take an early number and commit late.
CREATE TABLE change (
    sequence          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transaction       xid8   NOT NULL DEFAULT pg_current_xact_id(),
    -- No foreign key: the server makes the changeset in the same transaction, and a check row by row is dear in imports.
    changeset         bigint NOT NULL,
    collection        text   NOT NULL,
    feature           uuid   NOT NULL,
    version           bigint NOT NULL,
    operation         text   NOT NULL CHECK (operation IN ('create', 'update', 'delete')),
    before_geometry   geometry,
    before_properties jsonb,
    after_geometry    geometry,
    after_properties  jsonb,
    CHECK ((operation = 'create') = (before_properties IS NULL)),
    CHECK ((operation = 'delete') = (after_properties IS NULL))
);

CREATE INDEX change_transaction ON change (transaction);
-- History of a feature; the version makes a second change of the same state impossible.
CREATE UNIQUE INDEX change_feature ON change (feature, version);
CREATE INDEX change_changeset ON change (changeset);

COMMENT ON TABLE changeset IS 'What somebody did in one go and for one reason';
COMMENT ON TABLE feature IS 'The present state of every feature; written by the server only';
COMMENT ON TABLE change IS 'Every change of every feature, before and after';
