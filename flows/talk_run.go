package flows

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// What one answer may cost whoever gets it: segments of a message, and words of a prompt (20 seconds at 150 a minute).
const (
	mostSegments    = 2
	mostPromptWords = 50
)

// mostEffects is how many effects one input may have in a transcript.
const mostEffects = 20

// Run plays a transcript. Confirm digits are drawn by nonces that count from 0 in each scene. The error shows, for each turn that
// went differently, the lines that were expected (-) and those that came (+), and names answers that are too long.
func (s *Set) Run(talk *Talk) error {
	var all []error
	for _, one := range talk.scenes {
		r := reading{set: s, env: Env{Channel: one.channel, Languages: one.languages, Facts: map[string]Value{}, Now: talk.now}}
		r.state.Lang = one.lang
		for name := range s.vocabulary.Facts { // what a transcript does not tell is false, zero or empty
			r.env.Facts[name] = Value{}
		}
		for _, f := range talk.facts {
			if err := r.fact(f); err != nil {
				return fmt.Errorf("%s: %w", talk.name, err)
			}
		}
		for _, turn := range one.turns {
			if err := r.play(turn); err != nil {
				all = append(all, fmt.Errorf("%s:%d: %w", talk.name, turn.line, err))
				break // what follows would only follow from it
			}
		}
	}
	return errors.Join(all...)
}

// reading is a scene as it is played.
type reading struct {
	set        *Set
	env        Env
	state      State
	recordings int
}

// play gives one input, answers effects from the script, and compares all that came with all that was expected.
func (r *reading) play(turn exchange) error {
	for _, f := range turn.facts {
		if err := r.fact(f); err != nil {
			return err
		}
	}
	if turn.now.Zone != "" {
		r.env.Now = turn.now
	}
	for _, in := range turn.before {
		out, err := r.set.Next(r.state, in, r.env)
		if err != nil {
			return err
		}
		if out.Do != nil {
			return differs(turn, []string{r.request(*out.Do)})
		}
		r.state = out.State
		r.env.Nonce++
	}
	in := turn.input
	if in.Kind == KindRecording {
		r.recordings++
		in.Rec = fmt.Sprintf("recording %d", r.recordings)
	}
	var came []string
	var say []Prompt
	for n := 0; ; n++ {
		out, err := r.set.Next(r.state, in, r.env)
		if err != nil {
			return err
		}
		r.state, say = out.State, append(say, out.Say...)
		if out.Do == nil {
			came = append(came, r.written(say, out.Wait)...)
			break
		}
		if n >= len(turn.effects) || n >= mostEffects {
			return differs(turn, append(came, r.request(*out.Do)))
		}
		e := turn.effects[n]
		if !r.matches(e, *out.Do) {
			return differs(turn, append(came, r.request(*out.Do)))
		}
		came = append(came, e.written)
		if in, err = r.outcome(e); err != nil {
			return err
		}
	}
	r.env.Nonce++
	if want := expected(turn); !slices.Equal(want, came) {
		return differs(turn, came)
	}
	return r.short(say)
}

// fact changes a fact, or a part of one.
func (r *reading) fact(f pair) error {
	path := strings.Split(f.name, ".")
	for n := len(path); n > 0; n-- {
		name := strings.Join(path[:n], ".")
		shape, ok := r.set.vocabulary.Facts[name]
		if !ok {
			continue
		}
		facts := maps.Clone(r.env.Facts)
		v := facts[name]
		if err := put(&v, shape, path[n:], f.value); err != nil {
			return fmt.Errorf("@ fact %s: %w", f.name, err)
		}
		facts[name], r.env.Facts = v, facts
		return nil
	}
	return fmt.Errorf("there is no fact %q%s", f.name, didYouMean(f.name, slices.Sorted(maps.Keys(r.set.vocabulary.Facts))))
}

// matches says whether an effect is the one scripted; arguments that the script leaves out may be anything.
func (r *reading) matches(e scripted, do Request) bool {
	types := r.set.vocabulary.Effects[do.Effect].Args
	for _, a := range e.args {
		v, given := do.Args[a.name]
		if !given || shown(v, types[a.name]) != shown(Value{Text: a.value}, TypeText) {
			return false
		}
	}
	return e.effect == do.Effect
}

