package italia

// ValidMatricola says whether an employer's INPS number has its form: 10 digits (2 of the province, 6
// progressive, 2 of control). The formula of the control digits is not public, so they are not checked.
func ValidMatricola(number string) bool {
	if len(number) != 10 {
		return false
	}
	for i := range len(number) {
		if number[i] < '0' || number[i] > '9' {
			return false
		}
	}
	return true
}
