package store

import (
	"w2w/pkg/database"
	"w2w/services/lsu/internal/domain"
)

// AcceptedAmong is the statement that finds which references of movements are taken.
const AcceptedAmong = acceptedAmong

// Lives loads the workers of a Region with their accepted movements.
func Lives(tx *database.Tx, region string) (lives []domain.Life, err error) {
	queueLives(tx, region, &lives)
	return lives, tx.Flush()
}
