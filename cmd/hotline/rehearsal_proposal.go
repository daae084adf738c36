package main

import (
	"context"

	"hotline/flows"
	"hotline/store"
)

// asMembersSeeIt is what members are to see of something that one of them wrote: the words of the flag or, where it holds none, those.
// what is it, as in "offer 7".
func (d *desk) asMembersSeeIt(ctx context.Context, flag wordsFlag, what string, rehearse func(*rehearsal, store.Words) ([]rehearsed, error),
	written func() (string, error)) (store.Words, error) {
	if len(flag) == 0 {
		words, err := written()
		if err != nil {
			return nil, err
		}
		if words == "" {
			return nil, misused("%s was not written: say with --words how members are to see it", what)
		}
		flag[""] = words
	}
	return d.inTexts(ctx, flag, what, rehearse)
}

// inTexts reads words into the languages of the lines, and refuses those that would not fit into the texts that tell them.
func (d *desk) inTexts(ctx context.Context, flag wordsFlag, what string, rehearse func(*rehearsal, store.Words) ([]rehearsed, error)) (store.Words, error) {
	languages, err := d.languages(ctx)
	if err != nil {
		return nil, err
	}
	words, err := flag.in(languages, what)
	if err != nil {
		return nil, err
	}
	r, err := d.newRehearsal()
	if err != nil {
		return nil, err
	}
	texts, err := rehearse(r, words)
	if err != nil {
		return nil, err
	}
	for _, t := range texts {
		if err := t.fits(); err != nil {
			return nil, err
		}
	}
	d.weigh(texts)
	return words, nil
}

// proposal gives, in each language, the texts that tell a proposal whole: to members, and to its proposer.
func (r *rehearsal) proposal(words store.Words) ([]rehearsed, error) {
	many := flows.Value{Num: 999}
	seen := map[string]flows.Value{"number": {Num: 9999}, "words": value(words), "seconds": many, "needed": many}
	news := map[string]flows.Value{"number": {Num: 9999}, "words": value(words), "needed": many, "left": {Num: 1}}
	return r.told(words, "the proposal", rehearsing{"proposals", "open", seen}, rehearsing{"news", "shared", news})
}

// reply gives the texts that tell an answer to a proposal, or why it is held back.
func (r *rehearsal) reply(words store.Words) ([]rehearsed, error) {
	values := map[string]flows.Value{"number": {Num: 9999}, "reply": value(words), "left": {Num: 1}}
	return r.told(words, "the answer", rehearsing{"proposals", "answered", values}, rehearsing{"news", "answered", values},
		rehearsing{"news", "held", values})
}

// rehearsing is an outcome of a flow's step "find".
type rehearsing struct {
	flow, outcome string
	values        map[string]flows.Value
}

func (r *rehearsal) told(words store.Words, what string, by ...rehearsing) ([]rehearsed, error) {
	var all []rehearsed
	for _, came := range by {
		for _, lang := range words.Languages() {
			text, _, err := r.outcome(came.flow, lang, came.outcome, came.values)
			if err != nil {
				return nil, err
			}
			all = append(all, rehearsed{what, lang, text, what})
		}
	}
	return all, nil
}

// offer gives the texts that tell an offer whole.
func (r *rehearsal) offer(words store.Words) ([]rehearsed, error) {
	return r.told(words, "the offer", rehearsing{"exchange", "open", map[string]flows.Value{"number": {Num: 9999}, "words": value(words), "until": longestDay()}})
}
