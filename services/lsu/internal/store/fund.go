package store

import (
	"fmt"

	"github.com/google/uuid"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
	"w2w/pkg/period"
	"w2w/pkg/plafond"
)

// NewConvention is what a Region's convention of a year says.
type NewConvention struct {
	Region     string
	Year       int
	FundsCents int64
	LegalRef   string
	SignedOn   *period.Date // today when nil
}

const insertConvention = `insert into conventions (id, administration, year, legal_ref, signed_on, plafond_id, created_at)
values ($1, $2, $3, $4, $5, $6, $7)`

// CreateConvention records the convention of a Region and year and assigns its funds in the ledger.
func (d *Desk) CreateConvention(tx *database.Tx, by auth.Identity, n NewConvention) (c Convention, err error) {
	if err := d.mayConclude(by, n); err != nil {
		return c, err
	}
	c = Convention{ID: uuid.Must(uuid.NewV7()), Region: n.Region, Year: n.Year, LegalRef: n.LegalRef, SignedOn: d.Today(), CreatedAt: d.clock()}
	if n.SignedOn != nil {
		c.SignedOn = *n.SignedOn
	}
	if err := d.notAhead(c.SignedOn, "/signed_on"); err != nil {
		return c, err
	}
	c.PlafondID, err = plafond.Assign(tx, plafond.Assignment{Key: account(n.Region, n.Year), Cents: n.FundsCents, Act: fmt.Sprint("Convenzione ", n.Year), EffectiveOn: c.SignedOn})
	if err != nil {
		return c, err
	}
	tx.Queue(insertConvention, c.ID, c.Region, c.Year, c.LegalRef, c.SignedOn, c.PlafondID, c.CreatedAt)
	return c, d.funded(tx, by, &c, "record", feed.Event{Type: "it.w2w.lsu.convention.recorded.v1",
		Data: map[string]any{"year": n.Year, "funds_cents": n.FundsCents, "legal_ref": n.LegalRef}})
}

// mayConclude refuses a Region that is not the caller's or has no pool, and a year before the pool.
func (d *Desk) mayConclude(by auth.Identity, n NewConvention) error {
	known, err := d.rules().IsRegion(n.Region)
	if err != nil {
		return err
	}
	first, err := d.rules().FirstMonth()
	if err != nil {
		return err
	}
	f := fault.New(fault.RuleViolated, "La convenzione non è accettabile.", "The convention can't be accepted.")
	switch {
	case !known:
		f.At("/region", "unknown", "la Regione non ha un bacino LSU", "the Region has no LSU pool")
	case by.Administration != auth.AllAdministrations && by.Administration != n.Region:
		f.At("/region", "foreign", "non è l'amministrazione del client", "not the client's administration")
	}
	if n.Year < first.Year() {
		f.At("/year", "minimum", fmt.Sprintf("il bacino comincia nel %d", first.Year()), fmt.Sprintf("the pool begins in %d", first.Year()))
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// ConventionAct is an act that gives money to a convention or takes it back.
type ConventionAct struct {
	Cents       int64
	Act         string
	EffectiveOn *period.Date // today when nil
}

// Supplement assigns more money to a convention.
func (d *Desk) Supplement(tx *database.Tx, by auth.Identity, id uuid.UUID, act ConventionAct) (Convention, error) {
	return d.change(tx, by, id, act, "SUPPLEMENT", plafond.Assign)
}

// Reduce takes back money of a convention that is not committed.
func (d *Desk) Reduce(tx *database.Tx, by auth.Identity, id uuid.UUID, act ConventionAct) (Convention, error) {
	return d.change(tx, by, id, act, "REDUCTION", plafond.Withdraw)
}

func (d *Desk) change(tx *database.Tx, by auth.Identity, id uuid.UUID, act ConventionAct, what string,
	post func(*database.Tx, plafond.Assignment) (uuid.UUID, error),
) (c Convention, err error) {
	queueConvention(tx, id, &c)
	if err := database.Translate(tx.Flush()); err != nil {
		return c, err
	}
	on, err := by.ActDate(d.clock, act.EffectiveOn, "/effective_on")
	if err != nil {
		return c, err
	}
	if err := d.notAhead(on, "/effective_on"); err != nil {
		return c, err
	}
	_, err = post(tx, plafond.Assignment{Key: account(c.Region, c.Year), Cents: act.Cents, Act: act.Act, EffectiveOn: on})
	if f := fault.As(err); f != nil && f.Extra["not_before"] != nil {
		f.At("/effective_on", "minimum", "precede un altro atto", "before another act")
	}
	if err != nil {
		return c, err
	}
	return c, d.funded(tx, by, &c, what, feed.Event{Type: "it.w2w.lsu.convention.changed.v1",
		Data: map[string]any{"year": c.Year, "change": what, "cents": act.Cents, "act": act.Act}})
}

// funded tells the others what was done to the funds of a convention, and reads its balance.
func (d *Desk) funded(tx *database.Tx, by auth.Identity, c *Convention, action string, e feed.Event) error {
	e.Subject, e.Administration = "convention/"+c.ID.String(), c.Region
	if err := feed.Append(tx, e); err != nil {
		return err
	}
	if err := audit.Append(tx, audit.Record{Action: "convention." + action, Subject: e.Subject, Administration: c.Region, By: by}); err != nil {
		return err
	}
	var found []plafond.Balance
	plafond.QueueBalances(tx, plafond.Filter{ID: c.PlafondID}, plafond.AsOf{}, &found)
	if err := tx.Flush(); err != nil {
		return err
	}
	d.balance(c, found, d.Today())
	return nil
}

// ConventionTaken tells a convention that is recorded already from other failures.
func ConventionTaken(err error) error {
	if database.Constraint(err) != "convention_once" {
		return err
	}
	return fault.New(fault.AlreadyExists, "La convenzione della Regione per questo anno è già registrata.", "The convention of the Region for this year is recorded already.").
		At("/year", "taken", "già registrata", "recorded already")
}
