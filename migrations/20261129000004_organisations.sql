-- Organisations, who belongs to them, and tokens that belong to one of them or to a person.
--
-- What somebody may do follows from a role (data/roles) in an organisation and from that organisation's area. Rows are not
-- deleted: the journal names them. People stand here by the number of their account alone.

CREATE TABLE organisation (
    id             uuid        PRIMARY KEY,
    version        bigint      NOT NULL,
    name           text        NOT NULL CHECK (name <> ''),
    kind           text        NOT NULL CHECK (kind IN ('district', 'amt', 'municipality', 'utility', 'fire_service',
                                                        'contractor', 'authority', 'private_person')),
    -- Municipality keys or their beginnings, and a GeoJSON area in longitude and latitude; without both the whole district.
    municipalities text[],
    outline        jsonb,
    created_at     timestamptz NOT NULL DEFAULT now(),
    ended_at       timestamptz
);

CREATE UNIQUE INDEX organisation_name ON organisation (name) WHERE ended_at IS NULL;

CREATE TABLE membership (
    id           uuid        PRIMARY KEY,
    version      bigint      NOT NULL,
    account      uuid        NOT NULL REFERENCES account,
    organisation uuid        NOT NULL REFERENCES organisation,
    role         text        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    ended_at     timestamptz
);

CREATE UNIQUE INDEX membership_once ON membership (account, organisation, role) WHERE ended_at IS NULL;

-- Roles are declared in files now; one that is no longer declared gives nothing.
ALTER TABLE token
    DROP CONSTRAINT token_role_check,
    -- Whose it is: it never holds more than that. Those of neither are the district's own.
    ADD COLUMN organisation uuid REFERENCES organisation,
    ADD COLUMN account      uuid REFERENCES account,
    ADD CHECK (organisation IS NULL OR account IS NULL);
