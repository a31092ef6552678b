-- +goose Up
-- The table of the parameters was made here once. Now it comes from the set of pkg/params/register, which runs
-- first: an installation that ran this migration before keeps the table that it has, a fresh one gets it from the set.

-- By which parameters the rows were judged, and since when a notice of refusal stands.
alter table applications add column rules_version bigint not null default 1;
alter table applications add column notified_on date;
select set_config('w2w.administration', '*', true);
update applications a set notified_on =
    (select max(acted_on) from transitions t where t.application_id = a.id and t.to_state = 'PREAVVISO_RIGETTO')
where state = 'PREAVVISO_RIGETTO';

-- Where overlaps are not forbidden, an application covers of each period what no other covers already.
-- +goose StatementBegin
create function cover_free_periods(application uuid, keys bytea[], rows int[], covered daterange) returns setof int
    language sql security definer set search_path from current as $$
    delete from worker_periods where application_id = application;
    insert into worker_periods (tax_key, period, application_id, row)
    select k, part, application, r
    from unnest(keys, rows) u(k, r),
        unnest(datemultirange(covered) - coalesce((select range_agg(p.period) from worker_periods p where p.tax_key = k), '{}')) part
    order by k, r
    on conflict on constraint one_period_at_a_time do nothing
    returning row
$$;
-- +goose StatementEnd

-- +goose Down
drop function cover_free_periods;
alter table applications drop column notified_on, drop column rules_version;
