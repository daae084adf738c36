package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// loadOptions are the flags of load.
type loadOptions struct {
	url, data, line, script string
	rate                    float64 // texts a second, whatever comes back; 0: workers wait for their answers
	workers, phones         int
	duration                time.Duration
	json                    bool
}

func loadCommand(fs *flag.FlagSet) action {
	var o loadOptions
	fs.StringVar(&o.url, "url", "", "where the hotline listens, if not at HOTLINE_PUBLIC_URL: `URL` such as http://127.0.0.1:8080")
	fs.StringVar(&o.data, "data", "", "aim at the dev that runs in this `FOLDER`")
	fs.StringVar(&o.line, "line", demoLine, "the `NUMBER` to text")
	fs.StringVar(&o.script, "script", "menu", "what each phone texts: `menu`, rsvp or vote")
	fs.Float64Var(&o.rate, "rate", 0, "open loop: so `MANY` texts a second, whatever comes back")
	fs.IntVar(&o.workers, "workers", 16, "closed loop: so `MANY` at a time, each waiting for its answer")
	fs.IntVar(&o.phones, "phones", 10_000, "from so `MANY` phones")
	fs.DurationVar(&o.duration, "duration", 10*time.Second, "for so `LONG`")
	fs.BoolVar(&o.json, "json", false, "print JSON for programs")
	return func(ctx context.Context, w *world, _ []string) error {
		l, err := w.newLoad(o)
		if err != nil {
			return err
		}
		began := time.Now()
		if o.rate > 0 {
			l.open(ctx)
		} else {
			l.closed(ctx)
		}
		return l.report(w, time.Since(began))
	}
}

// newLoad finds out what to aim at: the environment's hotline or, where that names none, the running dev.
func (w *world) newLoad(o loadOptions) (*load, error) {
	script, ok := loadScripts()[o.script]
	switch {
	case !ok:
		return nil, misused("there is no script %q; there are: menu, rsvp, vote", o.script)
	case o.rate < 0 || o.workers < 1 || o.duration <= 0:
		return nil, misused("--rate, --workers and --duration are more than nothing")
	case o.phones < 1 || o.phones > mostPhones:
		return nil, misused("--phones is from 1 to %d", mostPhones)
	}
	at := devState{PublicURL: w.cfg.PublicURL, AccountSID: w.cfg.AccountSID, AuthToken: w.cfg.AuthToken.reveal()}
	if o.data != "" || at.AuthToken == "" {
		var err error
		if at, err = w.running(o.data); errors.Is(err, errNotRunning) && o.data == "" {
			return nil, fmt.Errorf("%w\nor set HOTLINE_PUBLIC_URL, TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN to aim elsewhere", err)
		} else if err != nil {
			return nil, err
		}
	}
	if at.PublicURL == "" || at.AccountSID == "" {
		return nil, errors.New("HOTLINE_PUBLIC_URL and TWILIO_ACCOUNT_SID are needed beside TWILIO_AUTH_TOKEN")
	}
	token, _, _ := strings.Cut(at.AuthToken, ",")
	target := at.Gateway
	if o.url != "" {
		target = o.url
	}
	if target == "" {
		target = at.PublicURL
	}
	l := &load{
		loadOptions: o, steps: script, account: at.AccountSID, token: token,
		post: strings.TrimRight(target, "/") + "/twilio/sms", signed: strings.TrimRight(at.PublicURL, "/") + "/twilio/sms",
		callers: make([]caller, o.phones), statuses: map[int]int{},
	}
	l.client = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 1024}}
	for i := range l.callers {
		l.callers[i].number = pretendNumber(i)
	}
	return l, nil
}

// mostPhones is how many numbers there are that can be nobody's: a hundred in each of 790 area codes, but for
// the demo's line.
const mostPhones = 790*100 - 1

// pretendNumber is one of them. The first nine are the members of dev's demo.
func pretendNumber(i int) string {
	area := 200 + (12+(i+1)/100)%790
	return fmt.Sprintf("+1%03d55501%02d", area, (i+1)%100)
}

// step is what a phone texts next, given the answer to its last text.
type step func(answer string) string

func literally(words string) step { return func(string) string { return words } }

// loadScripts are what phones text, again and again.
func loadScripts() map[string][]step {
	return map[string][]step{
		"menu": {literally("MENU"), literally("ENGLISH"), literally("MENU"), literally("ESPANOL")},
		"rsvp": {literally("MEETING"), literally("1"), literally("MEETING"), literally("2")},
		"vote": {literally("VOTE"), literally("1"), firstChoice},
	}
}

// firstChoice answers with the number before the first choice offered: the one that counts a vote is drawn for each read-back.
func firstChoice(answer string) string {
	for line := range strings.SplitSeq(answer, "\n") {
		if key, _, ok := strings.Cut(line, " "); ok && strings.Trim(key, "0123456789") == "" && key != "" {
			return key
		}
	}
	return "1"
}

// caller is a phone: where it stands in the script, and what it was answered last. It sends one text at a time.
type caller struct {
	mu     sync.Mutex
	number string
	at     int
	answer string
}
