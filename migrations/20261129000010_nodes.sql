-- The processes that serve this database, as they tell of themselves. Nothing here is truth, and none of it is missed after a
-- crash or on a replica that takes over: each tells again within seconds. Hence no WAL.
CREATE UNLOGGED TABLE node (
    id         uuid        PRIMARY KEY,
    -- Host and address, for people.
    name       text        NOT NULL,
    version    text        NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now(),
    -- How far it has followed the journal; null while it loads.
    cursor     text,
    -- Features in its memory.
    features   bigint      NOT NULL
);

COMMENT ON TABLE node IS 'Processes that serve this database, as they tell of themselves';
