package twilio

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hotline/gateway"
	"hotline/gateway/simulator"
	"hotline/store"
)

// town is a hotline and a phone company that reach each other over HTTP.
type town struct {
	*house
	company *simulator.Company
	faults  *simulator.Faults
	client  *Client
	url     string // the company's
	ctx     context.Context
}

func newTown(t *testing.T) *town {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	tw := &town{ctx: ctx, faults: &simulator.Faults{}}
	tw.company = simulator.New(simulator.Config{AccountSID: account, AuthToken: token, Faults: tw.faults})
	company := httptest.NewServer(tw.company.Handler())
	t.Cleanup(company.Close)
	t.Cleanup(tw.company.Close)
	tw.url = company.URL

	ours := httptest.NewUnstartedServer(nil)
	tw.house = newHouse(t, func(c *Config) {
		c.PublicURL, c.APIURL = "http://"+ours.Listener.Addr().String(), company.URL
	})
	ours.Config.Handler = tw.handler
	ours.Start()
	t.Cleanup(ours.Close)
	tw.client = New(tw.cfg)
	w := WebhookURLs(tw.cfg.PublicURL)
	tw.company.SetLines([]simulator.Line{{
		Number: line, SMSURL: w.Text, SMSFallbackURL: w.TextFallback, VoiceURL: w.Voice, VoiceFallbackURL: w.VoiceFallback,
		StatusURL: w.CallStatus,
	}})
	return tw
}

func (tw *town) phone(number string) *simulator.Phone {
	tw.Helper()
	p, err := simulator.Dial(tw.url, number)
	tw.must(err)
	return p
}

func (tw *town) must(err error) {
	tw.Helper()
	if err != nil {
		tw.Fatal(err)
	}
}

// quiet waits until nothing is under way and checks that the company has nothing to complain of.
func (tw *town) quiet() {
	tw.Helper()
	tw.must(tw.company.Settle(tw.ctx))
	if problems := tw.company.Errors(); len(problems) > 0 {
		tw.Errorf("the phone company complains: %+v", problems)
	}
}

// does runs one act of a caller and tells what became of it, each inbound as "kind text".
func (tw *town) does(events simulator.Events, err error) []gateway.Inbound {
	tw.Helper()
	tw.must(err)
	tw.mu.Lock()
	defer tw.mu.Unlock()
	heard := tw.heard
	tw.heard = nil
	return heard
}

func TestATextThroughThePhoneCompany(t *testing.T) {
	tw := newTown(t)
	tw.reply = say("¿Qué pasó? <&> \"words\"")
	sent, err := tw.phone(ana).Text(tw.ctx, line, "the lift\x00 is broken", simulator.Media{ContentType: "image/png", Data: []byte("picture")})
	tw.must(err)
	if len(sent.Replies) != 1 || sent.Replies[0].Body != "¿Qué pasó? <&> \"words\"" {
		t.Errorf("the phone received %+v", sent)
	}
	in := tw.does(nil, nil)[0]
	if in.Text != "the lift\x00 is broken" || in.From != ana || len(in.Media) != 1 {
		t.Fatalf("heard %+v", in)
	}
	data, kind, err := tw.client.FetchMedia(tw.ctx, in.Media[0].URL, 100)
	if err != nil || string(data) != "picture" || kind != "image/png" {
		t.Errorf("fetched %q %s %v", data, kind, err)
	}
	tw.quiet()
}

func TestACallThroughThePhoneCompany(t *testing.T) {
	tw := newTown(t)
	ask := say("For safety, press one.")
	ask.Wait, ask.Turn = waitForKeys(), 1
	tw.reply = ask
	call, err := tw.phone("").Call(tw.ctx, line)
	in := tw.does(nil, err)
	same(t, in[0], gateway.Inbound{Key: call.SID + "/0", Line: line, Channel: gateway.Voice, Call: call.SID, Kind: gateway.KindCall})

	tw.reply.Turn = 2
	if in = tw.does(call.Silence(tw.ctx)); len(in) != 1 || in[0].Kind != gateway.KindSilence || in[0].Answers != 1 {
		t.Errorf("silence was heard as %+v", in)
	}
	tw.reply.Turn = 3
	if in = tw.does(call.Press(tw.ctx, "#")); len(in) != 1 || in[0].Kind != gateway.KindKeys || in[0].Text != "#" {
		t.Errorf("# was heard as %+v", in)
	}
	tw.reply = gateway.Reply{Turn: 4, Wait: &gateway.Wait{Record: 3 * time.Minute, Finish: "#", Timeout: 5 * time.Second}}
	if in = tw.does(call.Press(tw.ctx, "1")); len(in) != 1 || in[0].Text != "1" || in[0].Key != call.SID+"/3" {
		t.Errorf("1 was heard as %+v", in)
	}
	tw.reply.Turn = 5
	if in = tw.does(call.Silence(tw.ctx)); len(in) != 1 || in[0].Kind != gateway.KindSilence || in[0].Answers != 4 {
		t.Errorf("a recording of nothing was heard as %+v", in)
	}
	tw.reply = say("Thank you.")
	if in = tw.does(call.RecordUntil(tw.ctx, 7, "the lift is broken", "#")); len(in) == 0 || in[0].Kind != gateway.KindRecording || in[0].Rec.Seconds != 7 {
		t.Fatalf("the recording was heard as %+v", in)
	}
	rec := in[0].Rec
	tw.quiet()
	same(t, tw.told, []told{{"recording", rec.ID, rec.URL, 7}})
	if data, kind, err := tw.client.FetchMedia(tw.ctx, rec.URL, 1<<20); err != nil || len(data) < 1000 || kind != "audio/x-wav" {
		t.Errorf("fetched %d bytes of %s: %v", len(data), kind, err)
	}
	tw.must(tw.client.EraseMedia(tw.ctx, rec.URL))
	tw.must(tw.client.EraseMedia(tw.ctx, rec.URL)) // gone counts as done
	if _, _, err := tw.client.FetchMedia(tw.ctx, rec.URL, 1<<20); !errors.Is(err, gateway.ErrNotYet) {
		t.Errorf("after deleting: %v", err)
	}
}

