package flows

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The checks are held against the engine itself: small flows are drawn at random, right ones and wrong ones, everything that can
// happen in them is tried, and what the checks say has to be what then happens.

// smallVocabulary has a flag for each condition, so that conditions never depend on each other, as the checks take them.
func smallVocabulary() Vocabulary {
	v := offered()
	for n := range mostConditions {
		v.Facts[fmt.Sprintf("flag%d", n)] = Shape{Type: TypeFlag}
	}
	v.Effects["toss"] = Effect{Outcomes: map[string]map[string]Shape{"heads": nil, "tails": nil}}
	return v
}

const mostConditions = 2

// drawFlow draws a flow of a few steps that may be wrong in any of the ways that the checks know, and is always well written.
func drawFlow(t *rapid.T) string {
	n := rapid.IntRange(1, 5).Draw(t, "steps")
	var b strings.Builder
	b.WriteString("starts: {en: [GO]}\nsteps:\n")
	at := 0
	next := func(what string) string {
		if rapid.IntRange(0, 2).Draw(t, "on") > 0 { // mostly onwards, so that right flows come up as well
			if at+1 < n {
				return fmt.Sprint("s", at+1)
			}
			return "end"
		}
		if to := rapid.IntRange(0, n).Draw(t, what); to < n {
			return fmt.Sprint("s", to)
		}
		return "end"
	}
	conditions := 0
	for i := range n {
		at = i
		fmt.Fprintf(&b, "  s%d:\n", i)
		kind := rapid.SampledFrom([]string{"say", "say", "tell", "set", "ask", "ask", "ask", "branch", "do", "confirm", "grave", "wait"}).Draw(t, "kind")
		if kind == "branch" {
			if conditions == mostConditions {
				kind = "say"
			} else {
				conditions++
			}
		}
		switch kind {
		case "say":
			fmt.Fprintf(&b, "    say: Step %d.\n    then: %s\n", i, next("then"))
		case "tell":
			fmt.Fprintf(&b, "    say: \"<{x}>\"\n    then: %s\n", next("then"))
		case "set":
			fmt.Fprintf(&b, "    set: {x: 7}\n    then: %s\n", next("then"))
		case "ask":
			fmt.Fprintf(&b, "    ask: Which?\n    choices:\n      a: {label: Tea, then: %s}\n      b: {label: Milk, then: %s}\n", next("a"), next("b"))
			if rapid.Bool().Draw(t, "gives up") {
				fmt.Fprintf(&b, "    giveup: %s\n", next("giveup"))
			}
			if rapid.Bool().Draw(t, "hangs up") {
				fmt.Fprintf(&b, "    hangup: %s\n", next("hangup"))
			}
		case "branch":
			fmt.Fprintf(&b, "    branch:\n      - {if: flag%d, then: %s}\n      - {else: %s}\n", conditions-1, next("if"), next("else"))
		case "do":
			fmt.Fprintf(&b, "    do: toss\n    on: {heads: %s, tails: %s}\n", next("heads"), next("tails"))
		case "confirm":
			fmt.Fprintf(&b, "    ask: Sure?\n    confirm: {yes: do it, no: leave it}\n    yes: %s\n    no: %s\n    giveup: %s\n", next("yes"), next("no"), next("giveup"))
		case "grave":
			fmt.Fprintf(&b, "    do: count\n    with: {choice: 1}\n    on: {counted: %s}\n", next("counted"))
		case "wait":
			fmt.Fprintf(&b, "    wait: 10m\n    heard: %s\n    then: %s\n", next("heard"), next("lapse"))
		}
	}
	if !strings.Contains(b.String(), "set:") { // nothing would be known by that name
		return strings.ReplaceAll(b.String(), "<{x}>", "nothing")
	}
	return b.String()
}

// explorer tries everything that can happen in the flow "test" of a set, on one channel.
type explorer struct {
	set     *Set
	channel Channel
	seen    map[string]State               // by what it is written as
	after   map[string][]string            // which states follow
	same    map[string]map[string][]string // by what is done, again and again: which states follow
	over    map[string]bool                // the talk can end from here at once
	visited map[string]bool                // steps of the flow that were come to
	circled bool                           // a turn did not end
	unset   bool                           // something was told that nothing had set
	rash    bool                           // what cannot be undone was done unconfirmed
	err     error
}

