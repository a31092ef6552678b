package auth_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
)

func ring(t *testing.T) (*auth.Ring, auth.Rotation) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "internal")
	r, err := auth.OpenOrMakeRing(dir)
	require.NoError(t, err)
	return r, auth.Rotation{Dir: dir, Announce: time.Hour, Linger: time.Hour, Now: time.Now()}
}

func signedBy(t *testing.T, key auth.SigningKey) string {
	t.Helper()
	raw, err := auth.NewSigner(key, auth.TypeInternal).Sign(good())
	require.NoError(t, err)
	return raw
}

func TestARotationNeverRefusesAGoodToken(t *testing.T) {
	t.Parallel()
	r, turn := ring(t)
	verify := func(raw string) error {
		_, err := auth.NewServiceVerifier("concessions", r, clock.Fixed(noon)).Verify(t.Context(), raw)
		return err
	}
	before := signedBy(t, r)
	next, err := turn.Prepare()
	require.NoError(t, err)
	require.NoError(t, r.Reload())
	require.NotEqual(t, next, r.Active().ID, "announced, not yet signing")
	require.Len(t, r.Public().Keys, 2)
	require.ErrorContains(t, turn.Promote(false), "the next key may sign from", "too early")
	turn.Now = turn.Now.Add(time.Hour + time.Minute)
	require.NoError(t, turn.Promote(false))
	require.NoError(t, r.Reload())
	require.Equal(t, next, r.Active().ID)
	require.NoError(t, verify(before), "signed by the retired key")
	require.NoError(t, verify(signedBy(t, r)))
	n, err := turn.Sweep()
	require.NoError(t, err)
	require.Zero(t, n, "its tokens may still live")
	turn.Now = turn.Now.Add(time.Hour)
	n, err = turn.Sweep()
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.NoError(t, r.Reload())
	requireReason(t, "kid", verify(before))
}

func TestADroppedKeyIsOutWithinAMinute(t *testing.T) {
	t.Parallel()
	r, turn := ring(t)
	now := noon
	policy := auth.Policy{Types: []string{auth.TypeAccess}, Issuer: auth.InternalIssuer, Audience: "concessions", MaxLife: 10 * time.Minute}
	v := auth.NewVerifier(policy, r, func() time.Time { return now })
	c := good()
	c.Lifetime(noon, 10*time.Minute)
	stolen, err := auth.NewSigner(r, auth.TypeAccess).Sign(c)
	require.NoError(t, err)
	_, err = v.Verify(t.Context(), stolen)
	require.NoError(t, err)
	old := r.Active().ID
	require.ErrorContains(t, turn.Drop(old), "active", "nothing could be signed any more")
	_, err = turn.Prepare()
	require.NoError(t, err)
	require.NoError(t, turn.Promote(true))
	require.NoError(t, turn.Drop(old))
	require.ErrorContains(t, turn.Drop("unknown"), "no key unknown")
	require.NoError(t, r.Reload())
	now = noon.Add(59 * time.Second)
	_, err = v.Verify(t.Context(), stolen)
	require.NoError(t, err, "believed from memory")
	now = noon.Add(time.Minute)
	_, err = v.Verify(t.Context(), stolen)
	requireReason(t, "kid", err)
}

func TestABrokenFolderLeavesTheRingAsItWas(t *testing.T) {
	t.Parallel()
	r, turn := ring(t)
	id := r.Active().ID
	require.NoError(t, os.WriteFile(filepath.Join(turn.Dir, "next.pem"), []byte("not a key"), 0o600))
	require.ErrorContains(t, r.Reload(), "next.pem")
	require.Equal(t, id, r.Active().ID)
	require.NoError(t, os.Remove(filepath.Join(turn.Dir, "active.pem")))
	require.Error(t, r.Reload())
	require.Equal(t, id, r.Active().ID)
	_, err := auth.OpenRing(turn.Dir)
	require.Error(t, err)
}

// TestKeys_RotateInOneProcess turns the keys while tokens are signed and verified by another ring on the same
// folder, as a second replica would.
func TestKeys_RotateInOneProcess(t *testing.T) {
	t.Parallel()
	signing, turn := ring(t)
	checking, err := auth.OpenRing(turn.Dir)
	require.NoError(t, err)
	stop := make(chan struct{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			v := auth.NewServiceVerifier("concessions", checking, clock.Fixed(noon))
			for {
				select {
				case <-stop:
					return
				default:
				}
				raw, err := auth.NewSigner(signing, auth.TypeInternal).Sign(good())
				if err != nil {
					t.Error(err)
				}
				if _, err := v.Verify(t.Context(), raw); err != nil {
					t.Errorf("false refusal: %v", err)
				}
			}
		})
	}
	for range 20 {
		_, err := turn.Prepare()
		require.NoError(t, err)
		require.NoError(t, checking.Reload(), "every verifier has heard of it")
		turn.Now = turn.Now.Add(2 * time.Hour)
		require.NoError(t, turn.Promote(false))
		require.NoError(t, signing.Reload())
		require.NoError(t, checking.Reload())
	}
	close(stop)
	group.Wait()
}

// TestAReadInTheMiddleOfAPromotionHasBothKeys reads the folder again and again while the key that signs changes.
func TestAReadInTheMiddleOfAPromotionHasBothKeys(t *testing.T) {
	t.Parallel()
	r, turn := ring(t)
	for range 300 {
		next, err := turn.Prepare()
		require.NoError(t, err)
		both := []string{r.Active().ID, next}
		promoted := make(chan error, 1)
		go func() { promoted <- turn.Promote(true) }()
		for done := false; !done; {
			select {
			case err := <-promoted:
				require.NoError(t, err)
				done = true
			default:
			}
			require.NoError(t, r.Reload())
			for _, id := range both {
				_, err := r.Key(t.Context(), id)
				require.NoError(t, err)
			}
		}
		require.Equal(t, next, r.Active().ID)
		require.NoError(t, turn.Drop(both[0]))
	}
}
