package flows

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// What one answer may cost whoever gets it: segments of a message, and words of a prompt (20 seconds at 150 a minute).
const (
	mostSegments    = 2
	mostPromptWords = 50
)

// mostEffects is how many effects one input may have in a transcript.
const mostEffects = 20

// Played is what came of playing a transcript.
type Played struct {
	Failures []Failure
	visits   *visits
}

// Failure is a turn that did not go as its transcript says, or a line of it that does not fit the set.
type Failure struct {
	Finding
	Diff []string // the turn, line by line: "  " as written, "- " expected, "+ " came; empty where the message says it all
}

// String is the finding, and below it the turn.
func (f Failure) String() string {
	return strings.Join(append([]string{f.Finding.String()}, f.Diff...), "\n")
}

// Err is nil if all went as written; else it shows each failure.
func (p Played) Err() error {
	var all []error
	for _, f := range p.Failures {
		all = append(all, errors.New(f.String()))
	}
	return errors.Join(all...)
}

// Run is Play for whoever only wants to know whether all went as written.
func (s *Set) Run(talk *Talk) error { return s.Play(talk).Err() }

// Play plays a transcript. Confirm digits are drawn by nonces that count from 0 in each scene. A scene ends with its first failure,
// since what follows would only follow from it; answers that are too long are failures too. Where a line does not fit what the
// program offers to flows, nothing is played.
func (s *Set) Play(talk *Talk) Played {
	p := Played{Failures: s.misfits(talk), visits: newVisits()}
	if len(p.Failures) > 0 {
		return p
	}
	for _, one := range talk.scenes {
		r := s.reading(one, p.visits)
		for _, turn := range one.turns {
			if f := r.check(turn); f != nil {
				p.Failures = append(p.Failures, *f)
				break
			}
		}
	}
	return p
}

// reading is a scene as it is played.
type reading struct {
	set        *Set
	env        Env
	flow       string // where it begins; empty: at the door
	state      State
	wait       *Wait
	waited     time.Duration // since something was last heard
	called     bool          // by voice: somebody has called, and the call is not over
	recordings int
	trace      *visits
}

// reading begins a scene. What a transcript does not tell is false, zero or empty.
func (s *Set) reading(one scene, trace *visits) *reading {
	r := &reading{set: s, env: Env{Channel: one.channel, Facts: map[string]Value{}}, trace: trace}
	for _, lang := range one.languages {
		r.env.Languages = append(r.env.Languages, Lang(lang.words))
	}
	for name := range s.vocabulary.Facts {
		r.env.Facts[name] = Value{}
	}
	for _, x := range one.settings {
		_ = r.setting(x) // it fits: misfits has seen to that
	}
	return r
}

// setting obeys a line that begins with @.
func (r *reading) setting(x setting) error {
	switch x.word {
	case "fact":
		return r.fact(x.pair)
	case "lang":
		if r.set.language(Lang(x.value)) == nil {
			return fmt.Errorf("there is no language %q%s", x.value, didYouMean(x.value, r.set.languageNames()))
		}
		r.state.Lang = Lang(x.value)
	case "flow":
		if r.set.flows[x.value] == nil {
			return fmt.Errorf("there is no flow %q%s", x.value, didYouMean(x.value, r.set.flowNames()))
		}
		r.flow = x.value
	case "now":
		return putWhole(&r.env.Now, TypeTime, x.value)
	case "quiet":
		r.env.Quiet = true
	}
	return nil
}

// went is what came of one turn.
type went struct {
	did  []did
	odd  *Request // asked for and not scripted: the turn stopped there
	say  []Prompt
	said []string // as lines of a transcript
}

// did is an effect that was asked for, and which of the scripted answered it.
type did struct {
	Request
	by int
}

