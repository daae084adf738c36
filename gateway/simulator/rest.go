package simulator

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// maxForm bounds a request to the REST API.
const maxForm = 256 << 10

// apiError is a refusal of the REST API, in the shape Twilio's have.
type apiError struct {
	Code     int    `json:"code"`
	Message  string `json:"message"`
	MoreInfo string `json:"more_info"`
	Status   int    `json:"status"`
}

func refusal400(code int, format string, args ...any) *apiError {
	return newAPIError(http.StatusBadRequest, code, fmt.Sprintf(format, args...))
}

func newAPIError(status, code int, message string) *apiError {
	return &apiError{Code: code, Message: message, Status: status, MoreInfo: fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code)}
}

func notFound(r *http.Request) *apiError {
	return newAPIError(http.StatusNotFound, 20404, "The requested resource "+r.URL.Path+" was not found")
}

// reply is what a request comes to: JSON, bytes of a type, or (204) nothing.
type reply struct {
	status      int
	json        any
	contentType string
	raw         []byte
}

type endpoint func(*http.Request) (reply, *apiError)

// restAPI is the part of Twilio's REST API that a hotline uses.
func (c *Company) restAPI() http.Handler {
	mux := http.NewServeMux()
	for pattern, e := range map[string]endpoint{
		"GET /":                                c.getAccount,
		"GET /Messages.json":                   c.listMessages,
		"POST /Messages.json":                  c.createMessage,
		"GET /Messages/{sid}":                  c.getMessage,
		"POST /Messages/{sid}":                 c.updateMessage,
		"DELETE /Messages/{sid}":               c.deleteMessage,
		"GET /Messages/{sid}/Media.json":       c.listMedia,
		"GET /Messages/{sid}/Media/{media}":    c.getMedium,
		"DELETE /Messages/{sid}/Media/{media}": c.deleteMedium,
		"GET /Calls.json":                      c.listCalls,
		"POST /Calls.json":                     c.createCall,
		"GET /Calls/{sid}":                     c.getCall,
		"POST /Calls/{sid}":                    c.updateCall,
		"DELETE /Calls/{sid}":                  c.deleteCall,
		"GET /Calls/{sid}/Recordings.json":     c.listRecordings,
		"GET /Recordings.json":                 c.listRecordings,
		"GET /Recordings/{sid}":                c.getRecording,
		"DELETE /Recordings/{sid}":             c.deleteRecording,
		"GET /IncomingPhoneNumbers.json":       c.listNumbers,
		"GET /IncomingPhoneNumbers/{sid}":      c.getNumber,
		"POST /IncomingPhoneNumbers/{sid}":     c.updateNumber,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		if path == "/" {
			mux.Handle(method+" /2010-04-01/Accounts/{account}", c.served(e))
			continue
		}
		mux.Handle(method+" /2010-04-01/Accounts/{account}"+path, c.served(e))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { writeReply(w, reply{}, notFound(r)) })
	return c.faulty(mux)
}

// served checks who asks and reads the form before an endpoint runs.
func (c *Company) served(e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !c.authorized(r) {
			w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`)
			writeReply(w, reply{}, newAPIError(http.StatusUnauthorized, 20003, "Authenticate"))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			writeReply(w, reply{}, refusal400(20001, "The form cannot be read"))
			return
		}
		if strings.TrimSuffix(r.PathValue("account"), ".json") != c.account {
			writeReply(w, reply{}, notFound(r))
			return
		}
		rep, refused := e(r)
		writeReply(w, rep, refused)
	})
}

func (c *Company) authorized(r *http.Request) bool {
	user, password, ok := r.BasicAuth()
	same := subtle.ConstantTimeCompare([]byte(user), []byte(c.account)) & subtle.ConstantTimeCompare([]byte(password), []byte(c.token))
	return ok && same == 1
}

func writeReply(w http.ResponseWriter, rep reply, refused *apiError) {
	switch {
	case refused != nil:
		writeJSON(w, refused.Status, refused)
	case rep.json != nil:
		writeJSON(w, max(rep.status, http.StatusOK), rep.json)
	case rep.raw != nil:
		w.Header().Set("Content-Type", rep.contentType)
		w.Write(rep.raw) // who is gone cannot be told
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// faulty spoils requests as the plan says: instead of carrying them out, or after.
func (c *Company) faulty(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fault, spoilt := c.faults.takeREST(r.Method, r.URL.Path)
		if !spoilt {
			next.ServeHTTP(w, r)
			return
		}
		if fault.After {
			next.ServeHTTP(nowhere{}, r)
		}
		select {
		case <-time.After(time.Duration(fault.Delay)):
		case <-r.Context().Done():
		case <-c.ctx.Done():
		}
		if fault.Status == 0 {
			panic(http.ErrAbortHandler) // net/http's way to break a connection off
		}
		code := fault.Code
		if code == 0 && fault.Status == http.StatusTooManyRequests {
			code = 20429
		} else if code == 0 {
			code = 20500
		}
		writeReply(w, reply{}, newAPIError(fault.Status, code, http.StatusText(fault.Status)))
	})
}

// nowhere takes an answer that its asker never gets.
type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) WriteHeader(int)             {}

// sidOf is the SID in a path, without its suffix.
func sidOf(r *http.Request, name string) string {
	sid, _, _ := strings.Cut(r.PathValue(name), ".")
	return sid
}

func (c *Company) getAccount(*http.Request) (reply, *apiError) {
	return reply{json: map[string]any{
		"sid": c.account, "friendly_name": "Pretend account", "status": "active", "type": "Full", "uri": c.uri(".json"),
	}}, nil
}

// date writes a time as Twilio's JSON does; none is null.
func date(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC1123Z)
}

// orNull is a string, or null for none.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
