-- Tablets in vehicles. Each belongs to an organisation and reads what crews read; it is no person and writes nothing.
--
-- What a tablet is called stands with its actor alone (actor.label), as with accounts. The journal has the hash of its 256
-- random bits, and neither its code nor its PIN, which are short enough to be guessed from a hash.

CREATE TABLE device (
    id           uuid        PRIMARY KEY,
    version      bigint      NOT NULL,
    actor        bigint      NOT NULL UNIQUE REFERENCES actor (id),
    organisation uuid        NOT NULL REFERENCES organisation,
    -- SHA-256 of what the tablet's cookie holds; NULL until it is enrolled.
    hash         bytea       UNIQUE CHECK (length(hash) = 32),
    -- SHA-256 of the enrolment code; NULL once it was used.
    code         bytea       UNIQUE CHECK (length(code) = 32),
    code_ends_at timestamptz,
    -- argon2id.
    pin          text,
    created_at   timestamptz NOT NULL,
    enrolled_at  timestamptz,
    ends_at      timestamptz,
    revoked_at   timestamptz,
    -- To the hour, beside the journal.
    last_seen    timestamptz
);

COMMENT ON TABLE device IS 'Tablets in vehicles, which read what crews read';
