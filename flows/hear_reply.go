package flows

import "slices"

// An answer to a notice begins its flow, whatever is being talked about. The talk that was under way waits below it, as a caller does, and
// goes on where it was once that flow has ended: its question is put again where it fits the same text, else "Continue? 1 Start again? 2" is
// asked, and where not even that fits it stands as it was.

// hearReply begins the flow of a notice's question.
func (t *turn) hearReply(in Input) *target {
	f := t.set.flows[in.Flow]
	if f == nil || f.notice == nil {
		t.fail("no notice asks what flow %q would answer", in.Flow)
		return nil
	}
	callers := t.st.Callers
	if t.st.Flow == "" {
		callers = []Frame{{Asked: in.Question}} // nothing waits below
	} else if st := t.step(); st == nil {
		return nil
	} else if i := slices.IndexFunc(callers, func(c Frame) bool { return c.Asked == in.Question }); i >= 0 {
		callers = callers[: i+1 : i+1] // they answer it anew, in the midst of what their answer led to
		if a, asks := st.verb.(*ask); asks {
			t.leave(a)
		}
	} else {
		callers = append(callers[:len(callers):len(callers)], t.waiting(st, in))
	}
	many := t.hadManyOptions()
	t.goesOn(t.st.Flow, f.name)
	t.begin(f, in.Values)
	t.st.Callers = callers
	t.manyOptions(many)
	return &target{step: f.steps[0]}
}

// waiting is the talk under way, as it waits.
func (t *turn) waiting(st *step, in Input) Frame {
	vars := map[string]Value{}
	for name, value := range t.st.Vars {
		if st.live[name] {
			vars[name] = value
		}
	}
	return Frame{Flow: t.st.Flow, Step: t.st.Step, Vars: vars, Asked: in.Question, Idle: in.Idle || t.st.Resume, Held: t.st.Held}
}

// poseAgain goes on waiting for what was asked before an answer to a notice came in between.
func (t *turn) poseAgain(a *ask) *target {
	back := t.back
	t.back = nil
	if to, skipped := a.skip(t); skipped {
		return to
	}
	before, pair := slices.Clone(t.out.Say), t.st.Pair
	if !back.Idle {
		if a.pose(t); t.fits() {
			return nil
		}
	}
	t.out.Say, t.st.Pair = before, pair
	a.wait(t)
	t.st.Resume, t.st.Held = true, back.Held
	if t.phrase("resume"); !t.fits() {
		t.out.Say = before
	}
	return nil
}

// fits tells whether what is said so far is no longer than an answer by text may be.
func (t *turn) fits() bool {
	n, _, _ := Segments(oneText(t.out.Say))
	return n <= mostSegments
}
