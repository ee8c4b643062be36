-- Passkeys (WebAuthn) beside passwords, authenticators and recovery codes.
--
-- A passkey is a credential like the others: it belongs to one account, is in no journal, and goes with the person. What is
-- kept of it is public: the key, and what the authenticator calls it.

ALTER TABLE credential
    DROP CONSTRAINT credential_kind_check,
    ADD CONSTRAINT credential_kind_check CHECK (kind IN ('password', 'totp', 'recovery', 'passkey')),
    -- What its holder calls a passkey.
    ADD COLUMN name    text,
    -- The credential ID, chosen by the authenticator (WebAuthn 3, 4): the same for nobody else.
    ADD COLUMN handle  bytea,
    ADD COLUMN used_at timestamptz,
    ADD CONSTRAINT credential_passkey CHECK ((kind = 'passkey') = (name IS NOT NULL AND handle IS NOT NULL));

CREATE UNIQUE INDEX credential_handle ON credential (handle);

COMMENT ON COLUMN credential.secret IS
    'The password as argon2 has it (PHC), the secret of the time-based codes, the hash of a recovery code, or the public key of a passkey';
COMMENT ON COLUMN credential.used_step IS
    'The last step of time whose code was taken (RFC 6238, 5.2), or the last count of uses that a passkey has told (WebAuthn 3, 6.1.1)';

-- What an authenticator was asked and has not answered yet. Each is taken once; the browser's cookie holds the secret, of which
-- a hash is kept.
CREATE TABLE passkey_ceremony (
    hash       bytea       PRIMARY KEY,
    purpose    text        NOT NULL CHECK (purpose IN ('registration', 'second-factor', 'sign-in')),
    -- The session that it belongs to; null where nobody has signed in yet.
    session    uuid        REFERENCES session (id),
    -- The challenge, and what the answer must fit.
    state      jsonb       NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX passkey_ceremony_expires_at ON passkey_ceremony (expires_at);

COMMENT ON TABLE passkey_ceremony IS 'Challenges that passkeys have not answered yet, for some minutes';
