package main

import (
	"bytes"
	"strings"
	"testing"

	"hotline/store"
)

// Whoever drafts or looks at a notice is told who recorded what is told to all and what is told to members, each apart; and that a recording was lost,
// with what to do about it.
func TestOnCallsTellsWhoRecorded(t *testing.T) {
	set, err := Config{}.loadFlows()
	if err != nil {
		t.Fatal(err)
	}
	s := &onCalls{set: set, line: store.Line{Languages: []string{"en", "ht"}}}
	words := store.Words{"en": "The gate is open.", "ht": "Pòt la louvri."}
	says := func(b store.Broadcast, recorded ...store.NoticeRecording) string {
		t.Helper()
		s.all = nil
		for _, lang := range s.line.Languages {
			inside := s.how(words, recorded, true, lang)
			s.all = append(s.all, callLanguage{lang, s.how(words, recorded, false, lang), &inside})
		}
		var out bytes.Buffer
		d := &desk{world: &world{out: &out, name: "hotline"}}
		b.Number = 3
		d.sayOnCalls(b, s)
		return out.String()
	}
	rosa := store.NoticeRecording{Lang: "ht", By: "Rosa", Seconds: 7, Ending: "wav", Here: true}
	sam := store.NoticeRecording{Lang: "ht", By: "Sam", Seconds: 9, Ending: "wav", Here: true, Members: true}
	lost, gone := rosa, rosa
	lost.Here, lost.Lost = false, true
	gone.Here = false // erased
	draft, done := store.Broadcast{State: store.BroadcastDraft}, store.Broadcast{State: store.BroadcastDone}
	const dropped = "Record it again, or drop all that is recorded:\n  hotline broadcast record 3 --language ht\n  hotline broadcast change 3\n"
	for _, one := range []struct {
		b        store.Broadcast
		recorded []store.NoticeRecording
		want     []string
		never    string
	}{
		{draft, []store.NoticeRecording{rosa, sam}, []string{"  ht: recorded, 7 s, by Rosa\n", "  ht, to members: recorded, 9 s, by Sam\n", "  en: read by a voice\n"}, "en, to members"},
		{draft, []store.NoticeRecording{lost, sam}, []string{"  ht: what Rosa recorded was lost on its way from the phone company; it would be told in en\n",
			"  ht, to members: recorded, 9 s, by Sam\n", "Nobody can be asked to approve while something is lost. " + dropped}, "no voice reads it"},
		{done, []store.NoticeRecording{gone, sam}, []string{"  ht: no voice reads it, and it is told in en\n"}, "lost"},
	} {
		said := says(one.b, one.recorded...)
		for _, want := range one.want {
			if !strings.Contains(said, want) {
				t.Errorf("it says %q, without %q", said, want)
			}
		}
		if strings.Contains(said, one.never) {
			t.Errorf("it says %q, with %q", said, one.never)
		}
	}
}
