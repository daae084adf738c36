package flows

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
)

// Recorded is what people have recorded of a language by calling in. It may be one of the set's languages (Haitian Creole, which no voice
// reads) or one that the set does not have (K'iche'), which then exists on calls alone. What has no recording, or one of other words
// than those of now, is told by the voice of the language that it falls back on; so are numbers, days and names between recordings.
type Recorded struct {
	Lang    Lang
	Name    string            // as its speakers call it; of the set's own languages the set knows
	Instead []Lang            // likewise: the languages that it falls back on, the first that has a voice is the one
	Sounds  map[string]string // by the key of a Snippet: what Prompt.Play calls its recording
}

// Snippet is words of the flows to be recorded: a whole prompt, or the part of one before, between or behind its gaps.
type Snippet struct {
	Key   string // names these words: other words have another
	Lang  Lang   // in which they are
	Words string
	Where string // "door.welcome", or "words.silent"
	// Own is the whole text as it stands in the language itself, where the flows have it: no voice reads it, but people may.
	Own string
}

// snippetKey names words, whatever space and signs stand around them.
func snippetKey(words string) string {
	sum := sha256.Sum256([]byte(strings.Trim(words, spaceAndSigns)))
	return hex.EncodeToString(sum[:10])
}

const spaceAndSigns = " \n.,;:"

