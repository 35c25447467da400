-- The hub's first tables. Frozen: later changes are new migrations.
CREATE TABLE desk.audience (
    centre UUID NOT NULL,
    subject UUID NOT NULL,
    grp TEXT NOT NULL,
    from_grp TEXT NOT NULL,
    fact UUID NOT NULL,
    PRIMARY KEY (centre, subject, grp, from_grp)
);

CREATE TABLE desk.centre (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    salt TEXT NOT NULL,
    recovery_key TEXT NOT NULL,
    hub_origin UUID NOT NULL,
    founded BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE desk.conflict (
    centre UUID NOT NULL,
    origin UUID NOT NULL,
    seq BIGINT NOT NULL,
    fact UUID NOT NULL,
    grp TEXT NOT NULL,
    author UUID NOT NULL,
    subject UUID NOT NULL,
    reader UUID,
    body TEXT NOT NULL,
    raw BYTEA,
    personal JSONB,
    PRIMARY KEY (origin, seq)
);

CREATE TABLE desk.fact (
    centre UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    grp TEXT NOT NULL,
    author UUID NOT NULL,
    subject UUID NOT NULL,
    reader UUID,
    happened BIGINT NOT NULL,
    keyed BIGINT NOT NULL,
    stamp BIGINT NOT NULL,
    body TEXT NOT NULL,
    raw BYTEA,
    content BYTEA NOT NULL,
    origin UUID NOT NULL,
    seq BIGINT NOT NULL,
    received BIGINT NOT NULL,
    PRIMARY KEY (centre, id)
)
 PARTITION BY RANGE (id);

CREATE INDEX ix_fact_subject ON desk.fact (subject);

CREATE TABLE desk.head (
    centre UUID NOT NULL,
    origin UUID NOT NULL,
    grp TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (centre, origin, grp)
);

CREATE TABLE desk.journal (
    centre UUID NOT NULL,
    origin UUID NOT NULL,
    seq BIGINT NOT NULL,
    fact UUID NOT NULL,
    kind TEXT NOT NULL,
    grp TEXT NOT NULL,
    author UUID NOT NULL,
    subject UUID NOT NULL,
    reader UUID,
    prev BYTEA NOT NULL,
    content BYTEA NOT NULL,
    link BYTEA NOT NULL,
    mac BYTEA,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    delivered_by UUID NOT NULL,
    received BIGINT NOT NULL,
    PRIMARY KEY (origin, seq)
);

CREATE TABLE desk.kind (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    writers TEXT[] NOT NULL,
    keep_days INTEGER NOT NULL,
    claim_book TEXT,
    claim_number TEXT,
    widens BOOLEAN DEFAULT 'false' NOT NULL,
    hub_only BOOLEAN DEFAULT 'false' NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE desk.number_claim (
    centre UUID NOT NULL,
    book TEXT NOT NULL,
    number TEXT NOT NULL,
    fact UUID NOT NULL,
    subject UUID NOT NULL,
    PRIMARY KEY (centre, book, number)
);

CREATE TABLE desk.origin (
    id UUID NOT NULL,
    centre UUID NOT NULL,
    staff UUID NOT NULL,
    seat TEXT NOT NULL,
    code BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    head_seq BIGINT DEFAULT '0' NOT NULL,
    head_digest BYTEA NOT NULL,
    forked_from UUID,
    forked_seq BIGINT,
    PRIMARY KEY (id),
    CONSTRAINT origin_code_key UNIQUE (centre, code)
);

CREATE INDEX ix_origin_staff ON desk.origin (centre, staff);

CREATE TABLE desk.personal (
    centre UUID NOT NULL,
    fact UUID NOT NULL,
    field TEXT NOT NULL,
    grp TEXT NOT NULL,
    author UUID NOT NULL,
    subject UUID NOT NULL,
    reader UUID,
    value TEXT,
    salt BYTEA NOT NULL,
    PRIMARY KEY (centre, fact, field)
);

CREATE UNLOGGED TABLE desk.presence (
    centre UUID NOT NULL,
    seat TEXT NOT NULL,
    staff UUID NOT NULL,
    state TEXT NOT NULL,
    since BIGINT NOT NULL,
    unsent BIGINT NOT NULL,
    oldest_unsent BIGINT NOT NULL,
    client TEXT NOT NULL,
    said JSONB NOT NULL,
    beaten BIGINT NOT NULL,
    PRIMARY KEY (centre, seat, staff)
);

CREATE TABLE desk.projection (
    name TEXT NOT NULL,
    shape TEXT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE desk.ruling (
    centre UUID NOT NULL,
    origin UUID NOT NULL,
    seq BIGINT NOT NULL,
    fact UUID NOT NULL,
    grp TEXT NOT NULL,
    author UUID NOT NULL,
    subject UUID NOT NULL,
    reader UUID,
    verdict TEXT NOT NULL,
    told_by UUID NOT NULL,
    made BIGINT NOT NULL,
    PRIMARY KEY (origin, seq)
);

CREATE TABLE desk.seat (
    centre UUID NOT NULL,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    enrolled BIGINT NOT NULL,
    PRIMARY KEY (centre, number)
);

CREATE TABLE desk.secret (
    centre UUID NOT NULL,
    hub_secret BYTEA NOT NULL,
    PRIMARY KEY (centre)
);

CREATE TABLE desk.staff (
    centre UUID NOT NULL,
    id UUID NOT NULL,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    login TEXT NOT NULL,
    active BOOLEAN DEFAULT 'true' NOT NULL,
    ended BIGINT,
    grants_version BIGINT DEFAULT '1' NOT NULL,
    PRIMARY KEY (centre, id),
    CONSTRAINT staff_number_key UNIQUE (centre, number),
    CONSTRAINT staff_login_key UNIQUE (login)
);

CREATE TABLE desk.staff_group (
    centre UUID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (centre, code)
);

CREATE TABLE desk.staff_right (
    centre UUID NOT NULL,
    staff UUID NOT NULL,
    grp TEXT NOT NULL,
    role TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT,
    PRIMARY KEY (centre, staff, grp, role, since)
);

CREATE TABLE desk.state (
    centre UUID NOT NULL,
    epoch TEXT NOT NULL,
    opened BOOLEAN DEFAULT 'true' NOT NULL,
    last_code BIGINT DEFAULT '0' NOT NULL,
    last_stamp BIGINT DEFAULT '0' NOT NULL,
    grace_us BIGINT DEFAULT '604800000000' NOT NULL,
    oldest_client TEXT DEFAULT '' NOT NULL,
    PRIMARY KEY (centre)
);
