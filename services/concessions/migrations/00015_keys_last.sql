-- +goose Up
-- The unique keys that foreign keys point to are made anew, so that they are the newest indexes of their tables.
-- While a table is empty, every index that begins with the administration costs PostgreSQL the same for the check
-- of such a foreign key; it takes the newest, and a session keeps that plan while the table grows. With an index
-- of a list each check would walk through all rows of the administration: TestReferencesAreCheckedByTheirKey.
-- +goose StatementBegin
do $$
declare
    k record;
    r record;
    again text[];
begin
    for k in select c.oid, c.conname, c.conrelid, c.conrelid::regclass as tab, c.conindid, pg_get_constraintdef(c.oid) as def
        from pg_constraint c where c.contype = 'u' and c.conname in
            ('applications_administration_id_key', 'table_sessions_administration_id_key', 'decrees_administration_id_key')
            and c.connamespace = current_schema()::regnamespace loop
        again := '{}';
        for r in select f.conrelid::regclass as tab, f.conname, pg_get_constraintdef(f.oid) as def
            from pg_constraint f where f.contype = 'f' and f.confrelid = k.conrelid and f.conindid = k.conindid loop
            execute format('alter table %s drop constraint %I', r.tab, r.conname);
            again := again || format('alter table %s add constraint %I %s', r.tab, r.conname, r.def);
        end loop;
        execute format('alter table %s drop constraint %I, add constraint %I %s', k.tab, k.conname, k.conname, k.def);
        for i in 1 .. cardinality(again) loop
            execute again[i];
        end loop;
    end loop;
end $$;
-- +goose StatementEnd

-- For those who see every administration.
create index applications_newest_of_all on applications (created_at desc, id desc);

-- +goose Down
drop index applications_newest_of_all;
