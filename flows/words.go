package flows

import "fmt"

// phraseNames are what a set must be able to say besides its flows: the first two lines are said by the engine, the rest by the
// gateway, with no flow at hand.
func phraseNames() []string {
	return []string{
		"wrong", "silent", "giveup", "goodbye", "resume", "picture",
		"renewed", "late", "help", "nobody", "by_text", "yes", "no",
		"unrecorded", "unsure", "whisper", "speaks", "take_call", "still", "held_back", "vouched",
		"danger", "took", "no_call", "connecting", "no_reply", "message", "there", "unanswered", "waiting", "news", "answered", "notice_end", "approve",
		"alert_unconfirmed", "alert_confirmed", "alert_clear", "alert_correction", "alert_open",
		"meet", "meet_moved", "meet_soon", "meet_off", "meet_there", "meet_members", "meet_later", "goes_out", "which_one", "which_or", "question_over",
		"came_late", "call_asked", "call_alone", "call_other", "call_missed", "call_never", "call_not_now",
	}
}

// readWords reads words.yaml.
func (l *loader) readWords(src string) {
	l.file = wordsFile
	if src == "" {
		l.found.add(place{file: wordsFile}, "a set needs this file, with \"languages:\" and \"phrases:\"")
		return
	}
	root := l.parse(src)
	if root == nil {
		return
	}
	o := l.object(root, wordsFile, "languages", "phrases", "allow")
	languages, phrases := o.get("languages"), o.get("phrases")
	if languages == nil || phrases == nil {
		l.found.add(o.at, "it needs \"languages:\" and \"phrases:\"")
		return
	}
	l.readLanguages(languages)
	l.flow, l.step = &l.set.words, &step{} // phrases know facts and no variables
	l.flow.allowed = l.readAllowed(o.get("allow"))
	po := l.object(phrases.value, "phrases", phraseNames()...)
	for _, name := range phraseNames() {
		f := po.get(name)
		if f == nil {
			l.lacks(po.at, "the phrase %q is missing; add it", name)
			continue
		}
		l.set.phrases[name] = l.text(f)
		l.resolveText(l.set.phrases[name], nil)
		if name == "picture" {
			l.longEnough(l.set.phrases[name])
		}
	}
}

// longEnough sees that the words which stand for a picture count as something told.
func (l *loader) longEnough(x *text) {
	for _, t := range x.written {
		if plain, ok := t.plain(); !ok || wordCount(plain) <= fewWords {
			l.found.add(x.at, "what stands for a picture takes more than %d words, and no gaps", fewWords)
		}
	}
}

// Words gives a phrase of words.yaml as it is written in a text, in a language or else in the set's first. The values go by the
// names of the facts that the phrase tells, as "line.name". An unknown phrase is a mistake of the caller, and shows.
func (s *Set) Words(name string, l Lang, v map[string]Value) string {
	return s.phrase(name, Env{Channel: Text, Facts: v}, l)
}

// Unasked is Words in a text that nobody just asked for, or to a quiet phone: without the words that tell what this is about.
func (s *Set) Unasked(name string, l Lang, v map[string]Value) string {
	return s.phrase(name, Env{Channel: Text, Facts: v, Quiet: true}, l)
}

// Spoken is Words as it is said on a call.
func (s *Set) Spoken(name string, l Lang, v map[string]Value) string {
	return s.phrase(name, Env{Channel: Voice, Facts: v}, l)
}

func (s *Set) phrase(name string, env Env, l Lang) string {
	x := s.phrases[name]
	if x == nil {
		return fmt.Sprintf("(no phrase %q)", name)
	}
	g := s.language(l)
	if g == nil {
		g = s.languages[0]
	}
	t := turn{set: s, env: env}
	return t.words(x, g)
}

// WrittenName is LanguageName as it stands in a text, without the marks that would make it dear.
func (s *Set) WrittenName(l Lang) string {
	if g := s.language(l); g != nil {
		return g.marks.written(g.name)
	}
	return ""
}

// LanguageName is what the speakers of a language call it; "" for one that the set does not speak.
func (s *Set) LanguageName(l Lang) string {
	if g := s.language(l); g != nil {
		return g.name
	}
	return ""
}

// Writes tells whether texts are written in a language: it is one of the set's, and not for calls only.
func (s *Set) Writes(l Lang) bool {
	g := s.language(l)
	return g != nil && !g.callsOnly
}
