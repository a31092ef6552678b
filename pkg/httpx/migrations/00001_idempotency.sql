-- +goose Up
create table idempotency_keys (
    client       text not null,
    key          text not null,
    request_hash bytea not null,
    response     jsonb not null,
    created_at   timestamptz not null default now(),
    primary key (client, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

-- +goose Down
drop table idempotency_keys;
