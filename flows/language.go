package flows

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
	bcp47 "golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/goccy/go-yaml/ast"
)

// language is one entry of "languages" in words.yaml: everything that differs between languages and is no sentence of a flow.
type language struct {
	lang          Lang
	name          string           // as its speakers call it
	tag           bcp47.Tag        // whose rules its numbers and plurals follow
	printer       *message.Printer // writes its numbers
	plainDigits   bool             // which are 0 to 9
	sorts         []string         // of numbers that it tells apart, as CLDR calls them
	words         []string
	menu          []string
	yes, no       []string
	numbers       []string            // from zero
	further       map[string]int      // other words for numbers
	joins         []string            // that may stand inside a number: "y" in "treinta y dos"
	help, thanks  []string            // may be none
	opens, polite []string            // may be none
	stops         []string            // phrases that want no more texts; may be none, as all of nomore.go
	stopsAlone    []string            // where nothing else is said
	othersStop    []string            // words before a phrase that make it one about others
	ownStops      []string            // and that make it one's own all the same
	stopsWith     []string            // words that add nothing to a phrase
	revealing     []string            // that a quiet phone must not show
	counts        map[string]*plurals // by format: how many people, and what they do
	list          listing
	between       map[Channel]*template // what a number is asked for: {min} {max}
	choice        *template             // of a choice by text: {key} {label}
	press         *template             // of a choice by voice: {label} {key}
	pressLanguage *template             // of this language itself, before it is known: {key}
	clock         clock
	chain         []Lang // which languages to use, in this order, where this one has no words
	callsOnly     bool   // nobody writes it: it exists on calls, as recordings
	noVoice       bool   // no voice reads it aloud: on calls it is recordings, as calls_only is
	as            Lang   // of one that exists as recordings: in whose words texts know what is said in it
	digits        []part // recordings of 0 to 9; may be none
	partial       *partial
	marks         marks
	wide          bool   // written in letters that GSM-7 lacks
	offer         string // how it is offered by text where the two first languages share no alphabet
	pace          int    // words a minute in which it is read aloud
	read          string // the day on which a speaker read it; "" none did, as far as its block says
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
		blocks[i] = l.object(one.value, "a language", languageFields().names()...)
		l.readLocale(l.set.languages[i], blocks[i])
		l.readChain(l.set.languages[i], blocks[i])
		l.readPartial(l.set.languages[i], blocks[i])
		l.readHowWritten(l.set.languages[i], blocks[i])
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

// readLocale finds whose rules numbers and plurals follow: the language's own, or those that it names, as in es-US. What
// golang.org/x/text does not know gets the plainest.
func (l *loader) readLocale(g *language, o *object) {
	g.tag = bcp47.Make(string(g.lang))
	if f := o.get("locale"); f != nil {
		name, _ := l.scalar(f.value, "locale")
		tag, err := bcp47.Parse(name)
		if err != nil {
			l.found.add(f.at, "locale is a language and a country, as in es-US, not %q", name)
		}
		g.tag = tag
	}
	g.printer = message.NewPrinter(g.tag)
	g.plainDigits = g.printer.Sprint(7) == "7"
	g.sorts = sortsOf(g.tag)
}

// readChain reads whose words a language takes where it has none.
func (l *loader) readChain(g *language, o *object) {
	g.callsOnly = l.flag(o.get("calls_only"))
	g.noVoice = l.flag(o.get("no_voice")) || g.callsOnly
	f := o.get("falls_back")
	if f == nil {
		if g.noVoice {
			l.found.add(o.at, "a language that is not both written and read aloud needs another for the rest; add \"falls_back: [es]\"")
		}
		return
	}
	add := func(name string, at place) {
		if l.set.language(Lang(name)) == nil || Lang(name) == g.lang {
			l.found.add(at, "there is no other language %q%s", name, didYouMean(name, l.set.languageNames()))
			return
		}
		g.chain = append(g.chain, Lang(name))
	}
	if _, told := f.value.(ast.MapNode); told { // each with the sentence that tells of it
		for _, one := range l.object(f.value, "falls_back").fields {
			add(one.key, one.at)
		}
		return
	}
	for _, n := range l.list(f.value, "falls_back") {
		if name, ok := l.scalar(n, "falls_back"); ok {
			add(name, l.place(n))
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
	g.opens, g.polite = l.optionalList(o, "opens"), l.optionalList(o, "polite")
	g.numbers = l.requiredList(o, "numbers", 9)
	g.revealing = l.requiredList(o, "revealing", 1)
	g.choice = l.pattern(o, "choice", "key", "label")
	g.press = l.pattern(o, "press", "key", "label")
	g.pressLanguage = l.pattern(o, "press_language", "key")
	g.digits = l.readDigitSounds(o)
	g.stops, g.stopsAlone = l.optionalList(o, "stops"), l.optionalList(o, "stops_alone")
	g.othersStop, g.ownStops, g.stopsWith = l.optionalList(o, "others_stop"), l.optionalList(o, "own_stops"), l.optionalList(o, "stops_with")
	g.further, g.joins = l.readFurther(o), l.optionalList(o, "joins")
	g.counts = l.readCounts(o, g)
	g.list, g.between = l.readListing(o), l.channels(o, "between", "min", "max")
	g.clock = l.readClock(o, g)
	g.inText()
}

// readCallsOnly reads a language that has recordings alone. What is told between them, and in writing, is told as in the first
// language of its chain that can be.
func (l *loader) readCallsOnly(g *language, o *object) {
	other := l.set.writer(g)
	if other == g {
		if len(g.chain) > 0 {
			l.found.add(o.at, "no language that %q falls back on can be written; name one that can", g.lang)
		}
		return
	}
	own := *g
	*g = *other
	g.lang, g.chain, g.callsOnly, g.noVoice, g.tag, g.sorts = own.lang, own.chain, true, true, own.tag, own.sorts
	g.partial, g.read = own.partial, own.read
	g.menu, g.yes, g.no, g.thanks, g.help, g.opens, g.polite = nil, nil, nil, nil, nil, nil, nil
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

// readCounts reads how a number is told with what it counts; every language has the same of them. The verb goes with them, since in
// some languages it changes with the number.
func (l *loader) readCounts(o *object, g *language) map[string]*plurals {
	counts := map[string]*plurals{}
	if f := o.get("counts"); f != nil {
		for _, one := range l.object(f.value, "counts").fields {
			by := l.object(one.value, one.key)
			counts[one.key] = l.plurals(by, one.key, g, func(key string) *template { return l.pattern(by, key, "n") })
		}
	}
	if l.earlier && o.get("counts") == nil {
		l.earlierCounts(counts, o, g)
	}
	if l.set.counts == nil {
		l.set.counts = append([]string{}, slices.Sorted(maps.Keys(counts))...)
	}
	for _, format := range l.set.counts {
		if counts[format] == nil {
			l.found.add(o.at, "language %q does not count %q, as another does; add it under \"counts:\"", g.lang, format)
		}
	}
	for format := range counts {
		if !slices.Contains(l.set.counts, format) {
			l.found.add(o.at, "language %q counts %q, and another does not; add it there too, or take it out", g.lang, format)
		}
	}
	return counts
}

// earlierCounts reads counts as they stood in a language's block before they had names of their own: {none: …, one: …, many: …}.
func (l *loader) earlierCounts(counts map[string]*plurals, o *object, g *language) {
	for _, name := range []string{"people", "readers", "hearers"} {
		if f := o.get(name); f != nil {
			by := l.object(f.value, name)
			one, many := l.pattern(by, "one", "n"), l.pattern(by, "many", "n")
			counts[name] = &plurals{tag: g.tag, none: l.pattern(by, "none", "n"), by: map[plural.Form]*template{plural.One: one, plural.Many: many, plural.Other: many}}
		}
	}
}

// readFurther reads words for numbers that are understood and not told: {eleven: 11, dozen: 12}.
func (l *loader) readFurther(o *object) map[string]int {
	f := o.get("further_numbers")
	if f == nil {
		return nil
	}
	further := map[string]int{}
	for _, one := range l.object(f.value, "further_numbers").fields {
		further[one.key] = l.number(&one, 0, 1_000_000, 0)
	}
	return further
}

// required reads one word or line that must be there.
func (l *loader) required(o *object, key string) string {
	f := o.get(key)
	if f == nil {
		l.lacks(o.at, "%q is missing; add it", key)
		return ""
	}
	s, _ := l.scalar(f.value, key)
	return s
}

func (l *loader) requiredList(o *object, key string, least int) []string {
	f := o.get(key)
	if f == nil {
		l.lacks(o.at, "%q is missing; add it", key)
		return nil
	}
	all := l.scalars(f.value, key)
	if len(all) < least {
		l.found.add(f.at, "%s has %d words, and needs at least %d", key, len(all), least)
	}
	return all
}

func (l *loader) optionalList(o *object, key string) []string {
	if o.get(key) == nil {
		return nil
	}
	return l.requiredList(o, key, 0)
}

// channels reads a pattern as it is written and as it is said.
func (l *loader) channels(o *object, key string, gaps ...string) map[Channel]*template {
	f := o.get(key)
	if f == nil {
		l.lacks(o.at, "%q is missing; add it: {text: …, voice: …}", key)
		return nil
	}
	by := l.object(f.value, key, "text", "voice")
	return map[Channel]*template{Text: l.pattern(by, "text", gaps...), Voice: l.pattern(by, "voice", gaps...)}
}

// pattern reads a template with gaps of its own, which are neither facts nor variables.
func (l *loader) pattern(o *object, key string, gaps ...string) *template {
	f := o.get(key)
	if f == nil {
		l.lacks(o.at, "%q is missing; add it", key)
		return &template{}
	}
	t := l.words(f, Voice, nil)
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
	stopped := false // as in render
	for _, p := range t.parts {
		if stopped {
			p.words = strings.TrimPrefix(p.words, ".")
		}
		b.WriteString(p.words)
		for i := 0; p.path != nil && i < len(values); i += 2 {
			if values[i] == p.path[0] {
				b.WriteString(values[i+1])
				stopped = strings.HasSuffix(values[i+1], ".")
			}
		}
	}
	return b.String()
}
