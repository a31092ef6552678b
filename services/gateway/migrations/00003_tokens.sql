-- +goose Up
-- One row for each DPoP proof that was used, by the digest of its key's thumbprint and its jti.
create table proofs (
    id         bytea primary key check (length(id) = 32),
    expires_at timestamptz not null
);
create index proofs_expiry on proofs (expires_at);

-- +goose Down
drop table proofs;
