-- +goose Up
-- An event of the administration * concerns everyone: each administration reads it.
create policy for_everyone on outbox for select
    using (administration = '*' and current_setting('w2w.administration', true) <> '');

-- +goose Down
drop policy for_everyone on outbox;
