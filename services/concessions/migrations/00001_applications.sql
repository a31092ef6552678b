-- +goose Up
create table employers (
    id            uuid primary key,
    tax_code      text not null unique,
    name          text not null,
    employees     int  not null,
    company_type  text not null,
    ateco_section text not null,
    inps_matricola text not null,
    ccnl          text,
    units         jsonb not null,
    version       int not null default 1,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now()
);
create index employers_newest on employers (created_at desc, id desc);

create table applications (
    id                uuid primary key,
    administration    text not null,
    ref               text not null,
    employer_tax_code text not null references employers (tax_code),
    employer          jsonb not null, -- the employer as filed
    instrument        text not null,
    concession_type   text not null,
    period_from       date not null,
    period_to         date not null,
    agreement_date    date,
    filed_on          date not null,
    insolvency        boolean not null default false,
    state             text not null,
    version           int  not null default 1,
    verdict           text,
    codes             text[] not null default '{}',
    accepted          int not null default 0,
    rejected          int not null default 0,
    estimate_cents    bigint not null default 0 check (estimate_cents >= 0),
    examiner          text,           -- the actor who examined; another must decree
    suspended_on      date,           -- the day on which the clock was stopped
    suspended_days    int not null default 0,
    linked_id         uuid,           -- the file that this one continues (transfer or extension)
    transferred_to    text,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    unique (administration, ref),
    unique (administration, id)
);
create index applications_newest on applications (administration, created_at desc, id desc);
create index applications_by_state on applications (administration, state, created_at desc, id desc);
create index applications_by_employer on applications (employer_tax_code);

create table application_workers (
    application_id  uuid not null,
    administration  text not null,
    row             int  not null,
    person          bytea not null, -- tax code and names, sealed for this row (AEAD)
    tax_key         bytea not null, -- keyed HMAC of the tax code as written
    qualification   text not null,
    contract        text not null,
    weekly_hours    int  not null,
    hired_on        date not null,
    monthly_gross_pay_cents bigint not null,
    hours_requested  int not null,
    prior_hours_used int not null,
    did             boolean not null,
    codes           text[] not null default '{}',
    estimate_cents  bigint not null default 0,
    primary key (application_id, row),
    foreign key (administration, application_id) references applications (administration, id)
);
create index application_workers_by_person on application_workers (tax_key);

create table transitions (
    id             uuid primary key,
    application_id uuid not null,
    administration text not null,
    from_state     text not null,
    event          text not null,
    to_state       text not null,
    client         text not null,
    actor          text not null,
    acted_on       date not null,
    recorded_at    timestamptz not null default now(),
    reason         text,
    document_sha256 text,
    detail         jsonb,
    foreign key (administration, application_id) references applications (administration, id)
);
create index transitions_of on transitions (application_id, recorded_at, id);

create table documents (
    id             uuid primary key,
    application_id uuid not null,
    administration text not null,
    kind           text not null,
    title          text not null,
    sha256         text not null,
    created_at     timestamptz not null default now(),
    foreign key (administration, application_id) references applications (administration, id)
);
create index documents_of on documents (application_id, created_at desc, id desc);

-- +goose Down
drop table documents, transitions, application_workers, applications, employers;