// sounding says whether there is anything to say in words, besides signs.
func sounding(words string) bool {
	return strings.ContainsFunc(words, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// language is one of the set's, or one that exists as recordings.
func (t *turn) language(lang Lang) *language {
	if g := t.set.language(lang); g != nil || lang == "" {
		return g
	}
	for i := range t.env.Recorded {
		if r := t.env.Recorded[i]; r.Lang == lang {
			return t.set.made(r)
		}
	}
	return nil
}

// made is a language that exists as recordings: in all else like the one that it falls back on. Nil: the set speaks none of those.
func (s *Set) made(r *Recorded) *language {
	for _, lang := range r.Instead {
		if other := s.language(lang); other != nil && !other.noVoice && other.partial == nil {
			g := *other
			g.lang, g.as, g.name, g.chain, g.digits = r.Lang, other.lang, r.Name, []Lang{other.lang}, nil
			g.callsOnly, g.noVoice, g.offer = true, true, ""
			return &g
		}
	}
	return nil
}

// source is the language by whose name a text knows what is said in this one.
func (g *language) source() Lang {
	if g.as != "" {
		return g.as
	}
	return g.lang
}

// recorded is what people have recorded of a language; nil: nothing, or nobody hears it.
func (t *turn) recorded(g *language) *Recorded {
	if t.env.Channel != Voice {
		return nil
	}
	i := slices.IndexFunc(t.env.Recorded, func(r *Recorded) bool { return r.Lang == g.lang })
	if i < 0 {
		return nil
	}
	return t.env.Recorded[i]
}

// isOffered says whether a language can be offered on a call: by a voice, or in a recording of its own.
func (t *turn) isOffered(g *language) bool {
	if !g.noVoice || g.pressLanguage != nil && g.pressLanguage.play != nil {
		return true
	}
	r := t.recorded(g)
	return r != nil && r.Sounds[snippetKey(t.set.offering(g))] != ""
}

// offering is what a recorded language says of itself before its key: "Para K'iche', oprima", to be said in it.
func (s *Set) offering(g *language) string {
	var b strings.Builder
	for _, p := range s.speaker(g).press.parts {
		switch {
		case p.path == nil:
			b.WriteString(p.words)
		case p.path[0] == "label":
			b.WriteString(g.name)
		}
	}
	return strings.Trim(b.String(), spaceAndSigns)
}

// played is a template as recordings, with its gaps between them; nil where any part of its words is not recorded.
func (t *turn) played(tpl *template, g *language) []part {
	r := t.recorded(g)
	if r == nil || tpl == nil {
		return nil
	}
	if tpl = t.counted(tpl); tpl == nil {
		return nil
	}
	return r.played(tpl.parts)
}

func (r *Recorded) played(parts []part) []part {
	var all []part
	some := false
	for _, p := range parts {
		if p.path == nil {
			if !sounding(p.words) {
				continue
			}
			if p.sound = r.Sounds[snippetKey(p.words)]; p.sound == "" {
				return nil
			}
			some = true
		}
		all = append(all, p)
	}
	if !some {
		return nil
	}
	return all
}

// recordedDigits are a language's own digits, where all ten are recorded.
func (t *turn) recordedDigits(g *language) []part {
	if len(g.digits) > 0 {
		return g.digits
	}
	r := t.recorded(g)
	if r == nil {
		return nil
	}
	var all []part
	for _, words := range t.set.speaker(g).digitWords() {
		sound := r.Sounds[snippetKey(words)]
		if sound == "" {
			return nil
		}
		all = append(all, part{sound: sound})
	}
	return all
}

// digitWords are the digits from 0 to 9 in words; none where the language has no words for so many.
func (g *language) digitWords() []string {
	const ten = 10
	if len(g.numbers) < ten {
		return nil
	}
	all := make([]string, ten)
	for i := range all {
		all[i], _, _ = strings.Cut(g.numbers[i], "/")
	}
	return all
}

// Snippets are all that can be recorded of a language, each once, in the order of a call: how it is offered, how keys are told, the digits,
// the phrases, and the flows, the front door first. It is none where the set speaks neither the language nor one that it falls back on.
func (s *Set) Snippets(r Recorded) []Snippet {
	g := s.language(r.Lang)
	if g == nil {
		if g = s.made(&r); g == nil {
			return nil
		}
	}
	all := snippets{seen: map[string]bool{}}
	told := s.speaker(g) // in whose words all the rest is heard
	all.add(s.offering(g), told.lang, "words.press_language", "")
	for _, p := range told.press.parts {
		if p.path == nil {
			all.add(p.words, told.lang, "words.press", "")
		}
	}
	for _, words := range told.digitWords() {
		all.add(words, told.lang, "words.numbers", "")
	}
	for _, name := range phraseNames() {
		all.text(s.phrases[name], g, "words."+name)
	}
	order := slices.Clone(s.order)
	slices.SortStableFunc(order, func(a, b *flow) int { return rank(a) - rank(b) })
	for _, f := range order {
		for _, st := range f.steps {
			for _, x := range st.texts() {
				if !f.dialed {
					all.text(x, g, f.name+"."+st.name)
				}
			}
		}
	}
	return all.list
}

// rank has a call's first flows come first.
func rank(f *flow) int {
	if i := slices.Index([]string{doorFlow, reportFlow}, f.name); i >= 0 {
		return i
	}
	return 2
}

// snippets gathers each words once.
type snippets struct {
	list []Snippet
	seen map[string]bool
}

func (a *snippets) add(words string, lang Lang, where, own string) {
	words = strings.TrimLeft(strings.TrimSpace(words), spaceAndSigns)
	if key := snippetKey(words); sounding(words) && !a.seen[key] {
		a.seen[key] = true
		a.list = append(a.list, Snippet{key, lang, words, where, own})
	}
}

func (a *snippets) text(x *text, g *language, where string) {
	if x == nil {
		return
	}
	tpl := x.in(Voice, g.source())
	if tpl == nil || tpl.play != nil && tpl.lang == g.lang { // recorded in the flows themselves
		return
	}
	lang := cmp.Or(tpl.lang, g.source())
	for _, one := range tpl.variants() {
		for _, p := range one.parts {
			if p.path == nil {
				a.add(p.words, lang, where, tpl.script.asWritten())
			}
		}
	}
}

// asWritten is a template as it stands in its file, or the first of its plurals.
func (t *template) asWritten() string {
	for _, one := range t.variants() {
		var b strings.Builder
		for _, p := range one.parts {
			if b.WriteString(p.words); p.path != nil {
				b.WriteString("{" + strings.Join(p.path, ".") + "}")
			}
		}
		return b.String()
	}
	return ""
}

// ToldIn is the language in which somebody is told something on a channel whose language this is: itself, or the first that it falls back
// on which is written there, or which a voice reads. One that is not known is the set's first.
func (s *Set) ToldIn(l Lang, c Channel, recorded []*Recorded) Lang {
	t := turn{set: s, env: Env{Channel: c, Recorded: recorded}}
	g := t.language(l)
	if g == nil {
		g = s.languages[0]
	}
	return t.teller(g).lang
}
