-- Edits that wait for a second person.
--
-- Where a collection asks for it (data/collections), whoever may not approve an edit only proposes it. A proposal holds what
-- its author has seen and what they want instead; when it is approved, that is made by a changeset of its own, which history
-- shows together with the proposer. The journal of records has the outline (which features, which properties, where) and
-- neither values nor reasons, as these may name persons.

CREATE TABLE proposal (
    id          uuid        PRIMARY KEY,
    version     bigint      NOT NULL,
    state       text        NOT NULL CHECK (state IN ('open', 'approved', 'refused', 'withdrawn')),
    -- Who proposes.
    actor       bigint      NOT NULL REFERENCES actor (id),
    reason      text        NOT NULL,
    proposed_at timestamptz NOT NULL,
    -- Collection, feature, operation, properties and places of each edit: all that memory needs.
    outline     jsonb       NOT NULL,
    decided_by  bigint      REFERENCES actor (id),
    decided_at  timestamptz,
    -- Why it was decided so.
    answer      text,
    -- By which it was made true.
    changeset   bigint      REFERENCES changeset (id),
    CHECK ((state = 'open') = (decided_at IS NULL)),
    CHECK ((state = 'approved') = (changeset IS NOT NULL))
);

CREATE INDEX proposal_changeset ON proposal (changeset) WHERE changeset IS NOT NULL;

CREATE TABLE proposal_edit (
    proposal          uuid    NOT NULL REFERENCES proposal (id),
    n                 integer NOT NULL,
    collection        text    NOT NULL,
    feature           uuid    NOT NULL,
    -- The version its author has seen; NULL for a new feature.
    version           bigint,
    before_geometry   geometry,
    before_properties jsonb,
    after_geometry    geometry,
    after_properties  jsonb,
    PRIMARY KEY (proposal, n),
    CHECK ((version IS NULL) = (before_properties IS NULL)),
    CHECK (before_properties IS NOT NULL OR after_properties IS NOT NULL)
);

COMMENT ON TABLE proposal IS 'Edits that wait, or waited, for a second person';
COMMENT ON TABLE proposal_edit IS 'What a proposal would make of each feature';
