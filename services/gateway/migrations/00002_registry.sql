-- +goose Up
alter table clients
    add column public_keys     jsonb not null default '[]',
    add column jwks_uri        text not null default '',
    add column purposes        text[] not null default '{}',
    add column rate_per_second integer check (rate_per_second > 0),
    add column rate_burst      integer check (rate_burst > 0),
    add column daily_quota     integer not null default 0 check (daily_quota >= 0),
    add column bound           boolean not null default false,
    add column state           text not null default 'ACTIVE' check (state in ('ACTIVE', 'SUSPENDED', 'REMOVED')),
    add column version         integer not null default 1,
    add constraint whole_rate check ((rate_per_second is null) = (rate_burst is null));
select set_config('w2w.administration', '*', true);
update clients set public_keys = jsonb_build_array(public_key) where jsonb_typeof(public_key) = 'object';

-- What one person proposes to do with a client, and what another one decided. `proposal` is the client as it
-- should be; it is null unless the action is PUT.
create table client_changes (
    id             uuid primary key,
    created_at     timestamptz not null default now(),
    client         text not null check (client ~ '^[A-Za-z0-9._-]{1,64}$'),
    administration text not null check (administration <> ''),
    action         text not null check (action in ('PUT', 'SUSPEND', 'REACTIVATE', 'REMOVE')),
    base_version   integer not null check (base_version >= 0),
    proposal       jsonb check ((proposal is not null) = (action = 'PUT')),
    reason         text not null check (reason <> ''),
    proposer       text not null,
    proposer_actor text not null,
    state          text not null default 'PROPOSED' check (state in ('PROPOSED', 'APPROVED', 'REJECTED')),
    decided_at     timestamptz,
    decider        text,
    decider_actor  text,
    note           text not null default ''
);
create index client_changes_newest on client_changes (created_at desc, id desc);
alter table client_changes enable row level security, force row level security;
create policy tenant on client_changes using (
    administration = current_setting('w2w.administration', true) or current_setting('w2w.administration', true) = '*');

-- +goose Down
drop table client_changes;
alter table clients
    drop constraint whole_rate,
    drop column public_keys, drop column jwks_uri, drop column purposes, drop column rate_per_second, drop column rate_burst,
    drop column daily_quota, drop column bound, drop column state, drop column version;
