-- Sign-in through OpenID Connect: who a person is elsewhere, and sign-ins under way there.
--
-- What a provider calls a person is known of the person, so it is in no journal and can be erased, as other credentials are.

CREATE TABLE openid_identity (
    -- `iss` and `sub` of the ID token: the only pair that names a person for good (OpenID Connect Core 1.0, 5.7).
    issuer     text        NOT NULL,
    subject    text        NOT NULL,
    account    uuid        NOT NULL REFERENCES account (id),
    created_at timestamptz NOT NULL,
    used_at    timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
);

CREATE INDEX openid_identity_account ON openid_identity (account);

-- Memberships that follow from what a provider says. They end when it says so no more; others are given and taken by people.
CREATE TABLE openid_membership (
    membership uuid PRIMARY KEY REFERENCES membership (id),
    issuer     text NOT NULL
);

-- A browser that was sent to a provider and has not come back. Each is taken once; state, nonce and the secret of the code
-- challenge follow from the cookie, of which a hash is kept.
CREATE TABLE openid_attempt (
    hash       bytea       PRIMARY KEY,
    provider   text        NOT NULL,
    -- Whose account is to be linked; null where somebody wants to sign in.
    account    uuid        REFERENCES account (id),
    expires_at timestamptz NOT NULL
);

CREATE INDEX openid_attempt_expires_at ON openid_attempt (expires_at);

COMMENT ON TABLE openid_identity IS 'Who persons are at providers of OpenID Connect; never in the journal';
COMMENT ON TABLE openid_membership IS 'Memberships given by providers of OpenID Connect';
COMMENT ON TABLE openid_attempt IS 'Sign-ins under way at providers, for some minutes';
