package main

import (
	"context"

	"hotline/flows"
	"hotline/gateway"
	"hotline/store"
)

// shownNotice tells what phones are sent of a broadcast, with digits that stand for their own.
type shownNotice struct {
	set    *flows.Set
	line   store.Line
	b      store.Broadcast
	asking gateway.Asking
}

// shownNotice reads what it asks by q, which is the transaction under way if there is one.
func (d *desk) shownNotice(ctx context.Context, q store.Querier, set *flows.Set, line store.Line, b store.Broadcast) (n shownNotice, err error) {
	n = shownNotice{set: set, line: line, b: b}
	n.asking, _, err = gateway.AskingOf(ctx, d.store, q, line, b)
	return n, err
}

// body is what it says in a language, with these words.
func (n shownNotice) body(lang, words string) string {
	told := gateway.Told(n.set, n.b, words, lang)
	return gateway.NoticeBody(n.set, n.line, lang, told, n.asking.In(n.set, n.line, lang, told), gateway.SampleDigits)
}

// segments is how many the longest takes that anybody is sent in a language.
func (n shownNotice) segments(lang string) (most int) {
	for _, words := range []string{n.b.Words[lang], n.b.Inside[lang]} {
		if words == "" { // members are told no more than others
			continue
		}
		many, _, _ := flows.Segments(n.body(lang, words))
		most = max(most, many)
	}
	return most
}

// tested is what a test says on a phone: with digits that are not taken there, chosen as a notice chooses them, so that to send them answers nothing;
// where none are left, without answers, as a notice goes out then. To a phone that is quiet the items of a list are not offered.
func (n shownNotice) tested(lang string, taken []int, quiet bool) string {
	told := gateway.Told(n.set, n.b, n.b.Words[lang], lang)
	asking, first := n.asking.In(n.set, n.line, lang, told), 0
	if !quiet && asking.Lists(n.set) {
		first = store.FreeDigits(taken, len(n.set.Answers(asking.Flow, asking.Known)))
	}
	if first == 0 {
		asking = n.asking.Named(n.set)
		first = store.FreeDigits(taken, len(n.set.Answers(asking.Flow, asking.Known)))
	}
	return gateway.NoticeBody(n.set, n.line, lang, told, asking, first)
}

// leavesOut tells whether the notice asks by a list that these words leave no room for, or that may not be shown.
func (n shownNotice) leavesOut(lang, words string) bool {
	return n.asking.Lists(n.set) && !n.asking.In(n.set, n.line, lang, gateway.Told(n.set, n.b, words, lang)).Lists(n.set)
}
