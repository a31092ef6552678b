-- +goose Up
-- An application keeps the employer as filed, well written or not; the registry takes valid codes only.
alter table applications drop constraint applications_employer_tax_code_fkey;
alter table applications add column unread_rows int not null default 0 check (unread_rows >= 0);

-- Rows of a draft's list that could not be read, as they were sent, until they are corrected.
create table unread_rows (
    application_id uuid not null,
    administration text not null,
    row            int not null,
    line           int not null,
    sent           bytea not null, -- the cells, sealed: they may name a person
    reasons        jsonb not null,
    primary key (application_id, row),
    foreign key (administration, application_id) references applications (administration, id)
);
alter table unread_rows enable row level security;
alter table unread_rows force row level security;
create policy tenant on unread_rows using (
    administration = current_setting('w2w.administration', true)
    or current_setting('w2w.administration', true) = '*');

create index employers_units on employers using gin (units jsonb_path_ops);
create index employers_matricola on employers (inps_matricola);

-- +goose Down
drop index employers_matricola, employers_units;
drop table unread_rows;
alter table applications drop column unread_rows;
