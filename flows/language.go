package flows

import (
	"slices"
	"strings"
)

// language is one entry of "languages" in words.yaml: everything that differs between languages and is no sentence of a flow.
type language struct {
	lang          Lang
	name          string // as its speakers call it
	words         []string
	menu          []string
	yes, no       []string
	numbers       []string           // from zero
	help, thanks  []string           // may be none
	revealing     []string           // that a quiet phone must not show
	counts        map[string]counted // by format: how many people, and what they do
	choice        *template          // of a choice by text: {key} {label}
	press         *template          // of a choice by voice: {label} {key}
	pressLanguage *template          // of this language itself, before it is known: {key}
	clock         clock
	chain         []Lang // which languages to use, in this order, where this one has no words
	callsOnly     bool   // nobody writes it: it exists on calls, as recordings
	digits        []part // recordings of 0 to 9; may be none
}

// counted is a number with what it counts. None is said without a number: "nobody" would be a poor promise.
type counted struct{ none, one, many *template }

// countFormats are the ways to tell a number of people. The verb goes with them, since in some languages it changes with the number.
func countFormats() []string { return []string{"people", "readers", "hearers"} }

// clock is how moments are told: written, and said.
type clock struct {
	days, months, halves map[Channel][]string
	day, time, moment    map[Channel]*template
	timeAtOne            map[Channel]*template // for one o'clock, where that is another word; else nil
}

// languageFields are what the block of a language may have.
func languageFields() []string {
	return []string{"name", "falls_back", "calls_only", "words", "menu", "yes", "no", "thanks", "help", "numbers", "revealing",
		"people", "readers", "hearers", "choice", "press", "press_language", "digits", "clock"}
}

// readLanguages reads "languages". The names come first, since a language may fall back on one that stands below it.
func (l *loader) readLanguages(f *field) {
	o := l.object(f.value, "languages")
	for _, one := range o.fields {
		if len(one.key) < 2 || len(one.key) > 3 || !isName(one.key) {
			l.found.add(one.at, "a language is named by two or three letters, as in en, not %q", one.key)
		}
		l.set.languages = append(l.set.languages, &language{lang: Lang(one.key)})
	}
	if len(l.set.languages) == 0 {
		l.found.add(f.at, "a set speaks at least one language")
	}
	blocks := make([]*object, len(o.fields))
	for i, one := range o.fields {
		blocks[i] = l.object(one.value, "a language", languageFields()...)
		l.readChain(l.set.languages[i], blocks[i])
	}
	for i, block := range blocks {
		if g := l.set.languages[i]; !g.callsOnly {
			l.readLanguage(g, block)
		}
	}
	for i, block := range blocks {
		if g := l.set.languages[i]; g.callsOnly {
			l.readCallsOnly(g, block)
		}
	}
}

// readChain reads whose words a language takes where it has none.
func (l *loader) readChain(g *language, o *object) {
	g.callsOnly = l.flag(o.get("calls_only"))
	f := o.get("falls_back")
	if f == nil {
		if g.callsOnly {
			l.found.add(o.at, "a language for calls only needs another for texts; add \"falls_back: [es]\"")
		}
		return
	}
	for _, n := range l.list(f.value, "falls_back") {
		name, ok := l.scalar(n, "falls_back")
		switch {
		case !ok:
		case l.set.language(Lang(name)) == nil || Lang(name) == g.lang:
			l.found.add(l.place(n), "there is no other language %q%s", name, didYouMean(name, l.set.languageNames()))
		default:
			g.chain = append(g.chain, Lang(name))
		}
	}
}

// readLanguage reads a language that is written and spoken.
func (l *loader) readLanguage(g *language, o *object) {
	g.name = l.required(o, "name")
	g.words = l.requiredList(o, "words", 1)
	g.menu = l.requiredList(o, "menu", 1)
	g.yes = l.requiredList(o, "yes", 1)
	g.no = l.requiredList(o, "no", 1)
	g.thanks, g.help = l.requiredList(o, "thanks", 0), l.requiredList(o, "help", 0)
	g.numbers = l.requiredList(o, "numbers", 9)
	g.revealing = l.requiredList(o, "revealing", 1)
	g.choice = l.pattern(o, "choice", "key", "label")
	g.press = l.pattern(o, "press", "key", "label")
	g.pressLanguage = l.pattern(o, "press_language", "key")
	g.digits = l.readDigitSounds(o)
	g.counts = l.readCounts(o, string(g.lang))
	g.clock = l.readClock(o)
}

