-- What is remembered of facts whose month lies elsewhere. Frozen: later changes are new migrations.
CREATE TABLE desk.archived (
    centre UUID NOT NULL,
    id UUID NOT NULL,
    grp TEXT NOT NULL,
    author UUID NOT NULL,
    subject UUID NOT NULL,
    content BYTEA NOT NULL,
    origin UUID NOT NULL,
    seq BIGINT NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (centre, id)
);

CREATE INDEX ix_archived_subject ON desk.archived (subject);

CREATE INDEX ix_archived_part ON desk.archived (part);
