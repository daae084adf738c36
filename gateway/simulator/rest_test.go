package simulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hotline/gateway/simulator"
)

// decoded is a JSON answer.
func (tw *town) decoded(body string) map[string]any {
	tw.Helper()
	var v map[string]any
	tw.must(json.Unmarshal([]byte(body), &v))
	return v
}

func (tw *town) send(form map[string]string) (int, map[string]any) {
	tw.Helper()
	status, body := tw.rest("POST", "/Messages.json", token, form)
	return status, tw.decoded(body)
}

func TestANoticeIsSentAndTold(t *testing.T) {
	tw := newTown(t)
	status, sent := tw.send(map[string]string{"To": ana, "From": line, "Body": "We meet Friday.", "StatusCallback": tw.owner.URL + "/told", "ValidityPeriod": "600"})
	if status != 201 || sent["status"] != "queued" || sent["direction"] != "outbound-api" || sent["num_segments"] != "1" || sent["date_sent"] != nil {
		t.Fatalf("%d %v", status, sent)
	}
	var told []string
	for _, a := range tw.askedAt("/told") {
		told = append(told, a.form.Get("MessageStatus"))
	}
	if !slices.Equal(told, []string{"queued", "sent", "delivered"}) {
		t.Errorf("told %v", told)
	}
	inbox, err := tw.phone(ana).Inbox(tw.ctx)
	tw.must(err)
	if len(inbox) != 1 || inbox[0].Text.SID != sent["sid"] || inbox[0].Text.Body != "We meet Friday." {
		t.Errorf("inbox: %+v", inbox)
	}
	_, body := tw.rest("GET", "/Messages/"+sent["sid"].(string)+".json", token, nil)
	if got := tw.decoded(body); got["status"] != "delivered" || got["date_sent"] == nil || got["error_code"] != nil {
		t.Errorf("later: %v", got)
	}
}