// check plays a turn, and compares all that came with all that was expected.
func (r *reading) check(turn exchange) *Failure {
	r.trace.most = mostSegments
	went, err := r.play(turn, r.inOrder)
	if err != nil {
		return failed(turn.at, err.Error(), nil)
	}
	var came []string
	for _, d := range went.did {
		came = append(came, turn.effects[d.by].line())
	}
	if went.odd != nil {
		came = append(came, r.request(*went.odd))
	}
	if came = append(came, went.said...); !slices.Equal(expected(turn), came) {
		message := "the talk went differently (- expected, + came):"
		if went.odd != nil && len(went.did) == len(turn.effects) {
			message = r.unanswered(*went.odd) + " (- expected, + came):"
		}
		return failed(turn.at, message, append([]string{"  " + turn.written}, diff(expected(turn), came)...))
	}
	if long := r.long(went.say); long != "" {
		return failed(turn.at, long, nil)
	}
	return nil
}

// unanswered says that a transcript lacks what comes of an effect.
func (r *reading) unanswered(do Request) string {
	return fmt.Sprintf("this asks for %s, and nothing says what comes of it; write a line \"%s -> %s\" below", do.Effect, r.request(do),
		strings.Join(r.outcomes(do.Effect), "\", or \"-> "))
}

func failed(at place, message string, diff []string) *Failure {
	return &Failure{Finding: Finding{File: at.file, Line: at.line, Column: at.column, Message: message}, Diff: diff}
}

// inOrder answers an effect by the next that is scripted, if that is the one.
func (r *reading) inOrder(script []scripted, do Request) int {
	if len(script) > 0 && r.matches(script[0], do) {
		return 0
	}
	return -1
}

// play gives one input and answers effects from the script. Which of those that are left answers one, pick says; -1: none.
func (r *reading) play(turn exchange, pick func(script []scripted, do Request) int) (went, error) {
	for _, x := range turn.settings {
		if err := r.setting(x); err != nil {
			return went{}, err
		}
	}
	for _, in := range turn.before {
		if out, err := r.hear(in); err != nil || out.Do != nil {
			return went{odd: out.Do}, err
		}
	}
	in := r.recorded(turn.in)
	if in.Kind == KindReply {
		var err error
		if in, err = r.reply(turn.input); err != nil {
			return went{}, err
		}
	}
	var w went
	for next := 0; ; {
		out, err := r.hearAfter(in, turn.passed)
		if err != nil {
			return w, err
		}
		w.say = append(w.say, out.Say...)
		if out.Do == nil {
			w.said = r.written(w.say, out.Wait)
			return w, nil
		}
		by := pick(turn.effects[next:], *out.Do)
		if by < 0 || len(w.did) == mostEffects {
			w.odd = out.Do
			return w, nil
		}
		next += by
		w.did = append(w.did, did{*out.Do, next})
		if in, err = r.outcome(turn.effects[next]); err != nil {
			return w, err
		}
		next++
	}
}

// recorded gives a recording its id.
func (r *reading) recorded(in Input) Input {
	if in.Kind == KindRecording {
		r.recordings++
		in.Rec = fmt.Sprintf("recording %d", r.recordings)
	}
	return in
}

// reply is an answer to a notice that carries the flow of the scene, with 41 for its first digits.
func (r *reading) reply(of input) (Input, error) {
	f := r.set.flows[r.flow]
	if f == nil || f.notice == nil {
		return Input{}, errors.New("[reply] answers a notice that carries the flow of the scene, and none carries this; add \"@ flow <name>\" above")
	}
	known := map[string]Value{}
	for _, b := range of.known {
		if err := bring(known, r.set.vocabulary.Notices[f.notice.of], b); err != nil {
			return Input{}, fmt.Errorf("[reply]: %w", err)
		}
	}
	if !slices.Contains(f.notice.names(known), of.in.Outcome) {
		return Input{}, fmt.Errorf("a notice with flow %q has no answer %q", f.name, of.in.Outcome)
	}
	return r.set.Reply(f.name, of.in.Outcome, "a notice", lowestNotice, of.in.Text, known), nil
}

