package bulk

import "strings"

// formulaStart are the characters with which a spreadsheet takes a cell for a formula (CWE-1236).
const formulaStart = "=+-@\t\r"

// guard puts an apostrophe before a text that a spreadsheet would run.
func guard(cell string) string {
	if cell != "" && strings.ContainsRune(formulaStart, rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// unguard takes off what guard put there.
func unguard(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune(formulaStart, rune(cell[1])) {
		return cell[1:]
	}
	return cell
}