// readCallsOnly reads a language that has recordings alone. What is told between them, and in writing, is told as in the first
// language of its chain that can be.
func (l *loader) readCallsOnly(g *language, o *object) {
	other := l.set.speaker(g)
	if other == g {
		if len(g.chain) > 0 {
			l.found.add(o.at, "no language that %q falls back on can be written; name one that can", g.lang)
		}
		return
	}
	own := *g
	*g = *other
	g.lang, g.chain, g.callsOnly = own.lang, own.chain, true
	g.menu, g.yes, g.no, g.thanks, g.help = nil, nil, nil, nil, nil
	g.name, g.words = l.required(o, "name"), l.requiredList(o, "words", 1)
	g.press, g.pressLanguage = l.pattern(o, "press", "key", "label"), l.pattern(o, "press_language", "key")
	g.digits = l.readDigitSounds(o)
}

// readDigitSounds reads the recordings of 0 to 9.
func (l *loader) readDigitSounds(o *object) []part {
	f := o.get("digits")
	if f == nil {
		return nil
	}
	const ten = 10
	parts := l.recordings(f, true)
	if parts != nil && len(parts) != ten {
		l.found.add(f.at, "digits are %d recordings, from 0 to 9, and these are %d", ten, len(parts))
		return nil
	}
	return parts
}

// readCounts reads how a number of people is told, in each of the ways.
func (l *loader) readCounts(o *object, lang string) map[string]counted {
	counts := map[string]counted{}
	for _, format := range countFormats() {
		f := o.get(format)
		if f == nil {
			l.found.add(o.at, "language %q needs %q: {none: …, one: …, many: …}", lang, format)
			continue
		}
		by := l.object(f.value, format, "none", "one", "many")
		counts[format] = counted{l.pattern(by, "none"), l.pattern(by, "one"), l.pattern(by, "many", "n")}
	}
	return counts
}

// readClock reads how days and times are told. What is missing is found here, so that telling them never has to check.
func (l *loader) readClock(o *object) clock {
	var c clock
	f := o.get("clock")
	if f == nil {
		l.found.add(o.at, "a language needs a \"clock\": how days and times are told")
		return c
	}
	co := l.object(f.value, "clock", "days", "months", "halves", "day", "time", "time_at_one", "moment")
	lists := func(key string, least int) map[Channel][]string {
		one := co.get(key)
		if one == nil {
			l.found.add(co.at, "clock needs %q", key)
			return nil
		}
		by := l.object(one.value, key, "text", "voice")
		return map[Channel][]string{Text: l.requiredList(by, "text", least), Voice: l.requiredList(by, "voice", least)}
	}
	patterns := func(key string, gaps ...string) map[Channel]*template {
		one := co.get(key)
		if one == nil {
			if key != "time_at_one" {
				l.found.add(co.at, "clock needs %q", key)
			}
			return nil
		}
		by := l.object(one.value, key, "text", "voice")
		return map[Channel]*template{Text: l.pattern(by, "text", gaps...), Voice: l.pattern(by, "voice", gaps...)}
	}
	c.days, c.months, c.halves = lists("days", 7), lists("months", 12), lists("halves", 2)
	c.day = patterns("day", "weekday", "month", "date")
	c.time = patterns("time", "hour", "minute", "half")
	c.timeAtOne = patterns("time_at_one", "hour", "minute", "half")
	c.moment = patterns("moment", "day", "time")
	return c
}

// required reads one word or line that must be there.
func (l *loader) required(o *object, key string) string {
	f := o.get(key)
	if f == nil {
		l.found.add(o.at, "%q is missing; add it", key)
		return ""
	}
	s, _ := l.scalar(f.value, key)
	return s
}

func (l *loader) requiredList(o *object, key string, least int) []string {
	f := o.get(key)
	if f == nil {
		l.found.add(o.at, "%q is missing; add it", key)
		return nil
	}
	all := l.scalars(f.value, key)
	if len(all) < least {
		l.found.add(f.at, "%s has %d words, and needs at least %d", key, len(all), least)
	}
	return all
}

// pattern reads a template with gaps of its own, which are neither facts nor variables.
func (l *loader) pattern(o *object, key string, gaps ...string) *template {
	f := o.get(key)
	if f == nil {
		l.found.add(o.at, "%q is missing; add it", key)
		return &template{}
	}
	t := l.words(f, Voice)
	if t == nil {
		return &template{}
	}
	for _, p := range slices.Concat(t.parts, t.play) {
		if p.path != nil && (len(p.path) > 1 || !slices.Contains(gaps, p.path[0])) {
			l.found.add(p.at, "%s has a gap {%s}; it can have %s", key, strings.Join(p.path, "."), strings.Join(gaps, ", "))
		}
	}
	return t
}

// fill puts values, given as name, value, name, value, into the gaps of a pattern.
func (t *template) fill(values ...string) string {
	if t == nil {
		return ""
	}
	var b strings.Builder
	for _, p := range t.parts {
		b.WriteString(p.words)
		for i := 0; p.path != nil && i < len(values); i += 2 {
			if values[i] == p.path[0] {
				b.WriteString(values[i+1])
			}
		}
	}
	return b.String()
}
