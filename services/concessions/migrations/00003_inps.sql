-- +goose Up
create table inps_transmissions (
    id             uuid primary key, -- the correlation id
    decree_id      uuid not null,
    administration text not null,
    sent_at        timestamptz not null default now(),
    answered_at    timestamptz,
    foreign key (administration, decree_id) references decrees (administration, id)
);

create table inps_receipts (
    id             uuid primary key,
    decree_id      uuid not null,
    administration text not null,
    file_id        text not null,
    level          text not null,
    outcome        text not null,
    records        jsonb not null,
    received_at    timestamptz not null default now(),
    constraint receipt_once unique (administration, decree_id, file_id, level),
    foreign key (administration, decree_id) references decrees (administration, id)
);

create table inps_authorisations (
    application_id uuid primary key,
    administration text not null,
    number         text not null unique,
    authorised_on  date not null,
    hours          bigint not null check (hours >= 0),
    cents          bigint not null check (cents >= 0),
    received_at    timestamptz not null default now(),
    foreign key (administration, application_id) references applications (administration, id)
);

create table inps_payments (
    application_id uuid not null,
    administration text not null,
    row            int  not null,
    month          date not null,
    hours          bigint not null check (hours >= 0),
    cents          bigint not null check (cents >= 0),
    receipt_number text not null,
    received_at    timestamptz not null default now(),
    primary key (application_id, row, month),
    foreign key (application_id, row) references application_workers (application_id, row),
    foreign key (administration, application_id) references applications (administration, id)
);

create table closings (
    application_id uuid primary key,
    administration text not null,
    closed_on      date not null,
    effects_ended  boolean not null,
    act            text,
    unused_cents   bigint not null,
    released_cents bigint not null,
    created_at     timestamptz not null default now(),
    foreign key (administration, application_id) references applications (administration, id)
);

-- +goose Down
drop table closings, inps_payments, inps_authorisations, inps_receipts, inps_transmissions;
