package twilio

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hotline/gateway"
)

func TestRender(t *testing.T) {
	type (
		prompts = []gateway.Prompt
		reply   = gateway.Reply
	)
	second := gateway.Prompt{Pause: 900 * time.Millisecond}
	for name, c := range map[string]struct {
		root  string
		reply reply
	}{
		"menu": {"", reply{Turn: 2, Say: prompts{
			second,
			{Lang: "en", Words: "Hello. This is the 0100 Line.", Firm: true},
			{Lang: "en", Words: "To tell us what is happening, press 1."},
			{Pause: 2 * time.Second},
			{Lang: "es", Words: "Para español, marque 2."},
		}, Wait: waitForKeys()}},
		"code": {"/hot&line", reply{Turn: 12, Say: prompts{{Lang: "en", Words: "Type the code, then press pound."}},
			Wait: &gateway.Wait{Keys: 12, Finish: "#", Timeout: 12 * time.Second}}},
		"readback": {"", reply{Turn: 3, Say: prompts{{Lang: "en", Words: "You chose YES.", Firm: true}}, Wait: waitForKeys()}},
		"silence":  {"", reply{Turn: 4, Wait: &gateway.Wait{Timeout: 100 * time.Millisecond}}},
		"record": {"", reply{Turn: 5, Say: prompts{{Lang: "es", Words: "Después del tono, cuéntenos."}},
			Wait: &gateway.Wait{Record: 180 * time.Second, Finish: "#", Timeout: 5 * time.Second}}},
		"record_any_key": {"", reply{Turn: 6, Wait: &gateway.Wait{Record: time.Second, Timeout: 1500 * time.Millisecond}}},
		"goodbye": {"", reply{Turn: 7, Say: prompts{
			{Lang: "fr", Words: "Au revoir."}, {Lang: "pt", Words: "Tchau."}, {Lang: "vi", Words: "Tạm biệt."}, {Lang: "fil", Words: "Paalam."},
			{Lang: "zh", Words: "再见。"}, {Lang: "ht", Words: "Orevwa."}, {Words: "Bye \"now\" & <then>."}, {Lang: "en", Words: " \n "},
		}}},
		"nothing": {"", reply{}},
	} {
		t.Run(name, func(t *testing.T) { golden(t, "call_"+name, Render(gateway.Voice, c.reply, c.root)) })
	}
}

func TestLongTextsAreCut(t *testing.T) {
	for words, want := range map[string]string{
		strings.Repeat("x", 1600):             strings.Repeat("x", 1600),
		strings.Repeat("x", 1601):             strings.Repeat("x", 1597) + "...",
		strings.Repeat("😀", 800):              strings.Repeat("😀", 800),
		strings.Repeat("😀", 801):              strings.Repeat("😀", 798) + "...",
		"\x00 a\x01b\r\n\tc\uFFFE\uFFFF\x85 ": "ab\n\tc",
		"\xed\xa0\x80":                        "",
	} {
		got := text(t, Render(gateway.Text, say(words), ""), "Message")
		if got != want {
			t.Errorf("%.20q… became %.20q… of %d, wanted %d", words, got, len(got), len(want))
		}
	}
}

// TestEverythingSaidIsWellFormed renders any words at all and holds the document against the grammar of TwiML that we use.
func TestEverythingSaidIsWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		reply := gateway.Reply{Turn: rapid.IntRange(1, maxTurn).Draw(t, "turn"), Say: rapid.SliceOf(anyPrompt()).Draw(t, "say")}
		if rapid.Bool().Draw(t, "waits") {
			reply.Wait = anyWait(t)
		}
		root := rapid.SampledFrom([]string{"", "/hotline", `/a"b&<c>`}).Draw(t, "root")
		for _, channel := range []gateway.Channel{gateway.Text, gateway.Voice} {
			doc := Render(channel, reply, root)
			if again := Render(channel, reply, root); !bytes.Equal(doc, again) {
				t.Fatal("rendered differently a second time")
			}
			if len(doc) >= 64<<10 {
				t.Fatalf("%d bytes", len(doc))
			}
			grammatical(t, doc)
			if channel == gateway.Voice {
				ends(t, doc, reply)
			} else if n := len(utf16.Encode([]rune(text(t, doc, "Message")))); n > 1600 {
				t.Fatalf("a message of %d characters", n)
			}
		}
	})
}

func anyPrompt() *rapid.Generator[gateway.Prompt] {
	return rapid.Custom(func(t *rapid.T) gateway.Prompt {
		p := gateway.Prompt{
			Lang:  "en",
			Words: strings.Repeat(anyBytes().Draw(t, "words"), rapid.SampledFrom([]int{0, 1, 1, 1, 500}).Draw(t, "times")),
			Pause: time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "pause")),
			Firm:  rapid.Bool().Draw(t, "firm"),
		}
		p.Play = rapid.SampledFrom([]string{"", "", helloSound, "x.wav"}).Draw(t, "play")
		if rapid.Bool().Draw(t, "spanish") {
			p.Lang = "es"
		}
		return p
	})
}

