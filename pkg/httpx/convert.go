package httpx

// Optional is nil for the zero value, so that the member is left out of the JSON.
func Optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// Or returns what p points to, or the zero value.
func Or[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// Each converts every item; no items are an empty list, which JSON shows as one.
func Each[A, B any](in []A, convert func(A) B) []B {
	out := make([]B, len(in))
	for i, x := range in {
		out[i] = convert(x)
	}
	return out
}
