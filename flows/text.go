package flows

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// text is a TEXT: words by channel and by language.
type text struct {
	at            place
	written, said form
}

// form is the words for one channel: a template per language, or one under "" for all of them.
type form map[Lang]*template

// template is words with gaps: "We have it. Use {code}."
type template struct{ parts []part }

// part is words as they are, or a gap.
type part struct {
	words  string
	path   []string // of a gap, as written: ["at", "day"]
	ref    *ref     // of a gap, once resolved
	format string   // what is left of the path after the ref: "day"
	at     place
}

// in picks the template for a channel and a language; nil where nothing is to be said.
func (x *text) in(c Channel, lang Lang) *template {
	f := x.written
	if c == Voice {
		f = x.said
	}
	if t := f[lang]; t != nil {
		return t
	}
	return f[""]
}

// plain is the words of a template that has no gaps.
func (t *template) plain() (string, bool) {
	switch {
	case t == nil || len(t.parts) == 0:
		return "", true
	case len(t.parts) == 1 && t.parts[0].path == nil:
		return t.parts[0].words, true
	}
	return "", false
}

// text reads "words", {en: words, es: words} or {text: TEXT, voice: TEXT}. Without a field there is none.
func (l *loader) text(f *field) *text {
	if f == nil {
		return nil
	}
	x := &text{at: l.place(f.value)}
	m, ok := f.value.(ast.MapNode)
	if !ok || !hasKey(m, "text", "voice") {
		x.written = l.form(f)
		x.said = x.written
		return x
	}
	o := l.object(f.value, f.key, "text", "voice")
	for _, channel := range []Channel{Text, Voice} {
		one := o.get(string(channel))
		if one == nil {
			l.found.add(x.at, "%s says nothing by %s; add \"%s:\", with \"\" if that is meant", f.key, channel, channel)
			continue
		}
		if channel == Text {
			x.written = l.form(one)
		} else {
			x.said = l.form(one)
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

// form reads the words for one channel. Languages that a set speaks are all there, or it is a finding.
func (l *loader) form(f *field) form {
	if _, ok := f.value.(ast.MapNode); !ok {
		if words, ok := l.scalar(f.value, f.key); ok {
			return form{"": l.template(words, l.place(f.value))}
		}
		return nil
	}
	languages := l.set.languageNames()
	o := l.object(f.value, f.key, languages...)
	words := form{}
	for _, lang := range languages {
		one := o.get(lang)
		if one == nil {
			l.found.add(o.at, "%s is missing in %q; write it", f.key, lang)
		} else if w, ok := l.scalar(one.value, f.key); ok {
			words[Lang(lang)] = l.template(w, l.place(one.value))
		}
	}
	return words
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
	for _, f := range []form{x.written, x.said} {
		for _, t := range f {
			l.resolveTemplate(t, it, given)
		}
	}
}

// resolveTemplate ties the gaps of one template, and checks that what they name can be told so.
func (l *loader) resolveTemplate(t *template, it *Shape, given []saved) {
	for i := range t.parts {
		p := &t.parts[i]
		if p.path == nil || p.ref != nil {
			continue
		}
		ref, rest, why := l.scope(it).resolve(p.path)
		if ref == nil {
			l.found.add(p.at, "{%s}: %s", strings.Join(p.path, "."), why)
			continue
		}
		if len(rest) > 1 || !formattable(ref.shape.Type, strings.Join(rest, ".")) {
			l.found.add(p.at, "{%s}: %s%s", strings.Join(p.path, "."), formatsOf(ref.shape.Type), didYouMean(strings.Join(rest, "."), formats(ref.shape.Type)))
			continue
		}
		p.ref, p.format = ref, strings.Join(rest, ".")
		l.read(ref, p.at, given)
	}
}