// mostStates is more than any flow of drawFlow has.
const mostStates = 4000

func explore(s *Set, c Channel) *explorer {
	x := &explorer{set: s, channel: c, seen: map[string]State{}, after: map[string][]string{}, same: map[string]map[string][]string{}, over: map[string]bool{}, visited: map[string]bool{}}
	var open []State
	begin := func(from string, st State) {
		for _, next := range x.follow(st, Input{Kind: KindText, Text: "GO"}) {
			x.note(from, next, &open)
		}
	}
	if c == Text {
		begin("", State{Lang: "en"})
	} else { // a call comes to it by the door's second choice
		for _, next := range x.follow(State{Flow: doorFlow, Step: "menu", Lang: "en"}, Input{Kind: KindKeys, Text: "2"}) {
			x.note("", next, &open)
		}
	}
	for len(open) > 0 && len(x.seen) < mostStates && x.err == nil {
		st := open[len(open)-1]
		open = open[:len(open)-1]
		for _, in := range x.inputs(st) {
			for _, next := range x.follow(st, in) {
				if in.Kind != KindHangup { // that a caller can always leave makes no end
					x.note(stateKey(st), next, &open)
				}
				if again := x.again(st, in); again != "" {
					if x.same[again] == nil {
						x.same[again] = map[string][]string{}
					}
					x.same[again][stateKey(st)] = append(x.same[again][stateKey(st)], stateKey(next))
				}
			}
		}
	}
	return x
}

func stateKey(st State) string {
	b, _ := json.Marshal(st)
	return string(b)
}

// note remembers that a state follows another. What leaves the flow ends there: the others of the set are right.
func (x *explorer) note(from string, st State, open *[]State) {
	if st.Flow != "test" {
		x.over[from] = true
		return
	}
	key := stateKey(st)
	x.after[from] = append(x.after[from], key)
	if _, ok := x.seen[key]; !ok {
		x.seen[key] = st
		*open = append(*open, st)
	}
}

// inputs is all that somebody may do at a step, one of each kind.
func (x *explorer) inputs(st State) []Input {
	if x.channel == Voice {
		all := []Input{keyed("1"), keyed("2"), keyed("5"), keyed("7"), keyed("8"), {Kind: KindSilence}, {Kind: KindHangup}}
		if a, ok := x.set.flows["test"].step(st.Step).verb.(*ask); ok && a.hangup != nil && a.hangup.step != nil {
			all = append(all, keyed(keyStartOver)) // which goes where a hang-up goes, and is answered; elsewhere it leaves, as a hang-up does
		}
		return all
	}
	all := []Input{texted("1"), texted("2"), texted("perhaps not"), texted(fmt.Sprint(st.Pair)), texted(fmt.Sprint(st.Pair + 1))}
	if _, ok := x.set.flows["test"].step(st.Step).verb.(*wait); ok {
		all = append(all, Input{Kind: KindLapse})
	}
	return all
}

// again names what somebody does who does it again and again: nothing, or what is no answer, by turns. While a flow waits, time passes.
func (x *explorer) again(st State, in Input) string {
	if _, waits := x.set.flows["test"].step(st.Step).verb.(*wait); waits && x.channel == Text {
		if in.Kind == KindLapse {
			return "wrong"
		}
		return ""
	}
	switch {
	case in.Kind == KindSilence, in.Kind == KindKeys && in.Text == "5", in.Kind == KindText && in.Text == "perhaps not":
		return "wrong"
	}
	return ""
}

// endless says whether doing the same again and again may never come to an end.
func (x *explorer) endless() bool {
	for _, after := range x.same {
		const entered, left = 1, 2
		at := map[string]int{}
		var visit func(string) bool
		visit = func(key string) bool {
			at[key] = entered
			for _, next := range after[key] {
				if at[next] == entered || at[next] == 0 && visit(next) {
					return true
				}
			}
			at[key] = left
			return false
		}
		for key := range after {
			if at[key] == 0 && visit(key) {
				return true
			}
		}
	}
	return false
}

