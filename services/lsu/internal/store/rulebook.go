package store

import (
	"context"

	"w2w/pkg/database"
	"w2w/pkg/params"
	"w2w/pkg/params/register"
	"w2w/services/lsu/internal/domain"
)

// Rulebook keeps the dated parameters and the rules by them.
type Rulebook = register.Book[domain.Rules]

// OpenRulebook brings what the versioned files have and the database lacks, and reads the rules. It also
// returns the rows of the files that differ from what was recorded before: they have no effect.
func OpenRulebook(ctx context.Context, db *database.DB, files []params.Row) (*Rulebook, []params.Row, error) {
	return register.Open(ctx, db, register.Options[domain.Rules]{Service: "lsu", Check: domain.CheckParameter, Rules: domain.NewRules}, files)
}

// Rulebook returns the book by which the desk judges.
func (d *Desk) Rulebook() *Rulebook { return d.book }