// hearAfter lets time pass where that is what happens. Only a question that waits so long notices.
func (r *reading) hearAfter(in Input, passed time.Duration) (Output, error) {
	if in.Kind != KindLapse {
		return r.hear(in)
	}
	if r.env.Now.Zone != "" {
		r.env.Now.Num += int64(passed / time.Second)
	}
	if r.waited += passed; r.wait == nil || r.wait.After == 0 || r.wait.After > r.waited {
		return Output{State: r.state, Wait: r.wait}, nil
	}
	return r.hear(in)
}

// hear is one step of a turn. A call that begins, begins in the flow of the scene.
func (r *reading) hear(in Input) (out Output, err error) {
	switch {
	case in.Kind == kindBegin || in.Kind == KindCall && r.flow != "":
		out, err = r.begin()
	case r.env.Channel == Voice && !r.called && in.Kind != KindCall:
		return out, errors.New("nobody is on the line here: the call is over, or has not begun; \"> [call]\" begins one")
	default:
		out, err = r.set.next(r.state, in, r.env, r.trace)
	}
	if err != nil {
		return out, err
	}
	r.waited = 0
	r.state, r.wait, r.called = out.State, out.Wait, out.Wait != nil || out.Do != nil
	if out.Do == nil {
		r.env.Nonce++
	}
	return out, nil
}

// begin enters the flow of the scene.
func (r *reading) begin() (Output, error) {
	f := r.set.flows[r.flow]
	if f == nil {
		return Output{}, errors.New("[begin] begins the flow of the scene, and this scene has none; add \"@ flow <name>\" above")
	}
	t := r.set.turn(State{Lang: r.state.Lang, Pair: r.state.Pair}, r.env)
	t.trace = r.trace
	return t.follow(t.start(f, nil))
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
		return Input{}, fmt.Errorf("%s has no outcome %q%s", e.effect, e.outcome, didYouMean(e.outcome, r.outcomes(e.effect)))
	}
	values := map[string]Value{}
	for _, b := range e.brings {
		if err := bring(values, shapes, b); err != nil {
			return Input{}, fmt.Errorf("%s -> %s: %w", e.effect, e.outcome, err)
		}
	}
	return Input{Kind: KindOutcome, Outcome: e.outcome, Values: values}, nil
}

// outcomes are the names of what may come of an effect.
func (r *reading) outcomes(effect string) []string {
	return slices.Sorted(maps.Keys(r.set.vocabulary.Effects[effect].Outcomes))
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
		if p.Words == "" && p.Play != "" {
			lines = append(lines, answerLine("[plays "+p.Play+"]"))
			continue
		}
		for line := range strings.SplitSeq(p.Words, "\n") {
			lines = append(lines, answerLine(line))
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

// long says what is wrong with an answer that costs more than it may.
func (r *reading) long(say []Prompt) string {
	var lines []string
	wide := false // in letters that the cheap alphabet lacks
	for _, p := range say {
		lines = append(lines, p.Words)
		g := r.set.language(p.Lang)
		wide = wide || g != nil && g.wide
		if n := wordCount(p.Words); r.env.Channel == Voice && n > g.mostPromptWords() {
			return fmt.Sprintf("a prompt of %d words; at most %d are listened to:\n%s", n, g.mostPromptWords(), p.Words)
		}
	}
	if r.env.Channel == Voice {
		return ""
	}
	message := strings.Join(lines, "\n")
	n, ucs2, forced := Segments(message)
	if ucs2 && !wide {
		return fmt.Sprintf("the answer has %q, which makes every segment hold 70 letters instead of 160:\n%s", forced, message)
	}
	if n > r.trace.most {
		return fmt.Sprintf("the answer takes %d segments, and may take %d:\n%s", n, r.trace.most, message)
	}
	return ""
}

// expected is what a transcript says should come of a turn.
func expected(turn exchange) []string {
	var lines []string
	for _, e := range turn.effects {
		lines = append(lines, e.line())
	}
	for _, s := range turn.said {
		lines = append(lines, answerLine(s.words))
	}
	return lines
}

// answerLine is one line of an answer. Spaces at its end, which nobody sees, do not count.
func answerLine(words string) string { return strings.TrimRight("< "+words, " \r") }
