-- +goose Up
-- The yearly convention between Ministry and Region; its money is in the ledger (plafond_accounts).
create table conventions (
    id             uuid primary key,
    administration text not null,
    year           int not null,
    legal_ref      text not null,
    signed_on      date not null,
    plafond_id     uuid not null,
    created_at     timestamptz not null default now(),
    constraint convention_once unique (administration, year)
);
create index conventions_newest on conventions (administration, created_at desc, id desc);

-- Whom to remind: an office, not a person.
create table contacts (
    administration text primary key,
    office         text not null,
    email          text not null,
    version        int not null default 1,
    updated_at     timestamptz not null default now()
);

-- A month has a row from its first transition on; before it is OPEN at version 1.
create table months (
    administration   text not null,
    month            date not null check (extract(day from month) = 1),
    state            text not null,
    version          int not null,
    submitted_on     date,
    submitted_by     text,
    submitted_sha256 text,
    closed_on        date,
    closed_by        text,
    updated_at       timestamptz not null default now(),
    primary key (administration, month)
);

create table month_transitions (
    id             uuid primary key,
    administration text not null,
    month          date not null,
    from_state     text not null,
    event          text not null,
    to_state       text not null,
    client         text not null,
    actor          text not null,
    acted_on       date not null,
    reason         text,
    content_sha256 text,
    recorded_at    timestamptz not null default now(),
    foreign key (administration, month) references months (administration, month)
);
create index month_transitions_of on month_transitions (administration, month, recorded_at, id);

-- The reports as they were frozen by the closing: never changed, never deleted.
create table reports (
    administration text not null,
    month          date not null,
    closes_on      date not null,  -- what was received up to this day is in it
    rules_version  bigint not null, -- of the parameters by which it was counted
    line           jsonb not null, -- its figures
    content        text not null,  -- the whole report, in the form of RFC 8785
    content_sha256 text not null,
    created_at     timestamptz not null default now(),
    primary key (administration, month),
    foreign key (administration, month) references months (administration, month)
);

-- What INPS reported as paid; a reversal has a negative amount.
create table payments (
    id             uuid primary key,
    administration text not null,
    payment_ref    text not null,
    worker_id      uuid not null,
    month          date not null,
    paid_cents     bigint not null check (paid_cents <> 0),
    paid_on        date not null,
    reported_on    date not null,
    intake_id      uuid not null,
    intake_row     int not null,
    intake_line    int not null,
    created_at     timestamptz not null default now(),
    constraint payment_once unique (payment_ref),
    foreign key (administration, worker_id) references workers (administration, id)
);
create index payments_of_worker on payments (worker_id, month);
create index payments_of_month on payments (administration, month);
create index payments_newest on payments (administration, created_at desc, id desc);
create index payments_of_intake on payments (intake_id, intake_row);

-- +goose Down
drop table payments, reports, month_transitions, months, contacts, conventions;
