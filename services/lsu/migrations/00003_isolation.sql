-- +goose Up
-- +goose StatementBegin
do $$
declare t text;
begin
    foreach t in array array['intakes', 'failed_rows', 'workers', 'movements', 'conventions', 'contacts', 'months',
        'month_transitions', 'reports', 'payments'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy tenant on %I using (
            administration = current_setting('w2w.administration', true)
            or current_setting('w2w.administration', true) = '*')$p$, t);
    end loop;
end $$;
-- +goose StatementEnd

-- +goose Down
-- The tables go with 00001 and 00002.
select 1;
