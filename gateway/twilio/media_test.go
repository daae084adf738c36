package twilio

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hotline/gateway"
)

// storage makes a client that takes a TLS server for the storage the carrier redirects to.
func storage(t *testing.T, c *Client, answer http.HandlerFunc) *httptest.Server {
	s := httptest.NewTLSServer(answer)
	t.Cleanup(s.Close)
	c.http.Transport = s.Client().Transport
	return s
}

func TestFetchMedia(t *testing.T) {
	c := carrier(t, func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != account || password != token {
			t.Error("asked without credentials")
		}
		w.Header().Set("Content-Type", "audio/x-wav")
		io.WriteString(w, "sound")
	})
	for max, want := range map[int64]error{5: nil, 6: nil, 4: ErrTooLarge} {
		data, kind, err := c.FetchMedia(t.Context(), c.base+"/Recordings/RE1", max)
		if !errors.Is(err, want) || err == nil && (string(data) != "sound" || kind != "audio/x-wav") {
			t.Errorf("at most %d bytes: %q %s %v", max, data, kind, err)
		}
	}
}

func TestFetchMediaOfUnknownLength(t *testing.T) {
	c := carrier(t, func(w http.ResponseWriter, _ *http.Request) {
		for range 100 {
			io.WriteString(w, strings.Repeat("x", 1000))
			w.(http.Flusher).Flush()
		}
	})
	if _, _, err := c.FetchMedia(t.Context(), c.base+"/x", 50_000); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
	if data, _, err := c.FetchMedia(t.Context(), c.base+"/x", 100_000); err != nil || len(data) != 100_000 {
		t.Error(len(data), err)
	}
}

func TestStorageSeesNoCredentials(t *testing.T) {
	var at string
	c := carrier(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, at, http.StatusTemporaryRedirect) })
	s := storage(t, c, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("the storage sees our token")
		}
		w.Header().Set("Content-Type", "image/png")
		io.WriteString(w, "picture")
	})
	at = s.URL + "/short-lived?signature=x"
	if data, kind, err := c.FetchMedia(t.Context(), c.base+"/x", 100); err != nil || string(data) != "picture" || kind != "image/png" {
		t.Errorf("%q %s %v", data, kind, err)
	}
}

func TestRedirectsThatAreNotFollowed(t *testing.T) {
	var at string
	c := carrier(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, at, http.StatusFound) })
	for _, at = range []string{"http://169.254.169.254/latest", "https://user@example.org/", "ftp://example.org/x"} {
		if _, _, err := c.FetchMedia(t.Context(), c.base+"/x", 100); !errors.Is(err, ErrElsewhere) {
			t.Errorf("%s: %v", at, err)
		}
	}
	at = "/base/again"
	if _, _, err := c.FetchMedia(t.Context(), c.base+"/x", 100); err == nil || !strings.Contains(err.Error(), "too often") {
		t.Errorf("a circle: %v", err)
	}
}

func TestMediaThatCannotBeFetched(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		check  func(error) bool
	}{
		"not yet": {refusing(404, 20404), func(err error) bool { return errors.Is(err, gateway.ErrNotYet) }},
		"a 500":   {refusing(500, 20500), func(err error) bool { return strings.Contains(err.Error(), "HTTP 500") }},
		"cut off": {cutting, func(err error) bool { return errors.Is(err, io.EOF) }},
		"cut short": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9")
			io.WriteString(w, "x")
		}, func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }},
	} {
		client := carrier(t, c.answer)
		_, _, err := client.FetchMedia(t.Context(), client.base+"/x", 100)
		if err == nil || !c.check(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	client := carrier(t, func(http.ResponseWriter, *http.Request) { t.Error("it was fetched") })
	for _, url := range []string{"", "https://evil.example/x", "http://localhost:1/x", strings.Replace(client.base, "/base", "@evil.example/", 1)} {
		if _, _, err := client.FetchMedia(t.Context(), url, 100); !errors.Is(err, ErrElsewhere) {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestFetchingHasADeadline(t *testing.T) {
	release := make(chan struct{})
	c := carrier(t, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "x")
		w.(http.Flusher).Flush()
		<-release
	})
	t.Cleanup(func() { close(release) })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, _, err := c.FetchMedia(ctx, c.base+"/x", 100); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