func TestMessagesThatAreRefused(t *testing.T) {
	tw := newTown(t, func(cfg *simulator.Config) {
		cfg.Lines = append(cfg.Lines, simulator.Line{Number: "+12125550300", VoiceOnly: true})
	})
	tw.faults.Set(simulator.Plan{Numbers: map[string]simulator.NumberFault{carla: {Refuse: 21614}}})
	for _, c := range []struct {
		to, from, body string
		code           int
	}{
		{"", line, "a", 21604}, {ana, "", "a", 21603}, {ana, line, "", 21602}, {"2125550101", line, "a", 21211}, {"+266696687", line, "a", 21211},
		{ana, "line", "a", 21212}, {ana, ben, "a", 21659}, {ana, "+12125550300", "a", 21606}, {line, line, "a", 21266},
		{ana, line, strings.Repeat("a", 1601), 21617}, {carla, line, "a", 21614},
	} {
		status, refused := tw.send(map[string]string{"To": c.to, "From": c.from, "Body": c.body})
		if status != 400 || refused["code"] != float64(c.code) || refused["status"] != 400.0 || refused["more_info"] == "" || refused["message"] == "" {
			t.Errorf("%+v: %d %v", c, status, refused)
		}
	}
	for name, value := range map[string]string{"StatusCallback": "/told", "MediaUrl": "a.jpg", "ValidityPeriod": "0", "MessagingServiceSid": "MG1"} {
		if status, _ := tw.send(map[string]string{"To": ana, "From": line, "Body": "a", name: value}); status < 400 {
			t.Errorf("%s=%s is taken", name, value)
		}
	}
	if status, body := tw.rest("GET", "/Messages.json", "wrong", nil); status != 401 || tw.decoded(body)["code"] != 20003.0 {
		t.Errorf("%d %s", status, body)
	}
	for _, path := range []string{"/Messages/SM1.json", "/Calls/CA1.json", "/Recordings/RE1.json", "/Recordings/RE1.wav", "/Messages/SM1/Media.json", "/IncomingPhoneNumbers/PN1.json", "/Faxes.json"} {
		if status, body := tw.rest("GET", path, token, nil); status != 404 || tw.decoded(body)["code"] != 20404.0 {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	other := tw.server.URL + "/2010-04-01/Accounts/AC9/Messages.json"
	if status, _ := tw.rest("GET", other, token, nil); status != 404 {
		t.Errorf("another account: %d", status)
	}
}

func TestWordsAreErasedAtThePhoneCompany(t *testing.T) {
	tw := newTown(t)
	p := tw.phone(ana)
	sent, err := p.Text(tw.ctx, line, "the lift is broken", simulator.Media{ContentType: "image/png", Data: []byte("x")})
	tw.must(err)
	path := "/Messages/" + sent.SID + ".json"
	if status, body := tw.rest("POST", path, token, map[string]string{"Body": "other words"}); status != 400 {
		t.Errorf("rewritten: %d %s", status, body)
	}
	if status, body := tw.rest("POST", path, token, map[string]string{"Body": ""}); status != 200 || tw.decoded(body)["body"] != "" {
		t.Errorf("redacted: %d %s", status, body)
	}
	_, body := tw.rest("GET", "/Messages/"+sent.SID+"/Media.json", token, nil)
	list := tw.decoded(body)["media_list"].([]any)
	medium := "/Messages/" + sent.SID + "/Media/" + list[0].(map[string]any)["sid"].(string)
	if status, body := tw.rest("GET", medium+".json", token, nil); status != 200 || tw.decoded(body)["content_type"] != "image/png" {
		t.Errorf("medium: %d %s", status, body)
	}
	if status, _ := tw.rest("DELETE", medium+".json", token, nil); status != 204 {
		t.Errorf("delete: %d", status)
	}
	if status, _ := tw.rest("GET", medium, token, nil); status != 404 {
		t.Errorf("deleted: %d", status)
	}
	if status, _ := tw.rest("DELETE", path, token, nil); status != 204 {
		t.Errorf("delete: %d", status)
	}
	if status, _ := tw.rest("GET", path, token, nil); status != 404 {
		t.Errorf("deleted: %d", status)
	}
}

func TestAMessageIsErasedOnlyWhenFinal(t *testing.T) {
	tw := newTown(t)
	tw.faults.Set(simulator.Plan{Hold: true})
	_, sent := tw.send(map[string]string{"To": ana, "From": line, "Body": "a"})
	path := "/Messages/" + sent["sid"].(string) + ".json"
	for _, method := range []string{"POST", "DELETE"} {
		if status, body := tw.rest(method, path, token, map[string]string{"Body": ""}); status != 409 || tw.decoded(body)["code"] != 20009.0 {
			t.Errorf("%s: %d %s", method, status, body)
		}
	}
	tw.faults.Set(simulator.Plan{})
	tw.settle()
	if status, _ := tw.rest("POST", path, token, map[string]string{"Body": ""}); status != 200 {
		t.Errorf("later: %d", status)
	}
}

func TestWhatWasMissedCanBeListed(t *testing.T) {
	now := time.Date(2026, 11, 23, 22, 0, 0, 0, time.FixedZone("New York", -5*3600)) // the 24th in GMT
	tw := newTown(t, func(cfg *simulator.Config) { cfg.Now = func() time.Time { return now } })
	p := tw.phone(ana)
	var sids []string
	for range 5 {
		sids = append(sids, tw.text(p, "hello").SID)
	}
	slices.Reverse(sids) // newest first
	list := func(query string) (found []string, next any) {
		status, body := tw.rest("GET", query, token, nil)
		page := tw.decoded(body)
		if status != 200 {
			t.Fatalf("%s: %d %s", query, status, body)
		}
		for _, m := range page["messages"].([]any) {
			found = append(found, m.(map[string]any)["sid"].(string))
		}
		return found, page["next_page_uri"]
	}
	for query, want := range map[string]int{
		"":                        5,
		"?To=" + escape(line):     5,
		"?From=" + escape(ana):    5,
		"?From=" + escape(ben):    0,
		"?DateSent=2026-11-24":    5,
		"?DateSent=2026-11-23":    0,
		"?DateSent%3E=2026-11-24": 5,
		"?DateSent>=2026-11-25":   0,
		"?DateSent%3C=2026-11-24": 5,
		"?DateSent%3C=2026-11-23": 0,
		"?DateSent%3E=2026-11-24T00%3A00%3A00Z&To=" + escape(line): 5,
	} {
		if found, _ := list("/Messages.json" + query); len(found) != want {
			t.Errorf("%s: %d", query, len(found))
		}
	}
	found, next := list("/Messages.json?PageSize=2")
	tw.text(p, "meanwhile") // shifts nothing
	for next != nil {
		var more []string
		more, next = list(tw.server.URL + next.(string))
		found = append(found, more...)
	}
	if !slices.Equal(found, sids) {
		t.Errorf("pages: %v, wanted %v", found, sids)
	}
	if status, _ := tw.rest("GET", "/Messages.json?DateSent=yesterday", token, nil); status != 400 {
		t.Errorf("yesterday: %d", status)
	}
}

func TestAProgramChecksItsOwnLine(t *testing.T) {
	tw := newTown(t)
	_, body := tw.rest("GET", "/IncomingPhoneNumbers.json?PhoneNumber="+escape(line), token, nil)
	number := tw.decoded(body)["incoming_phone_numbers"].([]any)[0].(map[string]any)
	if number["sms_url"] != tw.owner.URL+"/sms" || number["voice_url"] != tw.owner.URL+"/voice" || number["status_callback"] != tw.owner.URL+"/status" {
		t.Errorf("number: %v", number)
	}
	path := "/IncomingPhoneNumbers/" + number["sid"].(string) + ".json"
	status, body := tw.rest("POST", path, token, map[string]string{"SmsUrl": tw.owner.URL + "/elsewhere", "SmsMethod": http.MethodPost})
	if status != 200 || tw.decoded(body)["sms_url"] != tw.owner.URL+"/elsewhere" {
		t.Fatalf("%d %s", status, body)
	}
	tw.text(tw.phone(ana), "hello")
	if got := tw.askedAt("/elsewhere"); len(got) != 1 {
		t.Errorf("asked: %+v", got)
	}
	for name, value := range map[string]string{"VoiceUrl": "/voice", "VoiceMethod": "GET"} {
		if status, _ := tw.rest("POST", path, token, map[string]string{name: value}); status != 400 {
			t.Errorf("%s=%s: %d", name, value, status)
		}
	}
	if status, _ := tw.rest("GET", path, token, nil); status != 200 {
		t.Errorf("number: %d", status)
	}
	if status, body := tw.rest("GET", ".json", token, nil); status != 200 || tw.decoded(body)["sid"] != account {
		t.Errorf("account: %d %s", status, body)
	}
}

func TestLinesChangeWhileTheCompanyRuns(t *testing.T) {
	tw := newTown(t)
	tw.company.SetLines([]simulator.Line{{Number: "+12125550900", SMSURL: tw.owner.URL + "/sms"}})
	lines, err := tw.phone(ana).Lines(tw.ctx)
	tw.must(err)
	if !slices.Equal(lines, []string{"+12125550900"}) {
		t.Errorf("lines: %v", lines)
	}
	if _, err := tw.phone(ana).Text(tw.ctx, line, "hello"); err == nil {
		t.Error("the old line answers")
	}
}

// The company is done with a text or a recording a while after it is final, and erases nothing before that. What is erased there stays on the
// phone that sent it.
func TestTheCompanyErasesWhenItIsDone(t *testing.T) {
	now := time.Now()
	var ahead atomic.Int64
	tw := newTown(t, func(cfg *simulator.Config) {
		cfg.Settling, cfg.Now = time.Minute, func() time.Time { return now.Add(time.Duration(ahead.Load())) }
	})
	sent, err := tw.phone(ana).Text(tw.ctx, line, "the lift", simulator.Media{ContentType: "image/png", Data: []byte("x")})
	tw.must(err)
	path := "/Messages/" + sent.SID
	blank := func() int {
		status, _ := tw.rest("POST", path+".json", token, map[string]string{"Body": ""})
		return status
	}
	_, body := tw.rest("GET", path+"/Media.json", token, nil)
	sid := tw.decoded(body)["media_list"].([]any)[0].(map[string]any)["sid"].(string)
	if got := blank(); got != 409 {
		t.Errorf("too soon: %d", got)
	}
	if status, _ := tw.rest("DELETE", path+"/Media/"+sid+".json", token, nil); status != 409 {
		t.Errorf("too soon, what came with it: %d", status)
	}
	ahead.Store(int64(time.Minute))
	if got := blank(); got != 200 {
		t.Errorf("after a minute: %d", got)
	}
	if status, _ := tw.rest("DELETE", path+"/Media/"+sid+".json", token, nil); status != 204 {
		t.Errorf("delete: %d", status)
	}
	_, body = tw.rest("GET", path+".json", token, nil)
	if m := tw.decoded(body); m["num_media"] != "1" || m["body"] != "" {
		t.Errorf("afterwards: %v", m)
	}
	if _, body = tw.rest("GET", path+"/Media.json", token, nil); len(tw.decoded(body)["media_list"].([]any)) != 0 {
		t.Errorf("afterwards: %s", body)
	}
	res, err := http.Get(tw.server.URL + "/phones/media?sid=" + sid)
	tw.must(err)
	defer res.Body.Close()
	if shown, err := io.ReadAll(res.Body); err != nil || string(shown) != "x" {
		t.Errorf("the phone shows %q, %v", shown, err)
	}
}
