-- Photos and documents of objects and of the defects found there.
--
-- They are records: each change has an entry in record_change, without names, captions and what is drawn. The content lies in blobs,
-- held by attachments of the subject `object_file`. An object is named by its collection and id without a reference, as in inspections:
-- features are deleted and come back. A file that is taken away stays until it is forgotten by a job, so that it can be brought back.

CREATE TABLE object_file (
    -- Chosen by whoever sends it: the same one sent again is the same file.
    id         uuid             PRIMARY KEY,
    version    bigint           NOT NULL,
    collection text             NOT NULL,
    object     uuid             NOT NULL,
    -- The defect that it shows.
    defect     uuid             REFERENCES defect,
    medium     text             NOT NULL CHECK (medium IN ('photo', 'document')),
    kind       text             NOT NULL,
    name       text             NOT NULL,
    caption    text,
    -- Shapes over a photo, in parts of its width and height.
    notes      jsonb            NOT NULL,
    -- Its place among those of the object: a new neighbour comes between two without a change of others.
    place      double precision NOT NULL,
    width      bigint,
    height     bigint,
    media      text             NOT NULL,
    size       bigint           NOT NULL CHECK (size > 0),
    content    bytea            NOT NULL,
    -- What is shown of a photo on a screen and in a list; the content where that is small enough.
    screen     bytea,
    thumbnail  bytea,
    added_at   timestamptz      NOT NULL,
    removed_at timestamptz,
    CHECK (num_nonnulls(width, height, screen, thumbnail) = CASE medium WHEN 'photo' THEN 4 ELSE 0 END)
);

CREATE INDEX object_file_of ON object_file (collection, object);

COMMENT ON TABLE object_file IS 'Photos and documents of objects';
