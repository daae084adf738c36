package simulator

import (
	"encoding/json"
	"net/url"
	"os"
	"testing"
)

// Each published vector was made by Twilio or one of its SDKs; a valid one must be among
// the spellings of the URL that Twilio may sign.
func TestSignaturesArePublishedOnes(t *testing.T) {
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
	if len(file.Vectors) == 0 {
		t.Fatal("no vectors")
	}
	for _, v := range file.Vectors {
		form := url.Values{}
		for _, field := range v.Form {
			form.Add(field[0], field[1])
		}
		found := false
		for _, spelling := range spellings(t, v.URL) {
			found = found || Sign(file.Token, spelling, form) == v.Signature
		}
		if found != v.Valid {
			t.Errorf("%s: made %v, published as %v", v.Name, found, v.Valid)
		}
	}
}

// spellings are a URL as given, without its port, and with its scheme's own port.
func spellings(t *testing.T, raw string) []string {
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	bare, full := *u, *u
	bare.Host = u.Hostname()
	full.Host = u.Hostname() + map[string]string{"http": ":80", "https": ":443"}[u.Scheme]
	return []string{raw, bare.String(), full.String()}
}

func TestWhatOfAURLIsSigned(t *testing.T) {
	for _, c := range []struct {
		raw   string
		voice bool
		want  string
	}{
		{"https://example.org/sms#rc=2&rp=ct,rt", false, "https://example.org/sms"},
		{"https://example.org:8443/sms", false, "https://example.org:8443/sms"},
		{"https://example.org:8443/voice", true, "https://example.org/voice"},
		{"http://example.org:8080/voice", true, "http://example.org:8080/voice"},
		{"https://ana:p%40ss@example.org/x", true, "https://example.org/x"},
		{"https://[::1]:8443/x", true, "https://[::1]/x"},
		{"https://[::1]/x", true, "https://[::1]/x"},
		{"https://example.org?a=%7Eb+c", true, "https://example.org?a=%7Eb+c"},
		{"https://example.org/a:1@b", true, "https://example.org/a:1@b"},
	} {
		if got := signedURL(c.raw, c.voice); got != c.want {
			t.Errorf("%s (voice %v): %s, wanted %s", c.raw, c.voice, got, c.want)
		}
	}
}
