package main

import (
	"slices"

	"hotline/flows"
	"hotline/store"
)

// longestDay is a moment whose day takes the most letters that a text tells.
func longestDay() flows.Value { return flows.Value{Num: 1_789_574_400, Zone: "UTC"} }

// answer gives the texts that tell an answer to whoever comes back to a report, in each of the languages that they may read in: whether
// or not another answer follows, whose choices stand behind it.
func (r *rehearsal) answer(a store.Answer, languages ...string) ([]rehearsed, error) {
	var all []rehearsed
	for _, lang := range languages {
		for _, more := range []bool{true, false} {
			text, _, err := r.next(flows.State{Flow: "back", Step: "read", Lang: flows.Lang(lang)},
				flows.Input{Kind: flows.KindOutcome, Outcome: "told", Values: map[string]flows.Value{
					"answer": value(store.Words{a.Lang: a.Words}), "at": longestDay(), "number": {Num: 1}, "more": {Flag: more},
				}})
			if err != nil {
				return nil, err
			}
			all = append(all, rehearsed{"the answer with what stands around it", lang, text, "it, or say it in two answers"})
		}
	}
	return all, nil
}

// answerFits refuses an answer that whoever comes back by text would get in more segments than one text may take: in its own language,
// and in the one that the worker wrote in. One that exists as recordings alone is read by nobody.
func (d *desk) answerFits(a store.Answer, worker string) error {
	r, err := d.newRehearsal()
	if err != nil {
		return err
	}
	languages := []string{a.Lang, worker}
	languages = slices.DeleteFunc(slices.Compact(languages), func(lang string) bool { return r.set.LanguageName(flows.Lang(lang)) == "" })
	texts, err := r.answer(a, languages...)
	if err != nil {
		return err
	}
	for _, t := range texts {
		if err := t.fits(); err != nil {
			return err
		}
	}
	return nil
}
