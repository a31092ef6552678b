package testkit

import "w2w/pkg/italia"

// TaxCode makes the n-th of many valid tax codes of persons who do not exist.
func TaxCode(n int) string {
	letters := []byte("AAAAAA")
	for i := range letters {
		letters[i] += byte(n % 26)
		n /= 26
	}
	for last := 'A'; last <= 'Z'; last++ {
		if code := string(letters) + "80A01H501" + string(last); italia.ValidTaxCode(code) {
			return code
		}
	}
	return ""
}
