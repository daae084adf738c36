package twilio

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hotline/gateway"
)

const helloSound = "0123456789abcdef0123456789abcdef.wav"

func fetch(h *house, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func TestARecordingIsServed(t *testing.T) {
	h := newHouse(t)
	mp3 := strings.TrimSuffix(helloSound, "wav") + "mp3"
	h.sounds = map[string][]byte{helloSound: []byte("RIFF"), mp3: []byte("ID3")}
	for name, kind := range map[string]string{helloSound: "audio/wav", mp3: "audio/mpeg"} {
		w := fetch(h, http.MethodGet, "/twilio/sound/"+name)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != kind || w.Body.String() != string(h.sounds[name]) {
			t.Errorf("%s: %d %s %q", name, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
		if cache := w.Header().Get("Cache-Control"); !strings.Contains(cache, "immutable") {
			t.Errorf("kept by whoever fetched it: %q", cache)
		}
	}
	if w := fetch(h, http.MethodPost, "/twilio/sound/"+helloSound); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST answered %d", w.Code)
	}
	h.untouched()
}

func TestWhatIsNoRecording(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{
		"", helloSound, "../sound/" + helloSound, strings.ToUpper(helloSound), "0123.wav", helloSound + ".wav", "0123456789abcdef0123456789abcdef",
		"0123456789abcdef0123456789abcdef.xml", "%2e%2e%2fsms", strings.Repeat("a", 32) + ".wav%00",
	} {
		if w := fetch(h, http.MethodGet, "/twilio/sound/"+path); w.Code != http.StatusNotFound {
			t.Errorf("%q answered %d", path, w.Code)
		}
	}
	h.fail = errors.New("the database is away")
	if w := fetch(h, http.MethodGet, "/twilio/sound/"+helloSound); w.Code != http.StatusServiceUnavailable {
		t.Errorf("with the database away: %d", w.Code)
	}
}

func TestACallerHearsRecordings(t *testing.T) {
	tw := newTown(t)
	tw.sounds = map[string][]byte{helloSound: []byte("RIFF")}
	tw.reply = gateway.Reply{
		Say: []gateway.Prompt{
			{Lang: "mix", Play: helloSound, Words: "Hello -- you there", Firm: true},
			{Lang: "mix", Play: helloSound, Words: "To tell us, press 1."}, {Lang: "en", Words: "One more."},
		},
		Wait: waitForKeys(), Turn: 1,
	}
	call, err := tw.phone(ana).Call(tw.ctx, line)
	tw.must(err)
	var said []string
	for _, e := range call.History() {
		if e.Heard != nil && e.Heard.Kind == "play" {
			said = append(said, e.Heard.Words)
		}
	}
	same(t, said, []string{"Hello \u2010\u2010 you there", "To tell us, press 1."})
	tw.quiet()
}

// A name that cannot be one of ours is spoken: it would be fetched from nowhere.
func TestARecordingOfAnotherNameIsSpoken(t *testing.T) {
	doc := string(Render(gateway.Voice, gateway.Reply{Say: []gateway.Prompt{{Lang: "en", Play: "https://evil.example/x.wav", Words: "Hello."}}}, ""))
	if strings.Contains(doc, "evil") || !strings.Contains(doc, ">Hello.<") {
		t.Error(doc)
	}
}

// What somebody is to hear back and has not come yet is a silence: a call whose carrier cannot fetch what it is to play may break off.
// It is kept by nobody, since the recording comes under the same name.
func TestARecordingThatHasNotComeIsASilence(t *testing.T) {
	h := newHouse(t)
	h.fail = gateway.ErrNotYet
	w := fetch(h, http.MethodGet, "/twilio/sound/"+helloSound)
	body := w.Body.String()
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "audio/wav" || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("ETag") != "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if size := len(body); !strings.HasPrefix(body, "RIFF") || !strings.HasPrefix(body[8:], "WAVEfmt ") || size != 44+4000 || body[4:8] != "\xc4\x0f\x00\x00" {
		t.Errorf("%d bytes, beginning %q", size, body[:44])
	}
}

// What is recorded of a notice is for its audience: whoever fetched it keeps nothing, and the word before its digits makes no other name of them.
func TestARecordingOfANoticeIsKeptByNobody(t *testing.T) {
	h := newHouse(t)
	name := gateway.NoticeSoundName + helloSound
	h.sounds = map[string][]byte{name: []byte("RIFF")}
	w := fetch(h, http.MethodGet, "/twilio/sound/"+name)
	if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("ETag") != "" || w.Header().Get("Content-Type") != "audio/wav" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	for _, other := range []string{helloSound, gateway.NoticeSoundName + name, "Notice-" + helloSound, gateway.NoticeSoundName, gateway.NoticeSoundName + "0123.wav"} {
		if w := fetch(h, http.MethodGet, "/twilio/sound/"+other); w.Code != http.StatusNotFound {
			t.Errorf("%q answered %d", other, w.Code)
		}
	}
	doc := string(Render(gateway.Voice, gateway.Reply{Say: []gateway.Prompt{{Lang: "quc", Play: name}}}, ""))
	if !strings.Contains(doc, "<Play>/twilio/sound/"+name+"</Play>") {
		t.Error(doc)
	}
}
