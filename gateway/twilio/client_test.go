package twilio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// carrier is a client, and the server that it takes for the carrier.
func carrier(t *testing.T, answer http.HandlerFunc) *Client {
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return New(Config{PublicURL: public, AccountSID: account, Tokens: []string{token, next}, APIURL: server.URL + "/base/"})
}

func refusing(status, code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"code": %d, "message": "The 'To' number %s is not valid", "status": %d}`, code, ana, status)
	}
}

// cutting answers nothing and breaks the connection off.
func cutting(w http.ResponseWriter, r *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		conn.Close()
	}
}

// babbling answers what is no HTTP.
func babbling(w http.ResponseWriter, r *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		fmt.Fprintf(conn, "To %s: We meet Friday.\r\n", ana)
		conn.Close()
	}
}

func aMessage() Message {
	return Message{ID: "m1", To: ana, From: line, Body: "We meet Friday.", Valid: 90*time.Minute + time.Millisecond}
}

func TestSend(t *testing.T) {
	var got url.Values
	c := carrier(t, func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		same(t, []string{r.Method, r.URL.Path, user, password},
			[]string{"POST", "/base/2010-04-01/Accounts/" + account + "/Messages.json", account, token})
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		got = r.PostForm
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, `{"sid": %q, "status": "queued"}`, textSID)
	})
	sid, err := c.Send(t.Context(), aMessage())
	if err != nil || sid != textSID {
		t.Fatalf("sent as %q: %v", sid, err)
	}
	same(t, got, url.Values{
		"To": {ana}, "From": {line}, "Body": {"We meet Friday."}, "ValidityPeriod": {"5401"},
		"StatusCallback": {public + "/twilio/status/message/m1/" + mark(token, forStatus, "m1") + "#rc=5&rp=ct,rt,5xx"},
	})
}

func TestMessagesThatAreNotSent(t *testing.T) {
	c := carrier(t, func(http.ResponseWriter, *http.Request) { t.Error("the carrier was asked") })
	for name, spoil := range map[string]func(*Message){
		"no receiver":      func(m *Message) { m.To = "" },
		"no line":          func(m *Message) { m.From = "" },
		"no words":         func(m *Message) { m.Body = "" },
		"no id":            func(m *Message) { m.ID = "" },
		"an id with slash": func(m *Message) { m.ID = "a/b" },
		"no validity":      func(m *Message) { m.Valid = 0 },
		"a day's validity": func(m *Message) { m.Valid = 24 * time.Hour },
	} {
		m := aMessage()
		spoil(&m)
		if _, err := c.Send(t.Context(), m); verdict(err) != Refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func verdict(err error) Verdict {
	var e *SendError
	if errors.As(err, &e) {
		return e.Verdict
	}
	return ""
}

func TestVerdicts(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   Verdict
		code   int
	}{
		"a landline":             {refusing(400, 21614), BadNumber, 21614},
		"opted out":              {refusing(400, 21610), OptedOut, 21610},
		"a wrong token":          {refusing(401, 20003), Ours, 20003},
		"a proxy's 401":          {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }, Ours, 0},
		"a line that cannot":     {refusing(400, 21606), Destination, 21606},
		"a trial account":        {refusing(400, 21608), Destination, 21608},
		"too long":               {refusing(400, 21617), Refused, 21617},
		"too many requests":      {refusing(429, 20429), Busy, 20429},
		"a full queue":           {refusing(400, 21611), Busy, 21611},
		"a bare 429":             {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, Busy, 0},
		"a 404 of something":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, Refused, 0},
		"a redirect":             {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x", http.StatusFound) }, Refused, 0},
		"a 500":                  {refusing(500, 20500), Ambiguous, 20500},
		"a 503 of a proxy":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, Ambiguous, 0},
		"cut off before":         {cutting, Ambiguous, 0},
		"cut off in the answer":  {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"sid": "SM`) }, Ambiguous, 0},
		"an answer without a id": {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{}`) }, Ambiguous, 0},
		"no JSON":                {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `<html>`) }, Ambiguous, 0},
	} {
		t.Run(name, func(t *testing.T) {
			sid, err := carrier(t, c.answer).Send(t.Context(), aMessage())
			var e *SendError
			if sid != "" || !errors.As(err, &e) || e.Verdict != c.want || e.Code != c.code {
				t.Fatalf("%q, %v; wanted %s", sid, err, c.want)
			}
			if strings.Contains(err.Error(), "2125550") {
				t.Errorf("the error holds a number: %v", err)
			}
		})
	}
}

func TestSilenceOfTheCarrierIsAmbiguous(t *testing.T) {
	release := make(chan struct{})
	c := carrier(t, func(http.ResponseWriter, *http.Request) { <-release })
	t.Cleanup(func() { close(release) })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := c.Send(ctx, aMessage()); verdict(err) != Ambiguous || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestWhatNeverLeftMayBeSentAgain(t *testing.T) {
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody.Close()
	c := New(Config{PublicURL: public, AccountSID: account, Tokens: []string{token}, APIURL: "http://" + nobody.Addr().String()})
	if _, err := c.Send(t.Context(), aMessage()); verdict(err) != Busy {
		t.Errorf("nobody there: %v", err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Send(over, aMessage()); verdict(err) != Busy {
		t.Errorf("stopped before: %v", err)
	}
}

func TestHowLongToWait(t *testing.T) {
	c := carrier(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "3")
		refusing(429, 20429)(w, r)
	})
	var e *SendError
	if _, err := c.Send(t.Context(), aMessage()); !errors.As(err, &e) || e.Wait != 3*time.Second {
		t.Errorf("%v", err)
	}
}

func TestJudge(t *testing.T) {
	seen := map[int]Verdict{}
	for v, list := range codes() {
		for _, code := range list {
			if other, twice := seen[code]; twice {
				t.Errorf("%d is both %s and %s", code, other, v)
			}
			seen[code] = v
			if Judge(code) != v {
				t.Errorf("%d is judged %s", code, Judge(code))
			}
		}
	}
	if Judge(99999) != Refused {
		t.Error("an unknown code suppresses somebody")
	}
}

func TestErase(t *testing.T) {
	var asked string
	status, code := http.StatusOK, 0
	c := carrier(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		asked = r.Method + " " + strings.TrimPrefix(r.URL.Path, "/base/2010-04-01/Accounts/"+account) + " " + string(body)
		if status != http.StatusOK {
			refusing(status, code)(w, r)
			return
		}
		io.WriteString(w, "{}")
	})
	for _, do := range []struct {
		erase func(context.Context, string) error
		want  string
	}{
		{c.Redact, "POST /Messages/SM1.json Body="},
		{c.DeleteMessage, "DELETE /Messages/SM1.json "},
		{c.DeleteRecording, "DELETE /Recordings/SM1.json "},
	} {
		for _, answer := range []struct {
			status, code int
			want         error
		}{{200, 0, nil}, {404, 20404, nil}, {409, 20009, ErrNotFinal}} {
			status, code = answer.status, answer.code
			if err := do.erase(t.Context(), "SM1"); !errors.Is(err, answer.want) || (err == nil) != (answer.want == nil) || asked != do.want {
				t.Errorf("%s (wanted %s), HTTP %d: %v", asked, do.want, status, err)
			}
		}
		status, code = 500, 0
		if err := do.erase(t.Context(), "SM1"); err == nil {
			t.Error("a 500 counts as erased")
		}
		if err := do.erase(t.Context(), "../x"); err == nil {
			t.Error("an id may lead elsewhere")
		}
	}
}

// Every way in which a call of the API can end badly, and what net/http, the carrier and its storage say of it, with numbers.
func TestPhonesDoNotShowInErrors(t *testing.T) {
	answers := map[string]http.HandlerFunc{
		"refused":      refusing(400, 21211),
		"out of order": refusing(500, 20500),
		"cut off":      cutting,
		"no HTTP":      babbling,
		"no JSON":      func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, "<html>%s</html>", ana) },
		"a wrong type": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"sid": {"to": %q}}`, ana) },
		"an odd id":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"sid": %q}`, ana) },
		"sent on": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://evil.example/"+ana, http.StatusFound)
		},
		"sent nowhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://127.0.0.1:1/"+ana, http.StatusFound)
		},
		"sent in a way": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "%zz"+ana)
			w.WriteHeader(302)
		},
	}
	hides := func(t *testing.T, err error) {
		t.Helper()
		for ; err != nil; err = errors.Unwrap(err) { // a log may write any link of the chain, in any way
			if got := fmt.Sprintf("%v %+v %s", err, err, err); strings.Contains(got, "2125550") || strings.Contains(got, "Friday") {
				t.Errorf("%T: %s", err, got)
			}
		}
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			c := carrier(t, answer)
			_, err := c.Send(t.Context(), aMessage())
			if err == nil {
				t.Error("it was sent")
			}
			hides(t, err)
			_, _, err = c.FetchMedia(t.Context(), c.base+"/To/"+ana, 10)
			if err == nil {
				t.Error("it was fetched")
			}
			hides(t, err)
		})
	}
	c := carrier(t, nil)
	_, _, err := c.FetchMedia(t.Context(), "https://evil.example/"+ana, 10)
	hides(t, err)
	_, _, err = c.FetchMedia(t.Context(), c.base+"/%zz"+ana, 10)
	hides(t, err)
	hides(t, c.EraseMedia(t.Context(), c.base+"/Recordings/"+ana))
	_, err = c.Send(t.Context(), Message{To: ana, From: line, Body: "We meet Friday."})
	hides(t, err)
}

func TestEraseMedia(t *testing.T) {
	asked := ""
	answer := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }
	c := carrier(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.Method + " " + strings.TrimPrefix(r.URL.Path, "/base/2010-04-01/Accounts/"+account)
		answer(w, r)
	})
	at := c.cfg.recordingURL("RE1")
	picture := strings.Replace(at, "/Recordings/RE1", "/Messages/MM1/Media/ME1", 1)
	for address, want := range map[string]string{
		at: "DELETE /Recordings/RE1.json", at + ".wav": "DELETE /Recordings/RE1.json", picture: "DELETE /Messages/MM1/Media/ME1.json",
	} {
		if err := c.EraseMedia(t.Context(), address); err != nil || asked != want {
			t.Errorf("%s: asked %s: %v", address, asked, err)
		}
	}
	answer = refusing(404, 20404)
	if err := c.EraseMedia(t.Context(), at); err != nil {
		t.Errorf("gone already: %v", err)
	}
	answer = refusing(409, 20009)
	if err := c.EraseMedia(t.Context(), at); !errors.Is(err, ErrNotFinal) {
		t.Errorf("too soon: %v", err)
	}
	answer = refusing(500, 20500)
	if err := c.EraseMedia(t.Context(), at); err == nil {
		t.Error("a 500 counts as erased")
	}
	answer = func(http.ResponseWriter, *http.Request) { t.Error("the carrier was asked") }
	for _, address := range []string{"", "%zz", "https://evil.example/Recordings/RE1", c.base, c.base + "/Calls/CA1", at + "/x", c.base + "/Recordings/",
		c.base + "/Recordings/..%2f..%2fCalls", c.base + "/Messages/..%2f/Media/ME1"} {
		if err := c.EraseMedia(t.Context(), address); err == nil {
			t.Errorf("%q counts as erased", address)
		}
	}
}
