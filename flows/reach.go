package flows

import "slices"

// arrival is a step as a talk comes to it: with somebody there, or after the caller has hung up.
type arrival struct {
	at   *step
	gone bool
}

// reached is everything that talks on a channel may come to. When the caller has hung up nobody is asked any more, and a talk goes
// on from an ask by its "hangup" alone. It may be supposed that talks come to more flows than they do.
func (s *Set) reached(c Channel, more ...*flow) map[arrival]bool {
	reached := map[arrival]bool{}
	var open []arrival
	visit := func(a arrival) {
		if !reached[a] {
			reached[a] = true
			open = append(open, a)
		}
	}
	for _, f := range s.order {
		if f.name == doorFlow || f.name == reportFlow || c == Text && (f.name == apartFlow || len(f.starts) > 0 || f.notice != nil) || c == Voice && (f.dialed || f.placed) || slices.Contains(more, f) {
			visit(arrival{f.steps[0], false})
		}
	}
	for len(open) > 0 {
		from := open[len(open)-1]
		open = open[:len(open)-1]
		from.at.leadsOn(c, func(e edge, to *step) {
			if e.hangup || !from.gone {
				visit(arrival{to, e.hangup})
			}
			if _, rings := from.at.verb.(*handOver); e.hangup && !from.gone && !rings { // * goes there too, with somebody still on the call
				visit(arrival{to, false})
			}
			v, isCall := from.at.verb.(*call)
			recorded := from.at.records() && e.why == "answer" || isCall && e.why == "then" && slices.ContainsFunc(v.into.step.flow.steps, (*step).records)
			if from.gone && !from.at.listens() || c == Voice && recorded {
				visit(arrival{to, true})
			}
		})
	}
	return reached
}

// leadsOn is leads for one channel: without the ways that are never taken on it.
func (s *step) leadsOn(c Channel, visit func(edge, *step)) {
	out := map[string]bool{}
	if b, ok := s.verb.(*branch); ok {
		known := supposed{channel: c}
		decided := false
		for i, r := range b.rungs {
			kind, n := r.why(i)
			v := known.decide(r.condition)
			out[kind+n] = decided || v == never
			decided = decided || v == surely
		}
	}
	if a, ok := s.verb.(*ask); ok {
		if q, ok := a.question.(*numbered); ok {
			known := supposed{channel: c}
			for _, one := range q.choices {
				out["choice "+one.key] = known.decide(one.when) == never
			}
		}
	}
	s.leads(func(e edge, to *step) {
		if (e.channel == "" || e.channel == c) && !out[e.why] {
			visit(e, to)
		}
	})
}

// listens says whether a step needs a caller who is still there.
func (s *step) listens() bool {
	switch s.verb.(type) {
	case *ask, *handOver, *call:
		return true
	}
	return false
}

// records says whether a caller may hang up in answer to a step, and be heard.
func (s *step) records() bool {
	a, ok := s.verb.(*ask)
	if !ok {
		return false
	}
	q, ok := a.question.(*free)
	return ok && q.record > 0
}
