package flows

import "strings"

// mostTurns is how many answers may lie between somebody's choice and what it is for, the choice included.
const mostTurns = 3

// checkDepth finds choices from which nothing comes of it for more than three answers.
func checkDepth(s *Set, found *findings) {
	if found.errors > 0 {
		return
	}
	answers := s.answersLeft()
	s.each(func(st *step) {
		a, ok := st.verb.(*ask)
		if !ok {
			return
		}
		q, ok := a.question.(*numbered)
		if !ok {
			return
		}
		for _, c := range q.choices {
			to := c.then
			if to == nil {
				to = a.then
			}
			if to == nil || to.step == nil {
				continue
			}
			if n := 1 + answers[to.step]; n > mostTurns {
				found.doubt(ruleDepth, c.at, st.owners(), "whoever chooses %q answers %d times before anything comes of it, and %d are patience enough; ask for less",
					c.key, n, mostTurns)
			}
		}
	})
}

// answersLeft is, for each step, the fewest answers until an effect is done or the talk ends.
func (s *Set) answersLeft() map[*step]int {
	type way struct {
		from *step
		cost int
	}
	before := map[*step][]way{}
	left := map[*step]int{}
	var rounds [][]*step
	reach := func(st *step, n int) {
		if old, ok := left[st]; ok && old <= n {
			return
		}
		left[st] = n
		for len(rounds) <= n {
			rounds = append(rounds, nil)
		}
		rounds[n] = append(rounds[n], st)
	}
	s.each(func(st *step) {
		switch st.verb.(type) {
		case *do, *handOver:
			reach(st, 0)
		}
		for _, e := range st.ways() {
			cost := 0
			if _, isAsk := st.verb.(*ask); isAsk && e.waits {
				if cost = 1; !answered(e.why) {
					continue
				}
			}
			switch {
			case e.to == nil:
			case e.to.step == nil:
				reach(st, cost)
			default:
				before[e.to.step] = append(before[e.to.step], way{st, cost})
			}
		}
	})
	for n := 0; n < len(rounds); n++ {
		for i := 0; i < len(rounds[n]); i++ {
			st := rounds[n][i]
			if left[st] < n {
				continue
			}
			for _, w := range before[st] {
				reach(w.from, n+w.cost)
			}
		}
	}
	return left
}

// answered says whether a way on from an ask is one of its answers.
func answered(why string) bool {
	return why == "answer" || why == "yes" || why == "no" || strings.HasPrefix(why, "choice ")
}
