package twilio

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"hotline/gateway"
	"hotline/gateway/simulator"
	"hotline/store"
)

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
