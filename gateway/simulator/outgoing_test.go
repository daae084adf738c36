package simulator_test

import (
	"strings"
	"testing"
	"time"

	"hotline/gateway/simulator"
)

// place has the REST API call Ana, and waits for her phone to ring.
func (tw *town) place(form map[string]string) (string, *simulator.Phone, simulator.Ring) {
	tw.Helper()
	sid := tw.placed(form)
	phone := tw.phone(ana)
	ring, _ := tw.rings(phone, 0)
	if ring.SID != sid || ring.From != line {
		tw.Errorf("ring: %+v", ring)
	}
	return sid, phone, ring
}

func (tw *town) placed(form map[string]string) string {
	tw.Helper()
	all := map[string]string{"To": ana, "From": line}
	for name, value := range form {
		all[name] = value
	}
	status, body := tw.rest("POST", "/Calls.json", token, all)
	call := tw.decoded(body)
	if status != 201 || call["status"] != "queued" || call["direction"] != "outbound-api" {
		tw.Fatalf("%d %s", status, body)
	}
	return call["sid"].(string)
}

func (tw *town) callStatus(sid string) string {
	tw.Helper()
	_, body := tw.rest("GET", "/Calls/"+sid+".json", token, nil)
	return tw.decoded(body)["status"].(string)
}

func TestTheLineCallsAPhone(t *testing.T) {
	tw := newTown(t)
	tw.on("/hello", `<Gather numDigits="1" action="/keys"><Say>A message for the person who asked for it. Press 1.</Say></Gather>`)
	tw.on("/keys", `<Say>We meet Friday.</Say>`)
	sid, phone, ring := tw.place(map[string]string{
		"Url": tw.owner.URL + "/hello", "MachineDetection": "Enable",
		"StatusCallback": tw.owner.URL + "/progress", "StatusCallbackEvent": "initiated ringing answered completed",
	})
	call, err := phone.Answer(tw.ctx, ring)
	tw.must(err)
	tw.tells(call.History(), nil, "say A message for the person who asked for it. Press 1.", "? gather")
	if status := tw.callStatus(sid); status != "in-progress" {
		t.Errorf("status %s", status)
	}
	heard, err := call.Press(tw.ctx, "1")
	tw.tells(heard, err, "say We meet Friday.", "end line completed")
	first := tw.askedAt("/hello")[0].form
	if first.Get("From") != line || first.Get("To") != ana || first.Get("Direction") != "outbound-api" || first.Get("AnsweredBy") != "human" || first.Get("CallStatus") != "in-progress" {
		t.Errorf("asked: %v", first)
	}
	var progress []string
	for _, a := range tw.askedAt("/progress") {
		progress = append(progress, a.form.Get("CallStatus")+a.form.Get("CallDuration"))
	}
	if strings.Join(progress, " ") != "initiated ringing in-progress completed4" {
		t.Errorf("told %v", progress)
	}
}

func TestNobodyTakesTheCall(t *testing.T) {
	for want, does := range map[string]func(*town, *simulator.Phone, simulator.Ring) error{
		"busy":      func(tw *town, p *simulator.Phone, r simulator.Ring) error { return p.Reject(tw.ctx, r) },
		"no-answer": func(tw *town, p *simulator.Phone, r simulator.Ring) error { return p.Ignore(tw.ctx, r) },
		"canceled": func(tw *town, p *simulator.Phone, r simulator.Ring) error {
			if status, body := tw.rest("POST", "/Calls/"+r.SID+".json", token, map[string]string{"Status": "canceled"}); status != 200 {
				t.Errorf("%d %s", status, body)
			}
			return nil
		},
	} {
		tw := newTown(t)
		sid, phone, ring := tw.place(map[string]string{"Url": tw.owner.URL + "/hello", "StatusCallback": tw.owner.URL + "/progress"})
		tw.must(does(tw, phone, ring))
		tw.settle()
		got := tw.askedAt("/progress")
		if len(got) != 1 || got[0].form.Get("CallStatus") != want || got[0].form.Get("CallDuration") != "0" || tw.callStatus(sid) != want {
			t.Errorf("%s: %+v", want, got)
		}
		if asked := tw.askedAt("/hello"); len(asked) != 0 {
			t.Errorf("%s: asked %+v", want, asked)
		}
	}
	tw := newTown(t)
	sid := tw.placed(map[string]string{"Url": tw.owner.URL + "/hello", "Timeout": "1"})
	tw.rings(tw.phone(ana), 0)
	for tw.callStatus(sid) == "ringing" { // in real time, for the second asked for
		time.Sleep(50 * time.Millisecond)
	}
	if status := tw.callStatus(sid); status != "no-answer" {
		t.Errorf("status %s", status)
	}
}

