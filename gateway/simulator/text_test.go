package simulator_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"hotline/gateway/simulator"
)

func TestATextIsAnswered(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", `<Message>Welcome, ñ.</Message><Message><Body>€ or reunión</Body><Media>/map.png</Media></Message>`)
	sent := tw.text(tw.phone(ana), "  hello\n")
	if sent.Status != 200 || len(sent.Replies) != 2 {
		t.Fatalf("sent: %+v", sent)
	}
	first, second := sent.Replies[0], sent.Replies[1]
	if first.Body != "Welcome, ñ." || first.Segments != 1 || first.Encoding != simulator.GSM7 || first.From != line || first.To != ana {
		t.Errorf("first: %+v", first)
	}
	if second.Encoding != simulator.UCS2 || !slices.Equal(second.MediaURLs, []string{tw.owner.URL + "/map.png"}) || second.SID[:2] != "MM" {
		t.Errorf("second: %+v", second)
	}
	got := tw.askedAt("/sms")
	for name, want := range map[string]string{
		"Body": "  hello\n", "From": ana, "To": line, "MessageSid": sent.SID, "SmsSid": sent.SID, "SmsMessageSid": sent.SID,
		"AccountSid": account, "ApiVersion": "2010-04-01", "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received",
		"FromCountry": "US", "OptOutType": "",
	} {
		if v := got[0].form.Get(name); v != want {
			t.Errorf("%s=%q, wanted %q", name, v, want)
		}
	}
}

func TestTextsOfAllKindsGetThrough(t *testing.T) {
	tw := newTown(t)
	p := tw.phone(ana)
	for _, body := range []string{
		"", "\x00", strings.Repeat("a", 1600), "👩‍👩‍👧", "שלום", "a\r\nb", "<&>",
	} {
		tw.text(p, body)
		got := tw.askedAt("/sms")
		if last := got[len(got)-1].form.Get("Body"); last != body {
			t.Errorf("%q became %q", body, last)
		}
	}
	if _, err := p.Text(tw.ctx, line, strings.Repeat("a", 1601)); err == nil {
		t.Error("a text of 1601 characters was taken")
	}
	if _, err := p.Text(tw.ctx, ben, "hello"); err == nil {
		t.Error("a phone texted a phone")
	}
	if _, err := tw.phone("anonymous").Text(tw.ctx, line, "hello"); err == nil {
		t.Error("nobody texted")
	}
}

func TestPicturesComeWithAText(t *testing.T) {
	tw := newTown(t)
	pictures := slices.Repeat([]simulator.Media{{ContentType: "image/png", Data: []byte("not really")}}, 10)
	sent, err := tw.phone(ana).Text(tw.ctx, line, "", pictures...)
	tw.must(err)
	got := tw.askedAt("/sms")[0].form
	if got.Get("NumMedia") != "10" || got.Get("MediaContentType9") != "image/png" || sent.SID[:2] != "MM" {
		t.Fatalf("asked: %+v", got)
	}
	url := got.Get("MediaUrl9")
	if status, _ := tw.fetch(url, "wrong"); status != http.StatusUnauthorized {
		t.Errorf("without a password: %d", status)
	}
	if status, body := tw.fetch(url, token); status != 200 || body != "not really" {
		t.Errorf("%d %q", status, body)
	}
}

// fetch gets a URL of the company's with a password.
func (tw *town) fetch(url, password string) (int, string) {
	tw.Helper()
	return tw.rest(http.MethodGet, url, password, nil)
}

func TestAMessageGoesElsewhere(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", `<Message to="`+ben+`">Ana wrote.</Message><Redirect method="GET">/more?step=2</Redirect>`)
	tw.on("/more", `<Message>Told Ben.</Message>`)
	sent := tw.text(tw.phone(ana), "hello")
	if len(sent.Replies) != 1 || sent.Replies[0].Body != "Told Ben." {
		t.Fatalf("sent: %+v", sent)
	}
	inbox, err := tw.phone(ben).Inbox(tw.ctx)
	tw.must(err)
	if len(inbox) != 1 || inbox[0].Text.Body != "Ana wrote." {
		t.Fatalf("inbox: %+v", inbox)
	}
	if got := tw.askedAt("/more"); got[0].method != "GET" || got[0].form.Get("Body") != "hello" || got[0].form.Get("step") != "2" {
		t.Fatalf("asked: %+v", got)
	}
}

func TestAReplyTellsHowItFared(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", `<Message statusCallback="/told">Hi</Message>`)
	sent := tw.text(tw.phone(ana), "hello")
	var statuses []string
	for _, a := range tw.askedAt("/told") {
		statuses = append(statuses, a.form.Get("MessageStatus"))
		if a.form.Get("MessageSid") != sent.Replies[0].SID || a.form.Get("To") != ana {
			t.Errorf("told: %+v", a.form)
		}
	}
	if !slices.Equal(statuses, []string{"queued", "sent", "delivered"}) {
		t.Fatalf("told %v", statuses)
	}
}

func TestRepliesThatCannotBeSent(t *testing.T) {
	for _, c := range []struct {
		message string
		code    int
	}{
		{`<Message from="` + ben + `">Hi</Message>`, 14108},
		{`<Message to="` + line + `">Hi</Message>`, 14101},
		{`<Message>` + strings.Repeat("a", 1601) + `</Message>`, 21617},
	} {
		tw := newTown(t)
		tw.on("/sms", c.message)
		if sent := tw.text(tw.phone(ana), "hello"); len(sent.Replies) != 0 {
			t.Errorf("%s: %+v", c.message, sent)
		}
		tw.hasCodes(c.code)
	}
}

func TestTwoLinesThatAnswerEachOtherAreStopped(t *testing.T) {
	tw := newTown(t, func(cfg *simulator.Config) {
		second := cfg.Lines[0]
		second.Number = "+12125550200"
		cfg.Lines = append(cfg.Lines, second)
	})
	tw.on("/sms", `<Message to="+12125550200">Thank you!</Message>`, `<Message>Thank you!</Message>`)
	tw.text(tw.phone(ana), "hello")
	tw.settle()
	codes := tw.codes()
	if len(codes) != 1 || codes[0] != 14107 {
		t.Fatalf("error log: %v", tw.company.Errors())
	}
	if asked := len(tw.askedAt("/sms")); asked > 40 {
		t.Fatalf("asked %d times", asked)
	}
}

// rest makes a request of the REST API and returns its status and body.
func (tw *town) rest(method, url, password string, form map[string]string) (int, string) {
	tw.Helper()
	values := []string{}
	for name, value := range form {
		values = append(values, name+"="+escape(value))
	}
	if !strings.Contains(url, "://") {
		url = tw.server.URL + "/2010-04-01/Accounts/" + account + url
	}
	req, err := http.NewRequestWithContext(tw.ctx, method, url, strings.NewReader(strings.Join(values, "&")))
	tw.must(err)
	req.SetBasicAuth(account, password)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	tw.must(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	tw.must(err)
	return res.StatusCode, string(body)
}
