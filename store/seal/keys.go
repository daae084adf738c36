package seal

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
)

// Keys is what a key file holds. It does not change, may be used by many at once, and never prints its secrets.
type Keys struct {
	versions []*version // rising, at least one
}

// version is one secret and what is derived from it.
type version struct {
	number      int
	secret      []byte
	index, rows []byte
	check       []byte
}

// Check is a version's number and a value that proves it without telling anything of it.
type Check struct {
	Version int
	Value   []byte // 32 bytes
}

// Fingerprint is the short form of the value, as it stands in the key file.
func (c Check) Fingerprint() string { return Fingerprint(c.Value) }

// Fingerprint is the first eight hexadecimal digits of a check value.
func Fingerprint(value []byte) string {
	if len(value) < 4 {
		return ""
	}
	return hex.EncodeToString(value[:4])
}

// New makes keys with one fresh version.
func New() *Keys { return &Keys{versions: []*version{newVersion(1, freshSecret())}} }

// WithNewVersion is k and one fresh version more, which seals from now on.
func (k *Keys) WithNewVersion() (*Keys, error) {
	last := k.versions[len(k.versions)-1].number
	if last == maxVersion {
		return nil, fmt.Errorf("a key file holds at most %d versions", maxVersion)
	}
	versions := append([]*version(nil), k.versions...)
	return &Keys{versions: append(versions, newVersion(last+1, freshSecret()))}, nil
}

// Checks are the check values of all versions, oldest first.
func (k *Keys) Checks() []Check {
	checks := make([]Check, len(k.versions))
	for i, v := range k.versions {
		checks[i] = Check{Version: v.number, Value: v.check}
	}
	return checks
}

// Format hides the secrets from every verb of fmt.
func (k *Keys) Format(f fmt.State, _ rune) { io.WriteString(f, k.shown()) }

// LogValue hides the secrets from structured logs.
func (k *Keys) LogValue() slog.Value { return slog.StringValue(k.shown()) }

func (k *Keys) shown() string {
	if k == nil || len(k.versions) == 0 {
		return "keys (none)"
	}
	v := k.versions[len(k.versions)-1]
	return fmt.Sprintf("keys (version %d, fingerprint %s)", v.number, Fingerprint(v.check))
}

func (k *Keys) version(number int) *version {
	for _, v := range k.versions {
		if v.number == number {
			return v
		}
	}
	return nil
}

func newVersion(number int, secret []byte) *version {
	return &version{
		number: number,
		secret: secret,
		index:  derive(secret, "hotline index"),
		rows:   derive(secret, "hotline rows"),
		check:  derive(secret, "hotline check"),
	}
}

func freshSecret() []byte {
	secret := make([]byte, secretSize)
	rand.Read(secret) // never fails: the program ends where there is no randomness
	return secret
}