func TestHangingUpWhileRecording(t *testing.T) {
	tw := newTown(t)
	tw.reply = gateway.Reply{Turn: 1, Wait: &gateway.Wait{Record: 3 * time.Minute, Finish: "#", Timeout: 5 * time.Second}}
	call, err := tw.phone(ana).Call(tw.ctx, line)
	tw.does(nil, err)
	_, err = call.RecordUntil(tw.ctx, 4, "please", simulator.Hangup)
	tw.must(err)
	tw.quiet()
	in := tw.does(nil, nil)
	if len(in) != 2 || in[0].Kind != gateway.KindRecording || !in[0].HungUp || in[1].Kind != gateway.KindHangup || in[1].Key != call.SID+"/end" {
		t.Errorf("heard %+v", in)
	}
}

func TestALongAnswerIsStillTwiML(t *testing.T) {
	tw := newTown(t)
	tw.reply = say(strings.Repeat("<&> seven letters \x00 ", 5000))
	tw.reply.Wait, tw.reply.Turn = waitForKeys(), 1
	_, err := tw.phone(ana).Call(tw.ctx, line)
	tw.must(err)
	tw.quiet()
}

func TestAMessageFromSendingToErasing(t *testing.T) {
	tw := newTown(t)
	tw.faults.Set(simulator.Plan{Hold: true})
	sid, err := tw.client.Send(tw.ctx, aMessage())
	tw.must(err)
	if err := tw.client.Redact(tw.ctx, sid); !errors.Is(err, ErrNotFinal) {
		t.Errorf("redacted too soon: %v", err)
	}
	tw.faults.Set(simulator.Plan{})
	tw.quiet()
	arrived, err := tw.phone(ana).Inbox(tw.ctx)
	tw.must(err)
	if len(arrived) != 1 || arrived[0].Text.Body != "We meet Friday." {
		t.Errorf("arrived: %+v", arrived)
	}
	if last := tw.told[len(tw.told)-1]; last != (told{"message", "m1", "delivered", 0}) {
		t.Errorf("the last status was %+v", last)
	}
	tw.must(tw.client.Redact(tw.ctx, sid))
	tw.must(tw.client.DeleteMessage(tw.ctx, sid))
}

func TestWhatThePhoneCompanyRefuses(t *testing.T) {
	tw := newTown(t)
	_, err := tw.phone(ana).Text(tw.ctx, line, "STOP")
	tw.must(err)
	if _, err := tw.client.Send(tw.ctx, aMessage()); verdict(err) != OptedOut {
		t.Errorf("after STOP: %v", err)
	}
	m := aMessage()
	m.To = "+1"
	if _, err := tw.client.Send(tw.ctx, m); verdict(err) != BadNumber {
		t.Errorf("no number: %v", err)
	}
	wrong := tw.cfg
	wrong.Tokens = []string{"another"}
	if _, err := New(wrong).Send(tw.ctx, aMessage()); verdict(err) != Ours {
		t.Errorf("a wrong token: %v", err)
	}
	m = aMessage()
	m.To = "+12125550102"
	tw.faults.Set(simulator.Plan{REST: []simulator.RESTFault{{Method: "POST", Path: "Messages.json", After: true}}})
	if _, err := tw.client.Send(tw.ctx, m); verdict(err) != Ambiguous {
		t.Errorf("an answer that was lost: %v", err)
	}
	tw.quiet()
	if last := tw.told[len(tw.told)-1]; last != (told{"message", "m1", "delivered", 0}) {
		t.Errorf("its status did not come back: %+v", tw.told)
	}
}

func TestSettingsAtThePhoneCompany(t *testing.T) {
	tw := newTown(t)
	have, ok, err := tw.client.Webhooks(tw.ctx, line)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if missing := WebhookURLs(tw.cfg.PublicURL).Missing(have); len(missing) > 0 {
		t.Error(missing)
	}
}

// What the carrier answers to a message, in the gateway's terms.
func TestWhatBecomesOfAMessage(t *testing.T) {
	tw := newTown(t)
	if p := tw.client.Place(tw.ctx, aMessage()); p.State != store.SendAccepted || p.ID == "" {
		t.Errorf("placed: %+v", p)
	}
	tw.faults.Set(simulator.Plan{REST: []simulator.RESTFault{{Method: "POST", Path: "Messages.json", After: true}}})
	if p := tw.client.Place(tw.ctx, aMessage()); p.State != store.SendUnknown {
		t.Errorf("an answer that was lost: %+v", p)
	}
	tw.faults.Set(simulator.Plan{REST: []simulator.RESTFault{{Method: "POST", Path: "Messages.json", Status: 429}}})
	if p := tw.client.Place(tw.ctx, aMessage()); p.State != store.SendReady {
		t.Errorf("too many: %+v", p)
	}
	tw.faults.Set(simulator.Plan{})
	_, err := tw.phone(ana).Text(tw.ctx, line, "STOP")
	tw.must(err)
	if p := tw.client.Place(tw.ctx, aMessage()); p.State != store.SendRefused || !p.Stopped || p.Code != 21610 {
		t.Errorf("after STOP: %+v", p)
	}
	m := aMessage()
	m.Valid = 0
	if p := tw.client.Place(tw.ctx, m); p.State != store.SendRefused || p.Stopped {
		t.Errorf("without a validity: %+v", p)
	}
}
