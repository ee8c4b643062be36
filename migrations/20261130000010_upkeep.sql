-- Inspections, defects and outages of objects, and what was written into features because of them.
--
-- They are records: each change has an entry in record_change, without what people have typed into `remark`. An object is named by
-- its collection and id without a reference: features are deleted and come back, and what was found stays true. Nothing is deleted
-- here.

CREATE TABLE inspection (
    -- Chosen by whoever sends it: the same one sent again is the same inspection.
    id                uuid        PRIMARY KEY,
    collection        text        NOT NULL,
    object            uuid        NOT NULL,
    -- A file of data/checklists, and which of its versions.
    checklist         text        NOT NULL,
    checklist_version bigint      NOT NULL,
    -- A day of the district.
    made_on           date        NOT NULL,
    outcome           text        NOT NULL CHECK (outcome IN ('checked', 'not_found', 'not_checkable')),
    complete          boolean     NOT NULL,
    -- With what was asked, so that they can be read without the list.
    answers           jsonb       NOT NULL,
    measured          jsonb       NOT NULL,
    remark            text,
    recorded_at       timestamptz NOT NULL
);

CREATE INDEX inspection_of ON inspection (collection, object, made_on);
CREATE INDEX inspection_made_on ON inspection (made_on);

CREATE TABLE defect (
    id                uuid        PRIMARY KEY,
    version           bigint      NOT NULL,
    collection        text        NOT NULL,
    object            uuid        NOT NULL,
    kind              text        NOT NULL,
    severity          text        NOT NULL,
    effect            text        NOT NULL CHECK (effect IN ('none', 'restricted', 'out_of_service')),
    found_on          date        NOT NULL,
    -- The one that has opened it.
    inspection        uuid        REFERENCES inspection,
    remark            text,
    -- Who has to see to it, until when.
    organisation      uuid        REFERENCES organisation,
    due_on            date,
    recorded_at       timestamptz NOT NULL,
    resolved_at       timestamptz,
    resolution        text,
    resolution_remark text,
    CHECK ((resolved_at IS NULL) = (resolution IS NULL))
);

CREATE INDEX defect_of ON defect (collection, object) WHERE resolved_at IS NULL;
CREATE INDEX defect_found_on ON defect (found_on);
CREATE INDEX defect_due ON defect (organisation, due_on) WHERE resolved_at IS NULL;

CREATE TABLE outage (
    id          uuid        PRIMARY KEY,
    version     bigint      NOT NULL,
    collection  text        NOT NULL,
    object      uuid        NOT NULL,
    effect      text        NOT NULL CHECK (effect IN ('restricted', 'out_of_service')),
    cause       text        NOT NULL,
    -- The first and the last day; without a last one until somebody ends it.
    begins_on   date        NOT NULL,
    ends_on     date,
    remark      text,
    recorded_at timestamptz NOT NULL,
    ended_at    timestamptz,
    CHECK (ends_on >= begins_on)
);

CREATE INDEX outage_of ON outage (collection, object) WHERE ended_at IS NULL;
CREATE INDEX outage_begins_on ON outage (begins_on);

-- What was written into features because of them. A changeset of anybody else that leaves other values there asks for another look
-- by a job (store/published.rs).
CREATE TABLE published (
    collection text  NOT NULL,
    feature    uuid  NOT NULL,
    -- The properties as they were written, null where nothing is recorded.
    properties jsonb NOT NULL,
    -- What is to be known at the next look.
    note       jsonb NOT NULL,
    PRIMARY KEY (collection, feature)
);

COMMENT ON TABLE inspection IS 'What was found when somebody looked at an object';
COMMENT ON TABLE defect IS 'What is the matter with an object';
COMMENT ON TABLE outage IS 'When an object gives no water, or less';
COMMENT ON TABLE published IS 'What a domain has written into a feature, to tell it from what others write there';