func TestAMachineAnswers(t *testing.T) {
	tw := newTown(t)
	_, phone, ring := tw.place(map[string]string{"Url": tw.owner.URL + "/hello", "MachineDetection": "Enable"})
	_, err := phone.AnswerAs(tw.ctx, ring, "machine_start")
	tw.must(err)
	if got := tw.askedAt("/hello")[0].form.Get("AnsweredBy"); got != "machine_start" {
		t.Errorf("AnsweredBy=%s", got)
	}
}

func TestACallUnderWayIsSentElsewhere(t *testing.T) {
	tw := newTown(t)
	tw.on("/voice", `<Gather numDigits="1"><Say>Wait.</Say></Gather>`)
	tw.on("/news", `<Gather numDigits="1"><Say>News.</Say></Gather>`)
	call := tw.call(tw.phone(ana))
	update := func(form map[string]string) (int, string) {
		return tw.rest("POST", "/Calls/"+call.SID+".json", token, form)
	}
	if status, body := update(map[string]string{"Url": tw.owner.URL + "/news"}); status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	tw.until(call, "say News.")
	if status, body := update(map[string]string{"Twiml": `<Response><Say>More.</Say><Pause length="60"/></Response>`}); status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	tw.until(call, "say More.")
	for _, form := range []map[string]string{
		{}, {"Twiml": "<Response><Shout/></Response>"}, {"Url": "/news"}, {"Status": "canceled"}, {"Status": "paused"},
	} {
		if status, body := update(form); status != 400 {
			t.Errorf("%v: %d %s", form, status, body)
		}
	}
	if status, body := update(map[string]string{"Status": "completed"}); status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	tw.until(call, "end rest completed")
	tw.settle()
	if status, body := update(map[string]string{"Status": "completed"}); status != 400 || tw.decoded(body)["code"] != 21220.0 {
		t.Errorf("%d %s", status, body)
	}
}

func TestCallsThatAreRefused(t *testing.T) {
	tw := newTown(t)
	tw.faults.Set(simulator.Plan{Numbers: map[string]simulator.NumberFault{carla: {Refuse: 21215}}})
	ok := map[string]string{"To": ana, "From": line, "Url": "http://example.org/"}
	for _, c := range []struct {
		name, value string
		code        float64
	}{
		{"To", "", 21201}, {"From", "", 21213}, {"To", "ana", 21211}, {"From", "x", 21212}, {"From", ben, 21210},
		{"Url", "", 21205}, {"Url", "/x", 21205}, {"To", carla, 21215}, {"Timeout", "0", 20001}, {"StatusCallback", "x", 21609},
		{"Twiml", "<Response><Shout/></Response>", 12200},
	} {
		form := map[string]string{}
		for name, value := range ok {
			form[name] = value
		}
		form[c.name] = c.value
		if status, body := tw.rest("POST", "/Calls.json", token, form); status != 400 || tw.decoded(body)["code"] != c.code {
			t.Errorf("%+v: %d %s", c, status, body)
		}
	}
}

func TestCallsAndRecordingsAreListed(t *testing.T) {
	tw, call := answeringMachine(t, ``)
	_, err := call.Record(tw.ctx, 5, "words")
	tw.must(err)
	tw.settle()
	for _, path := range []string{"/Recordings.json", "/Recordings.json?CallSid=" + call.SID, "/Calls/" + call.SID + "/Recordings.json"} {
		_, body := tw.rest("GET", path, token, nil)
		list := tw.decoded(body)["recordings"].([]any)
		if len(list) != 1 || list[0].(map[string]any)["duration"] != "5" || list[0].(map[string]any)["status"] != "completed" {
			t.Errorf("%s: %v", path, list)
		}
	}
	_, body := tw.rest("GET", "/Recordings.json?CallSid=CA1", token, nil)
	if list := tw.decoded(body)["recordings"].([]any); len(list) != 0 {
		t.Errorf("another call's: %v", list)
	}
	_, body = tw.rest("GET", "/Calls.json?To="+escape(line)+"&Status=completed", token, nil)
	if list := tw.decoded(body)["calls"].([]any); len(list) != 1 || list[0].(map[string]any)["duration"] == nil {
		t.Errorf("calls: %v", list)
	}
}
