package flows

import "maps"

// visits notes which steps talks came to, and which ways they took from there. A nil one notes nothing, at no cost.
type visits struct {
	steps map[*step]bool
	ways  map[visit]bool
	most  int // segments that the steps of this turn allow its answer
}

// visit is a way on that was taken.
type visit struct {
	step *step
	why  string
}

func newVisits() *visits { return &visits{map[*step]bool{}, map[visit]bool{}, mostSegments} }

func (v *visits) enter(st *step) {
	if v != nil {
		v.steps[st], v.most = true, max(v.most, st.segments)
	}
}

// took says whether a way was taken; giving up counts by either sort.
func (v *visits) took(st *step, why string) bool {
	if why == "giveup" {
		return v.ways[visit{st, "wrong"}] || v.ways[visit{st, "silent"}]
	}
	return v.ways[visit{st, why}]
}

// add takes over what another talk visited.
func (v *visits) add(other *visits) {
	if other != nil {
		maps.Copy(v.steps, other.steps)
		maps.Copy(v.ways, other.ways)
	}
}

// way notes which way on is taken from the step where the talk stands. Its name comes in two parts, put together only where
// somebody asks.
func (t *turn) way(kind, name string, to *target) *target {
	if t.trace == nil || to == nil {
		return to
	}
	if f := t.set.flows[t.st.Flow]; f != nil {
		t.trace.ways[visit{f.step(t.st.Step), kind + name}] = true
	}
	return to
}
