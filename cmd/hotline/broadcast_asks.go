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

func (d *desk) shownNotice(ctx context.Context, set *flows.Set, line store.Line, b store.Broadcast) (n shownNotice, err error) {
	n = shownNotice{set: set, line: line, b: b}
	n.asking, _, err = gateway.AskingOf(ctx, d.store, d.store.Pool, line, b)
	return n, err
}

// body is what it says in a language, with these words.
func (n shownNotice) body(lang, words string) string {
	told := gateway.Told(n.set, n.b, words, lang)
	return gateway.NoticeBody(n.set, n.line, lang, told, n.asking.In(n.set, n.line, lang, told), gateway.SampleDigits)
}

// named is the same where the items of a list are not offered: to a phone that is quiet, for one.
func (n shownNotice) named(lang, words string) string {
	return gateway.NoticeBody(n.set, n.line, lang, gateway.Told(n.set, n.b, words, lang), n.asking.Named(n.set), gateway.SampleDigits)
}

// leavesOut tells whether the notice asks by a list that these words leave no room for, or that may not be shown.
func (n shownNotice) leavesOut(lang, words string) bool {
	return n.asking.Lists(n.set) && !n.asking.In(n.set, n.line, lang, gateway.Told(n.set, n.b, words, lang)).Lists(n.set)
}
