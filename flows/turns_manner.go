package flows

// manner is a way of talking by text.
type manner struct {
	language, second *language // second: the language is not known, and these are the line's first two
	known            bool
	quiet            bool
}

// also is the second language, where the two are told in one text.
func (r *run) also() *language {
	if r.second == nil || r.second.wide != r.language.wide {
		return nil
	}
	return r.second
}

// bothIn says whether what is put in two languages is so in this flow.
func (r *run) bothIn(f *flow) bool { return r.also() != nil && r.also().covers(f.name) }

// owned is the second language, where it has words of its own for a text.
func (r *run) owned(x *text) *language {
	if g := r.also(); g != nil && x != nil {
		if t := x.in(Text, g.lang); t == nil || t.lang == "" || t.lang == g.lang {
			return g
		}
	}
	return nil
}

// told is the language in which a flow is told in this run; nil stands for words.yaml.
func (r *run) told(f *flow) *language {
	if f == nil {
		return r.language
	}
	return r.set.toldIn(r.language, f.name)
}

// starts says whether an arrow is such a beginning: the flow's own word, or an answer to a question, with which also a flow that was
// called may end.
func (b *beginning) starts(a *arrow) bool {
	if b.at == nil {
		return a.began == nil && a.to == b.flow.steps[0]
	}
	if a.back != nil { // if it can end behind that answer, which through tells
		return b.callers[a.back] == 1 // else nobody knows to which of them it goes back
	}
	return a.began == b.at && answered(a.why)
}
