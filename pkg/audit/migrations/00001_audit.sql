-- +goose Up
create table audit_records (
    id             bigint generated always as identity primary key,
    xid            xid8 not null default pg_current_xact_id(),
    at             timestamptz not null default now(),
    action         text not null,
    subject        text not null,
    administration text not null,
    client         text not null,
    actor          text not null,
    purpose        text not null,
    txn            text not null,
    detail         jsonb not null
);
create index audit_commit_order on audit_records (xid, id);
alter table audit_records enable row level security;
alter table audit_records force row level security;
create policy write_own on audit_records for insert with check (true);
create policy read_own on audit_records for select using (administration = current_setting('w2w.administration', true)
    or current_setting('w2w.administration', true) = '*');

create table audit_chain (
    position  bigint primary key,
    record_id bigint not null unique,
    xid       xid8 not null,
    hash      bytea not null
);

-- +goose Down
drop table audit_chain, audit_records;
