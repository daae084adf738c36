package flows

import (
	"fmt"
	"maps"
	"slices"
)

// misfits finds the lines of a transcript that do not fit this set, or what the program offers to flows: names that do not exist,
// and values that are none. It is done before anything is played, so that all of them are told at once.
func (s *Set) misfits(talk *Talk) []Failure {
	found := &findings{}
	for _, one := range talk.scenes {
		for _, lang := range one.languages {
			if s.language(Lang(lang.words)) == nil {
				found.add(lang.at, "there is no language %q%s", lang.words, didYouMean(lang.words, s.languageNames()))
			}
		}
		r := s.reading(scene{channel: one.channel}, nil)
		settings := slices.Clone(one.settings)
		for _, turn := range one.turns {
			settings = append(settings, turn.settings...)
			if turn.in.Kind == kindBegin && !slices.ContainsFunc(one.settings, func(x setting) bool { return x.word == "flow" }) {
				found.add(turn.at, "[begin] begins the flow of the scene, and this scene has none; add \"@ flow <name>\" above")
			}
			for _, e := range turn.effects {
				r.misfit(e, found)
			}
		}
		for _, x := range settings {
			if err := r.setting(x); err != nil {
				found.add(x.at, "%v", err)
			}
		}
	}
	err := found.err()
	if err == nil {
		return nil
	}
	var all []Failure
	for _, f := range err.(Findings) {
		all = append(all, Failure{Finding: f})
	}
	return all
}

// misfit finds what is wrong with a scripted effect.
func (r *reading) misfit(e scripted, found *findings) {
	effects := r.set.vocabulary.Effects
	effect, known := effects[e.effect]
	if !known {
		found.add(e.at, "there is no effect %q%s", e.effect, didYouMean(e.effect, slices.Sorted(maps.Keys(effects))))
		return
	}
	for _, a := range e.args {
		if _, takes := effect.Args[a.name]; !takes {
			found.add(a.at, "%s does not take %q%s", e.effect, a.name, didYouMean(a.name, slices.Sorted(maps.Keys(effect.Args))))
		}
	}
	shapes, known := effect.Outcomes[e.outcome]
	if !known {
		found.add(e.at, "%s has no outcome %q%s", e.effect, e.outcome, didYouMean(e.outcome, r.outcomes(e.effect)))
		return
	}
	values := map[string]Value{}
	for _, b := range e.brings {
		if err := bring(values, shapes, b); err != nil {
			found.add(b.at, "%s", fmt.Sprintf("%s -> %s: %v", e.effect, e.outcome, err))
		}
	}
}
