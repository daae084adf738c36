package flows

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Coverage is how much of a flow transcripts visit.
type Coverage struct {
	Flow, File          string
	Steps, StepsVisited int
	Ways, WaysVisited   int      // that stand in the file: then, choices, outcomes, conditions, giveup, hangup…
	Missed              []Missed // in the order of the file
}

// Missed is a step that no transcript comes to, or a way that none takes.
type Missed struct {
	File         string
	Line, Column int
	Step         string
	Way          string // as "choice tell"; empty: the step itself, and with it all its ways
	Message      string
}

// String is "file.yaml:31:5: no transcript …".
func (m Missed) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Message)
}

// Coverage tells, flow by flow, what the transcripts that were played visited together. What they were played on is this very set.
func (s *Set) Coverage(played ...Played) []Coverage {
	seen := newVisits()
	for _, p := range played {
		seen.add(p.visits)
	}
	called := s.callsReach()
	var all []Coverage
	for _, f := range s.order {
		all = append(all, f.coverage(seen, called))
	}
	return all
}

func (f *flow) coverage(seen *visits, called map[*step]bool) Coverage {
	c := Coverage{Flow: f.name, File: f.at.file, Steps: len(f.steps)}
	miss := func(st *step, at place, way, message string) {
		c.Missed = append(c.Missed, Missed{at.file, at.line, at.column, st.name, way, message})
	}
	for _, st := range f.steps {
		ways := st.told()
		if !called[st] {
			ways = slices.DeleteFunc(ways, func(w way) bool { return w.why == "voice" })
		}
		c.Ways += len(ways)
		if seen.steps[st] {
			c.StepsVisited++
		} else {
			miss(st, st.at, "", fmt.Sprintf("no transcript comes to step %q", st.name))
		}
		for _, w := range ways {
			if seen.took(st, w.why) {
				c.WaysVisited++
			} else {
				miss(st, w.at, w.why, untaken(st.name, w.why))
			}
		}
	}
	return c
}

// untaken says that no transcript takes a way.
func untaken(step, why string) string {
	kind, name, _ := strings.Cut(why, " ")
	switch kind {
	case "choice":
		return fmt.Sprintf("no transcript takes the choice %q of step %q", name, step)
	case "outcome":
		return fmt.Sprintf("no transcript takes the outcome %q of step %q", name, step)
	case "if":
		return fmt.Sprintf("in no transcript condition %s of step %q is the first that holds", name, step)
	case "else":
		return fmt.Sprintf("no transcript takes the \"else\" of step %q", step)
	case "yes", "no":
		return fmt.Sprintf("no transcript answers %s at step %q", kind, step)
	case "giveup":
		return fmt.Sprintf("in no transcript somebody gives up at step %q", step)
	case "wrong":
		return fmt.Sprintf("in no transcript somebody answers step %q wrongly until it gives up", step)
	case "silent":
		return fmt.Sprintf("in no transcript somebody is silent at step %q until it gives up", step)
	case "nothing":
		return fmt.Sprintf("in no transcript step %q has nothing to offer", step)
	case "lapse":
		return fmt.Sprintf("in no transcript time passes at step %q until it goes on by itself", step)
	case "taken":
		return fmt.Sprintf("in no transcript somebody takes the call at step %q", step)
	case "nobody":
		return fmt.Sprintf("in no transcript nobody takes the call at step %q", step)
	case "text":
		return fmt.Sprintf("no transcript comes to step %q by text", step)
	case "hangup":
		return fmt.Sprintf("in no transcript somebody hangs up at step %q", step)
	case "other":
		return fmt.Sprintf("in no transcript step %q is answered by other words", step)
	case "voice":
		return fmt.Sprintf("no transcript comes to step %q by voice", step)
	case "one":
		return fmt.Sprintf("in no transcript step %q is passed over, on a line of one language", step)
	}
	return fmt.Sprintf("no transcript goes on from step %q (%s)", step, why)
}

// way is one way on that stands in the file.
type way struct {
	why string // unique within its step
	at  place
}

// told are the ways on from a step that its file tells, in its order. Those of the engine's own (to the recording, or a goodbye)
// are no business of the file.
func (st *step) told() []way {
	var all []way
	a, _ := st.verb.(*ask)
	for _, e := range st.verb.edges() {
		if e.to == nil || a != nil && e.to == a.last {
			continue
		}
		at := e.at
		if at == (place{}) {
			at = e.to.at
		}
		if n := len(all); e.why == "silent" && n > 0 && all[n-1] == (way{"wrong", at}) {
			all[n-1].why = "giveup" // written once for both
			continue
		}
		all = append(all, way{e.why, at})
	}
	slices.SortStableFunc(all, func(a, b way) int {
		return cmp.Or(cmp.Compare(a.at.line, b.at.line), cmp.Compare(a.at.column, b.at.column))
	})
	return all
}