func anyWait(t *rapid.T) *gateway.Wait {
	seconds := rapid.Int64Range(0, int64(time.Hour))
	return &gateway.Wait{
		Keys:    rapid.IntRange(0, 20).Draw(t, "keys"),
		Finish:  rapid.OneOf(rapid.SampledFrom([]string{"", "#", "*", "123"}), rapid.String()).Draw(t, "finish"),
		Timeout: time.Duration(seconds.Draw(t, "timeout")),
		Record:  time.Duration(rapid.SampledFrom([]int64{0, 0, 1, int64(3 * time.Minute)}).Draw(t, "record")),
	}
}

// ends checks that a call goes on exactly when the reply waits, however much was to be said.
func ends(t *rapid.T, doc []byte, r gateway.Reply) {
	turn := "/twilio/voice/" + strconv.Itoa(r.Turn) + "#"
	switch last, wait := lastVerb(t, doc), r.Wait; {
	case wait == nil && last != "Hangup":
		t.Fatalf("a talk that is over ends with %s", last)
	case wait != nil && last != "Redirect":
		t.Fatalf("a talk that goes on ends with %s", last)
	case wait != nil && strings.Count(string(doc), turn) != 2:
		t.Fatalf("the turn is not named twice:\n%s", doc)
	}
}

func lastVerb(t *rapid.T, doc []byte) (name string) {
	each(t, doc, func(path []string, e xml.StartElement) {
		if len(path) == 1 {
			name = e.Name.Local
		}
	})
	return name
}

// tester is a test, or one run of a property.
type tester interface {
	Helper()
	Fatalf(string, ...any)
}

func each(t tester, doc []byte, visit func(path []string, e xml.StartElement)) {
	t.Helper()
	var path []string
	for d := xml.NewDecoder(bytes.NewReader(doc)); ; {
		token, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%q", err, doc)
		}
		switch e := token.(type) {
		case xml.StartElement:
			visit(path, e)
			path = append(path, e.Name.Local)
		case xml.EndElement:
			path = path[:len(path)-1]
		}
	}
}

// grammatical holds a document against what we use of the published grammar: where each verb may stand, and its attributes.
func grammatical(t tester, doc []byte) {
	t.Helper()
	grammar := map[string]struct{ in, attrs string }{
		"Response": {"", ""},
		"Message":  {"Response", "action method"},
		"Say":      {"Response Gather", "language voice"},
		"Play":     {"Response Gather", ""},
		"Pause":    {"Response Gather", "length"},
		"Dial":     {"Response", "timeout callerId answerOnBridge action method"},
		"Number":   {"Dial", "url method"},
		"Gather":   {"Response", "input timeout finishOnKey numDigits actionOnEmptyResult action method"},
		"Record":   {"Response", "maxLength timeout finishOnKey playBeep action method recordingStatusCallback recordingStatusCallbackMethod"},
		"Redirect": {"Response", "method"},
		"Hangup":   {"Response", ""},
	}
	each(t, doc, func(path []string, e xml.StartElement) {
		rule, known := grammar[e.Name.Local]
		parent := strings.Join(path[max(0, len(path)-1):], "")
		if !known || !strings.Contains(rule.in, parent) || parent == "" && e.Name.Local != "Response" {
			t.Fatalf("%s stands in %q:\n%s", e.Name.Local, parent, doc)
		}
		for _, a := range e.Attr {
			number, err := strconv.Atoi(a.Value)
			switch name := a.Name.Local; {
			case !strings.Contains(rule.attrs, name):
				t.Fatalf("%s has %s", e.Name.Local, name)
			case strings.Contains("timeout numDigits length", name) && (err != nil || number < 1),
				name == "maxLength" && (err != nil || number < 2),
				name == "finishOnKey" && strings.Trim(a.Value, "0123456789*#") != "":
				t.Fatalf("%s has %s=%q", e.Name.Local, name, a.Value)
			}
		}
	})
}

// text returns what stands in the one element of a name, "" where there is none.
func text(t tester, doc []byte, name string) string {
	t.Helper()
	var found struct {
		Text []string `xml:",any"`
	}
	if err := xml.Unmarshal(doc, &found); err != nil {
		t.Fatalf("not well-formed: %v", err)
	}
	if len(found.Text) > 1 {
		t.Fatalf("%d times %s:\n%s", len(found.Text), name, doc)
	}
	return strings.Join(found.Text, "")
}

func TestLongSpeechIsBrokenAtSpaces(t *testing.T) {
	words := strings.TrimSpace(strings.Repeat("seven letters ", 400))
	var said []string
	d := document{}
	d.say([]gateway.Prompt{{Lang: "en", Words: words}})
	rest := d.String()
	for rest != "" {
		var one string
		one, rest, _ = strings.Cut(rest, "\n")
		one = strings.TrimSuffix(one[strings.Index(one, ">")+1:], "</Say>")
		if len(one) > maxSay {
			t.Errorf("a Say of %d characters", len(one))
		}
		said = append(said, one)
	}
	if diff := cmp.Diff(words, strings.Join(said, " ")); diff != "" || len(said) < 3 {
		t.Error(fmt.Sprint(len(said)), diff)
	}
}

func BenchmarkRender(b *testing.B) {
	reply := gateway.Reply{Turn: 2, Say: say(strings.Repeat("seven letters ", 20)).Say, Wait: waitForKeys()}
	b.ReportAllocs()
	for b.Loop() {
		Render(gateway.Voice, reply, "")
	}
}
