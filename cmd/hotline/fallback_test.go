package main

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hotline/flows"
	"hotline/gateway"
	"hotline/gateway/twilio"
)

// fallback is a document of deploy/fallback as the carrier reads it. A language that is switched off in it stands in a comment, which
// ends the line of its name and a line of its own: without those two lines it is on.
type fallback struct {
	Message []string `xml:"Message"`
	Say     []struct {
		Language string `xml:"language,attr"`
		Voice    string `xml:"voice,attr"`
		Words    string `xml:",chardata"`
	} `xml:"Say"`
	Hangup []struct{} `xml:"Hangup"`
	Pause  []struct{} `xml:"Pause"`
	Other  []struct{} `xml:",any"`
}

var (
	switchedOff = regexp.MustCompile(`(?m)^  <!-- (.+[^->])\n((?:  <.+\n)+)  -->\n`)
	switchedOn  = regexp.MustCompile(`(?m)^  <!-- (.+) -->\n((?:  <(?:Message|Say|Pause).+\n)+)`)
)

// readFallback gives a document as it is pasted whole, and one of each language, by what stands in its line.
func readFallback(t *testing.T, name string) (whole fallback, each map[string]fallback) {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("..", "..", "deploy", "fallback", name))
	if err != nil {
		t.Fatal(err)
	}
	parse := func(doc string) (f fallback) {
		if err := xml.Unmarshal([]byte(doc), &f); err != nil {
			t.Fatalf("%s: %v:\n%s", name, err, doc)
		}
		if len(f.Other) > 0 {
			t.Errorf("%s has another verb:\n%s", name, doc)
		}
		return f
	}
	each = map[string]fallback{}
	allOn := switchedOff.ReplaceAllString(string(file), "  <!-- $1 -->\n$2")
	for _, m := range switchedOn.FindAllStringSubmatch(allOn, -1) {
		each[m[1]] = parse("<Response>" + m[2] + "</Response>")
	}
	if all := parse(allOn); len(all.Message)+len(all.Say) != len(each) {
		t.Errorf("%s with all languages switched on has %d messages and %d says; want %d", name, len(all.Message), len(all.Say), len(each))
	}
	return parse(string(file)), each
}

// What a text is answered while our machine is away is there in every language of the library, in the segments that stand beside it and
// without a revealing word. Pasted as it is, it answers in two languages and not in eight. (WORKERS.md: what a phone may show)
func TestFallbackTexts(t *testing.T) {
	set, err := (&Config{}).loadFlows()
	if err != nil {
		t.Fatal(err)
	}
	whole, each := readFallback(t, "sms.xml")
	if len(whole.Message) != 2 || len(whole.Say) > 0 || len(each) != len(set.Languages()) {
		t.Errorf("pasted as it is: %+v; with all: %+v", whole, each)
	}
	for _, lang := range set.Languages() {
		text := strings.Join(each[set.LanguageName(lang)+": 1 segment"].Message, "\n")
		n, wide, letter := flows.Segments(text)
		if !strings.Contains(text, "911") || strings.ContainsAny(text, "!！") || set.Revealing(text) != "" {
			t.Errorf("%s is told %q", lang, text)
		}
		if n != 1 || wide != (lang == "zh") {
			t.Errorf("%s takes %d segments, for %q: %s", lang, n, letter, text)
		}
	}
}

// The same on calls, in every language that the carrier has a voice for, and in the voice that speaks otherwise.
func TestFallbackCalls(t *testing.T) {
	set, err := (&Config{}).loadFlows()
	if err != nil {
		t.Fatal(err)
	}
	whole, each := readFallback(t, "voice.xml")
	if len(whole.Say) != 2 || len(whole.Hangup) != 1 || len(whole.Message) > 0 {
		t.Errorf("pasted as it is: %+v", whole)
	}
	for _, lang := range set.Languages() {
		name := set.LanguageName(lang)
		said := each[name].Say
		delete(each, name)
		if !twilio.Speaks(string(lang)) {
			if len(said) > 0 {
				t.Errorf("%s is said, and no voice reads it", name)
			}
			continue
		}
		if len(said) != 1 || !strings.Contains(said[0].Words, "9 1 1") || strings.ContainsAny(said[0].Words, "!！") {
			t.Errorf("%s is told %+v", lang, said)
			continue
		}
		document := string(twilio.Render(gateway.Voice, gateway.Reply{Say: []flows.Prompt{{Lang: lang, Words: "here"}}}, ""))
		if !strings.Contains(document, said[0].Language) || !strings.Contains(document, said[0].Voice) {
			t.Errorf("%s has another voice than in %s: %+v", lang, document, said[0])
		}
	}
	for name := range each {
		t.Errorf("voice.xml has %q, which words.yaml has not", name)
	}
}