// follow gives every state that one input may lead to, by whatever the facts are and whatever comes of effects.
func (x *explorer) follow(st State, in Input) []State {
	var all []State
	for flags := range 1 << mostConditions {
		env := Env{Channel: x.channel, Languages: []Lang{"en"}, Facts: noFacts()}
		for n := range mostConditions {
			env.Facts[fmt.Sprintf("flag%d", n)] = Value{Flag: flags>>n&1 == 1}
		}
		confirmed := false
		if f := x.set.flows[st.Flow]; f != nil && in.Kind != KindHangup {
			if a, ok := f.step(st.Step).verb.(*ask); ok {
				_, confirmed = a.question.(*confirm)
			}
		}
		all = append(all, x.play(st, in, env, confirmed, 0)...)
	}
	return all
}

func (x *explorer) play(st State, in Input, env Env, confirmed bool, depth int) []State {
	if depth > 12 { // effects that follow each other for ever
		x.circled = true
		return nil
	}
	trace := newVisits()
	out, err := x.set.next(st, in, env, trace)
	for h := range trace.steps {
		if h.flow.name == "test" {
			x.visited[h.name] = true
		}
	}
	if err != nil {
		if !strings.Contains(err.Error(), "without asking anybody") {
			x.err = err
		}
		x.circled = true
		return nil
	}
	for _, p := range out.Say {
		x.unset = x.unset || strings.Contains(p.Words, "<0>")
	}
	if out.Do == nil {
		return []State{out.State}
	}
	if out.Do.Effect == "count" && !confirmed {
		x.rash = true
	}
	var all []State
	for _, outcome := range slices.Sorted(maps.Keys(x.set.vocabulary.Effects[out.Do.Effect].Outcomes)) {
		in := Input{Kind: KindOutcome, Outcome: outcome, Values: map[string]Value{}}
		all = append(all, x.play(out.State, in, env, confirmed, depth+1)...)
	}
	return all
}

// trapped says whether there is a state from which nothing ever leads to an end.
func (x *explorer) trapped() bool {
	before := map[string][]string{}
	for from, all := range x.after {
		for _, to := range all {
			before[to] = append(before[to], from)
		}
	}
	ends := map[string]bool{}
	open := slices.Collect(maps.Keys(x.over))
	for len(open) > 0 {
		key := open[len(open)-1]
		open = open[:len(open)-1]
		if !ends[key] {
			ends[key] = true
			open = append(open, before[key]...)
		}
	}
	for key := range x.seen {
		if !ends[key] {
			return true
		}
	}
	return false
}

