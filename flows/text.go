package flows

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// text is a TEXT: words by channel and by language.
type text struct {
	at                   place
	written, quiet, said form // quiet: in writing, to a phone that others look at; nil where it is the same
}

// form is the words for one channel: a template per language, or one under "" for all of them.
type form map[Lang]*template

// template is words with gaps: "We have it. Use {code}."
type template struct {
	lang  Lang // that it is in; empty: whichever is spoken. A language that has no words of its own has those of another here
	parts []part
	// plurals are in place of the parts where the words go with a number.
	plurals *plurals
	play    []part // by voice: recordings and gaps that say the same; nil where there are none, or one of them is missing
	// script is the same in a language that no voice reads, for whoever records it.
	script *template
}

// part is words as they are, a gap, or a recording.
type part struct {
	words  string
	sound  string   // of a recording: what Prompt.Play calls it
	path   []string // of a gap, as written: ["at", "day"]
	ref    *ref     // of a gap, once resolved
	format string   // what is left of the path after the ref: "day"
	at     place
}

// in picks the template for a channel and a language; nil where nothing is to be said.
func (x *text) in(c Channel, lang Lang) *template {
	if c == Voice {
		return x.said.in(lang)
	}
	return x.written.in(lang)
}

func (f form) in(lang Lang) *template {
	if t := f[lang]; t != nil {
		return t
	}
	return f[""]
}

// template picks what this turn says of a text.
func (t *turn) template(x *text, g *language) *template {
	if t.env.Quiet && t.env.Channel == Text && x.quiet != nil {
		return t.counted(x.quiet.in(g.source()))
	}
	return t.counted(x.in(t.env.Channel, g.source()))
}

// plain is the words of a template that has no gaps.
func (t *template) plain() (string, bool) {
	switch {
	case t == nil || len(t.parts) == 0 && t.plurals == nil:
		return "", true
	case len(t.parts) == 1 && t.parts[0].path == nil:
		return t.parts[0].words, true
	}
	return "", false
}

// text reads "words", {en: words, es: words} or {text: TEXT, quiet: TEXT, voice: TEXT}. Without a field there is none.
func (l *loader) text(f *field) *text {
	if f == nil {
		return nil
	}
	x := &text{at: l.place(f.value)}
	m, ok := f.value.(ast.MapNode)
	if !ok || !hasKey(m, "text", "voice", "quiet") {
		x.written, x.said = l.form(f, Text), l.form(f, Voice)
		return x
	}
	o := l.object(f.value, f.key, "text", "quiet", "voice")
	if o.get("text") == nil && o.get("voice") == nil {
		l.found.add(x.at, "%s says nothing besides its quiet words; add \"text:\" and \"voice:\"", f.key)
		return x
	}
	if quiet := o.get("quiet"); quiet != nil {
		x.quiet = l.form(quiet, Text)
		l.set.hasQuiet = true
	}
	for _, channel := range []Channel{Text, Voice} {
		one := o.get(string(channel))
		if one == nil {
			l.found.add(x.at, "%s says nothing by %s; add \"%s:\", with \"\" if that is meant", f.key, channel, channel)
			continue
		}
		if channel == Text {
			x.written = l.form(one, Text)
		} else {
			x.said = l.form(one, Voice)
		}
	}
	return x
}

func hasKey(m ast.MapNode, keys ...string) bool {
	for it := m.MapRange(); it.Next(); {
		if slices.Contains(keys, it.Key().GetToken().Value) {
			return true
		}
	}
	return false
}

