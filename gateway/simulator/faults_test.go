package simulator_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"hotline/gateway/simulator"
)

// told sends a notice and lists what its status callback was told.
func (tw *town) told() []string {
	tw.Helper()
	status, sent := tw.send(map[string]string{"To": ana, "From": line, "Body": "a", "StatusCallback": tw.owner.URL + "/told", "ValidityPeriod": "1"})
	if status != 201 {
		tw.Fatalf("%d %v", status, sent)
	}
	var told []string
	for _, a := range tw.askedAt("/told") {
		told = append(told, a.form.Get("MessageStatus")+a.form.Get("ErrorCode"))
	}
	return told
}

func TestStatusCallbacksAreSpoilt(t *testing.T) {
	for name, c := range map[string]struct {
		plan simulator.Plan
		want []string
	}{
		"lost":        {simulator.Plan{Status: simulator.StatusFaults{Drop: []string{"sent"}}}, []string{"queued", "delivered"}},
		"all lost":    {simulator.Plan{Status: simulator.StatusFaults{Drop: []string{"*"}}}, nil},
		"doubled":     {simulator.Plan{Status: simulator.StatusFaults{Duplicate: 1, Drop: []string{"queued", "sent"}}}, []string{"delivered", "delivered"}},
		"backwards":   {simulator.Plan{Status: simulator.StatusFaults{Reverse: true}}, []string{"delivered", "sent", "queued"}},
		"late":        {simulator.Plan{Status: simulator.StatusFaults{Delay: simulator.Duration(time.Millisecond)}}, []string{"queued", "sent", "delivered"}},
		"unreachable": {simulator.Plan{Numbers: map[string]simulator.NumberFault{ana: {Undelivered: 30003}}}, []string{"queued", "sent", "undelivered30003"}},
		"failed":      {simulator.Plan{Numbers: map[string]simulator.NumberFault{ana: {Undelivered: 30034, Failed: true}}}, []string{"queued", "sent", "failed30034"}},
		"held":        {simulator.Plan{Hold: true}, []string{"queued", "failed30036"}},
	} {
		tw := newTown(t)
		tw.faults.Set(c.plan)
		if got := tw.told(); !slices.Equal(got, c.want) {
			t.Errorf("%s: told %v, wanted %v", name, got, c.want)
		}
	}
}

func TestAnUnregisteredLineIsBlocked(t *testing.T) {
	tw := newTown(t, func(cfg *simulator.Config) { cfg.Lines[0].Unregistered = true })
	tw.on("/sms", `<Message>Never.</Message>`)
	if sent := tw.text(tw.phone(ana), "hello"); len(sent.Replies) != 0 {
		t.Errorf("sent: %+v", sent)
	}
	if got := tw.told(); !slices.Equal(got, []string{"queued", "sent", "undelivered30034"}) {
		t.Errorf("told %v", got)
	}
}

func TestHeldTextsGoOutLater(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", `<Message>Later.</Message>`)
	tw.faults.Set(simulator.Plan{Hold: true})
	p := tw.phone(ana)
	if sent := tw.text(p, "hello"); len(sent.Replies) != 0 {
		t.Fatalf("sent: %+v", sent)
	}
	tw.faults.Set(simulator.Plan{})
	for a, err := range p.Arrivals(tw.ctx, 0) {
		tw.must(err)
		if a.Text.Body != "Later." {
			t.Errorf("arrived: %+v", a.Text)
		}
		return
	}
	t.Error("it never arrives")
}

func TestAWebhookComesTwice(t *testing.T) {
	tw := newTown(t)
	tw.faults.Set(simulator.Plan{Webhooks: simulator.WebhookFaults{Repeat: 2}})
	tw.on("/sms", `<Message>First.</Message>`, `<Message>Second.</Message>`, `<Message>Third.</Message>`)
	sent := tw.text(tw.phone(ana), "hello")
	if len(sent.Replies) != 1 || sent.Replies[0].Body != "Third." {
		t.Fatalf("sent: %+v", sent)
	}
	got := tw.askedAt("/sms")
	for _, a := range got {
		if a.token != got[0].token || a.form.Encode() != got[0].form.Encode() {
			t.Errorf("asked: %+v", a)
		}
	}
	if len(got) != 3 {
		t.Errorf("asked %d times", len(got))
	}
}