// TestChecksAgreeWithTrying: of small flows the checks say just what trying everything shows.
func TestChecksAgreeWithTrying(t *testing.T) {
	for rule, flow := range map[string]string{
		"":                "starts: {en: [GO]}\nsteps:\n  s0:\n    ask: Which?\n    choices: {a: {label: Tea, then: end}, b: {label: Milk, then: s0}}\n",
		"reach":           "starts: {en: [GO]}\nsteps:\n  s0: {say: Hi., then: end}\n  s1: {say: Ho., then: end}\n",
		"ends":            "starts: {en: [GO]}\nsteps:\n  s0:\n    ask: Which?\n    choices: {a: {label: Tea, then: s0}, b: {label: Milk, then: s0}}\n    giveup: s0\n    hangup: end\n",
		"circle":          "starts: {en: [GO]}\nsteps:\n  s0:\n    branch: [{if: flag0, then: s1}, {else: end}]\n  s1: {say: Hi., then: s0}\n",
		"unset":           "starts: {en: [GO]}\nsteps:\n  s0:\n    branch: [{if: flag0, then: s1}, {else: s2}]\n  s1:\n    set: {x: 7}\n    then: s2\n  s2: {say: \"<{x}>\", then: end}\n",
		"irrevocable":     "starts: {en: [GO]}\nsteps:\n  s0: {say: Hi., then: s1}\n  s1:\n    do: count\n    with: {choice: 1}\n    on: {counted: end}\n",
		"silence":         "starts: {en: [GO]}\nsteps:\n  s0:\n    ask: Which?\n    choices: {a: {label: Tea, then: end}}\n    giveup: s0\n",
		"silence of star": "starts: {en: [GO]}\nsteps:\n  s0:\n    ask: Which?\n    choices: {a: {label: Tea, then: end}}\n    hangup: s1\n  s1:\n    ask: Which?\n    choices: {a: {label: Tea, then: end}}\n    giveup: s1\n",
		"ends of star":    "starts: {en: [GO]}\nsteps:\n  s0:\n    ask: Which?\n    choices: {a: {label: Tea, then: end}}\n    hangup: s1\n  s1:\n    ask: Which?\n    choices: {a: {label: Tea, then: s1}}\n    giveup: s1\n",
		"ends of a call":  "starts: {en: [GO]}\nsteps:\n  s0:\n    ask: Which?\n    choices: {a: {label: Tea, then: s1}}\n    giveup: s1\n    hangup: end\n  s1: {wait: 10m, heard: end, then: s0}\n",
	} {
		name, _, _ := strings.Cut(rule, " ")
		found := checkAgainstTrying(t, flow)
		if name == "" && len(found) > 0 || name != "" && !found[name] {
			t.Errorf("%q: the check finds %v", rule, found)
		}
	}
	rapid.Check(t, func(t *rapid.T) { checkAgainstTrying(t, drawFlow(t)) })
}

func checkAgainstTrying(t rapid.TB, flow string) (found map[string]bool) {
	files := smallFiles(flow)
	found = map[string]bool{}
	_, err := LoadFiles(files, smallVocabulary())
	for _, one := range findingsOf(err) {
		if one.Severity == Error {
			found[one.Rule] = true
		}
	}
	if found[string(ruleForm)] {
		t.Fatalf("the flow is not well written:\n%s\n%v", flow, err)
	}
	s, err := Restore(files, smallVocabulary())
	if err != nil {
		t.Fatalf("%v\n%s", err, flow)
	}
	byText, byVoice := explore(s, Text), explore(s, Voice)
	if err := errors.Join(byText.err, byVoice.err); err != nil {
		t.Fatalf("%v\n%s", err, flow)
	}
	circled := byText.circled || byVoice.circled
	agree := func(r rule, tried bool) {
		if found[string(r)] != tried {
			t.Fatalf("rule %s: the check says broken: %v; trying everything says: %v\n%s\ncheck: %v", r, found[string(r)], tried, flow, err)
		}
	}
	unvisited := false
	for _, st := range s.flows["test"].steps {
		unvisited = unvisited || !byText.visited[st.name] && !byVoice.visited[st.name]
	}
	agree(ruleReach, unvisited && !circled || found[string(ruleReach)] && unvisited)
	if unvisited { // what nothing leads to is looked at by the checks, and cannot be tried
		return found
	}
	agree(ruleCircle, circled)
	if circled {
		return found
	}
	agree(ruleEnds, byText.trapped() || byVoice.trapped())
	agree(ruleSilence, byText.endless() || byVoice.endless())
	if unset := byText.unset || byVoice.unset; unset || !strings.Contains(flow, "hangup:") { // what is said to nobody may be unset
		agree(ruleUnset, unset)
	}
	if !found[string(ruleIrrevocable)] && (byText.rash || byVoice.rash) {
		t.Fatalf("what cannot be undone was done unconfirmed, and the check found nothing\n%s", flow)
	}
	return found
}

// smallFiles is the least set around a flow, on lines of one language.
func smallFiles(flow string) map[string]string {
	words, err := os.ReadFile("library/words.yaml")
	if err != nil {
		panic(err)
	}
	return map[string]string{wordsFile: completeList.ReplaceAllString(string(words), "    complete: []"), "door.yaml": plainDoor, "report.yaml": plainReport, "test.yaml": flow}
}

func findingsOf(err error) Findings {
	var f Findings
	errors.As(err, &f)
	return f
}
