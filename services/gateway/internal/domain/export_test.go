package domain

// Parties is how many parties the limiter remembers.
func Parties(l *Limiter) int { return len(l.due) }

// Tokens is how many tokens the exchange holds.
func Tokens(e *Exchange) int { return len(e.cache) }

// Hold sets how many tokens the exchange may hold.
func Hold(e *Exchange, n int) { e.limit = n }