func TestTheRESTAPIFails(t *testing.T) {
	notice := map[string]string{"To": ana, "From": line, "Body": "a"}
	arrived := func(tw *town) int {
		tw.settle()
		inbox, err := tw.phone(ana).Inbox(tw.ctx)
		tw.must(err)
		return len(inbox)
	}
	tw := newTown(t)
	tw.faults.Set(simulator.Plan{REST: []simulator.RESTFault{
		{Method: "POST", Path: "Messages.json", Status: 429, Times: 1},
		{Method: "POST", Path: "Messages.json", Status: 500, After: true, Times: 1},
	}})
	if status, refused := tw.send(notice); status != 429 || refused["code"] != 20429.0 || arrived(tw) != 0 {
		t.Errorf("%d %v", status, refused)
	}
	if status, refused := tw.send(notice); status != 500 || refused["code"] != 20500.0 || arrived(tw) != 1 {
		t.Errorf("%d %v, %d arrived", status, refused, arrived(tw))
	}
	if status, _ := tw.send(notice); status != 201 {
		t.Errorf("%d", status)
	}
	if left := tw.faults.Plan().REST; len(left) != 0 {
		t.Errorf("left: %v", left)
	}

	tw.faults.Set(simulator.Plan{REST: []simulator.RESTFault{{After: true}, {Path: "Calls"}}})
	req, err := http.NewRequestWithContext(tw.ctx, "POST", tw.server.URL+"/2010-04-01/Accounts/"+account+"/Messages.json",
		bytes.NewBufferString("To="+escape(ana)+"&From="+escape(line)+"&Body=a"))
	tw.must(err)
	req.SetBasicAuth(account, token)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if res, err := http.DefaultClient.Do(req); err == nil {
		res.Body.Close()
		t.Errorf("answered %d", res.StatusCode)
	}
	if n := arrived(tw); n != 3 {
		t.Errorf("%d arrived", n)
	}
}

func TestFaultsAreSetOverHTTP(t *testing.T) {
	tw := newTown(t)
	put := func(body string) int {
		req, err := http.NewRequestWithContext(tw.ctx, "PUT", tw.server.URL+"/phones/faults", bytes.NewBufferString(body))
		tw.must(err)
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		tw.must(err)
		defer res.Body.Close()
		return res.StatusCode
	}
	if status := put(`{"hold": true, "end": "first", "status": {"delay": "1.5s"}, "rest": [{"status": 503, "times": 2}]}`); status != 200 {
		t.Fatalf("put: %d", status)
	}
	plan := tw.faults.Plan()
	if !plan.Hold || plan.End != simulator.EndFirst || plan.Status.Delay != simulator.Duration(1500*time.Millisecond) || plan.REST[0].Times != 2 {
		t.Errorf("plan: %+v", plan)
	}
	res, err := http.Get(tw.server.URL + "/phones/faults")
	tw.must(err)
	defer res.Body.Close()
	var again simulator.Plan
	tw.must(json.NewDecoder(res.Body).Decode(&again))
	if again.Status.Delay != plan.Status.Delay {
		t.Errorf("read: %+v", again)
	}
	for _, body := range []string{`{"hodl": true}`, `{"status": {"delay": "soon"}}`, `{"status": {"delay": "-1s"}}`, `{"end": "never"}`, `[`} {
		if status := put(body); status != 400 {
			t.Errorf("%s: %d", body, status)
		}
	}
}

// A list may be late, hold few on a page, and fail on a later page; what waits to be sent is in no list by days.
func TestListsAreSpoilt(t *testing.T) {
	tw := newTown(t)
	list := func(query string) (status, messages int) {
		status, got := tw.rest("GET", "/Messages.json"+query, token, nil)
		all, _ := tw.decoded(got)["messages"].([]any)
		return status, len(all)
	}
	want := func(query string, status, messages int) {
		t.Helper()
		if s, n := list(query); s != status || n != messages {
			t.Errorf("%q: HTTP %d and %d messages, want %d and %d", query, s, n, status, messages)
		}
	}
	tw.faults.Set(simulator.Plan{Hold: true, Lists: simulator.ListFaults{APage: 2}})
	for range 3 {
		tw.send(map[string]string{"To": ana, "From": line, "Body": "a"})
	}
	want("?PageSize=1000", 200, 2)
	want("?PageSize=1", 200, 1)
	want("?DateSent%3E=2000-01-01", 200, 0)
	tw.faults.Set(simulator.Plan{Hold: true, Lists: simulator.ListFaults{Lag: simulator.Duration(time.Hour)}})
	want("", 200, 0)
	tw.faults.Set(simulator.Plan{Hold: true, REST: []simulator.RESTFault{{Path: "Messages.json", Skip: 1, Status: 503}}})
	want("", 200, 3)
	want("", 503, 0)
	tw.faults.Set(simulator.Plan{})
}
