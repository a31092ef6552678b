-- +goose Up
-- The dated parameters are national. What a change replaces is closed, never lost: the values known at a
-- version are those recorded at it or before and not superseded then.
create table parameters (
    key                text not null,
    value              jsonb not null,
    valid_from         date not null,
    valid_to           date,             -- null: until further notice
    legal_ref          text not null,
    source             text not null,    -- the file or the act that it was taken from
    version            bigint not null check (version > 0), -- of all parameters; each change is one step
    recorded_at        timestamptz not null,
    client             text not null,
    actor              text not null,
    superseded_version bigint check (superseded_version > version),
    superseded_at      timestamptz,
    primary key (key, version, valid_from),
    check (valid_to >= valid_from),
    check ((superseded_version is null) = (superseded_at is null)),
    constraint one_value_a_day exclude using gist (key with =, daterange(valid_from, valid_to, '[]') with &&)
        where (superseded_version is null)
);
create index parameters_by_version on parameters (version);

-- +goose StatementBegin
create function keep_parameter() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.superseded_version is null
        and to_jsonb(new) - array['superseded_version', 'superseded_at'] = to_jsonb(old) - array['superseded_version', 'superseded_at'] then
        return new;
    end if;
    raise exception 'a recorded parameter can only be superseded, once';
end $$;
-- +goose StatementEnd
create trigger keep_parameter before update or delete on parameters for each row execute function keep_parameter();

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
drop table parameters;
drop function keep_parameter;
