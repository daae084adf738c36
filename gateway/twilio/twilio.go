// Package twilio is the phone company: its webhooks in, TwiML out, its REST calls out. Everything that is the carrier's and not
// the hotline's is here, so that a second carrier is a room beside this one.
//
// A webhook passes one door (door.go): size, form, signature, account. What is behind it turns the form into a gateway.Inbound
// (text.go, voice.go, status.go), asks the gateway, and renders its Reply (twiml.go). The client (client.go) sends texts, fetches
// recordings and pictures, and erases at the carrier what was said; verdict.go is the one table of what its error codes mean.
//
// It knows no flow, keeps nothing between two requests, and decides nothing about what a worker is told. Other carriers speak the
// same webhooks and the same REST, so that no host is wired in but as the default.
package twilio

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"hotline/gateway"
	"hotline/store"
)

// Config is what the room needs to know of the carrier's account and of ourselves.
type Config struct {
	// PublicURL is where the carrier reaches us: scheme://host[:port][/path], without what begins at /twilio. Signatures are
	// checked against it, never against Host or X-Forwarded-*. A path is what a proxy takes off before it passes a request on.
	PublicURL  string
	AccountSID string
	Tokens     []string // auth tokens, current and next: the first signs what we send, all of them verify
	APIURL     string   // another carrier's base, or "" for Twilio's own
	Log        *slog.Logger
	Fallback   func(gateway.Channel) gateway.Reply // what to say without a database
	// Observe, where set, is told of every webhook when it is answered. The route is one of a few constant words, and status is
	// that of HTTP.
	Observe func(route string, status int, took time.Duration)
}

// Check says what is wrong with the configuration, as a sentence for who must mend it.
func (c Config) Check() error {
	if err := checkBase(c.PublicURL); err != nil {
		return fmt.Errorf("the public URL %w", err)
	}
	if c.APIURL != "" {
		if err := checkBase(c.APIURL); err != nil {
			return fmt.Errorf("the carrier's API URL %w", err)
		}
	}
	if !isSID(c.AccountSID) {
		return errors.New("the account SID is missing or has characters that no account SID has; copy it from the carrier's console")
	}
	for _, token := range c.Tokens {
		if token == "" {
			return errors.New("an auth token is empty; with two, write them with one comma between")
		}
	}
	if len(c.Tokens) == 0 {
		return errors.New("the auth token is missing; copy the account's primary one from the carrier's console")
	}
	return nil
}

// api is where the REST API begins, without a slash at its end.
func (c Config) api() string {
	if base := strings.TrimRight(c.APIURL, "/"); base != "" {
		return base
	}
	return twilioAPI
}

// recordingURL is where a recording lies: what the carrier's RecordingUrl is, unless the account keeps recordings elsewhere.
func (c Config) recordingURL(sid string) string {
	return c.api() + "/2010-04-01/Accounts/" + c.AccountSID + "/Recordings/" + sid
}

func checkBase(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return errors.New("cannot be read; it looks like https://hotline.example.org")
	case u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		return errors.New("must begin with https:// (or http://) and a host name, as in https://hotline.example.org")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return errors.New("must hold nothing but a scheme, a host and perhaps a port and a path")
	}
	return nil
}

// Hears is what the webhooks need of the gateway.
type Hears struct {
	// Turn answers a text or a step of a call. It never fails, and has its own deadline.
	Turn func(context.Context, gateway.Inbound) gateway.Reply
	// IsLine tells whether a number is ours. On an error the number counts as ours: Turn will say what is true.
	IsLine func(ctx context.Context, number string) (bool, error)
	// HungUp takes what nobody hears an answer to: the end of a call, or a recording that the caller ended by hanging up. An error
	// brings it again.
	HungUp func(context.Context, gateway.Inbound) error
	// RecordingReady says that a recording can be fetched now.
	RecordingReady func(ctx context.Context, id, url string, seconds int) error
	// Delivered tells how a message that we placed is doing: the carrier's id of it, its status ("sent", "delivered", "undelivered", "failed",
	// …) and error code, 0 if none, and whose fault that is. It comes late, twice, out of order, or never.
	Delivered func(ctx context.Context, outgoing, carrierID, status string, code int, blame store.Blame) error
	// Logged tells that the carrier keeps a text of ours, by its id, and its status as for Delivered: of an answer too, whose id is told
	// nowhere else.
	Logged func(ctx context.Context, line, sid, status string) error
	// Whisper is what is said to somebody whose phone rang for a caller, and what they may press; it waits for nothing where they are
	// to be hung up on. Take says that they take the call, and tells whether to connect them. id is that of Reply.Ring.
	Whisper func(ctx context.Context, id string) (gateway.Reply, error)
	Take    func(ctx context.Context, id string) bool
	// Calls is what concerns calls that we place.
	Calls Calls
	// Sound is a recording of the flows by its name, 32 hexadecimal digits and .wav or .mp3. found is false where there is none.
	Sound func(ctx context.Context, name string) (data []byte, found bool, err error)
}

// desk answers the webhooks.
type desk struct {
	cfg    Config
	hears  Hears
	log    *slog.Logger
	signer signer
	media  origins
	root   string // path of the public URL, without a slash at its end
}

// Handler answers everything below /twilio/. It never redirects and never answers 429: the carrier loses the form on the one and
// gives up on the other. A configuration that Check refuses refuses every request.
func Handler(cfg Config, g Hears) http.Handler {
	d := &desk{cfg: cfg, hears: g, log: cfg.Log, signer: newSigner(cfg.PublicURL, cfg.Tokens), media: carrierOrigins(cfg.APIURL)}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	if u, err := url.Parse(cfg.PublicURL); err == nil {
		d.root = strings.TrimRight(u.EscapedPath(), "/")
	}
	r := mux.NewRouter().SkipClean(true) // cleaning a path answers with a redirect
	for path, route := range d.routes() {
		r.Handle(path, d.door(path, route)).Methods(http.MethodPost)
	}
	r.HandleFunc(soundRoute, d.sound)
	r.MethodNotAllowedHandler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "the carrier asks by POST", http.StatusMethodNotAllowed)
	})
	return r
}

func (d *desk) routes() map[string]route {
	return map[string]route{
		"/twilio/sms":                       d.text,
		"/twilio/voice":                     d.call,
		"/twilio/voice/{turn}":              d.step,
		"/twilio/recording":                 d.recording,
		"/twilio/status/call":               d.callEnded,
		"/twilio/status/message/{id}/{mac}": d.delivered,
		replyRoute:                          d.replied,
		whisperRoute:                        d.whisper,
		whisperRoute + "/key":               d.whisperKey,
		placedRoute:                         d.placedAnswered,
		placedRoute + "/key":                d.placedKey,
		placedRoute + "/over":               d.placedOver,
		messageRoute:                        d.message,
		messageRoute + "/key":               d.messageKey,
		toldRoute:                           d.placedTold,
		"/twilio/fallback/sms":              d.fallbackText,
		"/twilio/fallback/voice":            d.fallbackCall,
	}
}
