-- +goose Up
alter table decrees add column published_on date;
alter table decrees add column publication_act text;

-- +goose Down
alter table decrees drop column publication_act, drop column published_on;
