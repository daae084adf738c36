package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

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
	Language string `json:"language"`
	callWay
	Members *callWay `json:"to_members,omitempty"` // the same of what members are told, where that is more
}

// callWay is what they hear.
type callWay struct {
	How     string `json:"how"`               // recorded, coming (it is on its way from the phone company), lost (on that way), voice, instead (in another language)
	In      string `json:"in"`                // the language that they hear
	By      string `json:"by,omitempty"`      // who recorded it
	Seconds int    `json:"seconds,omitempty"` // of the recording
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
		one := callLanguage{Language: lang, callWay: s.how(b.Words, recorded, false, lang)}
		if len(b.Inside) > 0 {
			inside := s.how(b.Inside, recorded, true, lang)
			one.Members = &inside
		}
		s.all = append(s.all, one)
	}
	return s, nil
}

// how is the way in which words, to all or to members, are told by call to those who speak a language.
func (s *onCalls) how(words store.Words, recorded []store.NoticeRecording, members bool, lang string) (w callWay) {
	here := map[string]string{}
	for _, r := range recorded {
		if r.Members != members {
			continue
		}
		if r.Here {
			here[r.Lang] = r.Ending
		}
		if r.Lang == lang && (r.Here || r.Coming || r.Lost) {
			w.How, w.By, w.Seconds = recordedHow(r), r.By, r.Seconds
		}
	}
	w.In = string(gateway.HeardIn(s.set, s.people, s.line, words, here, flows.Lang(lang)))
	switch {
	case w.How == "coming":
		w.In = lang
	case w.How != "":
	case w.In == lang && s.set.ToldIn(flows.Lang(lang), flows.Voice, nil) == flows.Lang(lang):
		w.How = "voice"
	default:
		w.How = "instead"
	}
	return w
}

// recordedHow is how far a recording has come that was not erased.
func recordedHow(r store.NoticeRecording) string {
	switch {
	case r.Here:
		return "recorded"
	case r.Coming:
		return "coming"
	}
	return "lost"
}

const toMembers = ", to members"

// sayOnCalls tells how it is told by call, where it may be, and what to do for those who would not hear it in their own language.
func (d *desk) sayOnCalls(b store.Broadcast, s *onCalls) {
	record, lost := "", ""
	say := func(lang, whose string, w callWay) {
		switch w.How {
		case "recorded":
			d.say("  %s%s: recorded, %d s, by %s", lang, whose, w.Seconds, w.By)
		case "coming":
			d.say("  %s%s: recorded by %s, and still on its way from the phone company; until it is here nobody can be asked to approve", lang, whose, w.By)
		case "lost":
			lost = cmp.Or(lost, lang)
			d.say("  %s%s: what %s recorded was lost on its way from the phone company; it would be told in %s", lang, whose, w.By, w.In)
		case "voice":
			d.say("  %s%s: read by a voice", lang, whose)
		default:
			record = cmp.Or(record, lang)
			d.say("  %s%s: no voice reads it, and it is told in %s", lang, whose, w.In)
		}
	}
	d.say("\nOn calls:")
	for _, one := range s.all {
		say(one.Language, "", one.callWay)
		if one.Members != nil && *one.Members != one.callWay {
			say(one.Language, toMembers, *one.Members)
		}
	}
	if b.State != store.BroadcastDraft {
		return
	}
	if lost != "" {
		d.say("Nobody can be asked to approve while something is lost. Record it again, or drop all that is recorded:\n  %s\n  %s",
			d.hint(fmt.Sprintf("broadcast record %d --language %s", b.Number, lost)), d.hint(fmt.Sprintf("broadcast change %d", b.Number)))
	}
	if record != "" {
		d.say("Whoever speaks such a language can say it in a call, and it is heard so:\n  %s", d.hint(fmt.Sprintf("broadcast record %d --language %s", b.Number, record)))
	}
}
