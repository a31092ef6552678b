-- +goose Up
-- What a follower has handled: an event that is delivered again has no second effect.
create table feed_inbox (
    follower   text not null,
    event_id   text not null,
    handled_at timestamptz not null default now(),
    primary key (follower, event_id)
);

-- +goose Down
drop table feed_inbox;
