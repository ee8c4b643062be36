-- API tokens. Only a hash is kept: who reads this table cannot use what is in it.

CREATE TABLE token (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text        NOT NULL UNIQUE,
    -- SHA-256 of the secret. The secret has 256 random bits, so neither salt nor a slow hash would add anything.
    hash        bytea       NOT NULL UNIQUE CHECK (length(hash) = 32),
    role        text        NOT NULL CHECK (role IN ('reader', 'editor', 'administrator')),
    -- NULL: all collections.
    collections text[],
    -- Municipality keys or their beginnings; NULL: the whole district.
    area        text[],
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz,
    revoked_at  timestamptz
);

COMMENT ON TABLE token IS 'Who may write, and who may read what is not public';
