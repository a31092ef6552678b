// Package italia knows Italy's public codes: tax codes, administrations, provinces and ATECO sections.
package italia

import "strings"

// form has one letter for each place of a codice fiscale: L a letter, D a digit or its omocodia letter, M the
// letter of a month. Spelled out, it is ^[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]$;
// a list of 5,000 workers is checked many times faster than by that expression.
const form = "LLLLLLDDMDDLDDDL"

// months are the letters from January to December.
const months = "ABCDEHLMPRST"

// omocodia are the letters that stand for the digits 0-9 where two persons would share a code.
const omocodia = "LMNPQRSTUV"

// oddValues are the check values of 0-9 and A-Z at odd positions, counted from 1 (DM 23 December 1976).
var oddValues = [36]int{
	1, 0, 5, 7, 9, 13, 15, 17, 19, 21,
	1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
}

// ValidTaxCode says whether a person's codice fiscale has the right form, a date that exists and the right
// check character, exactly as written. The place is not looked up and names are not compared.
func ValidTaxCode(code string) bool {
	return hasForm(code) && birthDateExists(code) && checkCharacter(code[:15]) == code[15]
}

func hasForm(code string) bool {
	if len(code) != len(form) {
		return false
	}
	for i := range len(form) {
		c := code[i]
		switch form[i] {
		case 'L':
			if c < 'A' || c > 'Z' {
				return false
			}
		case 'D':
			if (c < '0' || c > '9') && strings.IndexByte(omocodia, c) < 0 {
				return false
			}
		default:
			if strings.IndexByte(months, c) < 0 {
				return false
			}
		}
	}
	return true
}

func checkCharacter(first15 string) byte {
	sum := 0
	for i := range len(first15) {
		c := first15[i]
		switch odd := i%2 == 0; {
		case odd && c <= '9':
			sum += oddValues[c-'0']
		case odd:
			sum += oddValues[10+c-'A']
		case c <= '9':
			sum += int(c - '0')
		default:
			sum += int(c - 'A')
		}
	}
	return byte('A' + sum%26)
}

func birthDateExists(code string) bool {
	year := digit(code[6])*10 + digit(code[7])
	day := digit(code[9])*10 + digit(code[10])
	if day > 40 {
		day -= 40 // women
	}
	return day >= 1 && day <= daysOf(code[8], year)
}

func daysOf(monthLetter byte, year int) int {
	switch monthLetter {
	case 'B':
		if year%4 == 0 {
			return 29
		}
		return 28
	case 'D', 'H', 'P', 'S':
		return 30
	default:
		return 31
	}
}

func digit(c byte) int {
	if c <= '9' {
		return int(c - '0')
	}
	return strings.IndexByte(omocodia, c)
}

// ValidCompanyCode says whether a partita IVA, or the codice fiscale of a firm, has 11 digits, not all
// zero, and the right check digit (DM 23 December 1976).
func ValidCompanyCode(code string) bool {
	if len(code) != 11 || code == "00000000000" {
		return false
	}
	sum := 0
	for i := range 11 {
		c := code[i]
		if c < '0' || c > '9' {
			return false
		}
		v := int(c - '0')
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}
