-- +goose Up
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
