package twilio

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"hotline/gateway"
	"hotline/gateway/simulator"
	"hotline/store"
)

// A list is followed to its end, by the addresses that stand in it, and no further than its reader wants.
func TestAListIsFollowed(t *testing.T) {
	var asked []string
	c := carrier(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RequestURI())
		if len(asked) == 1 {
			fmt.Fprintf(w, `{"messages": [{"sid": "SM3", "body": "three", "direction": "inbound", "from": %q, "to": %q, "status": "received", "num_media": "2",
				"date_sent": "Mon, 23 Nov 2026 12:00:00 +0000"}, {"sid": "SM2", "body": null, "direction": "outbound-api", "error_code": 30003}],
				"next_page_uri": "/2010-04-01/Accounts/%s/Messages.json?PageSize=200&Page=1&PageToken=PASM2"}`, ana, line, account)
			return
		}
		io.WriteString(w, `{"messages": [{"sid": "SM1", "num_media": "x", "date_created": "Sun, 22 Nov 2026 12:00:00 +0000"}], "next_page_uri": null}`)
	})
	var got []ListedMessage
	since := time.Date(2026, 11, 22, 23, 0, 0, 0, time.FixedZone("New York", -5*3600))
	if err := c.ListMessages(t.Context(), MessageFilter{To: line, Since: since}, func(m ListedMessage) error {
		got = append(got, m)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	same(t, got, []ListedMessage{
		{SID: "SM3", From: ana, To: line, Body: "three", Direction: "inbound", Status: "received", At: got[0].At, Media: 2},
		{SID: "SM2", Direction: "outbound-api", Error: 30003},
		{SID: "SM1", At: got[2].At},
	})
	if !got[0].At.Equal(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)) || !got[2].At.Equal(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("dated %v and %v", got[0].At, got[2].At)
	}
	at := "/base/2010-04-01/Accounts/" + account + "/Messages.json?"
	same(t, asked, []string{at + "DateSent%3E=2026-11-23T04%3A00%3A00Z&PageSize=200&To=%2B12125550100", at + "PageSize=200&Page=1&PageToken=PASM2"})

	asked = nil
	enough := errors.New("enough")
	if err := c.ListMessages(t.Context(), MessageFilter{}, func(ListedMessage) error { return enough }); !errors.Is(err, enough) || len(asked) != 1 {
		t.Errorf("it ended with %v after %d pages", err, len(asked))
	}
}

// The account's token is shown to nobody whom a list names as its next page.
func TestAListThatLeadsElsewhere(t *testing.T) {
	for _, next := range []string{"https://elsewhere.example/x", "//elsewhere.example/x", "x"} {
		asked := 0
		c := carrier(t, func(w http.ResponseWriter, _ *http.Request) {
			asked++
			fmt.Fprintf(w, `{"recordings": [], "messages": [], "next_page_uri": %q}`, next)
		})
		if err := c.ListRecordings(t.Context(), time.Time{}, func(ListedRecording) error { return nil }); err == nil || asked != 1 {
			t.Errorf("%s: %v after %d pages", next, err, asked)
		}
	}
}

