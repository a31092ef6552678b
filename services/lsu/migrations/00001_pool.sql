-- +goose Up
-- Host entities (enti utilizzatori) are a national registry.
create table entities (
    entity_ref text primary key,
    name       text not null,
    region     text not null,
    kind       text not null,
    version    int not null default 1,
    intake_id  uuid,          -- the list that brought it, and its row there
    intake_row int,
    intake_line int,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- The lists that were uploaded. Accepted rows are what they became; the others are kept as they were sent.
create table intakes (
    id             uuid primary key,
    administration text not null, -- of who uploaded
    kind           text not null,
    client         text not null,
    actor          text not null,
    accepted       int not null,
    rejected       int not null,
    unread         int not null,
    created_at     timestamptz not null default now()
);
create index intakes_newest on intakes (administration, created_at desc, id desc);
-- A key that foreign keys point to is the newest index of its table: PostgreSQL keeps the plan of their checks that
-- it made while the table was empty.
alter table intakes add constraint intake_of unique (administration, id);

create table failed_rows (
    intake_id      uuid not null,
    administration text not null,
    row            int not null,
    line           int not null,
    reference      text not null,
    verdict        text not null,
    codes          text[] not null default '{}',
    reasons        jsonb not null default '[]', -- why a row could not be read
    sent           bytea not null,              -- its cells, sealed for this row
    primary key (intake_id, row),
    foreign key (administration, intake_id) references intakes (administration, id)
);

-- The closed pool as it was on its day, and where each worker stands now.
create table workers (
    id             uuid primary key,
    administration text not null,  -- the Region
    worker_ref     text not null,
    person         bytea not null, -- tax code and names, sealed for this row (AEAD)
    tax_key        bytea not null, -- keyed HMAC of the tax code as written
    gender         text not null,
    birth_date     date not null,
    pool_entity    text not null references entities (entity_ref), -- on the day of the pool
    pool_hours     int not null,
    in_pool_since  date not null,
    state          text not null,
    entity_ref     text not null,
    weekly_hours   int not null,
    last_on        date, -- the day of effect of the latest accepted movement
    exited_on      date,
    exit_cause     text,
    intake_id      uuid not null,
    intake_row     int not null,
    intake_line    int not null,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    constraint worker_once unique (worker_ref),
    constraint tax_code_once unique (tax_key)
);
create index workers_of_intake on workers (intake_id, intake_row);
create index workers_of_entity on workers (administration, entity_ref);
alter table workers add constraint worker_of unique (administration, id);

-- What happened to workers, accepted or not, in the order of processing.
create table movements (
    seq            bigint generated always as identity primary key,
    id             uuid not null unique,
    administration text not null, -- the worker's Region; who uploaded, when the worker is unknown
    movement_ref   text not null,
    worker_id      uuid,
    worker_ref     text not null,
    event          text not null,
    effective_on   date not null,
    received_on    date not null,
    cause          text not null default '',
    to_entity      text not null default '',
    weekly_hours   int not null default 0,
    verdict        text not null,
    codes          text[] not null default '{}',
    month_learned  date, -- the first day of the month whose closing is the first to know it
    late           boolean not null default false,
    intake_id      uuid not null,
    intake_row     int not null,
    intake_line    int not null,
    created_at     timestamptz not null default now(),
    foreign key (administration, worker_id) references workers (administration, id),
    check ((verdict = 'ACCEPTED') = (month_learned is not null and worker_id is not null))
);
create unique index movement_accepted_once on movements (movement_ref) where verdict = 'ACCEPTED';
-- Of all movements: an index of the accepted ones alone would be read from end to end for each reference, by a plan that
-- was made while there were none.
create index movements_of_worker on movements (administration, worker_id, seq);
create index movements_newest on movements (administration, created_at desc, id desc);
create index movements_late on movements (administration, effective_on) where late;
create index movements_received on movements (received_on);
create index movements_of_intake on movements (intake_id, intake_row);

-- +goose Down
drop table movements, workers, failed_rows, intakes, entities;
