-- +goose Up
create table outbox (
    id             bigint generated always as identity primary key,
    xid            xid8 not null default pg_current_xact_id(),
    event_id       uuid not null,
    type           text not null,
    subject        text not null,
    administration text not null,
    at             timestamptz not null default now(),
    data           jsonb not null
);
create index outbox_commit_order on outbox (xid, id);
alter table outbox enable row level security;
alter table outbox force row level security;
create policy tenant on outbox using (administration = current_setting('w2w.administration', true)
    or current_setting('w2w.administration', true) = '*');

create table feed_cursors (
    follower text primary key,
    cursor   text not null,
    moved_at timestamptz not null default now()
);

-- +goose Down
drop table feed_cursors, outbox;
