package flows

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// writer makes up flows that are right: each step leads to the next one, and by some answers to a later one, another flow or the end.
type writer struct {
	t     *rapid.T
	b     strings.Builder
	steps int
	label int
}

// words are a text of any length, in letters that GSM-7 has or lacks, with or without a gap.
func (w *writer) words() string {
	s := strings.Repeat("x", rapid.IntRange(0, 60).Draw(w.t, "letters"))
	s += rapid.SampledFrom([]string{"", "", "", "", "", "[]", "ñ", "ú", "水", "🙂", "{line.name}", "{next.at}", "{next.at.day}", "{ballots.open.word}", "{next.place}"}).Draw(w.t, "sign")
	return s
}

// text is a TEXT that says anything.
func (w *writer) text() string {
	each := func() string { return fmt.Sprintf("{en: %q, es: %q}", w.words(), w.words()) }
	if rapid.IntRange(0, 3).Draw(w.t, "parted") > 0 {
		return each()
	}
	return fmt.Sprintf("{text: %s, quiet: %s, voice: x}", each(), each())
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

// to is somewhere behind a step.
func (w *writer) to(i int) string {
	if rapid.IntRange(0, 2).Draw(w.t, "where") == 0 || i+1 >= w.steps {
		return rapid.SampledFrom([]string{"end", "flow report", "{flow: door}"}).Draw(w.t, "out")
	}
	return fmt.Sprintf("s%d", rapid.IntRange(i+1, w.steps-1).Draw(w.t, "step"))
}

func (w *writer) next(i int) string {
	if i+1 < w.steps {
		return fmt.Sprintf("s%d", i+1)
	}
	return "end"
}

// maybe writes a line, or not.
func (w *writer) maybe(format string, args func() any) {
	if rapid.Bool().Draw(w.t, "maybe") {
		w.line(format, args())
	}
}

func (w *writer) step(i int) {
	text, to := func() any { return w.text() }, func() any { return w.to(i) }
	both := func() any { return "true" }
	w.line("  s%d:\n    segments: 10", i)
	switch rapid.SampledFrom([]string{"say", "say", "choices", "digits", "words", "each", "confirm", "branch", "wait", "call", "set"}).Draw(w.t, "verb") {
	case "say":
		w.line("    say: %s\n    then: %s", w.text(), w.next(i))
		w.maybe("    bilingual: %s", both)
	case "choices":
		w.line("    ask: %s\n    choices:", w.text())
		for c := range rapid.IntRange(1, 5).Draw(w.t, "choices") {
			w.label++
			condition := ""
			if c > 0 {
				condition = rapid.SampledFrom([]string{"", ", if: me.listed", ", if: not me.listed", ", if: ballots.open > 1", ", if: channel == 'voice'", ", if: lang == 'es'"}).Draw(w.t, "if")
			}
			label := fmt.Sprintf("l%c%s", 'a'+w.label%26, strings.Repeat("y", w.label/26+rapid.IntRange(0, 9).Draw(w.t, "label")))
			w.line("      c%d: {label: {en: %s, es: %sz}%s, then: %s}", c, label+fmt.Sprint(w.label), label+fmt.Sprint(w.label), condition, w.choice(i, c))
		}
		w.maybe("    bilingual: %s", both)
		w.maybe("    after: %s", text)
		w.maybe("    wrong: %s", text)
		w.maybe("    other: %s", to)
		w.maybe("    giveup: %s", to)
		w.maybe("    lapse: {after: 1m, nudge: %s}", text)
	case "digits":
		w.line("    ask: %s\n    digits: {min: 2, max: 8}\n    save: d%d\n    then: %s", w.text(), i, w.next(i))
		w.maybe("    wrong: %s", text)
		w.maybe("    other: %s", to)
	case "words":
		w.line("    ask: %s\n    words: true\n    voice: %s\n    save: w%d\n    then: %s", w.text(), w.next(i), i, w.next(i))
		w.maybe("    bilingual: %s", both)
		w.maybe("    wrong: %s", text)
		w.maybe("    after: %s", text)
		w.maybe("    lapse: {after: 1m, then: %s}", to)
	case "each":
		w.line("    do: find\n    on: {found: e%d, none: %s}\n  e%d:\n    segments: 10\n    ask: %s\n    each: things\n    label: {text: \"%s{it.name}{it.number}\", voice: x}\n    then: %s",
			i, w.next(i), i, w.text(), strings.Repeat("z", rapid.IntRange(0, 9).Draw(w.t, "label")), w.next(i))
		w.maybe("    giveup: %s", to)
	case "confirm":
		w.line("    ask: %s\n    confirm: {yes: A %s, no: B}\n    yes: %s\n    no: %s", fmt.Sprintf("{en: %q, es: %q}", "Sure "+w.words(), "Es "+w.words()), strings.Repeat("z", rapid.IntRange(0, 30).Draw(w.t, "label")), w.next(i), w.to(i))
		w.maybe("    left: %s", text)
		w.maybe("    wrong: %s", text)
	case "branch":
		condition := rapid.SampledFrom([]string{"lang == ''", "lang == 'en'", "channel == 'voice'", "me.listed", "ballots.open > 3 and lang != ''"}).Draw(w.t, "condition")
		w.line("    branch: [{if: \"%s\", then: %s}, {else: %s}]", condition, w.to(i), w.next(i))
	case "wait":
		w.line("    wait: 1m\n    then: %s", w.next(i))
		w.maybe("    heard: %s", to)
	case "call":
		w.line("    call: other\n    then: %s", w.next(i))
	case "set":
		w.line("    set: {n: ballots.open + 1}\n    then: %s", w.next(i))
	}
}

// choice is where a choice leads: the first always to the next step, so that it is reached.
func (w *writer) choice(i, c int) string {
	if c == 0 {
		return w.next(i)
	}
	return w.to(i)
}

// TestNoTextIsLongerThanProved talks at random to flows made up at random: no answer by text is ever longer than what the proof
// allowed for the step where it ends.
func TestNoTextIsLongerThanProved(t *testing.T) {
	libraryWords := mustLoad(t, errands).Files()[wordsFile]
	rapid.Check(t, func(t *rapid.T) {
		w := &writer{t: t, steps: rapid.IntRange(1, 7).Draw(t, "steps")}
		w.line("starts: {en: [GO], es: [VAMOS]}\nsteps:")
		for i := range w.steps {
			w.step(i)
		}
		other := "steps:\n  o:\n    segments: 10\n    say: {en: Other, es: Otra}\n    then: end\n"
		if rapid.Bool().Draw(t, "asks") {
			other = "steps:\n  o:\n    segments: 10\n    ask: {en: Other, es: Otra}\n    choices: {c: {label: Fine, then: p}, d: {label: Done, then: end}}\n  p:\n    say: Well\n    segments: 10\n    then: end\n"
		}
		files := map[string]string{wordsFile: libraryWords, "door.yaml": plainDoor, "report.yaml": plainReport, "test.yaml": w.b.String()}
		if strings.Contains(w.b.String(), "call: other") {
			files["other.yaml"] = other
		}
		s, err := LoadFiles(files, offered())
		if err != nil {
			t.Fatalf("a flow that is right was refused:\n%v\n%s", err, w.b.String())
		}
		talkAgainstProof(t, s)
	})
}

// talkAgainstProof has one talk by text, and measures every answer.
func talkAgainstProof(t *rapid.T, s *Set) {
	proof := newTurns(s, newSizes(s))
	lines := [][]Lang{{"en", "es"}, {"es", "en"}, {"en"}, {"es"}}
	env := Env{Channel: Text, Languages: rapid.SampledFrom(lines).Draw(t, "line"), Facts: map[string]Value{}, Quiet: rapid.Bool().Draw(t, "quiet")}
	letters := func(most int) string {
		return rapid.StringOfN(rapid.SampledFrom([]rune("xñ 1")), 0, most, -1).Draw(t, "value")
	}
	env.Facts = map[string]Value{
		"line.name": {Text: letters(30)}, "line.number": {Text: letters(16)}, "ballots.open": {Num: rapid.Int64Range(0, 9).Draw(t, "open")},
		"me.listed": {Flag: rapid.Bool().Draw(t, "listed")},
		"next": {Item: Item{
			"at":    {Num: rapid.Int64Range(1_770_000_000, 1_800_000_000).Draw(t, "at"), Zone: "America/New_York"},
			"place": {Words: map[Lang]string{"en": letters(40), "es": letters(40)}},
		}},
	}
	st := State{Lang: rapid.SampledFrom([]Lang{"", "", "en", "es"}).Draw(t, "lang")}
	waits := false
	for range 12 {
		in := Input{Kind: KindText, Idle: rapid.IntRange(0, 9).Draw(t, "idle") == 0, Text: rapid.SampledFrom([]string{
			"1", "2", "3", "4", "5", "6", "GO", "VAMOS", "MENU", "AYUDA", "español", "ENGLISH", "", "hm", "four words and more", "1234", "yes", "no",
			fmt.Sprint(st.Pair), fmt.Sprint(st.Pair + 1),
		}).Draw(t, "text")}
		if waits && rapid.IntRange(0, 5).Draw(t, "lapse") == 0 {
			in = Input{Kind: KindLapse}
		}
		var say []string
		var out Output
		var err error
		for {
			if out, err = s.Next(st, in, env); err != nil {
				t.Fatal(err)
			}
			st = out.State
			for _, p := range out.Say {
				if p.Words != "" {
					say = append(say, p.Words)
				}
			}
			if out.Do == nil {
				break
			}
			outcomes := s.vocabulary.Effects[out.Do.Effect].Outcomes
			in = Input{Kind: KindOutcome, Outcome: "filed", Values: map[string]Value{"code": {Text: "123456789012"}}}
			if outcomes["filed"] == nil {
				in = Input{Kind: KindOutcome, Outcome: rapid.SampledFrom([]string{"found", "none"}).Draw(t, "outcome"), Values: map[string]Value{}}
				things := make([]Item, rapid.IntRange(0, 9).Draw(t, "things"))
				for i := range things {
					things[i] = Item{"name": {Words: map[Lang]string{"en": letters(20)}}}
				}
				in.Values["things"] = Value{List: things}
			}
		}
		env.Nonce++
		waits = out.Wait != nil && out.Wait.After > 0
		text := strings.Join(say, "\n")
		n, _, _ := Segments(text)
		allowed := allowedAt(s, proof, env, st)
		fits := keeps(text, allowed)
		if most, _ := allowed.segments(); !fits && strings.Contains(s.files["test.yaml"], "next.at") {
			fits = n <= most // a day is told in full where the letters cost nothing
		}
		if !fits {
			t.Fatalf("%d letters in %d segments, and the proof has %+v at %s/%s:\n%s\n%s", len([]rune(text)), n, allowed, st.Flow, st.Step, text, s.files["test.yaml"])
		}
	}
}

// allowedAt is the size that the proof gives the answers which leave a talk in a state.
func allowedAt(s *Set, proof *turns, env Env, st State) size {
	m := manner{language: s.language(env.Languages[0]), quiet: env.Quiet}
	if g := s.language(st.Lang); g != nil {
		m.language, m.known = g, true
	} else if len(env.Languages) > 1 {
		m.second = s.language(env.Languages[1])
	}
	r := proof.run(m, mostBudget)
	most := impossible()
	take := func(o overrun) {
		if o.total.is() {
			most = most.or(o.total.unbroken())
		}
	}
	for i := range r.ends[nil] { // "late" and the like are said anywhere
		take(overrun{total: r.base(&r.ends[nil][i])})
	}
	for _, g := range s.languages { // and help in the language of the word for it
		most = most.or(proof.sizes.text(nil, s.phrases["help"], g, env.Quiet))
	}
	for _, f := range s.order {
		for _, o := range r.stops(f) {
			switch {
			case o.last == nil && st.Flow == f.name && o.at.name == st.Step:
				take(o)
			case o.last != nil && (st.Flow == "" || o.last.began != nil && o.last.began.name == st.Step):
				take(o)
			}
		}
	}
	return most
}

func keeps(text string, s size) bool {
	if text == "" {
		return true
	}
	n, ucs2, _ := Segments(text)
	most, _ := s.segments()
	length := 0
	for _, r := range text {
		switch {
		case !ucs2:
			length += septets(r)
		case r > 0xffff:
			length += 2
		default:
			length++
		}
	}
	if ucs2 {
		return n <= most && length <= s.ucs
	}
	return n <= most && length <= s.gsm
}

// TestShownTogether compares which choices may be offered together with trying all that their conditions may be about.
func TestShownTogether(t *testing.T) {
	libraryWords := mustLoad(t, errands).Files()[wordsFile]
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		b.WriteString("starts: {en: [GO]}\nsteps:\n  one:\n    ask: Which?\n    choices:\n      z: {label: Z, then: end}\n")
		conditions := []string{"ballots.open > 1", "ballots.open <= 1", "ballots.open == 3", "me.listed", "not me.listed", "me.listed and ballots.open < 2", "line.name == 'a' or me.listed", "lang == ''", "channel == 'voice'"}
		for i := range rapid.IntRange(1, 5).Draw(t, "choices") {
			fmt.Fprintf(&b, "      c%d: {label: C%cx, if: \"%s\", then: end}\n", i, 'a'+i, rapid.SampledFrom(conditions).Draw(t, "if"))
		}
		s, err := LoadFiles(map[string]string{wordsFile: libraryWords, "door.yaml": plainDoor, "report.yaml": plainReport, "test.yaml": b.String()}, offered())
		if err != nil {
			t.Fatal(err)
		}
		q := s.flows["test"].steps[0].verb.(*ask).question.(*numbered)
		lang := Lang("")
		sets := q.shown(supposed{channel: Text, lang: &lang})
		for open := range int64(5) {
			for _, listed := range []bool{true, false} {
				for _, name := range []string{"a", "b"} {
					turn := s.turn(State{}, Env{Channel: Text, Facts: map[string]Value{"ballots.open": {Num: open}, "me.listed": {Flag: listed}, "line.name": {Text: name}}})
					shown := uint(0)
					for i, c := range q.choices {
						if turn.holds(c.when) {
							shown |= 1 << i
						}
					}
					if !slices.ContainsFunc(sets, func(set uint) bool { return set&shown == shown }) {
						t.Fatalf("%b is shown, and %b were thought of:\n%s", shown, sets, b.String())
					}
				}
			}
		}
	})
}
