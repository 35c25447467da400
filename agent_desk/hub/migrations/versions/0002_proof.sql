-- What healing, naming holes and erasing need. Frozen: later changes are new migrations.
ALTER TABLE desk.state ADD COLUMN home TEXT DEFAULT '' NOT NULL;

ALTER TABLE desk.state ADD COLUMN restored BIGINT;

ALTER TABLE desk.state ADD COLUMN healed BIGINT;

ALTER TABLE desk.kind ADD COLUMN retain_days INTEGER DEFAULT '0' NOT NULL;

CREATE TABLE desk.offered (
    centre UUID NOT NULL,
    origin UUID NOT NULL,
    seq BIGINT NOT NULL,
    fact UUID NOT NULL,
    kind TEXT NOT NULL,
    prev BYTEA NOT NULL,
    content BYTEA NOT NULL,
    link BYTEA NOT NULL,
    mac BYTEA NOT NULL,
    body TEXT NOT NULL,
    raw BYTEA,
    personal JSONB,
    offered_by UUID NOT NULL,
    received BIGINT NOT NULL,
    PRIMARY KEY (origin, seq)
);

CREATE TABLE desk.hole (
    centre UUID NOT NULL,
    origin UUID NOT NULL,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    told_by UUID NOT NULL,
    made BIGINT NOT NULL,
    PRIMARY KEY (origin, first)
);

CREATE TABLE desk.erased (
    centre UUID NOT NULL,
    fact UUID NOT NULL,
    field TEXT NOT NULL,
    told_by UUID NOT NULL,
    made BIGINT NOT NULL,
    PRIMARY KEY (centre, fact, field)
);
