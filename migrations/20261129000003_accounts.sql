-- Accounts of persons, what they prove themselves with, their sessions, and the links they are sent.
--
-- What is known of a person stands in these tables alone and can be erased from them: the journal (`record_change`) is only
-- ever appended to, so no mail address, password, address of a machine or name of a browser is written there. A person's name
-- stands in `actor.label`.

CREATE TABLE account (
    id            uuid        PRIMARY KEY,
    version       bigint      NOT NULL,
    -- Whom the journal names.
    actor         bigint      NOT NULL UNIQUE REFERENCES actor (id),
    -- As it is compared; null once the account is erased.
    mail          text        CHECK (mail = lower(mail)),
    language      text        NOT NULL CHECK (language IN ('de', 'en')),
    administrator boolean     NOT NULL,
    created_at    timestamptz NOT NULL,
    disabled_at   timestamptz,
    erased_at     timestamptz,
    CHECK (erased_at IS NULL OR mail IS NULL AND disabled_at IS NOT NULL)
);

CREATE UNIQUE INDEX account_mail ON account (mail);

-- What a person proves to be the holder of an account with.
CREATE TABLE credential (
    id           uuid        PRIMARY KEY,
    account      uuid        NOT NULL REFERENCES account (id),
    kind         text        NOT NULL CHECK (kind IN ('password', 'totp', 'recovery')),
    -- The password as argon2 has it (PHC), the secret of the time-based codes, or the hash of a recovery code.
    secret       bytea       NOT NULL,
    created_at   timestamptz NOT NULL,
    -- Null until the person has shown that it works.
    confirmed_at timestamptz,
    -- The last step of time whose code was taken (RFC 6238, 5.2: each once).
    used_step    bigint
);

CREATE UNIQUE INDEX credential_one ON credential (account, kind) WHERE kind IN ('password', 'totp');
CREATE INDEX credential_account ON credential (account);

CREATE TABLE session (
    id         uuid        PRIMARY KEY,
    version    bigint      NOT NULL,
    account    uuid        NOT NULL REFERENCES account (id),
    -- SHA-256 of the secret in the cookie, and of the one before it, which requests under way may still carry.
    hash       bytea       NOT NULL UNIQUE,
    previous   bytea,
    -- What it was begun by, in order: 'password', 'totp', …
    begun_by   text[]      NOT NULL,
    -- False while a second factor is still to be shown.
    complete   boolean     NOT NULL,
    created_at timestamptz NOT NULL,
    rotated_at timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    ended_at   timestamptz,
    -- Not in the journal.
    last_seen  timestamptz NOT NULL,
    browser    text
);

CREATE INDEX session_account ON session (account) WHERE ended_at IS NULL;

-- What was sent to a person, to be opened once.
CREATE TABLE link (
    id         uuid        PRIMARY KEY,
    version    bigint      NOT NULL,
    account    uuid        NOT NULL REFERENCES account (id),
    purpose    text        NOT NULL CHECK (purpose IN ('invitation', 'password', 'factor', 'mail')),
    hash       bytea       NOT NULL UNIQUE,
    -- The address that a link for a new one confirms.
    mail       text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);

CREATE INDEX link_account ON link (account) WHERE used_at IS NULL;

COMMENT ON TABLE account IS 'Persons who can sign in';
COMMENT ON TABLE credential IS 'What they prove themselves with; never in the journal';
COMMENT ON TABLE session IS 'Who is signed in, and since when';
COMMENT ON TABLE link IS 'Invitations and the like, each to be opened once';

-- Browsers in which a person has signed in before: they are let through while an account is under attack. Not in the journal.
CREATE TABLE known_browser (
    hash    bytea       NOT NULL,
    account uuid        NOT NULL REFERENCES account (id),
    used_at timestamptz NOT NULL,
    PRIMARY KEY (account, hash)
);
