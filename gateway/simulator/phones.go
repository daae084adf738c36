package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"
)

// maxPhoneRequest bounds a request of a phone: a picture far larger than anybody keeps, in base64.
const maxPhoneRequest = 48 << 20

// phonesAPI is everything under /phones/: what pretend phones do and hear. It has no
// password, so it is for loopback; a browser is let in only from a page of this server.
func (c *Company) phonesAPI() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /phones/lines", c.getLines)
	mux.HandleFunc("GET /phones/people", c.getPeople)
	mux.HandleFunc("GET /phones/watch", c.getWatch)
	mux.HandleFunc("GET /phones/media", c.getMedia)
	mux.HandleFunc("GET /phones/errors", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"errors": c.Errors()})
	})
	mux.HandleFunc("GET /phones/faults", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, c.faults.Plan())
	})
	mux.HandleFunc("PUT /phones/faults", c.putFaults)
	mux.HandleFunc("POST /phones/{number}/texts", c.postText)
	mux.HandleFunc("GET /phones/{number}/arrivals", c.getArrivals)
	mux.HandleFunc("POST /phones/{number}/calls", c.postCall)
	mux.HandleFunc("GET /phones/calls/{sid}/events", c.getEvents)
	mux.HandleFunc("POST /phones/calls/{sid}/{act}", c.postAct)
	return http.NewCrossOriginProtection().Handler(onlyOwnPages(mux))
}

