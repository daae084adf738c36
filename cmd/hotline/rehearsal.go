package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"hotline/flows"
	"hotline/store"
)

// rehearsal plays a talk by text before there is anybody to have it with, so that what organizers write is measured in the very
// words that a phone will show around it.
type rehearsal struct {
	set *flows.Set
	env flows.Env
}

// mostSegments is what one text of a vote may take: each one costs the worker.
const mostSegments = 2

func (w *world) newRehearsal() (*rehearsal, error) {
	set, err := w.cfg.loadFlows()
	if err != nil {
		return nil, err
	}
	return &rehearsal{set, flows.Env{Channel: flows.Text, Languages: set.Languages(), Facts: map[string]flows.Value{}}}, nil
}

// outcome goes on where a flow's step "find" has found something; it gives the text that a phone receives then.
func (r *rehearsal) outcome(flow, lang, name string, values map[string]flows.Value) (string, flows.State, error) {
	return r.next(flows.State{Flow: flow, Step: "find", Lang: flows.Lang(lang)}, flows.Input{Kind: flows.KindOutcome, Outcome: name, Values: values})
}

// next takes facts for empty: those that are read here do not change what is said of a ballot or a meeting.
func (r *rehearsal) next(st flows.State, in flows.Input) (string, flows.State, error) {
	out, err := r.set.Next(st, in, r.env)
	for missing := (*flows.MissingFact)(nil); errors.As(err, &missing); out, err = r.set.Next(st, in, r.env) {
		r.env.Facts[missing.Name] = flows.Value{}
	}
	var words []string
	for _, p := range out.Say {
		words = append(words, p.Words)
	}
	return strings.Join(words, "\n"), out.State, err
}

// rehearsed is one text that phones will receive.
type rehearsed struct{ what, lang, text, shorten string }

// ballot gives, in each language, the text of the question and the read-back of every option.
func (r *rehearsal) ballot(question store.Words, options []store.Words) ([]rehearsed, error) {
	values := map[string]flows.Value{"ballot": {Text: "rehearsed"}, "question": value(question)}
	var list []flows.Item
	for _, o := range options {
		list = append(list, flows.Item{"name": value(o)})
	}
	values["options"] = flows.Value{List: list}
	var all []rehearsed
	for _, lang := range question.Languages() {
		asked, st, err := r.outcome("vote", lang, "ready", values)
		if err != nil {
			return nil, err
		}
		texts, err := r.voting(lang, asked, st, len(options))
		if err != nil {
			return nil, err
		}
		all = append(all, texts...)
		// Who has voted and changes it is read back in other words.
		_, st, err = r.outcome("vote", lang, "voted", values)
		if err == nil && st.Flow == "vote" {
			asked, st, err = r.next(st, flows.Input{Kind: flows.KindText, Text: "1"})
		}
		if err != nil {
			return nil, err
		}
		if st.Flow != "vote" {
			continue // these flows let nobody change a vote
		}
		if texts, err = r.voting(lang, asked, st, len(options)); err != nil {
			return nil, err
		}
		all = append(all, texts...)
	}
	return all, nil
}

// voting gives the question as it was asked, and the read-back of every option.
func (r *rehearsal) voting(lang, asked string, st flows.State, options int) ([]rehearsed, error) {
	const shorten = "the question or the options"
	all, err := r.mistaken(rehearsed{"the question with its options", lang, asked, shorten}, st)
	if err != nil {
		return nil, err
	}
	for i := range options {
		back, st, err := r.next(st, flows.Input{Kind: flows.KindText, Text: strconv.Itoa(i + 1)})
		if err != nil {
			return nil, err
		}
		texts, err := r.mistaken(rehearsed{fmt.Sprintf("option %d read back with the question", i+1), lang, back, shorten}, st)
		if err != nil {
			return nil, err
		}
		all = append(all, texts...)
	}
	return all, nil
}

// mistaken gives a text, and what it becomes behind an answer that is none: some words stand before it then.
func (r *rehearsal) mistaken(told rehearsed, st flows.State) ([]rehearsed, error) {
	all := []rehearsed{told}
	for _, answer := range []string{"99", "?"} {
		text, _, err := r.next(st, flows.Input{Kind: flows.KindText, Text: answer})
		if err != nil {
			return nil, err
		}
		all = append(all, rehearsed{told.what + ", asked again", told.lang, text, told.shorten})
	}
	return all, nil
}

// place gives, in each language, the text that tells where a meeting is.
func (r *rehearsal) place(place store.Words) ([]rehearsed, error) {
	var all []rehearsed
	for _, lang := range place.Languages() {
		text, _, err := r.outcome("rsvp", lang, "found", map[string]flows.Value{"place": value(place)})
		if err != nil {
			return nil, err
		}
		all = append(all, rehearsed{"the place", lang, text, "the place"})
	}
	return all, nil
}

// joining gives, in each language, the terms of joining an assembly, with the names of those above it and the longest name of a line.
func (r *rehearsal) joining(name string, above []string) ([]rehearsed, error) {
	r.env.Facts["line.name"] = flows.Value{Text: strings.Repeat("x", store.LongestLineName)}
	found := flows.Input{Kind: flows.KindOutcome, Outcome: "found", Values: map[string]flows.Value{
		"flyer": {Text: "rehearsed"}, "assembly": {Text: name}, "above": {Text: strings.Join(above, ", ")},
	}}
	var all []rehearsed
	for _, lang := range r.set.Languages() {
		text, st, err := r.next(flows.State{Flow: "join", Step: "look", Lang: lang}, found)
		if err != nil {
			return nil, err
		}
		texts, err := r.mistaken(rehearsed{"what is said before joining", string(lang), text, "the name"}, st)
		if err != nil {
			return nil, err
		}
		all = append(all, texts...)
	}
	return all, nil
}

// value is words from a record, for a flow.
func value(words store.Words) flows.Value {
	v := flows.Value{Words: map[flows.Lang]string{}}
	for lang, w := range words {
		v.Words[flows.Lang(lang)] = w
	}
	return v
}

// fits says by how many letters a text is too long for mostSegments.
func (t rehearsed) fits() error {
	n, wide, _ := flows.Segments(t.text)
	if n <= mostSegments {
		return nil
	}
	letters, over := []rune(t.text), 0
	for ; n > mostSegments; over++ {
		n, _, _ = flows.Segments(string(letters[:len(letters)-over-1]))
	}
	hint := ""
	if wide {
		hint = fmt.Sprintf(" The %q in it makes each text hold 70 letters instead of 160.", dearest(t.text))
	}
	return fmt.Errorf("%s (%s) is %s too long: a text may take %d segments. Shorten %s.%s",
		t.what, t.lang, count(over, "letter", "letters"), mostSegments, t.shorten, hint)
}

// dearest is the letter to name where a text had to be sent as UCS-2. The flows write accents off where that is enough, so a letter
// of another script is the likelier cause than an accent before it.
func dearest(text string) rune {
	_, _, first := flows.Segments(text)
	for _, r := range text {
		if _, wide, _ := flows.Segments(string(r)); wide && !unicode.Is(unicode.Latin, r) {
			return r
		}
	}
	return first
}

// weigh warns once for each language of a letter that makes every text with these words cost about double.
func (w *world) weigh(texts []rehearsed) {
	warned := map[string]bool{}
	for _, t := range texts {
		if _, wide, _ := flows.Segments(t.text); wide && !warned[t.lang] {
			warned[t.lang] = true
			w.note("note: the %q in %s (%s) makes each text hold 70 letters instead of 160; texts cost less without it", dearest(t.text), t.what, t.lang)
		}
	}
}
