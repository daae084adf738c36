package twilio

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/mux"
)

const (
	maxForm = 64 << 10         // bytes of a webhook's form; the largest real ones are below 20 kB
	longest = 12 * time.Second // for anything asked of the gateway; a turn has a shorter deadline of its own
)

// hook is a webhook that has come through the door: signed by the carrier, about our account.
type hook struct {
	form url.Values
	path map[string]string // variables of the path
}

func (h hook) get(field string) string { return h.form.Get(field) }

// sid is a field that holds an id of the carrier's; empty where it is none, or missing.
func (h hook) sid(field string) string {
	if id := h.get(field); isSID(id) {
		return id
	}
	return ""
}

// route answers a webhook with TwiML, or with nothing (204).
type route func(context.Context, hook) ([]byte, error)

// refusal is an error that is the request's fault. Its reason goes back to the sender and holds nothing of the request.
type refusal struct {
	status int
	reason string
}

func (r refusal) Error() string { return r.reason }

func refuse(status int, reason string) error { return refusal{status, reason} }

// door lets a webhook in, has it answered, and turns what came of it into the terms of HTTP. It is the one place that does.
func (d *desk) door(name string, answer route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		h, err := d.admit(w, r)
		var twiml []byte
		if err == nil {
			// A turn that has begun is finished even when the carrier has stopped waiting: it asks again, and is then told.
			ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), longest)
			twiml, err = answer(ctx, h)
			cancel()
		}
		status := write(w, twiml, err)
		took := time.Since(began)
		d.note(name, h, r.Header.Get("I-Twilio-Idempotency-Token"), status, took, err)
		if d.cfg.Observe != nil {
			d.cfg.Observe(name, status, took)
		}
	})
}

// admit reads a request. Nothing of it is used before its signature is found good.
func (d *desk) admit(w http.ResponseWriter, r *http.Request) (hook, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return hook{}, refuse(http.StatusRequestEntityTooLarge, "the form is larger than any webhook's")
	}
	if err != nil {
		return hook{}, refuse(http.StatusBadRequest, "the form was cut off")
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return hook{}, refuse(http.StatusUnsupportedMediaType, "a webhook is a form (application/x-www-form-urlencoded)")
	}
	form, err := url.ParseQuery(string(body)) // and not r.ParseForm, which mixes in the query
	if err != nil {
		return hook{}, refuse(http.StatusBadRequest, "the form cannot be read")
	}
	signatures := r.Header.Values("X-Twilio-Signature")
	if len(signatures) != 1 || !d.signer.valid(target(r.URL), form, signatures[0]) {
		return hook{}, refuse(http.StatusForbidden, "the signature is missing, or not one of this account for this public URL")
	}
	h := hook{form: form, path: mux.Vars(r)}
	if name := twice(form); name != "" {
		return h, refuse(http.StatusBadRequest, "the field "+name+" was sent twice")
	}
	if d.cfg.AccountSID == "" || h.get("AccountSid") != d.cfg.AccountSID {
		return h, refuse(http.StatusForbidden, "this is not the account that this hotline belongs to")
	}
	return h, nil
}

// target is a request's path and query as they were received.
func target(u *url.URL) string {
	if u.RawQuery != "" || u.ForceQuery {
		return u.EscapedPath() + "?" + u.RawQuery
	}
	return u.EscapedPath()
}

// twice names a field that we use and that came more than once. Each of the carrier's libraries signs such a field differently,
// so that its signature says little about which value was meant.
func twice(form url.Values) string {
	for name, values := range form {
		if len(values) > 1 && used(name) {
			return name
		}
	}
	return ""
}

func used(name string) bool {
	switch name {
	case "AccountSid", "MessageSid", "From", "To", "Body", "NumMedia", "OptOutType",
		"CallSid", "Direction", "CallStatus", "Digits", "RecordingSid", "RecordingUrl", "RecordingDuration", "RecordingStatus",
		"DialCallStatus", "DialBridged", "DialCallDuration", "SipResponseCode",
		"MessageStatus", "ErrorCode":
		return true
	}
	return strings.HasPrefix(name, "MediaUrl") || strings.HasPrefix(name, "MediaContentType")
}

// write answers, and returns the status. What is not the request's fault is a 503: the fragments of our URLs (webhooks.go) have the
// carrier ask again.
func write(w http.ResponseWriter, twiml []byte, err error) int {
	var no refusal
	switch {
	case errors.As(err, &no):
		http.Error(w, no.reason, no.status)
		return no.status
	case err != nil:
		http.Error(w, "not now; please ask again", http.StatusServiceUnavailable)
		return http.StatusServiceUnavailable
	case twiml == nil:
		w.WriteHeader(http.StatusNoContent)
		return http.StatusNoContent
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(twiml) // a carrier that is gone asks again
	return http.StatusOK
}

// note logs a webhook. Numbers, words and the carrier's ids stay out.
func (d *desk) note(name string, h hook, retry string, status int, took time.Duration, err error) {
	level, words := slog.LevelDebug, "webhook answered"
	var no refusal
	switch {
	case errors.As(err, &no):
		level, words = slog.LevelWarn, "webhook refused"
	case err != nil:
		level, words = slog.LevelError, "webhook failed"
	}
	if !d.log.Enabled(context.Background(), level) {
		return
	}
	attrs := []any{"route", name, "status", status, "took", took}
	if h.form != nil {
		attrs = append(attrs, "request", d.requestID(h), "retry", d.digest(retry))
	}
	if err != nil {
		attrs = append(attrs, "cause", err)
	}
	d.log.Log(context.Background(), level, words, attrs...)
}

// requestID tells the log lines of one text or call from others'.
func (d *desk) requestID(h hook) string {
	for _, field := range []string{"MessageSid", "CallSid"} {
		if id := h.get(field); isSID(id) {
			return strings.TrimSuffix(d.digest(id)+"/"+h.path["turn"], "/")
		}
	}
	return ""
}

// digest stands in a log for an id of the carrier's, whose own records tell whose number belongs to the id: a log that held it would
// name the caller of a report filed that second. It can be made from the id only by who has the auth token.
func (d *desk) digest(id string) string {
	if id == "" || len(d.cfg.Tokens) == 0 {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(d.cfg.Tokens[0]))
	mac.Write([]byte("hotline log\x00" + id))
	return hex.EncodeToString(mac.Sum(nil)[:4])
}

// isSID tells whether s can be an id of the carrier's. Such ids go into keys and into paths of the REST API. Twilio's are two
// letters and 32 hexadecimal digits; other carriers use UUIDs.
func isSID(s string) bool {
	for _, c := range []byte(s) {
		if !('0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || c == '-' || c == '_') {
			return false
		}
	}
	return 0 < len(s) && len(s) <= 64
}