// onlyOwnPages refuses a browser that reached us under a name that is not ours to give
// (DNS rebinding), and any change that is not JSON, which no foreign form can send.
func onlyOwnPages(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		browser := r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
		if browser && !isLoopbackName(r.Host) {
			refuse(w, http.StatusForbidden, "open this page as localhost or by its address")
			return
		}
		if r.Method != http.MethodGet {
			mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
			if err != nil || mediaType != "application/json" {
				refuse(w, http.StatusUnsupportedMediaType, "send application/json")
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func isLoopbackName(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return host == "localhost" || net.ParseIP(strings.Trim(host, "[]")) != nil
}

func (c *Company) getLines(w http.ResponseWriter, _ *http.Request) {
	numbers := []string{}
	for _, l := range c.allLines() {
		numbers = append(numbers, l.Number)
	}
	writeJSON(w, http.StatusOK, map[string]any{"lines": numbers})
}

func (c *Company) putFaults(w http.ResponseWriter, r *http.Request) {
	var plan Plan
	if !readJSON(w, r, &plan) {
		return
	}
	c.faults.Set(plan)
	writeJSON(w, http.StatusOK, plan)
}

// textRequest is the body of POST /phones/{number}/texts.
type textRequest struct {
	To    string  `json:"to"`
	Body  string  `json:"body"`
	Media []Media `json:"media,omitempty"`
}

func (c *Company) postText(w http.ResponseWriter, r *http.Request) {
	var req textRequest
	from := r.PathValue("number")
	if !readJSON(w, r, &req) {
		return
	}
	_, ours := c.line(req.To)
	switch {
	case !e164.MatchString(from) || isWithheld(from):
		refuse(w, http.StatusBadRequest, fmt.Sprintf("%q cannot text: a phone number in E.164 is wanted", from))
	case !ours:
		refuse(w, http.StatusNotFound, fmt.Sprintf("%s is not a line of this company", req.To))
	case len([]rune(req.Body)) > maxBody:
		refuse(w, http.StatusBadRequest, fmt.Sprintf("a text has at most %d characters", maxBody))
	case len(req.Media) > 10:
		refuse(w, http.StatusBadRequest, "a text has at most ten media")
	default:
		c.postedText(w, from, req)
	}
}

// postedText delivers a text even when the phone that sent it no longer waits.
func (c *Company) postedText(w http.ResponseWriter, from string, req textRequest) {
	result := make(chan Sent, 1)
	if !c.background(func() { result <- c.receive(from, req.To, req.Body, req.Media) }) {
		refuse(w, http.StatusServiceUnavailable, "the phone company has closed")
		return
	}
	select {
	case sent := <-result:
		writeJSON(w, http.StatusOK, sent)
	case <-c.ctx.Done():
		refuse(w, http.StatusServiceUnavailable, "the phone company has closed")
	}
}

// callRequest is the body of POST /phones/{number}/calls.
type callRequest struct {
	To    string            `json:"to"`
	Extra map[string]string `json:"extra,omitempty"` // parameters for its webhooks, as StirVerstat
}

// callAnswer is what a phone is told of its call.
type callAnswer struct {
	SID    string `json:"sid"`
	Events Events `json:"events"`
}

func (c *Company) postCall(w http.ResponseWriter, r *http.Request) {
	var req callRequest
	from := r.PathValue("number")
	if !readJSON(w, r, &req) {
		return
	}
	if !e164.MatchString(from) && !isWithheld(from) {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("%q is no phone number in E.164 and no withheld caller", from))
		return
	}
	l := c.callIn(from, req.To, req.Extra)
	events, err := l.settled(r.Context(), 0)
	answerAct(w, l, events, err)
}

// actRequest is the body of POST /phones/calls/{sid}/{act}; each act reads its own fields.
type actRequest struct {
	Keys       string `json:"keys,omitempty"`       // press
	Seconds    int    `json:"seconds,omitempty"`    // speak
	Words      string `json:"words,omitempty"`      // speak
	End        string `json:"end,omitempty"`        // speak: keys, or "hangup"; "" is silence. press: "hangup" at the same moment, or ""
	AnsweredBy string `json:"answeredBy,omitempty"` // answer: human (the default), machine_start, fax, unknown …
}

func (c *Company) postAct(w http.ResponseWriter, r *http.Request) {
	var req actRequest
	if !readJSON(w, r, &req) {
		return
	}
	c.mu.Lock()
	l, known := c.calls.get(r.PathValue("sid"))
	c.mu.Unlock()
	if !known {
		refuse(w, http.StatusNotFound, "there is no such call")
		return
	}
	if act := r.PathValue("act"); act == "hangup" {
		events, err := l.leave(r.Context())
		answerAct(w, l, events, err)
		return
	}
	in, err := req.input(r.PathValue("act"))
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	if (in.kind == inAnswer || in.kind == inReject) && !l.rings() {
		refuse(w, http.StatusConflict, "the call does not ring")
		return
	}
	events, err := l.act(r.Context(), in)
	answerAct(w, l, events, err)
}

func (req actRequest) input(act string) (input, error) {
	switch act {
	case "press":
		if req.Keys == "" || strings.Trim(req.Keys, anyKey) != "" {
			return input{}, fmt.Errorf("keys are %s, not %q", anyKey, req.Keys)
		}
		if req.End != endHangup && req.End != "" {
			return input{}, errors.New(`pressing keys ends with "hangup" or ""`)
		}
		return input{kind: inPress, keys: req.Keys, end: req.End}, nil
	case "silence":
		return input{kind: inSilence}, nil
	case "speak":
		if req.End != endHangup && strings.Trim(req.End, anyKey) != "" || req.Seconds < 0 {
			return input{}, errors.New(`speech lasts some seconds and ends with keys, "hangup" or ""`)
		}
		return input{kind: inSpeak, seconds: req.Seconds, words: req.Words, end: req.End}, nil
	case "answer":
		return input{kind: inAnswer, answeredBy: req.AnsweredBy}, nil
	case "reject":
		return input{kind: inReject}, nil
	}
	return input{}, fmt.Errorf("a phone cannot %q", act)
}

func answerAct(w http.ResponseWriter, l *leg, events Events, err error) {
	switch {
	case errors.Is(err, errOver):
		refuse(w, http.StatusConflict, "the call is over")
	case err != nil:
		refuse(w, http.StatusGatewayTimeout, "the line did not settle in time")
	default:
		writeJSON(w, http.StatusOK, callAnswer{SID: l.sid, Events: events})
	}
}

func readJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxPhoneRequest))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil || err == io.EOF { // no body is an empty one
		return true
	}
	refuse(w, http.StatusBadRequest, "the request cannot be read: "+err.Error())
	return false
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) // a phone that is gone cannot be told
}

func refuse(w http.ResponseWriter, status int, sentence string) {
	writeJSON(w, status, map[string]string{"error": sentence})
}
