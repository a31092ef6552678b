-- +goose Up
alter table documents add column media_type text not null default 'application/pdf';
alter table documents add column actor text not null default '';

-- What a document says may name people: it is sealed, and stored once.
create table document_contents (
    document_id    uuid primary key references documents (id),
    administration text not null,
    bytes          bigint not null check (bytes > 0),
    content        bytea not null,
    stored_at      timestamptz not null default now()
);
alter table document_contents enable row level security;
alter table document_contents force row level security;
create policy tenant on document_contents using (
    administration = current_setting('w2w.administration', true)
    or current_setting('w2w.administration', true) = '*');

create index decree_applications_of on decree_applications (application_id);

-- +goose Down
drop index decree_applications_of;
drop table document_contents;
alter table documents drop column actor, drop column media_type;
