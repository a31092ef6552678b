-- +goose Up
create table clients (
    id             text primary key check (id ~ '^[A-Za-z0-9._-]{1,64}$'),
    kind           text not null check (kind in ('PORTAL', 'INPS', 'MINISTRY', 'OPERATOR', 'OPS')),
    administration text not null check (administration <> ''),
    scopes         text[] not null,
    public_key     jsonb,
    secret_hash    bytea,
    changed_at     timestamptz not null default now()
);
alter table clients enable row level security, force row level security;
create policy tenant on clients using (
    administration = current_setting('w2w.administration', true) or current_setting('w2w.administration', true) = '*');

-- One row for each client assertion that was used. The digest stands for the jti, whose length the client chooses.
create table assertions (
    client     text not null,
    jti        bytea not null check (length(jti) = 32),
    expires_at timestamptz not null,
    primary key (client, jti)
);
create index assertions_expiry on assertions (expires_at);
