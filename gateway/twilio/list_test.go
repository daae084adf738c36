package twilio

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"hotline/gateway"
	"hotline/gateway/simulator"
)

func (tw *town) listed(f gateway.ListFilter) (all []gateway.Listed, err error) {
	err = tw.client.ListMessages(tw.ctx, f, func(l gateway.Listed) error {
		all = append(all, l)
		return nil
	})
	return all, err
}

func TestTheListOfMessages(t *testing.T) {
	tw := newTown(t)
	tw.reply = say("Thank you.")
	_, err := tw.phone(ana).Text(tw.ctx, line, "look", simulator.Media{ContentType: "image/png", Data: []byte("picture")})
	tw.must(err)
	for i := range 5 {
		m := aMessage()
		m.Body = fmt.Sprint("Notice ", i)
		_, err := tw.client.Send(tw.ctx, m)
		tw.must(err)
	}
	tw.quiet()
	tw.faults.Set(simulator.Plan{Lists: simulator.ListFaults{APage: 2}, REST: []simulator.RESTFault{{Method: http.MethodGet, Path: "Messages.json", Skip: 2, Status: 429, Times: 1}}})
	today := time.Now()
	sent, err := tw.listed(gateway.ListFilter{From: line, To: ana, Since: today, Until: today})
	tw.must(err)
	if len(sent) != 6 || sent[5].Direction != "outbound-reply" || sent[0].Body != "Notice 4" || sent[0].Phone != ana || sent[0].Status != "delivered" {
		t.Errorf("over three pages and a busy company: %+v", sent)
	}
	if old, err := tw.listed(gateway.ListFilter{From: line, Until: today.AddDate(0, 0, -2)}); err != nil || len(old) != 0 {
		t.Errorf("of the day before yesterday: %+v, %v", old, err)
	}
	in, err := tw.listed(gateway.ListFilter{To: line})
	tw.must(err)
	if len(in) != 1 || in[0].Direction != "inbound" || in[0].Phone != ana || in[0].Media != 1 || time.Since(in[0].Created) > time.Minute {
		t.Fatalf("what came in: %+v", in)
	}
	files, err := tw.client.MediaOf(tw.ctx, in[0].ID)
	tw.must(err)
	if len(files) != 1 || files[0].Type != "image/png" {
		t.Fatalf("its files: %+v", files)
	}
	if data, _, err := tw.client.FetchMedia(tw.ctx, files[0].URL, 100); err != nil || string(data) != "picture" {
		t.Errorf("fetched %q, %v", data, err)
	}

	// A later page that fails is an error, and not the end of the list.
	tw.faults.Set(simulator.Plan{Lists: simulator.ListFaults{APage: 2}, REST: []simulator.RESTFault{{Method: http.MethodGet, Path: "Messages.json", Skip: 1, Status: 500}}})
	if _, err := tw.listed(gateway.ListFilter{From: line}); err == nil || strings.Contains(err.Error(), ana[1:]) {
		t.Errorf("half a list: %v", err)
	}
}

// Whatever a company may answer, a list ends, and is not taken for whole when it is not.
func TestListsThatCannotBeRead(t *testing.T) {
	const good = `{"sid": "` + textSID + `", "direction": "inbound", "from": "` + ana + `", "date_created": "Mon, 23 Nov 2026 12:00:00 +0000"}`
	for name, body := range map[string]string{
		"a circle":         `{"messages": [` + good + `], "next_page_uri": "/2010-04-01/x?Page=1&PageToken=same"}`,
		"no next page":     `{"messages": [], "next_page_uri": "/2010-04-01/x"}`,
		"no time":          `{"messages": [{"sid": "` + textSID + `"}]}`,
		"a time in words":  `{"messages": [{"sid": "` + textSID + `", "date_created": "yesterday"}]}`,
		"no id":            `{"messages": [{"date_created": "Mon, 23 Nov 2026 12:00:00 +0000"}]}`,
		"no JSON":          `<html>` + ana,
		"a list cut short": `{"messages": [` + good,
	} {
		c := carrier(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		n := 0
		err := c.ListMessages(t.Context(), gateway.ListFilter{To: line}, func(gateway.Listed) error { n++; return nil })
		if err == nil || strings.Contains(err.Error(), ana[1:]) {
			t.Errorf("%s: %v", name, err)
		}
		if n > 2 {
			t.Errorf("%s: read %d times", name, n)
		}
	}
}
