-- When the people of an organisation were last reminded of defects that are due: once a period, whichever node does it.

CREATE TABLE defect_reminder (
    organisation uuid PRIMARY KEY REFERENCES organisation,
    -- A day of the district.
    reminded_on  date NOT NULL
);

COMMENT ON TABLE defect_reminder IS 'When organisations were last reminded of defects that are due';