// outcome is the input that a scripted effect brings.
func (r *reading) outcome(e scripted) (Input, error) {
	shapes, ok := r.set.vocabulary.Effects[e.effect].Outcomes[e.outcome]
	if !ok {
		return Input{}, fmt.Errorf("%s has no outcome %q", e.effect, e.outcome)
	}
	values := map[string]Value{}
	for _, b := range e.brings {
		path := strings.Split(b.name, ".")
		shape, ok := shapes[path[0]]
		if !ok {
			return Input{}, fmt.Errorf("%s brings no %q with %s", e.effect, path[0], e.outcome)
		}
		v := values[path[0]]
		if err := put(&v, shape, path[1:], b.value); err != nil {
			return Input{}, fmt.Errorf("%s of %s: %w", b.name, e.effect, err)
		}
		values[path[0]] = v
	}
	return Input{Kind: KindOutcome, Outcome: e.outcome, Values: values}, nil
}

// request writes an effect with all its arguments.
func (r *reading) request(do Request) string {
	line := "! " + do.Effect
	for _, name := range slices.Sorted(maps.Keys(do.Args)) {
		line += " " + name + "=" + shown(do.Args[name], r.set.vocabulary.Effects[do.Effect].Args[name])
	}
	return line
}

// written is an answer as a transcript has it.
func (r *reading) written(say []Prompt, wait *Wait) []string {
	var lines []string
	for _, p := range say {
		if p.Pause > 0 {
			lines = append(lines, fmt.Sprintf("< [pause %v]", p.Pause))
			continue
		}
		for line := range strings.SplitSeq(p.Words, "\n") {
			lines = append(lines, strings.TrimRight("< "+line, " "))
		}
	}
	switch {
	case r.env.Channel == Text || r.state.Gone:
	case wait == nil:
		lines = append(lines, "< [end]")
	case wait.Record > 0:
		lines = append(lines, "< [tone]")
	}
	return lines
}

// short refuses an answer that costs more than it may.
func (r *reading) short(say []Prompt) error {
	var lines []string
	for _, p := range say {
		lines = append(lines, p.Words)
		if n := wordCount(p.Words); r.env.Channel == Voice && n > mostPromptWords {
			return fmt.Errorf("a prompt of %d words; at most %d are listened to:\n%s", n, mostPromptWords, p.Words)
		}
	}
	if message := strings.Join(lines, "\n"); r.env.Channel == Text {
		n, ucs2, forced := Segments(message)
		if ucs2 {
			return fmt.Errorf("the answer has %q, which makes every segment hold 70 letters instead of 160:\n%s", forced, message)
		}
		if n > mostSegments {
			return fmt.Errorf("the answer takes %d segments, and may take %d:\n%s", n, mostSegments, message)
		}
	}
	return nil
}

// expected is what a transcript says should come of a turn.
func expected(turn exchange) []string {
	var lines []string
	for _, e := range turn.effects {
		lines = append(lines, e.written)
	}
	for _, s := range turn.said {
		lines = append(lines, strings.TrimRight("< "+s, " "))
	}
	return lines
}

// differs shows a turn that went differently, line by line.
func differs(turn exchange, came []string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "the talk went differently (- expected, + came):\n  %s", turn.written)
	for _, line := range diff(expected(turn), came) {
		b.WriteString("\n" + line)
	}
	return errors.New(b.String())
}

// diff marks the lines that are only in a (-), only in b (+), or in both, keeping as many of these as can be.
func diff(a, b []string) []string {
	kept := make([][]int, len(a)+1) // kept[i][j]: lines in common of a[i:] and b[j:]
	for i := range kept {
		kept[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			kept[i][j] = max(kept[i+1][j], kept[i][j+1])
			if a[i] == b[j] {
				kept[i][j] = kept[i+1][j+1] + 1
			}
		}
	}
	var out []string
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, "  "+a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && kept[i+1][j] >= kept[i][j+1]:
			out = append(out, "- "+a[i])
			i++
		default:
			out = append(out, "+ "+b[j])
			j++
		}
	}
	return out
}
