-- +goose Up
-- What lists are ordered by, when they are not those of one Region, and who is looked for in them.
create index workers_by_reference on workers (worker_ref collate "C");
create index movements_of_reference on movements (worker_ref);
create index movements_latest on movements (created_at desc, id desc);
create index payments_latest on payments (created_at desc, id desc);
create index payments_reported on payments (reported_on);

-- +goose Down
drop index workers_by_reference, movements_of_reference, movements_latest, payments_latest, payments_reported;
