-- +goose Up
alter table clients
    add column if not exists rate_per_second int check (rate_per_second > 0),
    add column if not exists rate_burst int check (rate_burst > 0),
    add column if not exists daily_quota int not null default 0 check (daily_quota >= 0);

-- What the replicas tell each other about every second. It is worth nothing after a crash: no log is written for it.
create unlogged table replicas (
    id      text primary key,
    seen_at timestamptz not null
);
create unlogged table demands (
    replica text not null,
    client  text not null,
    calls   int not null,
    at      timestamptz not null,
    primary key (replica, client)
);

create table daily_calls (
    day        date not null,
    client     text not null,
    calls      bigint not null,
    changed_at timestamptz not null,
    primary key (day, client)
);

-- +goose Down
drop table daily_calls, demands, replicas;
