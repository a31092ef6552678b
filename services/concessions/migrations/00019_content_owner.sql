-- +goose Up
-- A document's content belongs to the administration of the document, by the key as well as by the policy.
alter table documents add constraint documents_of_administration unique (administration, id);
alter table document_contents drop constraint document_contents_document_id_fkey,
    add constraint document_contents_of foreign key (administration, document_id) references documents (administration, id);

-- +goose Down
alter table document_contents drop constraint document_contents_of,
    add constraint document_contents_document_id_fkey foreign key (document_id) references documents (id);
alter table documents drop constraint documents_of_administration;
