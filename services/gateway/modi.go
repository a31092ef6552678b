package gateway

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"

	"w2w/pkg/auth"
	"w2w/services/gateway/internal/domain"
	"w2w/services/gateway/internal/rest"
)

// userKeyFile has the key of the pseudonyms of end users; who has it can find out whose pseudonym one is.
const userKeyFile = modiRing + "/users.key"

// trustOthers fills in what the file of issuers says: whose tokens are taken, and what of ModI is asked for and given.
func trustOthers(cfg Config, deps Deps, keys rings, o *rest.Options) error {
	file, err := readTrust(cfg.Issuers)
	if err != nil {
		return err
	}
	access := auth.Policy{Types: []string{auth.TypeAccess}, Issuer: cfg.Issuer, Audience: cfg.Issuer, MaxLife: domain.AccessLife}
	own := domain.Trust{Kind: domain.IssuerOwn, Audience: cfg.Issuer, MaxLife: domain.AccessLife, Verifier: auth.NewVerifier(access, outsideKeys(cfg, keys, deps), deps.Clock)}
	if o.Trusts, err = file.trusts(own, cfg, deps); err != nil {
		return err
	}
	if o.Patterns.Required, err = file.requirements(); err != nil {
		return err
	}
	if slices.ContainsFunc(file.Requirements, func(e requirementEntry) bool { return slices.Contains(e.Patterns, domain.AuditPattern) }) {
		if o.Patterns.UserKey, err = userKey(filepath.Join(cfg.KeyDir, userKeyFile), cfg.DevClients); err != nil {
			return err
		}
	}
	o.Answers = rest.Answers{
		Kinds: file.Answers.Sign, Buffer: file.Answers.Buffer, Signer: auth.NewSigner(keys.modi, auth.TypeJWS), Issuer: cfg.base(), Now: deps.Clock,
	}
	return nil
}

const userKeyBytes = 32

// userKey reads the key, written in hexadecimal, and makes it where it is missing and may be made.
func userKey(path string, create bool) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		key := make([]byte, userKeyBytes)
		_, _ = rand.Read(key) // it never fails
		return key, renameio.WriteFile(path, []byte(hex.EncodeToString(key)), 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("key of users: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) < userKeyBytes {
		return nil, fmt.Errorf("key of users: %s must have %d bytes in hexadecimal", filepath.Base(path), userKeyBytes)
	}
	return key, nil
}
