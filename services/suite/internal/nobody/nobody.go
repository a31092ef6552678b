// Package nobody invents persons: tax codes that are right in form and belong to no one.
package nobody

import "w2w/pkg/italia"

// Codes is how many different tax codes there are.
const Codes = 21 * 21 * 21 * 21 * 21 * 21

// TaxCode is the n-th code: surnames of made-up consonants, born on 1 January 1980 in an office that is not in use.
func TaxCode(n int) string {
	const consonants = "BCDFGHJKLMNPQRSTVWXYZ"
	code := []byte("AAAAAA80A01Z999A")
	for i := 0; i < 6; i, n = i+1, n/len(consonants) {
		code[i] = consonants[n%len(consonants)]
	}
	for c := byte('A'); c <= 'Z'; c++ {
		if code[15] = c; italia.ValidTaxCode(string(code)) {
			break
		}
	}
	return string(code)
}