func TestAListThatCannotBeRead(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"cut off": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, `{"messages": [{"sid": "`+ana)
		},
		"no JSON": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, ana) },
		"refused": refusing(401, 20003),
		"lost":    cutting,
	} {
		err := carrier(t, answer).ListMessages(t.Context(), MessageFilter{From: line}, func(ListedMessage) error { return nil })
		if err == nil || strings.Contains(err.Error(), "2125550") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What the carrier answers to erasing, in the gateway's terms.
func TestWhatBecomesOfErasing(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		what   string
		want   gateway.EraseCame
		code   int
	}{
		"blanked":           {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"body": ""}`) }, "SM1", gateway.ErasedThere, 0},
		"only said to be":   {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"body": "words"}`) }, "SM1", gateway.RefusedThere, 0},
		"gone":              {refusing(404, 20404), "SM1", gateway.GoneThere, 0},
		"a 404 of a proxy":  {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, "SM1", gateway.RefusedThere, 0},
		"too soon":          {refusing(409, 20009), "SM1", gateway.TooSoonThere, 20009},
		"too many requests": {refusing(429, 20429), "SM1", gateway.BusyThere, 20429},
		"a bare 429":        {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, "SM1", gateway.BusyThere, 0},
		"a wrong token":     {refusing(401, 20003), "SM1", gateway.HaltedThere, 20003},
		"a closed account":  {refusing(403, 20005), "SM1", gateway.HaltedThere, 20005},
		"its own error":     {refusing(500, 20500), "SM1", gateway.AwayThere, 20500},
		"a lost answer":     {cutting, "SM1", gateway.AwayThere, 0},
		"half an answer":    {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"body": `) }, "SM1", gateway.AwayThere, 0},
		"refused":           {refusing(400, 30400), "SM1", gateway.RefusedThere, 30400},
		"no id":             {refusing(200, 0), "../SM1", gateway.RefusedThere, 0},
	} {
		got := carrier(t, c.answer).Erase(t.Context(), store.ErasureText, c.what)
		if got.Came != c.want || got.Code != c.code || (got.Cause == nil) != (c.want == gateway.ErasedThere) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	elsewhere := carrier(t, func(http.ResponseWriter, *http.Request) { t.Error("the carrier was asked") })
	if got := elsewhere.Erase(t.Context(), store.ErasurePicture, "https://elsewhere.example/Messages/SM1/Media/ME1"); got.Came != gateway.RefusedThere {
		t.Errorf("a picture elsewhere: %+v", got)
	}
}

// All that came in is listed with what still stands there, and erased by what the webhooks told of it.
func TestTextsThroughThePhoneCompany(t *testing.T) {
	tw := newTown(t)
	tw.reply = say("Good to know.")
	_, err := tw.phone(ana).Text(tw.ctx, line, "hello", simulator.Media{ContentType: "image/png", Data: []byte("x")})
	tw.must(err)
	tw.quiet()
	reply := tw.logged[0].ID
	sid, err := tw.client.Send(tw.ctx, aMessage())
	tw.must(err)
	tw.quiet()
	list := func() (all []gateway.CarrierText) {
		tw.must(tw.client.Texts(tw.ctx, line, time.Now(), func(c gateway.CarrierText) error {
			all = append(all, c)
			return nil
		}))
		return all
	}
	all := list()
	in := tw.heard[0]
	same(t, all, []gateway.CarrierText{
		{ID: in.Key, Other: ana, Inbound: true, At: all[0].At, Words: true, Files: 1},
		{ID: sid, Other: ana, Placed: true, At: all[1].At, Words: true},
		{ID: reply, Other: ana, At: all[2].At, Words: true},
	})
	for _, one := range all {
		if got := tw.client.Erase(tw.ctx, store.ErasureText, one.ID); got.Came != gateway.ErasedThere {
			t.Errorf("erasing came to %+v", got)
		}
	}
	left, err := tw.client.MediaOf(tw.ctx, in.Key)
	if err != nil || len(left) != 1 {
		t.Errorf("its pictures: %v, %v", left, err)
	}
	for _, want := range []gateway.EraseCame{gateway.ErasedThere, gateway.GoneThere} {
		if got := tw.client.Erase(tw.ctx, store.ErasurePicture, in.Media[0].URL); got.Came != want {
			t.Errorf("erasing a picture came to %+v", got)
		}
	}
	if left, err = tw.client.MediaOf(tw.ctx, in.Key); err != nil || len(left) != 0 {
		t.Errorf("its pictures: %v, %v", left, err)
	}
	for _, one := range list() {
		if one.Words {
			t.Errorf("there stands %+v", one)
		}
	}
}
