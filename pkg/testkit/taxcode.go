package testkit

import "w2w/pkg/italia"

// TaxCode makes the n-th of many valid tax codes of persons who do not exist.
func TaxCode(n int) string { return italia.Nobody(n) }
