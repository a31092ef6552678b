package person

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/renameio/v2"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"

	"w2w/pkg/clock"
)

// sealingFile has the keys that seal persons; the last one that was added stands last.
const sealingFile = "person-aead.json"

// Load reads the two keysets from a folder, and makes them when they are missing and create is set. They are files,
// protected as the folder is, so that a copy of the database alone opens nothing.
func Load(dir string, create bool) (*Vault, error) {
	sealing, err := keysetFile(filepath.Join(dir, sealingFile), aead.AES256GCMKeyTemplate(), create)
	if err != nil {
		return nil, err
	}
	naming, err := keysetFile(filepath.Join(dir, "person-mac.json"), mac.HMACSHA256Tag256KeyTemplate(), create)
	if err != nil {
		return nil, err
	}
	tag, err := mac.New(naming)
	if err != nil {
		return nil, fmt.Errorf("keyset of tax codes: %w", err)
	}
	v := &Vault{dir: dir, mac: tag}
	return v, v.sealBy(sealing)
}

func (v *Vault) sealBy(h *keyset.Handle) error {
	box, err := aead.New(h)
	if err != nil {
		return fmt.Errorf("keyset of persons: %w", err)
	}
	v.aead.Store(&box)
	return nil
}

// Refresh reads the keys that seal again; what can't be read leaves those that are known.
func (v *Vault) Refresh() error {
	h, err := Keys{Dir: v.dir}.open()
	if err != nil {
		return err
	}
	return v.sealBy(h)
}

// followEvery is how late a process may learn that an operator has turned the key.
const followEvery = 30 * time.Second

// Follow refreshes the keys again and again until the context ends, so that no process goes on sealing by a key that is
// about to be dropped; what fails is reported and tried again.
func (v *Vault) Follow(ctx context.Context, failed func(error)) {
	clock.Every(ctx, followEvery, func() {
		if err := v.Refresh(); err != nil {
			failed(err)
		}
	})
}

func keysetFile(name string, template *tinkpb.KeyTemplate, create bool) (*keyset.Handle, error) {
	raw, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && create:
		return writeKeyset(name, template)
	case err != nil:
		return nil, fmt.Errorf("keyset: %w", err)
	}
	return insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(raw)))
}

func writeKeyset(name string, template *tinkpb.KeyTemplate) (*keyset.Handle, error) {
	h, err := keyset.NewHandle(template)
	if err != nil {
		return nil, err
	}
	return h, saveKeyset(name, h)
}

func saveKeyset(name string, h *keyset.Handle) error {
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&b)); err != nil {
		return err
	}
	return renameio.WriteFile(name, b.Bytes(), 0o600)
}
