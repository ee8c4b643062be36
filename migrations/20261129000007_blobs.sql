-- Files that belong to something, by their content.
--
-- Content comes first, in portions, each committed for itself; no transaction is open while somebody sends a file. It is
-- nobody's until a blob names it, and a blob is visible only through the attachment that is written with it, in the
-- transaction of whoever attaches. What was never attached is swept (src/blobs/sweeper.rs).

CREATE TABLE content (
    id       uuid        PRIMARY KEY,
    place    text        NOT NULL CHECK (place IN ('database', 'bucket')),
    begun_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX content_begun_at ON content (begun_at);

-- Content that is kept here. Rows and not large objects: these are not in a dump of single tables, have rights of their own,
-- and stay behind when what names them is gone.
CREATE TABLE content_portion (
    content uuid    NOT NULL REFERENCES content (id) ON DELETE CASCADE,
    number  integer NOT NULL,
    bytes   bytea   NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 1048576),
    PRIMARY KEY (content, number)
);

-- Photographs and PDF files are compressed already.
ALTER TABLE content_portion ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Content that has arrived whole. The same content is kept once.
CREATE TABLE blob (
    sha256     bytea       PRIMARY KEY CHECK (octet_length(sha256) = 32),
    size       bigint      NOT NULL CHECK (size > 0),
    -- As its first bytes say, not as its sender does.
    media      text        NOT NULL,
    content    uuid        NOT NULL UNIQUE REFERENCES content (id),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE attachment (
    id         uuid        PRIMARY KEY,
    -- What it belongs to: a kind of record, and which.
    subject    text        NOT NULL CHECK (subject ~ '^[a-z][a-z0-9_]{0,39}$'),
    subject_id uuid        NOT NULL,
    blob       bytea       NOT NULL REFERENCES blob (sha256),
    -- What people call it. May name persons, and so stands in no journal.
    name       text        NOT NULL CHECK (name !~ '[[:cntrl:]]' AND char_length(name) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX attachment_subject ON attachment (subject, subject_id, created_at);
CREATE INDEX attachment_blob ON attachment (blob);

COMMENT ON TABLE content IS 'Content as it came, whole or not';
COMMENT ON TABLE content_portion IS 'Content that is kept in the database';
COMMENT ON TABLE blob IS 'Whole content, by its hash';
COMMENT ON TABLE attachment IS 'What content belongs to';
