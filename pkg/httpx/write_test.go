package httpx_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/pkg/testkit"
)

func TestAWriteIsForWhoHoldsOneOfTheScopes(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "things", httpx.Migrations())
	as := func(scopes ...string) context.Context {
		return auth.With(t.Context(), auth.Identity{Client: "portal", Administration: "03", Scopes: scopes})
	}
	useCase := func(_ *database.Tx, by auth.Identity) (string, error) {
		return by.Client + " of " + by.Administration, nil
	}
	out, err := httpx.Write(as("things:write"), db, "things:write", useCase)
	require.NoError(t, err)
	require.Equal(t, "portal of 03", out)
	_, err = httpx.WriteAs(as("things:undo"), db, []string{"things:write", "things:undo"}, useCase)
	require.NoError(t, err)
	_, err = httpx.Write(as("things:read"), db, "things:write", func(*database.Tx, auth.Identity) (string, error) {
		t.Error("the use case ran")
		return "", nil
	})
	require.True(t, fault.Is(err, fault.ScopeMissing))
}
