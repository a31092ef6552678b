-- +goose Up
-- Covers the persons of an application for a period, as far as nobody else covers them, and says which rows
-- it covers. Where another examination is about to cover the same person, it waits for its end: the keys are
-- taken in their order, so that two examinations do not wait for each other in a circle.
-- +goose StatementBegin
create function cover_periods(application uuid, keys bytea[], rows int[], covered daterange) returns setof int
    language sql security definer set search_path from current as $$
    delete from worker_periods where application_id = application;
    insert into worker_periods (tax_key, period, application_id, row)
    select k, covered, application, r from unnest(keys, rows) u(k, r) order by k, r
    on conflict on constraint one_period_at_a_time do nothing
    returning row
$$;
-- +goose StatementEnd

-- The content of a document lies with the document's administration.
alter table documents add constraint documents_of_administration unique (administration, id);
alter table document_contents add constraint contents_of_administration
    foreign key (administration, document_id) references documents (administration, id);

-- Never written: the minutes of a session are its text; a signed copy is a document of kind VERBALE.
alter table table_sessions drop column minutes_sha256;

-- +goose Down
alter table table_sessions add column minutes_sha256 text;
alter table document_contents drop constraint contents_of_administration;
alter table documents drop constraint documents_of_administration;
drop function cover_periods;
