package flows

import (
	"cmp"
	"maps"
	"slices"
)

// checkChannels finds effects that can be come to by text and not by voice, or the reverse.
func checkChannels(s *Set, found *findings) {
	if found.errors > 0 {
		return
	}
	text, voice := s.effectsBy(Text), s.effectsBy(Voice)
	tell := func(mine, other map[string][]*step, here, there Channel) {
		for _, name := range slices.Sorted(maps.Keys(mine)) {
			if other[name] != nil || permitted(mine[name]) {
				continue
			}
			st := slices.MinFunc(mine[name], func(a, b *step) int {
				return cmp.Or(cmp.Compare(a.at.file, b.at.file), cmp.Compare(a.at.line, b.at.line))
			})
			found.doubt(ruleChannels, st.verb.(*do).nameAt, nil, "%s can be come to by %s and not by %s; lead there by both, or say why not", name, here, there)
		}
	}
	tell(text, voice, Text, Voice)
	tell(voice, text, Voice, Text)
}

// permitted says whether any of the steps that do an effect gives a reason. All are asked, so that none of the reasons counts as needless.
func permitted(steps []*step) (yes bool) {
	for _, st := range steps {
		for _, o := range st.owners() {
			yes = o.permits(ruleChannels) || yes
		}
	}
	return yes
}

// effectsBy are the effects that a channel can come to, each with the steps that do it.
func (s *Set) effectsBy(c Channel) map[string][]*step {
	effects := map[string][]*step{}
	seen := map[*step]bool{}
	known := supposed{channel: c}
	var visit func(*step)
	visit = func(st *step) {
		if seen[st] {
			return
		}
		seen[st] = true
		if v, ok := st.verb.(*do); ok {
			effects[v.name] = append(effects[v.name], st)
		}
		for i, e := range st.ways() {
			if e.to != nil && e.to.step != nil && (e.channel == "" || e.channel == c) && known.takes(st, i) {
				visit(e.to.step)
			}
		}
	}
	visit(s.flows[doorFlow].steps[0])
	for _, f := range s.order {
		if c == Text && len(f.starts) > 0 {
			visit(f.steps[0])
		}
	}
	return effects
}

// takes says whether the way of that number may be taken: not by a condition that never holds, nor behind one that always does; by
// voice no ask is answered that is for texts, and by text none of a call.
func (k *supposed) takes(st *step, way int) bool {
	switch v := st.verb.(type) {
	case *branch:
		for _, above := range v.rungs[:way] {
			if k.decide(above.condition) == surely {
				return false
			}
		}
		return k.decide(v.rungs[way].condition) != never
	case *ask:
		return v.voice == nil || k.channel == Text || st.ways()[way].channel == Voice && st.ways()[way].why == "voice"
	}
	return true
}
