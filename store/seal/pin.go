package seal

import (
	"crypto/rand"
	"crypto/subtle"

	"github.com/google/uuid"
	"golang.org/x/crypto/argon2"
)

// PinCost is how dear it is to try one PIN. Its number stands beside each hash, so that hashes made before a change stay good.
type PinCost int

// pinCosts are the costs there are. The first is the least that OWASP's Password Storage Cheat Sheet asks of Argon2id (19 MiB, two
// passes, one lane), which RFC 9106 has as the variant to take. About 25 ms on a small machine: BenchmarkPin measures it. Dearer
// would not help much: whoever has the key file besides the database tries a million PINs in a night in any case, and whoever has
// not cannot try one.
func (c PinCost) of() (passes, kib uint32, known bool) {
	switch c {
	case 1:
		return 2, 19 << 10, true
	}
	return 0, 0, false
}

const (
	pinCost = PinCost(1) // of new hashes
	pinSize = 32
)

// PinHash is what is kept of a PIN.
type PinHash struct {
	Salt, Hash []byte // 16 and 32 bytes
	Cost       PinCost
}

// HashPin makes what is kept of a person's PIN, with a salt of its own. It takes 19 MiB while it runs.
func (k *Keys) HashPin(person uuid.UUID, pin string) PinHash {
	h := PinHash{Salt: make([]byte, 16), Cost: pinCost}
	rand.Read(h.Salt) // never fails: the program ends where there is no randomness
	h.Hash, _ = k.pinHash(person, pin, h)
	return h
}

// IsPin tells whether a hash is of this person's PIN. One of an unknown cost is of none.
func (k *Keys) IsPin(person uuid.UUID, pin string, h PinHash) bool {
	again, known := k.pinHash(person, pin, h)
	return known && subtle.ConstantTimeCompare(again, h.Hash) == 1
}

// pinHash puts the PIN under the index key first: without the key file there is nothing to try. The person is in it, so that a hash
// moved to somebody else's row fits nothing.
func (k *Keys) pinHash(person uuid.UUID, pin string, h PinHash) ([]byte, bool) {
	passes, kib, known := h.Cost.of()
	if !known {
		return nil, false
	}
	return argon2.IDKey(k.Index("pin", person.String()+pin), h.Salt, passes, kib, 1, pinSize), true
}
