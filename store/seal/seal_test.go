package seal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// fixed are keys that never change: version 1 is 00 01 … 1f, version 2 is 32 times 02.
func fixed(t testing.TB) *Keys {
	secret := make([]byte, 32)
	for i := range secret {
		secret[i] = byte(i)
	}
	return &Keys{versions: []*version{newVersion(1, secret), newVersion(2, bytes.Repeat([]byte{2}, 32))}}
}

var record = uuid.MustParse("0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f10")

// What stands in databases must be found and opened by every later version of the program.
func TestTheFormatStays(t *testing.T) {
	k := fixed(t)
	if got, want := hex.EncodeToString(k.Index("phone", "+12125550101")), "280fc84a23b5b87490fd804b91a08c17807cafcb64e76ea2c04dd32ae80565b7"; got != want {
		t.Errorf("index is %s, was %s", got, want)
	}
	for sealed, want := range map[string]string{
		"016a54e07a76ed790f3027833bbf368f6e22f036c9d06293a884768db31ea5e41d22238063dbf88b556de1761fc5f45391d976a960f293171a": "the lift in hall B is broken",
		"02e51230f3bd68205c1222c67b68b9df46ccf467d482b4e49ca4de5112":                                                         "",
	} {
		b, _ := hex.DecodeString(sealed)
		if got, err := k.Open("report_parts.words", record, b); err != nil || string(got) != want {
			t.Errorf("opened %q, %v; it was %q", got, err, want)
		}
	}
}

func TestWhatIsSealedOpensAgain(t *testing.T) {
	k := fixed(t)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		id := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		sealed := k.Seal("people.name", id, plain)
		if len(sealed) != len(plain)+Overhead || sealed[0] != 2 {
			t.Fatalf("%d bytes sealed with version %d", len(sealed), sealed[0])
		}
		if got, err := k.Open("people.name", id, sealed); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("opened %x, %v", got, err)
		}
	})
}

func TestNothingElseOpens(t *testing.T) {
	k, other := fixed(t), New()
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "plain")
		sealed := k.Seal("people.name", record, plain)
		wrong := record
		wrong[rapid.IntRange(0, 15).Draw(t, "byte of the id")] ^= 1
		flipped := bytes.Clone(sealed)
		flipped[rapid.IntRange(0, len(sealed)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		cut := sealed[:rapid.IntRange(0, len(sealed)-1).Draw(t, "cut")]

		for what, open := range map[string]func() ([]byte, error){
			"another id":      func() ([]byte, error) { return k.Open("people.name", wrong, sealed) },
			"another purpose": func() ([]byte, error) { return k.Open("people.nam", record, sealed) },
			"a flipped bit":   func() ([]byte, error) { return k.Open("people.name", record, flipped) },
			"a part of it":    func() ([]byte, error) { return k.Open("people.name", record, cut) },
			"another key":     func() ([]byte, error) { return other.Open("people.name", record, sealed) },
		} {
			if got, err := open(); err == nil {
				t.Fatalf("%s opened it: %x", what, got)
			}
		}
	})
}

func TestTheSameWordsNeverLookTheSame(t *testing.T) {
	k := New()
	if a, b := k.Seal("p", record, []byte("no")), k.Seal("p", record, []byte("no")); bytes.Equal(a, b) {
		t.Error("two sealings of one text are equal")
	}
}

func TestIndexesKeepPurposesApart(t *testing.T) {
	k := New()
	rapid.Check(t, func(t *rapid.T) {
		p, q := rapid.StringMatching(`[a-z]{0,6}`).Draw(t, "p"), rapid.StringMatching(`[a-z]{0,6}`).Draw(t, "q")
		s := rapid.String().Draw(t, "s")
		if same := bytes.Equal(k.Index(p, s), k.Index(q, s)); same != (p == q) {
			t.Fatalf("purposes %q and %q: same digest %v", p, q, same)
		}
	})
	if bytes.Equal(k.Index("phone", "1"), New().Index("phone", "1")) {
		t.Error("two key files give one index")
	}
}

func TestAMissingVersionIsNamed(t *testing.T) {
	k := fixed(t)
	sealed := k.Seal("people.name", record, []byte("Rosa"))
	_, err := (&Keys{versions: k.versions[:1]}).Open("people.name", record, sealed)
	if err == nil || errors.Is(err, ErrNotOpened) || err.Error() != "opening people.name: it is sealed with version 2, which is not in the key file" {
		t.Errorf("said %v", err)
	}
}

func TestKeysNeverPrint(t *testing.T) {
	k := fixed(t)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		if got := fmt.Sprintf(verb, k); got != k.shown() {
			t.Errorf("%s shows %s", verb, got)
		}
	}
	if got := k.LogValue().String(); got != k.shown() {
		t.Errorf("a log shows %s", got)
	}
}

func BenchmarkSeal(b *testing.B) {
	k, plain := New(), make([]byte, 500)
	b.ReportAllocs()
	for b.Loop() {
		k.Seal("conversations.state", record, plain)
	}
}

func BenchmarkOpen(b *testing.B) {
	k := New()
	sealed := k.Seal("conversations.state", record, make([]byte, 500))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := k.Open("conversations.state", record, sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIndex(b *testing.B) {
	k := New()
	b.ReportAllocs()
	for b.Loop() {
		k.Index("phone", "+12125550101")
	}
}
