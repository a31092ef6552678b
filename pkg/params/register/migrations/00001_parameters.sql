-- +goose Up
-- The dated parameters are national. What a change replaces is closed, never lost: the values known at a
-- version are those recorded at it or before and not superseded then.
-- Older installations of concessions have the table from its own migration 00008: they keep it as it is.
create table if not exists parameters (
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
create index if not exists parameters_by_version on parameters (version);

-- +goose StatementBegin
create or replace function keep_parameter() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.superseded_version is null
        and to_jsonb(new) - array['superseded_version', 'superseded_at'] = to_jsonb(old) - array['superseded_version', 'superseded_at'] then
        return new;
    end if;
    raise exception 'a recorded parameter can only be superseded, once';
end $$;
-- +goose StatementEnd
create or replace trigger keep_parameter before update or delete on parameters for each row execute function keep_parameter();

-- +goose Down
drop table parameters;
drop function keep_parameter;
