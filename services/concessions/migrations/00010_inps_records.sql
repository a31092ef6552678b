-- +goose Up
alter table inps_transmissions add constraint transmissions_of_administration unique (administration, id);

-- Each application that a transmission carried; it is settled when it leaves TRASMESSA_INPS, answered or not.
create table inps_records (
    transmission_id uuid not null,
    application_id  uuid not null,
    administration  text not null,
    sent_at         timestamptz not null default now(),
    settled_at      timestamptz,
    primary key (transmission_id, application_id),
    foreign key (administration, transmission_id) references inps_transmissions (administration, id),
    foreign key (administration, application_id) references applications (administration, id)
);
create index inps_records_waiting on inps_records (sent_at) where settled_at is null;
create index inps_records_waiting_of on inps_records (application_id) where settled_at is null;
create index inps_transmissions_of on inps_transmissions (decree_id, sent_at desc);
alter table inps_records enable row level security;
alter table inps_records force row level security;
create policy tenant on inps_records using (
    administration = current_setting('w2w.administration', true)
    or current_setting('w2w.administration', true) = '*');

-- What is on its way when this migration runs.
select set_config('w2w.administration', '*', true);
insert into inps_records (transmission_id, application_id, administration, sent_at)
select t.id, a.id, a.administration, t.sent_at
from applications a
join decree_applications g on g.application_id = a.id and g.ended is null
join lateral (select id, sent_at from inps_transmissions where decree_id = g.decree_id order by sent_at desc limit 1) t on true
where a.state = 'TRASMESSA_INPS';

-- Which transmission a receipt answers, who sent it, and why a whole file was discarded.
alter table inps_receipts add column transmission_id uuid, add column sender text, add column code text, add column field text,
    add constraint receipt_of_a_transmission foreign key (administration, transmission_id) references inps_transmissions (administration, id);
create unique index receipt_of_a_sender_once on inps_receipts (sender, file_id, level);

-- +goose Down
drop index receipt_of_a_sender_once;
alter table inps_receipts drop column field, drop column code, drop column sender, drop column transmission_id;
drop index inps_transmissions_of;
drop table inps_records;
alter table inps_transmissions drop constraint transmissions_of_administration;
