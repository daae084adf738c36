package twilio

import (
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hotline/gateway/simulator"
)

func TestPublishedVectors(t *testing.T) {
	raw, err := os.ReadFile("testdata/signature.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Token   string
		Vectors []struct {
			Name, URL, Signature string
			Form                 [][2]string
			Valid                bool
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) < 8 {
		t.Fatalf("only %d vectors", len(file.Vectors))
	}
	for _, v := range file.Vectors {
		t.Run(v.Name, func(t *testing.T) {
			u, err := url.Parse(v.URL)
			if err != nil {
				t.Fatal(err)
			}
			form := url.Values{}
			for _, f := range v.Form {
				form.Add(f[0], f[1])
			}
			s := newSigner(u.Scheme+"://"+u.Host, []string{file.Token})
			if got := s.valid(target(u), form, v.Signature); got != v.Valid {
				t.Errorf("valid is %v, wanted %v", got, v.Valid)
			}
		})
	}
}

func TestSignatureAgreesWithTheSimulators(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		form := url.Values{}
		for name, value := range rapid.MapOf(rapid.String(), anyBytes()).Draw(t, "form") {
			form.Set(name, value)
		}
		token := rapid.StringMatching(`[A-Za-z0-9]{1,40}`).Draw(t, "token")
		path := "/twilio/" + url.PathEscape(rapid.String().Draw(t, "path"))
		s := newSigner(public, []string{"another", token})
		for _, base := range []string{public, public + ":443"} {
			signature := simulator.Sign(token, base+path, form)
			if !s.valid(path, form, signature) {
				t.Fatalf("a good signature for %s was refused", base+path)
			}
			if s.valid(path+"x", form, signature) {
				t.Fatal("a signature for another address was taken")
			}
			form.Set("Body", form.Get("Body")+"x")
			if s.valid(path, form, signature) {
				t.Fatal("a signature for another form was taken")
			}
		}
	})
}

// anyBytes draws strings that are as often no UTF-8 as they are.
func anyBytes() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
}

func TestEmptyTokensSignNothing(t *testing.T) {
	form := url.Values{"Body": {"hello"}}
	for _, tokens := range [][]string{nil, {""}, {"", ""}} {
		if newSigner(public, tokens).valid("/twilio/sms", form, simulator.Sign("", public+"/twilio/sms", form)) {
			t.Errorf("with tokens %q anybody can sign", tokens)
		}
	}
}

func TestAddressesTheCarrierMaySign(t *testing.T) {
	for _, c := range []struct{ public, signed string }{
		{"https://h.org", "https://h.org"},
		{"https://h.org", "https://h.org:443"},
		{"https://h.org/", "https://h.org"},
		{"https://h.org:8443", "https://h.org:8443"}, // by text
		{"https://h.org:8443", "https://h.org"},      // by voice
		{"http://h.org", "http://h.org:80"},
		{"https://h.org/hot%20line/", "https://h.org/hot%20line"},
		{"https://user:word@h.org", "https://h.org"},
		{"http://[::1]:8080", "http://[::1]:8080"},
		{"http://[::1]:8080", "http://[::1]"},
	} {
		const path = "/twilio/voice/3?a=%7e&b=c+d"
		if !newSigner(c.public, []string{token}).valid(path, nil, simulator.Sign(token, c.signed+path, nil)) {
			t.Errorf("public URL %s: signed as %s is refused", c.public, c.signed)
		}
	}
	for _, signed := range []string{"http://h.org", "https://h.org:80", "https://other.org", "https://h.org/x"} {
		if newSigner("https://h.org", []string{token}).valid("/twilio/sms", nil, simulator.Sign(token, signed+"/twilio/sms", nil)) {
			t.Errorf("signed as %s is taken", signed)
		}
	}
}

func TestMalformedSignatures(t *testing.T) {
	s := newSigner(public, []string{token})
	good := simulator.Sign(token, public+"/x", nil)
	for _, bad := range []string{"", "=", "AAAA", good + "A", good[:27], " " + good, good + "\n\x00", strings.Repeat("A", 1<<16)} {
		if s.valid("/x", nil, bad) {
			t.Errorf("%.40q is taken", bad)
		}
	}
}

func BenchmarkSignature(b *testing.B) {
	s := newSigner(public, []string{token, next})
	f := textForm("FromCity", "NEW YORK", "FromState", "NY", "FromZip", "10001", "FromCountry", "US", "NumSegments", "1")
	signature := simulator.Sign(token, public+"/twilio/sms", f)
	b.ReportAllocs()
	for b.Loop() {
		s.valid("/twilio/sms", f, signature)
	}
}
