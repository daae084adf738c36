package flows

import (
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
	bcp47 "golang.org/x/text/language"

	"github.com/goccy/go-yaml/ast"
)

// plurals are words that go with a number, one for each sort of number that the language tells apart. Where they stand for the words
// of a language they name the number; the sorts are CLDR's, as far as whole numbers take them.
//
//	{count: organizers, none: "Nobody reads it.", one: "One person reads it.", other: "{organizers} people read it."}
//
// None is for zero, if it is said otherwise than the sort to which zero belongs.
type plurals struct {
	count *part // whose value decides; nil in words.yaml, where it is the number told
	tag   bcp47.Tag
	none  *template
	by    map[plural.Form]*template
}

// sorts are what CLDR calls them, by Form.
func sorts() []string { return []string{"other", "zero", "one", "two", "few", "many"} }

// sortsOf are those that whole numbers of a language need, found by trying: its rules look at the last digits, and at millions.
func sortsOf(tag bcp47.Tag) []string {
	needed := map[plural.Form]bool{sortOf(tag, 1_000_000): true}
	for n := range int64(1000) {
		needed[sortOf(tag, n)] = true
	}
	var names []string
	for _, name := range []string{"zero", "one", "two", "few", "many", "other"} {
		if needed[plural.Form(slices.Index(sorts(), name))] {
			names = append(names, name)
		}
	}
	return names
}

// sortOf is what sort of number a number is.
func sortOf(tag bcp47.Tag, n int64) plural.Form {
	const digitsThatMatter = 10_000_000
	return plural.Cardinal.MatchPlural(tag, int(max(n, -n)%digitsThatMatter), 0, 0, 0, 0)
}

// plurals reads the words for each sort, as read reads them. It needs exactly those of the language, and may have "none".
func (l *loader) plurals(o *object, what string, g *language, read func(key string) *template) *plurals {
	p := &plurals{tag: g.tag, by: map[plural.Form]*template{}}
	for _, f := range o.fields {
		form := plural.Form(slices.Index(sorts(), f.key))
		switch {
		case f.key == "count":
		case f.key == "none":
			p.none = read(f.key)
		case slices.Contains(g.sorts, f.key):
			p.by[form] = read(f.key)
		default:
			l.found.add(f.at, "%s has %q, and whole numbers in %q are %s; leave it out", what, f.key, g.lang, strings.Join(g.sorts, ", "))
		}
	}
	for _, name := range g.sorts {
		if o.get(name) == nil {
			l.found.add(o.at, "%s needs %q: whole numbers in %q are %s", what, name, g.lang, strings.Join(g.sorts, ", "))
		}
	}
	return p
}

// counted reads words that stand for those of one language and go with a number.
func (l *loader) counted(f *field, c Channel, g *language) *template {
	at := l.place(f.value)
	if g == nil {
		l.found.add(at, "which words go with a number differs between languages; write {en: {count: …}}")
		return nil
	}
	o := l.object(f.value, f.key, append(sorts(), "count", "none")...)
	p := l.plurals(o, f.key, g, func(key string) *template {
		one := o.get(key)
		if m, ok := one.value.(ast.MapNode); ok && hasKey(m, "count") {
			l.found.add(one.at, "one number is enough for a text; make two steps, or word it otherwise")
			return nil
		}
		t := l.words(one, c, g)
		if t != nil {
			t.lang = g.lang
		}
		return t
	})
	count := o.get("count")
	name, ok := l.scalar(count.value, "count")
	path := strings.Split(name, ".")
	if ok && slices.ContainsFunc(path, func(s string) bool { return !isName(s) }) {
		l.found.add(count.at, "count is the name of a fact or a variable, as in organizers, not %q", name)
	} else if ok {
		p.count = &part{path: path, at: l.place(count.value)}
	}
	return &template{plurals: p}
}

// variants are the templates of which one is told: the plurals', or the one that there is.
func (t *template) variants() []*template {
	switch {
	case t == nil:
		return nil
	case t.plurals == nil:
		return []*template{t}
	}
	var all []*template
	if t.plurals.none != nil {
		all = append(all, t.plurals.none)
	}
	for form := range plural.Form(len(sorts())) {
		if one := t.plurals.by[form]; one != nil {
			all = append(all, one)
		}
	}
	return all
}

// pieces are all the words and gaps that may come of a template, the recorded ones too.
func (t *template) pieces() []part {
	var all []part
	for _, one := range t.variants() {
		all = append(append(all, one.parts...), one.play...)
	}
	return all
}

// of picks the words that go with a number.
func (p *plurals) of(n int64) *template {
	if n == 0 && p.none != nil {
		return p.none
	}
	return p.by[sortOf(p.tag, n)]
}

// resolve ties the number that decides.
func (p *plurals) resolve(l *loader, it *Shape, given []saved) {
	if p.count == nil || p.count.ref != nil {
		return
	}
	name := strings.Join(p.count.path, ".")
	ref, rest, why := l.scope(it).resolve(p.count.path)
	switch {
	case ref == nil:
		l.found.add(p.count.at, "count: %s", why)
		return
	case len(rest) > 0 || ref.list != nil || ref.shape.Type != TypeNumber:
		l.found.add(p.count.at, "count is a number, and %q is none", name)
		return
	}
	p.count.ref = ref
	l.read(ref, p.count.at, given)
}

// counted is a template as it goes with the number that decides; those without plurals are what they are.
func (t *turn) counted(tpl *template) *template {
	if tpl == nil || tpl.plurals == nil || tpl.plurals.count == nil {
		return tpl
	}
	return tpl.plurals.of(t.get(tpl.plurals.count.ref).Num)
}