// form reads the words for one channel. A language without words of its own gets those of the first in its chain that has some.
func (l *loader) form(f *field, c Channel) form {
	if m, ok := f.value.(ast.MapNode); !ok || hasKey(m, "play", "say", "count") {
		if t := l.words(f, c, nil); t != nil {
			return form{"": t}
		}
		return nil
	}
	o := l.object(f.value, f.key)
	words := form{}
	for _, one := range o.fields {
		g := l.set.language(Lang(one.key))
		if g == nil {
			l.noLanguage(one, f.key)
			continue
		}
		if g.callsOnly && c == Text {
			continue // what is written to its speakers is in another language
		}
		if t := l.words(&one, c, g); t != nil {
			if _, parts := one.value.(ast.MapNode); g.callsOnly && !parts && len(t.parts) > 0 && !l.earlier {
				l.found.violate(ruleRecording, l.place(one.value), "no voice reads %s aloud; record it, as in {play: hello.wav}", g.lang)
			}
			if t.lang = g.lang; c == Text {
				g.marks.inText(t)
			}
			words[g.lang] = t
		} else {
			words[g.lang] = &template{} // there is a finding already
		}
	}
	l.fallBack(words, f.key, o.at, c)
	if c == Voice {
		l.unread(words)
	}
	return words
}

// unread has what no voice reads told in the language whose voice does, where nobody has recorded it. Its own words are kept, for
// whoever records them.
func (l *loader) unread(words form) {
	own := maps.Clone(words)
	for _, g := range l.set.languages {
		t := own[g.lang]
		if !g.noVoice || g.callsOnly || t == nil || t.lang != g.lang || t.play != nil {
			continue
		}
		if other := own[l.set.speaker(g).lang]; other != nil {
			spoken := *other
			spoken.script, words[g.lang] = t, &spoken
		}
	}
}

// noLanguage is about a key among words that is none of the languages. What a comma parted is the likelier slip where it has spaces.
func (l *loader) noLanguage(f field, what string) {
	if l.earlier {
		return
	}
	if strings.Contains(f.key, " ") {
		l.found.add(f.at, "%s has %q, which is no language; words that hold a comma or a colon stand in quotes: \"…\"", what, f.key)
		return
	}
	names := l.set.languageNames()
	l.found.add(f.at, "%s has %q, and the languages are %s%s", what, f.key, strings.Join(names, ", "), didYouMean(f.key, names))
}

// fallBack gives each language without words of its own those of the first in its chain that has some, and tells of it once for a text.
func (l *loader) fallBack(words form, key string, at place, c Channel) {
	own := maps.Clone(words)
	var instead []string
	for _, g := range l.set.languages {
		if g.partial != nil && l.flow != nil && !g.covers(l.flow.name) {
			l.halfway(words, own, g, key, at)
			continue
		}
		if own[g.lang] != nil {
			continue
		}
		if g.partial != nil && l.flow.name != "" && !l.earlier && !(g.noVoice && c == Voice) {
			l.found.add(at, "%s is missing in %q, which words.yaml calls complete here; write it", key, g.lang)
			continue
		}
		i := slices.IndexFunc(g.chain, func(other Lang) bool { return own[other] != nil })
		if i < 0 {
			l.found.add(at, "%s is missing in %q; write it", key, g.lang)
			continue
		}
		words[g.lang] = own[g.chain[i]]
		if !g.noVoice || g.callsOnly && c == Voice {
			instead = append(instead, fmt.Sprintf("%s (told in %s instead)", g.lang, g.chain[i]))
		}
	}
	if len(instead) > 0 {
		l.found.doubt(ruleUntranslated, at, l.owners(), "%s is missing in %s; write it", key, strings.Join(instead, ", "))
	}
}

// owners are those who may allow something where the loader reads.
func (l *loader) owners() []*allowed {
	switch {
	case l.flow == nil:
		return nil
	case l.step == nil || l.step.flow == nil:
		return l.flow.owners()
	}
	return l.step.owners()
}

