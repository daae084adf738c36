package simulator_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"hotline/gateway/simulator"
)

func escape(v string) string { return url.QueryEscape(v) }

const (
	stopped   = "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe."
	restarted = "You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply."
	helped    = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)

// said lists the bodies of the replies to a text.
func (tw *town) said(p *simulator.Phone, body string) string {
	tw.Helper()
	var bodies []string
	for _, r := range tw.text(p, body).Replies {
		bodies = append(bodies, r.Body)
	}
	return strings.Join(bodies, " | ")
}

func TestStopBlocksUntilStart(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", `<Message>The line speaks.</Message>`)
	p := tw.phone(ana)
	for _, turn := range []struct{ says, hears string }{
		{"YES", "The line speaks."},
		{"stop the line", "The line speaks."},
		{" sToP\n", stopped},
		{"hello?", ""},
		{"STOP", ""},
		{"HELP", helped},
		{"yes", restarted + " | The line speaks."},
		{"STOPALL", stopped},
		{"unstop", restarted + " | The line speaks."},
		{"info", helped + " | The line speaks."},
		{"Arret", stopped},
		{"start", restarted + " | The line speaks."},
	} {
		if heard := tw.said(p, turn.says); heard != turn.hears {
			t.Fatalf("%q: heard %q, wanted %q", turn.says, heard, turn.hears)
		}
	}
	if got := tw.askedAt("/sms"); len(got) != 12 || got[2].form.Has("OptOutType") {
		t.Fatalf("%d webhooks; %v", len(got), got[2].form)
	}
	for _, code := range tw.codes() {
		if code != 21610 {
			t.Fatalf("error log: %v", tw.company.Errors())
		}
	}
}

func TestStopIsBetweenOnePhoneAndOneLine(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", `<Message>The line speaks.</Message>`)
	tw.text(tw.phone(ana), "STOP")
	if heard := tw.said(tw.phone(ben), "hello"); heard != "The line speaks." {
		t.Fatalf("Ben heard %q", heard)
	}
	status, body := tw.rest("POST", "/Messages.json", token, map[string]string{"To": ana, "From": line, "Body": "notice"})
	var refused struct{ Code, Status int }
	if err := json.Unmarshal([]byte(body), &refused); err != nil || status != 400 || refused.Code != 21610 || refused.Status != 400 {
		t.Fatalf("%d %s", status, body)
	}
}

func TestALineMayHaveItsOwnWords(t *testing.T) {
	tw := newTown(t, func(cfg *simulator.Config) {
		cfg.Lines[0].AdvancedOptOut = true
		cfg.Lines[0].OptOut = simulator.OptOut{StopWords: []string{"STOP", "ALTO"}, StopText: "No more texts. Calling still works."}
	})
	tw.on("/sms", ``)
	p := tw.phone(ana)
	if heard := tw.said(p, "alto"); heard != "No more texts. Calling still works." {
		t.Fatalf("heard %q", heard)
	}
	tw.said(p, "START")
	tw.said(p, "HELP")
	tw.said(p, "END") // no word of this line
	var kinds []string
	for _, a := range tw.askedAt("/sms") {
		kinds = append(kinds, a.form.Get("OptOutType"))
	}
	if strings.Join(kinds, ",") != "STOP,START,HELP," {
		t.Fatalf("OptOutType %q", kinds)
	}
}
