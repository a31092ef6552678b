package italia

// Nobodies is how many different tax codes of nobody there are.
const Nobodies = 21 * 21 * 21 * 21 * 21 * 21

// Nobody is the n-th tax code that is right in form and belongs to no one: surnames of made-up consonants, born on
// 1 January 1980 in an office that is not in use.
func Nobody(n int) string {
	const consonants = "BCDFGHJKLMNPQRSTVWXYZ"
	code := []byte("AAAAAA80A01Z999A")
	for i := 0; i < 6; i, n = i+1, n/len(consonants) {
		code[i] = consonants[n%len(consonants)]
	}
	code[15] = checkCharacter(string(code[:15]))
	return string(code)
}
