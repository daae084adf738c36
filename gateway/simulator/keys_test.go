package simulator

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Whatever is pressed, no key is lost, none counts twice, and a Gather takes no more than
// it asked for.
func TestAGatherLosesNoKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.StringMatching(`[0-9*#]{0,12}`).Draw(t, "keys")
		g := gathering{
			numDigits: rapid.IntRange(0, 6).Draw(t, "numDigits"),
			finish:    rapid.SampledFrom([]string{"", "#", "*", "*#", "0"}).Draw(t, "finishOnKey"),
		}
		rest := g.take(keys)
		switch {
		case g.typed+g.finishedBy+rest != keys:
			t.Fatalf("%q became %q, %q and %q", keys, g.typed, g.finishedBy, rest)
		case g.finish != "" && strings.ContainsAny(g.typed, g.finish):
			t.Fatalf("%q holds a key that finishes", g.typed)
		case g.numDigits > 0 && len(g.typed) > g.numDigits:
			t.Fatalf("%q is too long", g.typed)
		case !g.complete && rest != "":
			t.Fatalf("%q was left although more was wanted", rest)
		}
	})
}

func FuzzOverrides(f *testing.F) {
	for _, seed := range []string{"", "#", "#ct=2000&rt=4500&tt=15000&rc=2&rp=ct,rt,5xx", "#rc=5&rp=all", "#e=x&sni=y", "#%zz", "#rp="} {
		f.Add("https://example.org/sms" + seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		o, fault := parseOverrides(raw)
		if fault != nil {
			if fault.Code != 11100 {
				t.Fatalf("unheard of: %v", fault)
			}
			return
		}
		for _, d := range []int64{o.connect.Milliseconds(), o.read.Milliseconds(), o.total.Milliseconds()} {
			if d < 100 || d > 15_000 {
				t.Fatalf("%+v", o)
			}
		}
		if o.retries < 0 || o.retries > 5 {
			t.Fatalf("%+v", o)
		}
	})
}
