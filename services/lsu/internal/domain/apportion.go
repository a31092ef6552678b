package domain

import (
	"cmp"
	"maps"
	"slices"
)

// apportion rounds expected workers, given of whole, so that they add up to a total: each gets its whole part, and
// the largest remainders get one more (Hare-Niemeyer); equal ones in the order of the keys.
func apportion(keys []string, expected map[string]int64, total int) map[string]int {
	out, rest := make(map[string]int, len(keys)), total
	for _, k := range keys {
		out[k] = int(expected[k] / whole)
		rest -= out[k]
	}
	order := slices.Clone(keys)
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(expected[b]%whole, expected[a]%whole) })
	for i := 0; rest > 0 && len(order) > 0; i, rest = i+1, rest-1 {
		out[order[i%len(order)]]++
	}
	for i := len(order) - 1; rest < 0 && i >= 0; i-- {
		if out[order[i]] > 0 {
			out[order[i]]--
			rest++
		}
	}
	return out
}

// apportioned lists expected exits by cause so that they add up to a total.
func apportioned(expected map[string]int64, total int) []CauseCount {
	causes := slices.Sorted(maps.Keys(expected))
	counts := apportion(causes, expected, total)
	out := make([]CauseCount, len(causes))
	for i, c := range causes {
		out[i] = CauseCount{c, counts[c]}
	}
	return out
}
