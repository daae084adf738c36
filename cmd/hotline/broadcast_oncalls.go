package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"hotline/flows"
	"hotline/gateway"
	"hotline/store"
)

// onCalls is how a broadcast is told by call, in each language that somebody may hear.
type onCalls struct {
	set    *flows.Set
	line   store.Line
	people []*flows.Recorded // the languages of recordings
	all    []callLanguage
}

// callLanguage is how a broadcast is told by call to those who speak a language.
type callLanguage struct {
	Language string       `json:"language"`
	How      string       `json:"how"`                  // recorded, coming (it is on its way from the phone company), voice, instead (in another language)
	In       string       `json:"in"`                   // the language that they hear
	Members  *callMembers `json:"to_members,omitempty"` // the same of what members are told, where that is more
	By       string       `json:"by,omitempty"`         // who recorded it
	Seconds  int          `json:"seconds,omitempty"`    // of the recording
}

// callMembers is what members hear.
type callMembers struct {
	How string `json:"how"`
	In  string `json:"in"`
}

// nameOf is what the speakers of a language call it; "" for one that nobody speaks here.
func (s *onCalls) nameOf(lang string) string {
	if name := s.set.LanguageName(flows.Lang(lang)); name != "" {
		return name
	}
	for _, r := range s.people {
		if r.Lang == flows.Lang(lang) {
			return r.Name
		}
	}
	return ""
}

// onCallsOf finds how a broadcast is told by call: in the languages of its line and of its words, and those in which it is recorded.
func (d *desk) onCallsOf(ctx context.Context, set *flows.Set, b store.Broadcast) (s *onCalls, err error) {
	s = &onCalls{set: set}
	if s.line, err = d.store.LineByID(ctx, d.store.Pool, b.Line); err != nil {
		return nil, err
	}
	languages, err := d.store.RecordedLanguages(ctx, d.store.Pool)
	if err != nil {
		return nil, err
	}
	for _, l := range languages {
		r := recordedOf(l)
		s.people = append(s.people, &r)
	}
	recorded, err := d.store.NoticeRecordings(ctx, d.store.Pool, b.ID)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(s.line.Languages, b.Words.Languages())
	for _, r := range recorded {
		all = append(all, r.Lang)
	}
	slices.Sort(all)
	for _, lang := range slices.Compact(all) {
		one := callLanguage{Language: lang}
		one.How, one.In = s.how(b.Words, recorded, false, lang)
		for _, r := range recorded {
			if r.Lang == lang {
				one.By, one.Seconds = r.By, max(one.Seconds, r.Seconds)
			}
		}
		if len(b.Inside) > 0 {
			one.Members = &callMembers{}
			one.Members.How, one.Members.In = s.how(b.Inside, recorded, true, lang)
		}
		s.all = append(s.all, one)
	}
	return s, nil
}

// how is the way in which words are told by call to those who speak a language, and in which language that is.
func (s *onCalls) how(words store.Words, recorded []store.NoticeRecording, members bool, lang string) (how, in string) {
	here, coming := map[string]string{}, false
	for _, r := range recorded {
		if r.Members != members {
			continue
		}
		if r.Here {
			here[r.Lang] = r.Ending
		}
		coming = coming || r.Coming && r.Lang == lang
	}
	in = string(gateway.HeardIn(s.set, s.people, s.line, words, here, flows.Lang(lang)))
	switch {
	case coming:
		return "coming", lang
	case here[lang] != "":
		return "recorded", lang
	case in == lang && s.set.ToldIn(flows.Lang(lang), flows.Voice, nil) == flows.Lang(lang):
		return "voice", lang
	}
	return "instead", in
}

const toMembers = ", to members"

// sayOnCalls tells how it is told by call, where it may be, and what to do for those who would not hear it in their own language.
func (d *desk) sayOnCalls(b store.Broadcast, s *onCalls) {
	record := ""
	say := func(lang, how, in, by string, seconds int) {
		switch how {
		case "recorded":
			d.say("  %s: recorded, %d s, by %s", lang, seconds, by)
		case "coming":
			d.say("  %s: recorded by %s, and still on its way from the phone company; until it is here nobody can be asked to approve", lang, by)
		case "voice":
			d.say("  %s: read by a voice", lang)
		default:
			record = cmp.Or(record, strings.TrimSuffix(lang, toMembers))
			d.say("  %s: no voice reads it, and it is told in %s", lang, in)
		}
	}
	d.say("\nOn calls:")
	for _, one := range s.all {
		say(one.Language, one.How, one.In, one.By, one.Seconds)
		if one.Members != nil && *one.Members != (callMembers{one.How, one.In}) {
			say(one.Language+toMembers, one.Members.How, one.Members.In, one.By, one.Seconds)
		}
	}
	if record != "" && b.State == store.BroadcastDraft {
		d.say("Whoever speaks such a language can say it in a call, and it is heard so:\n  %s", d.hint(fmt.Sprintf("broadcast record %d --language %s", b.Number, record)))
	}
}
