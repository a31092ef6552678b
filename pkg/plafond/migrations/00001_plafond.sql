-- +goose Up
create table plafond_accounts (
    id              uuid primary key,
    administration  text not null,
    year            int  not null,
    fund            text not null default 'DEFAULT',
    family          text not null,
    assigned_cents  bigint not null default 0,
    available_cents bigint not null default 0,
    committed_cents bigint not null default 0,
    spent_cents     bigint not null default 0,
    created_at      timestamptz not null default now(),
    unique (administration, year, fund, family),
    constraint plafond_never_overspent check (available_cents >= 0),
    constraint plafond_buckets check (committed_cents >= 0 and spent_cents >= 0),
    constraint plafond_balances check (assigned_cents = available_cents + committed_cents + spent_cents)
);
create index plafond_accounts_newest on plafond_accounts (administration, created_at desc, id desc);

-- Every movement takes cents from one bucket and puts them into another: ASSIGNED is the source of all money.
create table plafond_movements (
    id             bigint generated always as identity primary key,
    account_id     uuid not null references plafond_accounts (id),
    administration text not null,
    kind           text not null,
    debit          text not null,
    credit         text not null,
    cents          bigint not null check (cents > 0),
    reference      text not null,
    act            text not null,
    effective_on   date not null,
    recorded_at    timestamptz not null default now()
);
create index plafond_movements_of on plafond_movements (account_id, id desc);

create table plafond_commitments (
    reference       text primary key,
    account_id      uuid not null references plafond_accounts (id),
    administration  text not null,
    committed_cents bigint not null check (committed_cents > 0),
    state_cents     bigint not null,
    regional_cents  bigint not null,
    spent_cents     bigint not null default 0,
    released_cents  bigint not null default 0,
    residual_after_cents bigint not null,
    effective_on    date not null,
    recorded_at     timestamptz not null default now(),
    constraint commitment_split check (state_cents + regional_cents = committed_cents and state_cents >= 0 and regional_cents >= 0),
    constraint commitment_not_exceeded check (spent_cents >= 0 and released_cents >= 0 and spent_cents + released_cents <= committed_cents)
);
create index plafond_commitments_of on plafond_commitments (account_id);

-- +goose StatementBegin
do $$
declare t text;
begin
    foreach t in array array['plafond_accounts', 'plafond_movements', 'plafond_commitments'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy tenant on %I using (
            administration = current_setting('w2w.administration', true)
            or current_setting('w2w.administration', true) = '*')$p$, t);
    end loop;
end $$;
-- +goose StatementEnd

-- +goose Down
drop table plafond_commitments, plafond_movements, plafond_accounts;
