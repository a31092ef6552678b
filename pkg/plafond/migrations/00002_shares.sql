-- +goose Up
-- The transaction of each movement, its State part (the Region bears the rest), and the instant of recording,
-- taken under the lock of the account so that it follows the order of the movements.
alter table plafond_movements
    add column txid xid8 not null default pg_current_xact_id(),
    add column state_cents bigint check (state_cents between 0 and cents),
    add column regional_cents bigint generated always as (cents - state_cents) stored,
    alter column recorded_at set default clock_timestamp(),
    add constraint movement_buckets check (debit <> credit
        and debit in ('ASSIGNED', 'AVAILABLE', 'COMMITTED', 'SPENT') and credit in ('ASSIGNED', 'AVAILABLE', 'COMMITTED', 'SPENT'));

-- Room for new versions of a busy row on its own page.
alter table plafond_accounts set (fillfactor = 50), add constraint plafond_accounts_tenant unique (id, administration);

-- A row belongs to the administration of its account.
alter table plafond_movements drop constraint plafond_movements_account_id_fkey,
    add constraint plafond_movements_account foreign key (account_id, administration) references plafond_accounts (id, administration);
alter table plafond_commitments drop constraint plafond_commitments_account_id_fkey,
    add constraint plafond_commitments_account foreign key (account_id, administration) references plafond_accounts (id, administration);

-- Each movement as its two entries: what a bucket gains is positive.
create view plafond_entries with (security_invoker = true) as
    select id, txid, account_id, administration, credit as bucket, cents, effective_on, recorded_at from plafond_movements
    union all
    select id, txid, account_id, administration, debit, -cents, effective_on, recorded_at from plafond_movements;

-- The State part of the first cents of a commitment, half up; of the whole commitment it is the whole part.
create function plafond_state_part(cents bigint, committed bigint, state bigint) returns bigint
    language sql immutable strict as
    $$ select div(2 * cents::numeric * state + committed, 2 * committed::numeric)::bigint $$;

-- Fails the transaction of a reservation that took nothing, so that the commit queued behind it can't happen.
-- W2W01 carries what is available; when funds came back meanwhile the transaction is tried again (40001).
-- +goose StatementBegin
create function plafond_refuse(administration_ text, year_ int, fund_ text, family_ text, wanted bigint) returns bigint
    language plpgsql as $$
declare left_over bigint;
begin
    select available_cents into left_over from plafond_accounts
        where administration = administration_ and year = year_ and fund = fund_ and family = family_;
    if left_over >= wanted then
        raise exception 'funds came back' using errcode = '40001';
    end if;
    raise exception 'no funds' using errcode = 'W2W01', detail = coalesce(left_over, 0)::text;
end $$;
-- +goose StatementEnd

-- +goose Down
drop function plafond_refuse(text, int, text, text, bigint);
drop function plafond_state_part(bigint, bigint, bigint);
drop view plafond_entries;
alter table plafond_commitments drop constraint plafond_commitments_account,
    add foreign key (account_id) references plafond_accounts (id);
alter table plafond_movements drop constraint plafond_movements_account,
    add foreign key (account_id) references plafond_accounts (id);
alter table plafond_accounts drop constraint plafond_accounts_tenant;
alter table plafond_movements drop constraint movement_buckets, drop column regional_cents, drop column state_cents, drop column txid;
