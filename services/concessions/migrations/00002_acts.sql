-- +goose Up
create table table_sessions (
    id             uuid primary key,
    administration text not null,
    level          text not null,
    held_on        date not null,
    place          text not null,
    participants   jsonb not null,
    minutes        text,
    minutes_sha256 text,
    version        int not null default 1,
    created_at     timestamptz not null default now(),
    unique (administration, id)
);
create index table_sessions_newest on table_sessions (administration, created_at desc, id desc);

create table agenda_items (
    session_id     uuid not null,
    application_id uuid not null,
    administration text not null,
    position       int not null,
    outcome        text,
    active_policy_measure text,
    reason         text,
    primary key (session_id, application_id),
    foreign key (administration, session_id) references table_sessions (administration, id),
    foreign key (administration, application_id) references applications (administration, id)
);

create table decrees (
    id                uuid primary key,
    administration    text not null,
    number            text not null,
    decree_date       date not null,
    financing_decree  text,
    intervention_code text,
    annex             text,
    signatory         text not null,
    client            text not null,
    actor             text not null,
    version           int not null default 1,
    created_at        timestamptz not null default now(),
    unique (administration, id),
    constraint decree_number_once unique (administration, number)
);
create index decrees_newest on decrees (administration, created_at desc, id desc);

create table decree_applications (
    decree_id      uuid not null,
    application_id uuid not null,
    administration text not null,
    position       int  not null,
    committed_cents bigint not null,
    state_cents    bigint not null,
    regional_cents bigint not null,
    workers        int not null,
    hours          bigint not null,
    ended          text, -- REVOCA or ANNULLA
    primary key (decree_id, application_id),
    foreign key (administration, decree_id) references decrees (administration, id),
    foreign key (administration, application_id) references applications (administration, id)
);
create unique index decreed_once on decree_applications (application_id) where ended is null;

-- +goose Down
drop table decree_applications, decrees, agenda_items, table_sessions;
