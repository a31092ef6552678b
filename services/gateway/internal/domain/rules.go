package domain

import (
	"fmt"
	"net/url"
	"slices"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
	"w2w/pkg/italia"
)

// Rules say which clients may be proposed.
type Rules struct {
	Places    *italia.Atlas
	PlainHTTP bool // key sets may be at http addresses: in development
}

// check refuses a client that could not work, or that the caller may not propose.
func (r Rules) check(by auth.Identity, c Client) error {
	if err := r.reach(by, c); err != nil {
		return err
	}
	f := fault.New(fault.RuleViolated, "Il client proposto non è accettabile.", "The client as proposed can't be accepted.")
	if _, known := r.Places.Administration(c.Administration); !known && c.Administration != auth.AllAdministrations {
		f.At("/client/administration", "unknown", "amministrazione sconosciuta", "no such administration")
	}
	if (len(c.Keys) > 0) == (c.JWKSURI != "") {
		f.At("/client/keys", "keys", "servono chiavi oppure jwks_uri", "either keys or jwks_uri is needed")
	}
	checkKeys(f, c.Keys)
	if c.JWKSURI != "" && !r.address(c.JWKSURI) {
		f.At("/client/jwks_uri", "address", "atteso un indirizzo https", "an https address is expected")
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// reach keeps a Region to its own portals and operators.
func (r Rules) reach(by auth.Identity, c Client) error {
	if by.Administration == auth.AllAdministrations {
		return nil
	}
	f := fault.New(fault.ScopeMissing, "Un'amministrazione propone solo i propri portali e operatori.", "An administration proposes its own portals and operators only.")
	if c.Administration != by.Administration {
		f.At("/client/administration", "foreign", "non è la propria", "not one's own")
	}
	if !slices.Contains(regional, c.Kind) {
		f.At("/client/kind", "national", "riservato a chi agisce per tutte", "for those who act for all")
	}
	if i := beyondARegion(c.Scopes); i >= 0 {
		f.At(fmt.Sprintf("/client/scopes/%d", i), "national", "riservato a chi agisce per tutte", "for those who act for all")
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

func checkKeys(f *fault.Error, keys []auth.JWK) {
	seen := map[string]bool{}
	for i, k := range keys {
		if _, err := k.PublicKey(); err != nil {
			f.At(fmt.Sprintf("/client/keys/%d", i), "key", "chiave pubblica non accettata", err.Error())
		}
		if seen[k.ID] {
			f.At(fmt.Sprintf("/client/keys/%d/kid", i), "duplicate", "già usato da un'altra chiave", "used by another key")
		}
		seen[k.ID] = true
	}
}

func (r Rules) address(uri string) bool {
	u, err := url.Parse(uri)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || r.PlainHTTP && u.Scheme == "http"
}
