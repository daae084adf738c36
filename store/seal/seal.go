// Package seal holds the keys of a Hotline and what is done with them: a keyed digest to look a number up by, and sealed bytes to
// keep it in. A copy of the database without the key file tells nothing; the key file without the database tells nothing either.
//
// The key file (keyfile.go) lies outside the database and holds one 32-byte secret per version. Several versions may stand in it:
// the newest seals, every one opens. All other keys are derived from a secret by HKDF-SHA256, none is stored:
//
//	index  Index   HMAC-SHA256 for looking up what must not stand in clear: numbers, codes, the carrier's ids
//	rows   Seal    one AES-256-GCM key per purpose and record, so that a row cannot be moved to another record or column
//	check  Checks  proves which key file a database belongs to, and tells nothing of the secret
//
// The package knows no table, no file layout but its own, and caches nothing per record. Sealing to a key that this server does
// not hold (a ballot's) is not here: rows sealed that way are opaque bytes to it.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

const (
	nonceSize = 12
	// Overhead is by how many bytes a sealed row is longer than what it holds: version, nonce and tag.
	Overhead = 1 + nonceSize + 16
)

// ErrNotOpened says that sealed bytes belong to another record, purpose or key file, or were changed. It does not say which.
var ErrNotOpened = errors.New("sealed bytes do not open: another key file, another record, or they were changed")

// Index is a keyed digest of s, 32 bytes, to find by equality what must not stand in clear. Purposes keep the digests of the same
// string apart. The oldest version in the file is used, so that adding one makes nobody a stranger; moving the index to a newer
// version means computing every index again from what is sealed, and then taking the old version out.
func (k *Keys) Index(purpose, s string) []byte {
	mac := hmac.New(sha256.New, k.versions[0].index)
	msg := make([]byte, 0, 128)
	msg = append(msg, purpose...)
	msg = append(msg, 0)
	msg = append(msg, s...)
	mac.Write(msg)
	return mac.Sum(make([]byte, 0, sha256.Size))
}

// IndexVersion is the version of the key that Index uses.
func (k *Keys) IndexVersion() int { return k.versions[0].number }

// Seal encrypts plain for one record. What comes out is version (1 byte) ‖ nonce (12) ‖ AES-256-GCM of plain, under a key that
// belongs to purpose and id alone, with both as associated data besides. Purpose is "table.column".
func (k *Keys) Seal(purpose string, id uuid.UUID, plain []byte) []byte {
	v := k.versions[len(k.versions)-1]
	label := rowLabel(purpose, id)
	out := make([]byte, 1, Overhead+len(plain))
	out[0] = byte(v.number)
	return v.rowCipher(label).Seal(out, nil, plain, []byte(label))
}

// Open is the inverse of Seal. It fails with ErrNotOpened, or says which version of the key is missing.
func (k *Keys) Open(purpose string, id uuid.UUID, sealed []byte) ([]byte, error) {
	if len(sealed) < Overhead {
		return nil, fmt.Errorf("opening %s: %w", purpose, ErrNotOpened)
	}
	v := k.version(int(sealed[0]))
	if v == nil {
		return nil, fmt.Errorf("opening %s: it is sealed with version %d, which is not in the key file", purpose, sealed[0])
	}
	label := rowLabel(purpose, id)
	plain, err := v.rowCipher(label).Open(nil, nil, sealed[1:], []byte(label))
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", purpose, ErrNotOpened)
	}
	return plain, nil
}

// rowLabel is purpose ‖ 0 ‖ id. No purpose holds a zero byte, so that no two labels are the same.
func rowLabel(purpose string, id uuid.UUID) string {
	b := make([]byte, 0, 64)
	b = append(b, purpose...)
	b = append(b, 0)
	b = append(b, id[:]...)
	return string(b)
}

// rowCipher derives the key of one record by a single HKDF expansion: the secret is uniform already, nothing need be extracted.
func (v *version) rowCipher(label string) cipher.AEAD {
	block, err := aes.NewCipher(derive(v.rows, label))
	if err != nil {
		panic(err) // only a wrong key size, and derive gives 32 bytes
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // only a foreign block cipher
	}
	return aead
}

// derive is HKDF-Expand with SHA-256 to 32 bytes.
func derive(key []byte, label string) []byte {
	out, err := hkdf.Expand(sha256.New, key, label, 32)
	if err != nil {
		panic(err) // only more than 8160 bytes
	}
	return out
}