// words reads the words of one language: a string, or by voice {play: [FILE, "{gap}"], say: words}. Where a recording is missing,
// the words are spoken; a language without a voice of its own may have recordings alone. Where the language is known, they may be
// plurals.
func (l *loader) words(f *field, c Channel, g *language) *template {
	if m, ok := f.value.(ast.MapNode); ok && hasKey(m, "count") {
		return l.counted(f, c, g)
	} else if !ok {
		words, ok := l.scalar(f.value, f.key)
		if !ok {
			return nil
		}
		return l.template(words, l.place(f.value))
	}
	o := l.object(f.value, f.key, "play", "say")
	t := &template{}
	if say := o.get("say"); say != nil {
		words, _ := l.scalar(say.value, "say")
		t = l.template(words, l.place(say.value))
	}
	play := o.get("play")
	if play == nil {
		l.found.add(o.at, "%s names no recording; add \"play:\", or write the words alone", f.key)
		return t
	}
	if c == Text && o.get("say") == nil {
		l.found.add(o.at, "a recording cannot be texted; add \"say:\", or part \"text:\" from \"voice:\"")
	}
	t.play = l.recordings(play, o.get("say") != nil)
	return t
}

// mostWritten is what fits a message, by the carriers' limit, and more than anybody reads. (Twilio, error 21617.)
const mostWritten = 1600

// template takes words apart at their gaps.
func (l *loader) template(words string, at place) *template {
	t := &template{}
	if len(words) > mostWritten {
		l.found.add(at, "%d letters are too many for one message; say it shorter", len(words))
		return t
	}
	if i := strings.IndexFunc(words, func(r rune) bool { return unicode.IsControl(r) && r != '\n' || r == utf8.RuneError }); i >= 0 {
		l.found.add(at, "%q is no letter that can be texted or said; take it out", []rune(words[i:])[0])
		return t
	}
	for words != "" {
		before, rest, gap := strings.Cut(words, "{")
		if before != "" {
			if strings.Contains(before, "}") {
				l.found.add(at, "a \"}\" without a \"{\" before it")
			}
			t.parts = append(t.parts, part{words: before, at: at})
		}
		if !gap {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		path := strings.Split(name, ".")
		for _, p := range path {
			if closed = closed && isName(p); !closed {
				l.found.add(at, "\"{\" begins a gap like {code} or {at.day}, and this is none; write it so")
				return t
			}
		}
		t.parts = append(t.parts, part{path: path, at: at})
		words = after
	}
	return t
}

// resolveText ties the gaps of a text to facts and variables.
func (l *loader) resolveText(x *text, it *Shape, given ...saved) {
	if x == nil {
		return
	}
	for _, f := range []form{x.written, x.quiet, x.said} {
		for _, t := range f {
			l.resolveTemplate(t, it, given)
			if t.script != nil {
				l.resolveTemplate(t.script, it, given)
			}
		}
	}
}

func (l *loader) resolveTemplate(t *template, it *Shape, given []saved) {
	if t.plurals != nil {
		t.plurals.resolve(l, it, given)
	}
	for _, one := range t.variants() {
		l.resolveParts(one.parts, it, given)
		l.resolveParts(one.play, it, given)
	}
}

// resolveParts ties the gaps of one template, and checks that what they name can be told so.
func (l *loader) resolveParts(parts []part, it *Shape, given []saved) {
	for i := range parts {
		p := &parts[i]
		if p.path == nil || p.ref != nil {
			continue
		}
		ref, rest, why := l.scope(it).resolve(p.path)
		if ref == nil {
			l.found.add(p.at, "{%s}: %s", strings.Join(p.path, "."), why)
			continue
		}
		if len(rest) > 1 || !l.set.formattable(ref.shape.Type, strings.Join(rest, ".")) {
			l.found.add(p.at, "{%s}: %s%s", strings.Join(p.path, "."), l.set.formatsOf(ref.shape.Type),
				didYouMean(strings.Join(rest, "."), l.set.formats(ref.shape.Type)))
			continue
		}
		p.ref, p.format = ref, strings.Join(rest, ".")
		l.read(ref, p.at, given)
	}
}
