package flows

import "strings"

// callsReach finds the steps that a call may come to: what is asked in writing only, and what a branch keeps from calls, is left out.
// A transcript cannot bring a call anywhere else.
func (s *Set) callsReach() map[*step]bool {
	reached := map[*step]bool{}
	open := []*step{s.flows[doorFlow].steps[0]}
	for _, f := range s.order {
		open = append(open, f.steps[0]) // where a scene may begin
	}
	for len(open) > 0 {
		st := open[len(open)-1]
		open = open[:len(open)-1]
		if reached[st] {
			continue
		}
		reached[st] = true
		for _, to := range st.byCall() {
			if to != nil && to.step != nil {
				open = append(open, to.step)
			}
		}
	}
	return reached
}

// byCall are the ways on that a call may take.
func (st *step) byCall() []*target {
	var all []*target
	switch v := st.verb.(type) {
	case *branch:
		for _, r := range v.rungs {
			on := channelOf(r.condition)
			if on != Text {
				all = append(all, r.then)
			}
			if on == Voice {
				break // calls go no further down
			}
		}
		return all
	case *ask:
		if v.voice != nil {
			return []*target{v.voice}
		}
	}
	for _, e := range st.verb.edges() {
		all = append(all, e.to)
	}
	return all
}

// channelOf is the channel that a condition asks for, if that is all it asks.
func channelOf(condition *expression) Channel {
	if condition == nil {
		return ""
	}
	switch strings.Join(strings.Fields(condition.src), " ") {
	case "channel == 'voice'", "channel != 'text'":
		return Voice
	case "channel == 'text'", "channel != 'voice'":
		return Text
	}
	return ""
}
