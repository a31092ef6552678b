-- +goose Up
-- +goose StatementBegin
do $$
declare t text;
begin
    foreach t in array array['applications', 'application_workers', 'transitions', 'documents', 'table_sessions',
        'agenda_items', 'decrees', 'decree_applications', 'inps_transmissions', 'inps_receipts',
        'inps_authorisations', 'inps_payments', 'closings'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy tenant on %I using (
            administration = current_setting('w2w.administration', true)
            or current_setting('w2w.administration', true) = '*')$p$, t);
    end loop;
end $$;
-- +goose StatementEnd

-- The periods for which a person is covered, over all administrations. The service never reads this
-- table: three functions of the owner answer yes or no, occupy and free.
create table worker_periods (
    tax_key        bytea not null,
    period         daterange not null,
    application_id uuid not null,
    row            int not null,
    constraint one_period_at_a_time exclude using gist (tax_key with =, period with &&)
);
create index worker_periods_of on worker_periods (application_id);
alter table worker_periods enable row level security;
alter table worker_periods force row level security;
create policy owner_only on worker_periods to current_user using (true);

-- +goose StatementBegin
create function periods_overlap(keys bytea[], covered daterange, self uuid) returns boolean[]
    language sql stable security definer set search_path from current as $$
    select coalesce(array_agg(exists (
        select 1 from worker_periods p
        where p.tax_key = k.key and p.period && covered and p.application_id <> self) order by k.n), '{}')
    from unnest(keys) with ordinality k(key, n)
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create function occupy_periods(application uuid, keys bytea[], rows int[], covered daterange) returns void
    language sql security definer set search_path from current as $$
    delete from worker_periods where application_id = application;
    insert into worker_periods (tax_key, period, application_id, row)
    select k, covered, application, r from unnest(keys, rows) u(k, r)
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create function free_periods(application uuid) returns void
    language sql security definer set search_path from current as $$
    delete from worker_periods where application_id = application
$$;
-- +goose StatementEnd

-- +goose Down
drop function free_periods, occupy_periods, periods_overlap;
drop table worker_periods;
