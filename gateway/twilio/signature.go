package twilio

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// signer checks X-Twilio-Signature: Base64(HMAC-SHA1(auth token, URL and then each POST field, sorted by name, as name and value)).
// Source: Twilio's "Security" page and testdata/signature.json.
type signer struct {
	// bases are the spellings of the public URL that the carrier may have signed. Twilio keeps a port by text and drops it by
	// voice over HTTPS, and some of its systems write the default one out; its own libraries try both.
	bases  []string
	tokens []string
}

// newSigner never trusts an empty token, with which anybody could sign. Of a URL that cannot be read nothing verifies.
func newSigner(publicURL string, tokens []string) signer {
	s := signer{tokens: slices.DeleteFunc(slices.Clone(tokens), func(t string) bool { return t == "" })}
	u, err := url.Parse(publicURL)
	if err != nil || u.Host == "" {
		return s
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	host, port := u.Host, u.Port()
	if port != "" {
		host = strings.TrimSuffix(host, ":"+port)
	} else {
		host = strings.TrimSuffix(host, ":")
		port = "443"
		if u.Scheme == "http" {
			port = "80"
		}
	}
	s.bases = []string{u.Scheme + "://" + host + ":" + port + path, u.Scheme + "://" + host + path}
	return s
}

// valid tells whether a request was signed by the carrier. target is its path and query exactly as received: the carrier signs
// its own percent-encoding.
func (s signer) valid(target string, form url.Values, signature string) bool {
	fields := signed(form)
	ok := 0 // every candidate is tried, so that the time taken does not tell which one came close
	for _, token := range s.tokens {
		for _, base := range s.bases {
			mac := hmac.New(sha1.New, []byte(token))
			mac.Write([]byte(base + target))
			mac.Write(fields)
			want := base64.StdEncoding.EncodeToString(mac.Sum(nil)) // and not decoded: base64 has several spellings of some bytes
			ok |= subtle.ConstantTimeCompare([]byte(want), []byte(signature))
		}
	}
	return ok == 1
}

// signed is what is signed of a form. Of a field sent more than once each different value counts once, in order, as most of Twilio's
// libraries have it; those that we use are refused anyway.
func signed(form url.Values) (b []byte) {
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, value := range slices.Compact(slices.Sorted(slices.Values(form[name]))) {
			b = append(append(b, name...), value...)
		}
	}
	return b
}
