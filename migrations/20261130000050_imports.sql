-- Imports from the desk: a file that somebody has sent, what was found in it, what was chosen, and what would become of its rows.
-- They are work in progress and no records: nothing stands in the journal but the file, as an attachment, and in the end the
-- changeset. They go when their time is over.

CREATE TABLE import (
    id          uuid        PRIMARY KEY,
    -- Null once its owner's account is gone.
    account     uuid        REFERENCES account,
    collection  text        NOT NULL,
    -- What people call the file.
    name        text        NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    sha256      bytea       NOT NULL,
    size        bigint      NOT NULL,
    state       text        NOT NULL
                CHECK (state IN ('examining', 'examined', 'previewing', 'previewed', 'committing', 'committed')),
    -- Goes up with whatever is chosen or decided, so that what was worked out before shows as such.
    version     bigint      NOT NULL DEFAULT 1,
    -- Rows were mended or decided about since they were worked out.
    stale       boolean     NOT NULL DEFAULT false,
    settings    jsonb       NOT NULL,
    examined    jsonb,
    summary     jsonb,
    -- A hash of everything that the preview says, which the import has to come to.
    digest      bytea,
    -- Rows that are done with while somebody works on it.
    progress    bigint      NOT NULL DEFAULT 0,
    -- Why the last step came to nothing: German and English.
    problem     jsonb,
    reason      text        NOT NULL DEFAULT '',
    changeset   bigint      REFERENCES changeset,
    created_at  timestamptz NOT NULL,
    changed_at  timestamptz NOT NULL,
    CHECK (state <> 'previewed' OR digest IS NOT NULL)
);

CREATE INDEX import_account ON import (account, created_at DESC);

-- What would become of each row, in the order of the file.
CREATE TABLE import_row (
    import      uuid             NOT NULL REFERENCES import ON DELETE CASCADE,
    number      integer          NOT NULL,
    layer       text,
    line        bigint           NOT NULL,
    status      text             NOT NULL,
    feature     uuid,
    longitude   double precision,
    latitude    double precision,
    -- What is the matter, what is worth a look, and what changes.
    faults      jsonb            NOT NULL,
    warnings    jsonb            NOT NULL,
    changes     jsonb            NOT NULL,
    -- As the file has it; of rows that something was said about.
    cells       jsonb,
    PRIMARY KEY (import, number)
);

CREATE INDEX import_row_status ON import_row (import, status, number);

-- Cells that people have put right, and what they have decided.
CREATE TABLE import_mending (
    import      uuid        NOT NULL REFERENCES import ON DELETE CASCADE,
    layer       text        NOT NULL,
    line        bigint      NOT NULL,
    mending     jsonb       NOT NULL,
    PRIMARY KEY (import, layer, line)
);

-- How the columns of a supplier were mapped when a file of theirs was last imported.
CREATE TABLE import_mapping (
    collection  text        NOT NULL,
    supplier    text        NOT NULL CHECK (length(supplier) BETWEEN 1 AND 80),
    definition  jsonb       NOT NULL,
    used_at     timestamptz NOT NULL,
    PRIMARY KEY (collection, supplier)
);
