package bulk

import "strings"

// formulaStart are the characters with which a spreadsheet takes a cell for a formula (CWE-1236).
const formulaStart = "=+-@\t\r\n"

// formula says whether a spreadsheet would run the cell, or would once its apostrophes are taken off: those
// are counted, so that guard and unguard undo each other for every text.
func formula(cell string) bool {
	rest := strings.TrimLeft(cell, "'")
	return rest != "" && strings.ContainsRune(formulaStart, rune(rest[0]))
}

// guard puts an apostrophe before a text that a spreadsheet would run.
func guard(cell string) string {
	if formula(cell) {
		return "'" + cell
	}
	return cell
}

// unguard takes off what guard put there.
func unguard(cell string) string {
	if formula(cell) {
		return strings.TrimPrefix(cell, "'")
	}
	return cell
}
