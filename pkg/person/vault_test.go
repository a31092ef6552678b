package person_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"w2w/pkg/person"
)

var nobody = person.Person{TaxCode: "XXXYYY00A01H501X", FamilyName: "Xawu", GivenName: "Yoli"}

func load(t *testing.T, dir string) *person.Vault {
	t.Helper()
	v, err := person.Load(dir, false)
	require.NoError(t, err)
	return v
}

func TestAPersonOpensInItsPlaceAlone(t *testing.T) {
	t.Parallel()
	vault, err := person.Load(t.TempDir(), true)
	require.NoError(t, err)
	id, other := uuid.New(), uuid.New()
	sealed, err := vault.Seal(nobody, trainees.Place("03", id, 1))
	require.NoError(t, err)
	found, err := vault.Open(sealed, trainees.Place("03", id, 1))
	require.NoError(t, err)
	require.Equal(t, nobody, found)
	require.NotContains(t, string(sealed), nobody.FamilyName)
	for name, at := range map[string]person.Place{
		"row": trainees.Place("03", id, 2), "id": trainees.Place("03", other, 1), "administration": trainees.Place("07", id, 1),
		"table": letters.Place("03", id, 1), "none": nil,
	} {
		who, err := vault.Open(sealed, at)
		require.ErrorContains(t, err, "open person", name)
		require.Zero(t, who, name)
	}
	sealed[len(sealed)-1] ^= 1
	_, err = vault.Open(sealed, trainees.Place("03", id, 1))
	require.Error(t, err)
	letter, err := vault.Encrypt([]byte("Caro Yoli"), letters.Place("03", id, 0))
	require.NoError(t, err)
	_, err = vault.Open(letter, letters.Place("03", id, 0))
	require.ErrorContains(t, err, "decode person")
	plain, err := vault.Decrypt(letter, letters.Place("03", id, 0))
	require.NoError(t, err)
	require.Equal(t, "Caro Yoli", string(plain))
}

func TestTheKeyOfATaxCodeIsTheSameInEveryService(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	made, err := person.Load(dir, true)
	require.NoError(t, err)
	elsewhere, err := person.Load(t.TempDir(), true)
	require.NoError(t, err)
	key := func(v *person.Vault, taxCode string) string {
		key, err := v.Key(taxCode)
		require.NoError(t, err)
		return person.Pseudonym(key)
	}
	first := key(made, nobody.TaxCode)
	require.Regexp(t, "^[0-9a-f]+$", first)
	require.Equal(t, first, key(load(t, dir), nobody.TaxCode))
	require.NotEqual(t, first, key(made, "YYYXXX00A01H501X"))
	require.NotEqual(t, first, key(elsewhere, nobody.TaxCode), "with another keyset")
}

func TestKeysetsAreMadeOnDemandAloneAndForTheirOwnerAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := person.Load(dir, false)
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = person.Load(dir, true)
	require.NoError(t, err)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 2)
	for _, f := range files {
		info, err := f.Info()
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), f.Name())
		require.NoError(t, os.WriteFile(filepath.Join(dir, f.Name()), []byte("{"), 0o600))
		_, err = person.Load(dir, true)
		require.Error(t, err, "a broken keyset is never replaced")
	}
}

func TestAVaultFollowsTheTurnOfTheKey(t *testing.T) {
	t.Parallel()
	dir, keys := t.TempDir(), person.Keys{}
	running, err := person.Load(dir, true)
	require.NoError(t, err)
	keys.Dir = dir
	at := trainees.Place("03", uuid.New(), 1)
	before, err := running.Seal(nobody, at)
	require.NoError(t, err)
	_, err = keys.Prepare()
	require.NoError(t, err)
	_, err = keys.Promote()
	require.NoError(t, err)
	require.NoError(t, running.Refresh())
	after, err := running.Seal(nobody, at)
	require.NoError(t, err)
	require.NotEqual(t, before[:5], after[:5], "by the new key")
	for _, sealed := range [][]byte{before, after} {
		who, err := running.Open(sealed, at)
		require.NoError(t, err)
		require.Equal(t, nobody, who)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "person-aead.json"), []byte("{"), 0o600))
	require.Error(t, running.Refresh())
	_, err = running.Open(after, at)
	require.NoError(t, err, "what is known stays")
}
