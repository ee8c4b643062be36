-- Jobs and mails.
--
-- What is to be done later, or must not be forgotten, is a row written in the transaction that asks for it: if that is
-- taken back, nothing is done; if it is committed, it is done sooner or later. Neither table belongs to the journal: a job
-- that is done is gone, and what it did has entries of its own.

CREATE TABLE job (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Whose handler does it.
    queue        text        NOT NULL CHECK (queue ~ '^[a-z][a-z0-9-]{0,39}$'),
    -- Of one name there is one job in a queue; asking again replaces it.
    key          text,
    payload      jsonb       NOT NULL,
    -- '-infinity' is at once, whatever the clock says.
    run_at       timestamptz NOT NULL DEFAULT '-infinity',
    created_at   timestamptz NOT NULL DEFAULT now(),
    attempts     integer     NOT NULL DEFAULT 0,
    -- Who works on it, and until when that is believed without being heard of again.
    lease        uuid,
    leased_until timestamptz,
    -- Given up; a person decides.
    failed_at    timestamptz,
    error        text,
    CHECK ((lease IS NULL) = (leased_until IS NULL))
);

CREATE UNIQUE INDEX job_key ON job (queue, key) WHERE key IS NOT NULL;
CREATE INDEX job_due ON job (queue, run_at, id) WHERE failed_at IS NULL;
CREATE INDEX job_lease ON job (lease) WHERE lease IS NOT NULL;

COMMENT ON TABLE job IS 'What is to be done; a job that is done is gone';

-- What becomes of a mail is told by its job: none and not sent is discarded, one that has failed is failed, and so on.
CREATE TABLE mail (
    -- Its Message-ID, whatever happens.
    id             uuid        PRIMARY KEY,
    template       text        NOT NULL CHECK (template ~ '^[a-z][a-z0-9-]{0,39}$'),
    language       text        NOT NULL CHECK (language IN ('de', 'en')),
    recipient      text        NOT NULL CHECK (recipient !~ '[[:cntrl:]]'),
    -- May hold links that open an account: emptied once the mail is sent.
    params         jsonb       NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    -- Set before the mail is given to the mail server and taken back where that refuses it. Where it stands without
    -- `sent_at` while nobody works on the job, the mail may have arrived.
    handed_over_at timestamptz,
    sent_at        timestamptz
);

CREATE INDEX mail_created_at ON mail (created_at);

COMMENT ON TABLE mail IS 'Mails to be sent, and when they were';
