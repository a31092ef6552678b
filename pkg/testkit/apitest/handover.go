package apitest

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// handOver is within what time another process goes on with what one has left: the sealer's turn, and some patience
// with a busy machine.
const handOver = 9 * time.Second

// RequireHandOver ends the process that seals the audit records in the middle of a stretch, once in order and once by
// a kill: another one seals them all, each once, within the time that docs/operations.md tells.
func (s *Service) RequireHandOver(t *testing.T, traffic Traffic) {
	t.Helper()
	for name, end := range map[string]func(m *Member){
		"told to stop": func(m *Member) { m.Terminate(grace) },
		"killed":       func(m *Member) { m.Kill() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := s.crowd(t, 1, traffic)
			first := c.Members()[0]
			c.pauseBehind(first)
			release := c.lockRecords()
			c.Add() // it seals as soon as it has started
			c.inTurn(true)
			end(c.Members()[1])
			release()
			require.Positive(t, c.unsealed(), "it was in the middle of its work")
			began := time.Now()
			first.Resume()
			require.Eventually(t, func() bool { return c.unsealed() == 0 }, handOver, probeEvery, "the other goes on")
			require.Equal(t, c.house.count("select count(*) from audit_records"), c.verified(), "each once")
			t.Logf("the other went on after %v", time.Since(began))
		})
	}
}

// pauseBehind keeps a process from doing anything, at a moment when it does not seal and has something to seal.
func (c *crowd) pauseBehind(m *Member) {
	c.t.Helper()
	for {
		c.load.Run(2, func() {})
		m.Pause()
		if !c.sealing() && c.unsealed() > 0 {
			return
		}
		m.Resume()
		c.inTurn(false)
	}
}

// lockRecords makes whoever seals wait where it reads what is not sealed yet, until release.
func (c *crowd) lockRecords() (release func()) {
	c.t.Helper()
	owner, err := pgx.Connect(c.t.Context(), c.house.Admin)
	require.NoError(c.t, err)
	c.t.Cleanup(func() { _ = owner.Close(context.Background()) })
	_, err = owner.Exec(c.t.Context(), "begin; lock table "+c.house.service.Name+".audit_records in access exclusive mode")
	require.NoError(c.t, err)
	return func() {
		_, err := owner.Exec(c.t.Context(), "rollback")
		require.NoError(c.t, err)
	}
}

func (c *crowd) sealing() bool {
	return c.house.count("select count(*) from pg_locks where locktype = 'advisory' and granted") > 0
}

// inTurn waits until a sealer has its turn, or none.
func (c *crowd) inTurn(want bool) {
	c.t.Helper()
	require.Eventually(c.t, func() bool { return c.sealing() == want }, handOver, time.Millisecond, "a sealer's turn: %t", want)
}

// unsealed is how many records are not in the chain.
func (c *crowd) unsealed() int64 {
	c.t.Helper()
	return c.house.count("select count(*) from audit_records r where not exists (select from audit_chain c where c.record_id = r.id)")
}
