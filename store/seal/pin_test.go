package seal

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/google/uuid"
)

func TestAPinFitsItsPersonAndKeyFileAlone(t *testing.T) {
	k := fixed(t)
	h := k.HashPin(record, "480193")
	for name, fits := range map[string]bool{
		"the same":       k.IsPin(record, "480193", h),
		"another pin":    !k.IsPin(record, "480194", h),
		"another person": !k.IsPin(uuid.MustParse("0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f11"), "480193", h),
		"another file":   !New().IsPin(record, "480193", h),
		"another salt":   !k.IsPin(record, "480193", PinHash{bytes.Repeat([]byte{1}, 16), h.Hash, h.Cost}),
		"unknown cost":   !k.IsPin(record, "480193", PinHash{h.Salt, nil, 99}),
	} {
		if !fits {
			t.Errorf("%s: it does not hold", name)
		}
	}
	if again := k.HashPin(record, "480193"); bytes.Equal(again.Hash, h.Hash) || bytes.Equal(again.Salt, h.Salt) {
		t.Error("one PIN hashed twice looks the same")
	}
	if newer, err := k.WithNewVersion(); err != nil || !newer.IsPin(record, "480193", h) {
		t.Errorf("a new version of the keys forgets the PIN: %v", err)
	}
}

// What stands in databases must be known by every later version of the program.
func TestThePinFormatStays(t *testing.T) {
	h, _ := fixed(t).pinHash(record, "480193", PinHash{Salt: bytes.Repeat([]byte{7}, 16), Cost: 1})
	if got, want := hex.EncodeToString(h), "06a2e53b2dd21ca4f64f36206dcc6640e229c506cf5314824537e7a2e7fd6fe1"; got != want {
		t.Errorf("hash is %s, was %s", got, want)
	}
}

func BenchmarkPin(b *testing.B) {
	k := New()
	h := k.HashPin(record, "480193")
	for b.Loop() {
		k.IsPin(record, "000000", h)
	}
}
