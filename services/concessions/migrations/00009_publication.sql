-- +goose Up
alter table decrees add column published_on date;
alter table decrees add column publication_act text;
-- Lists over all administrations, page by page; those of one have an index that begins with it.
create index applications_of_all_newest on applications (created_at desc, id desc);

-- +goose Down
drop index applications_of_all_newest;
alter table decrees drop column publication_act, drop column published_on;
