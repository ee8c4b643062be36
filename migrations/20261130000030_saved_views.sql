-- Views of registers that people keep: a filter, an order, columns, by a name; for themselves or for an organisation. They are
-- conveniences and no records: nothing stands in the journal, and they go with their owner.

CREATE TABLE saved_view (
    id           uuid        PRIMARY KEY,
    account      uuid        NOT NULL REFERENCES account,
    -- Whose members see it, too.
    organisation uuid        REFERENCES organisation,
    collection   text        NOT NULL,
    name         text        NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    -- As the address of the desk has it behind the question mark.
    query        text        NOT NULL CHECK (length(query) <= 4000),
    created_at   timestamptz NOT NULL
);

CREATE INDEX saved_view_account ON saved_view (account);
CREATE INDEX saved_view_organisation ON saved_view (organisation) WHERE organisation IS NOT NULL;
