-- +goose Up
-- An application may be granted without costing anything: it is committed all the same, by no movement.
alter table plafond_commitments drop constraint plafond_commitments_committed_cents_check,
    add constraint commitment_not_negative check (committed_cents >= 0);

-- +goose Down
alter table plafond_commitments drop constraint commitment_not_negative,
    add constraint plafond_commitments_committed_cents_check check (committed_cents > 0);
