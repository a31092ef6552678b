package bench

// countOfMonth counts what the report of a Region and month says, as it was known at its closing: from workers and
// movements alone, in one statement. A worker is paid on the days on which he is active: not on that of a suspension, but
// on that of a resumption, and on the day on which he leaves. $1 is the Region, $2 and $3 are the first and the last day of
// the month, $4 is the monthly allowance in cents.
const countOfMonth = `
with known as (
	select worker_id, seq, event, effective_on, cause, to_entity, month_learned < $2::date and effective_on < $2::date as before
	from lsu.movements where administration = $1 and verdict = 'ACCEPTED' and month_learned <= $2::date and effective_on <= $3::date
), steps as (
	select worker_id, seq, event, cause, before,
		effective_on + (event = 'EXIT' and coalesce(lag(event) over line, 'RESUME') = 'RESUME')::int as since
	from known where event in ('SUSPEND', 'RESUME', 'EXIT') window line as (partition by worker_id order by seq)
), stretches as (
	select *, lead(since, 1, $3::date + 1) over (partition by worker_id order by seq) as until from steps
), lives as (
	select worker_id, bool_or(before and event = 'EXIT') as gone, min(since) as first, (array_agg(event order by seq desc))[1] as last,
		(array_agg(cause order by seq desc))[1] as cause,
		sum(greatest(0, least(until, $3::date + 1) - greatest(since, $2::date))) filter (where event = 'RESUME') as resumed
	from stretches group by worker_id
), transfers as (
	select worker_id, (array_agg(to_entity order by seq desc))[1] as now, (array_agg(to_entity order by seq desc) filter (where before))[1] as before
	from known where event = 'TRANSFER' group by worker_id
), people as (
	select coalesce(t.before, w.pool_entity) as from_entity, coalesce(t.now, w.pool_entity) as entity, coalesce(l.last, 'RESUME') as last, l.cause, w.gender,
		(w.birth_date <= $3::date - interval '40 years')::int + (w.birth_date <= $3::date - interval '50 years')::int
			+ (w.birth_date <= $3::date - interval '60 years')::int as band,
		greatest(0, least(coalesce(l.first, $3::date + 1), $3::date + 1) - $2::date) + coalesce(l.resumed, 0) as paid, $3::date + 1 - $2::date as days
	from lsu.workers w left join lives l on l.worker_id = w.id left join transfers t on t.worker_id = w.id
	where w.administration = $1 and l.gone is not true
), cells as (
	select from_entity, entity, last, cause, gender, band, count(*) as n, sum((2 * $4::bigint * paid + days) / (2 * days))::bigint as due
	from people group by from_entity, entity, last, cause, gender, band
), entities as (
	select entity_ref, sum(at_start) as at_start, sum(exits) as exits, sum(transferred_in) as transferred_in, sum(transferred_out) as transferred_out,
		sum(suspended) as suspended_at_end, sum(active) as active_at_end, sum(suspended + active) as at_end, sum(due) as asu_due_cents
	from (select from_entity as entity_ref, n as at_start, 0 as exits, 0 as transferred_in, case when from_entity <> entity then n else 0 end as transferred_out,
			0 as suspended, 0 as active, 0 as due from cells
		union all select entity, 0, case last when 'EXIT' then n else 0 end, case when from_entity <> entity then n else 0 end, 0,
			case last when 'SUSPEND' then n else 0 end, case last when 'RESUME' then n else 0 end, due from cells) x
	group by entity_ref
)
select json_build_object('at_start', sum(n), 'suspended_at_end', coalesce(sum(n) filter (where last = 'SUSPEND'), 0),
	'active_at_end', coalesce(sum(n) filter (where last = 'RESUME'), 0), 'asu_due_cents', sum(due),
	'at_end_m', coalesce(sum(n) filter (where last <> 'EXIT' and gender = 'M'), 0), 'at_end_f', coalesce(sum(n) filter (where last <> 'EXIT' and gender = 'F'), 0),
	'ages', (select json_agg(coalesce((select sum(n) from cells where band = b and last <> 'EXIT'), 0) order by b) from generate_series(0, 3) b),
	'exits', (select coalesce(json_object_agg(cause, n), '{}') from (select cause, sum(n) as n from cells where last = 'EXIT' group by cause) x),
	'entities', (select json_agg(e order by entity_ref collate "C") from entities e))
from cells`
