package auth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Key is a private signing key with its id.
type Key struct {
	ID      string
	Made    time.Time // the file's own time where it does not say
	private *ecdsa.PrivateKey
}

// madeLine stands before the PEM block, where every reader of PEM skips it: the time of a file changes when it is
// copied or mounted.
const madeLine = "Made: "

// GenerateKey makes a new ES256 key; its id is the thumbprint.
func GenerateKey() (Key, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Key{}, fmt.Errorf("generate key: %w", err)
	}
	key, err := newKey(private, "")
	key.Made = time.Now().UTC().Truncate(time.Second)
	return key, err
}

// ParseKey reads a private key written as PKCS #8 PEM or as JWK.
func ParseKey(data []byte) (Key, error) {
	if block, _ := pem.Decode(data); block != nil {
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return Key{}, errors.New("key: the PEM block is no PKCS #8 private key")
		}
		private, ok := parsed.(*ecdsa.PrivateKey)
		if !ok || private.Curve != elliptic.P256() {
			return Key{}, errors.New("key: only EC P-256 keys are accepted")
		}
		key, err := newKey(private, "")
		key.Made = made(data)
		return key, err
	}
	var j JWK
	if err := json.Unmarshal(data, &j); err != nil {
		return Key{}, errors.New("key: neither PEM nor JWK")
	}
	private, err := j.PrivateKey()
	if err != nil {
		return Key{}, err
	}
	return newKey(private, j.ID)
}

// made is what the line before the PEM block says; zero without one.
func made(data []byte) time.Time {
	line, _, _ := strings.Cut(string(data), "\n")
	at, _ := time.Parse(time.RFC3339, strings.TrimSpace(strings.TrimPrefix(line, madeLine)))
	return at
}

// LoadKey reads the key file at path.
func LoadKey(path string) (Key, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Key{}, fmt.Errorf("load key: %w", err)
	}
	key, err := ParseKey(data)
	if err != nil || !key.Made.IsZero() {
		return key, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return Key{}, fmt.Errorf("load key: %w", err)
	}
	key.Made = info.ModTime()
	return key, nil
}

// LoadOrGenerateKey reads the key file at path and makes it when it is absent. The file appears whole or
// not at all, so that two processes which start together end with the same key.
func LoadOrGenerateKey(path string) (Key, error) {
	key, err := LoadKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if key, err = GenerateKey(); err != nil {
		return Key{}, err
	}
	if err := key.save(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return Key{}, err
	}
	return LoadKey(path)
}

// JWK returns the key with its private part.
func (k Key) JWK() (JWK, error) {
	raw, err := k.private.Bytes()
	if err != nil {
		return JWK{}, fmt.Errorf("key: %w", err)
	}
	j, err := publicJWK(&k.private.PublicKey, k.ID)
	j.D = b64.EncodeToString(raw)
	return j, err
}

// Active implements SigningKey.
func (k Key) Active() Key { return k }

// Public returns the public key as it appears in a key set.
func (k Key) Public() (JWK, error) { return publicJWK(&k.private.PublicKey, k.ID) }

func (k Key) save(path string) error {
	der, err := x509.MarshalPKCS8PrivateKey(k.private)
	if err != nil {
		return fmt.Errorf("save key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("save key: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*")
	if err != nil {
		return fmt.Errorf("save key: %w", err)
	}
	defer os.Remove(f.Name())
	block := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	_, err = f.Write(append([]byte(madeLine+k.Made.Format(time.RFC3339)+"\n"), block...))
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("save key: %w", err)
	}
	return os.Link(f.Name(), path)
}

func newKey(private *ecdsa.PrivateKey, id string) (Key, error) {
	if id == "" {
		j, err := publicJWK(&private.PublicKey, "")
		if err != nil {
			return Key{}, err
		}
		id = j.ID
	}
	return Key{ID: id, private: private}, nil
}

func publicJWK(key *ecdsa.PublicKey, id string) (JWK, error) {
	point, err := key.Bytes()
	if err != nil {
		return JWK{}, fmt.Errorf("key: %w", err)
	}
	j := JWK{
		Type: "EC", Curve: "P-256", Alg: "ES256", Use: "sig", ID: id,
		X: b64.EncodeToString(point[1 : 1+coordinate]), Y: b64.EncodeToString(point[1+coordinate:]),
	}
	if j.ID == "" {
		j.ID = j.Thumbprint()
	}
	return j, nil
}
