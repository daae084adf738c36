package simulator

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Sign computes X-Twilio-Signature: Base64(HMAC-SHA1(token, URL and each field, sorted by
// name, as name then value)). The URL is taken as it stands; form is nil for a GET. It is
// exported for tests that make up webhooks of their own.
// Source: Twilio's "Security" page, and testdata/signature.json.
func Sign(token, url string, form url.Values) string {
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(url))
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, value := range form[name] {
			mac.Write([]byte(name + value))
		}
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// signedURL is the form of a URL that goes into the signature: no fragment, no user info,
// and for voice over HTTPS no port. Everything else keeps its exact spelling, so the URL
// is cut as a string and not parsed and printed again.
func signedURL(raw string, voice bool) string {
	raw, _, _ = strings.Cut(raw, "#")
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return raw
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	host, path := rest[:end], rest[end:]
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		host = host[at+1:]
	}
	if colon := strings.LastIndexByte(host, ':'); voice && strings.EqualFold(scheme, "https") && colon > strings.LastIndexByte(host, ']') {
		host = host[:colon]
	}
	return scheme + "://" + host + path
}
