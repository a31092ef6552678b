package store

import "w2w/pkg/plafond"

// The money of a convention is an account of the ledger: the national fund for employment (Fondo Nazionale
// Occupazione), for the works in social use.
const (
	ledgerFund   = "FNO"
	ledgerFamily = "LSU"
)

// account is where the money of a Region's convention of a year is.
func account(region string, year int) plafond.Key {
	return plafond.Key{Administration: region, Year: year, Fund: ledgerFund, Family: ledgerFamily}
}
