package simulator_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"hotline/gateway/simulator"
)

// What is not a picture that a browser shows safely is kept for the line, and not handed to a page.
func TestOnlyPicturesAreShown(t *testing.T) {
	tw := newTown(t)
	p := tw.phone(ana)
	_, err := p.Text(tw.ctx, line, "look", simulator.Media{ContentType: "image/png", Data: []byte("x")}, simulator.Media{ContentType: "image/svg+xml", Data: []byte("<svg/>")})
	tw.must(err)
	frames := tw.watches(url.Values{"phone": {ana + "@0"}}, 2)
	media := frames[1].Entry.Sent.Media
	for i, want := range []int{200, 404} {
		if res := tw.gets("/phones/media?sid=" + media[i].SID); res.StatusCode != want {
			t.Errorf("%s: %d", media[i].ContentType, res.StatusCode)
		}
	}
}

// gets asks the company for a path, as a page of its own does.
func (tw *town) gets(path string) *http.Response {
	tw.Helper()
	res, err := http.Get(tw.server.URL + path)
	tw.must(err)
	res.Body.Close()
	return res
}

// watches reads so many frames of a stream.
func (tw *town) watches(query url.Values, n int) (frames []simulator.Frame) {
	tw.Helper()
	res, err := http.Get(tw.server.URL + "/phones/watch?" + query.Encode())
	tw.must(err)
	defer res.Body.Close()
	for lines := bufio.NewScanner(res.Body); len(frames) < n && lines.Scan(); {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			var f simulator.Frame
			tw.must(json.Unmarshal([]byte(data), &f))
			frames = append(frames, f)
		}
	}
	return frames
}

func TestOneStreamForPhonesAndCalls(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", `<Message>Reply.</Message>`)
	tw.on("/voice", `<Say>Hello.</Say>`)
	p := tw.phone(ana)
	tw.text(p, "hello")
	call := tw.call(p)
	// All of it, then from the middle, then nothing old.
	got := tw.watches(url.Values{"phone": {ana}}, 6)
	if got[0].Company == "" || got[1].Entry.Sent.Body != "hello" || got[2].Entry.Received.Body != "Reply." || got[3].Entry.Fate.Status != simulator.FateTaken ||
		got[3].Entry.Fate.Replies != 1 || got[4].Entry.Call.SID != call.SID || !got[5].Now {
		t.Errorf("%+v", got)
	}
	if got := tw.watches(url.Values{"phone": {ana + "@3"}}, 3); got[1].Entry.ID != 4 || !got[2].Now {
		t.Errorf("from the middle: %+v", got)
	}
	if got := tw.watches(url.Values{"phone": {ana + "@4"}}, 2); !got[1].Now {
		t.Errorf("nothing old: %+v", got)
	}
	if got := tw.watches(url.Values{"phone": {ana + "@99"}}, 2); got[1].Entry == nil || got[1].Entry.ID != 1 {
		t.Errorf("from a company that ran before: %+v", got)
	}
	if got := tw.watches(url.Values{"call": {call.SID + "@1"}}, 3); got[1].Event.Ended == nil || !got[2].Now {
		t.Errorf("the call: %+v", got)
	}
	if got := tw.watches(url.Values{"call": {"CA1"}}, 2); !got[1].Unknown {
		t.Errorf("no call: %+v", got)
	}
	for _, query := range []string{"phone=0101", strings.Repeat("call=CA1&", 101)} {
		if res := tw.gets("/phones/watch?" + query); res.StatusCode != 400 {
			t.Errorf("%.20s: %d", query, res.StatusCode)
		}
	}
}

func TestADiaryKeepsItsNewestThousand(t *testing.T) {
	tw := newTown(t)
	tw.on("/sms", strings.Repeat(`<Message>a</Message>`, 300))
	p := tw.phone(ana)
	for range 4 {
		tw.text(p, "hello")
	}
	got := tw.watches(url.Values{"phone": {ana}}, 1002)
	if first, last := got[1].Entry.ID, got[1000].Entry.ID; first != 209 || last != 1208 || !got[1001].Now { // 4 times 300 replies, a text and its fate
		t.Errorf("from %d to %d", first, last)
	}
}
