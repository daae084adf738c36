package flows

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Trial is a talk that is tried out with nothing behind it: somebody does what a worker would do, and says what comes of effects.
// Facts are false, zero or empty where nothing else is said. It is written down as it goes, as a scene of a transcript.
type Trial struct {
	r        *reading
	flow     *flow
	held     map[string]string // the settings that hold already where the scene will stand, by what they set
	script   []scripted
	settings []string // since the last turn
	lines    []string // of the turns that are over
	turn     []string // of the one under way
	say      []Prompt // in the one under way
	asks     *Request
}

// Given is a value that an outcome brings, or a part of one, as a transcript writes it: "read_by" "2026-11-27 19:00 UTC". Of a list
// it is how many items there are.
type Given struct {
	Name  string
	Type  Type
	Value string // empty: nothing is known
}

// Try makes ready to try a flow of the set, on a line of these languages. What Set says before Begin holds from the beginning.
func (s *Set) Try(flow string, c Channel, languages ...Lang) (*Trial, error) {
	one := scene{channel: c}
	for _, lang := range languages {
		if s.language(lang) == nil {
			return nil, fmt.Errorf("there is no language %q%s", lang, didYouMean(string(lang), s.languageNames()))
		}
		one.languages = append(one.languages, spelt{words: string(lang)})
	}
	f := s.flows[flow]
	if f == nil {
		return nil, fmt.Errorf("there is no flow %q%s", flow, didYouMean(flow, s.flowNames()))
	}
	return &Trial{r: s.reading(one, nil), flow: f, held: map[string]string{}}, nil
}

// Set changes what surrounds the talk, as a line that begins with @ does: Set("lang", "es"), Set("fact", "ballots.open 1").
func (t *Trial) Set(word, value string) error {
	x := setting{word, pair{value: value}}
	if word == "fact" {
		x.name, x.value, _ = strings.Cut(value, " ")
	}
	return t.set(x)
}

func (t *Trial) set(x setting) error {
	if err := t.r.setting(x); err != nil {
		return err
	}
	line, sets := x.line(), x.word+" "+x.name
	if t.held[sets] != line {
		t.settings = append(t.settings, line)
		delete(t.held, sets)
	}
	return nil
}

// line is a setting as it stands in a transcript.
func (x setting) line() string {
	return strings.TrimRight("@ "+strings.TrimSpace(x.word+" "+x.name)+" "+x.value, " ")
}

// Under says that the scene will stand below the settings of a transcript, which hold in it without being written again.
func (t *Trial) Under(talk *Talk) error {
	for _, x := range talk.settings {
		t.held[x.word+" "+x.name] = x.line()
		if err := t.set(x); err != nil {
			return err
		}
	}
	return nil
}

// Script takes what comes of effects from a transcript, in the order in which it tells them, and the settings above its scenes.
func (t *Trial) Script(talk *Talk) error {
	if wrong := t.r.set.misfits(talk); len(wrong) > 0 {
		return errors.New(wrong[0].String())
	}
	for _, x := range talk.settings {
		if err := t.set(x); err != nil {
			return err
		}
	}
	for _, one := range talk.scenes {
		for _, turn := range one.turns {
			t.script = append(t.script, turn.effects...)
		}
	}
	return nil
}

// Begin begins the flow: by text with a word that starts it, where it has one; a call with the first thing it says. It gives what
// stands behind ">" then.
func (t *Trial) Begin() (written string, out Output, err error) {
	written = t.opening()
	if strings.HasPrefix(written, "[") && (t.r.env.Channel == Text || t.flow.name != doorFlow) { // a call begins at the door by itself
		if err := t.Set("flow", t.flow.name); err != nil {
			return written, out, err
		}
	}
	out, err = t.Hear(written)
	return written, out, err
}

// opening is the input that begins the flow.
func (t *Trial) opening() string {
	if t.r.env.Channel == Voice {
		return "[call]"
	}
	if len(t.flow.starts) == 0 {
		return "[begin]"
	}
	spoken := t.r.state.Lang
	if spoken == "" && len(t.r.env.Languages) > 0 {
		spoken = t.r.env.Languages[0]
	}
	i := slices.IndexFunc(t.flow.starts, func(w startWord) bool { return w.lang == spoken })
	return t.flow.starts[max(i, 0)].word
}

// Hear gives what somebody does, as it stands behind ">" in a transcript. An error says what is wrong with it; nothing has happened
// then. The Output says only what this step adds; where it asks for an effect, Answer or Came goes on.
func (t *Trial) Hear(written string) (Output, error) {
	if written = strings.TrimSpace(written); strings.ContainsAny(written, "\r\n") {
		return Output{}, errors.New("what is sent here stands on one line")
	}
	in, err := parseInput(written, t.r.env.Channel)
	if err != nil {
		return Output{}, err
	}
	if len(in.before) > 0 {
		return Output{}, errors.New("here a call begins with [call] alone")
	}
	t.turn, t.say = append(slices.Clone(t.settings), "> "+written), nil
	out, err := t.step(t.r.recorded(in.in), in.passed)
	if err == nil {
		t.settings = nil
	}
	return out, err
}

// step goes on with the turn under way, and ends it where nothing more is asked for.
func (t *Trial) step(in Input, passed time.Duration) (Output, error) {
	out, err := t.r.hearAfter(in, passed)
	if err != nil {
		return out, err
	}
	t.say, t.asks = append(t.say, out.Say...), out.Do
	if out.Do == nil {
		t.lines = append(append(t.lines, t.turn...), t.r.written(t.say, out.Wait)...)
	}
	return out, nil
}

// Asks is the effect that is asked for, as a transcript writes it: "! rsvp answer=yes"; empty if none is.
func (t *Trial) Asks() string {
	if t.asks == nil {
		return ""
	}
	return t.r.request(*t.asks)
}

// Outcomes are what may come of the effect that is asked for, sorted.
func (t *Trial) Outcomes() []string { return t.r.outcomes(t.asks.Effect) }

// Scripted answers the effect that is asked for by the next outcome that the script has for it, and gives it as a transcript writes
// it: "filed code=1234". There may be none left.
func (t *Trial) Scripted() (out Output, outcome string, found bool, err error) {
	i := byName(t.script, *t.asks)
	if i < 0 {
		return out, "", false, nil
	}
	e := t.script[i]
	t.script = slices.Delete(t.script, i, i+1)
	out, err = t.came(e)
	return out, outcomeLine(e), true, err
}

// Came answers the effect that is asked for.
func (t *Trial) Came(outcome string, given ...Given) (Output, error) {
	return t.came(scriptOf(t.asks.Effect, outcome, given))
}

// Fits says what is wrong with values for an outcome of the effect that is asked for.
func (t *Trial) Fits(outcome string, given ...Given) error {
	_, err := t.r.outcome(scriptOf(t.asks.Effect, outcome, given))
	return err
}

func (t *Trial) came(e scripted) (Output, error) {
	in, err := t.r.outcome(e)
	if err != nil {
		return Output{}, err
	}
	t.turn = append(t.turn, t.Asks()+" -> "+outcomeLine(e))
	return t.step(in, 0)
}

// scriptOf is an outcome with its values as if it had been scripted. An empty value is left out, which comes to the same.
func scriptOf(effect, outcome string, given []Given) scripted {
	e := scripted{effect: effect, outcome: outcome}
	for _, g := range given {
		if g.Type != TypeList && g.Value != "" {
			e.brings = append(e.brings, pair{name: g.Name, value: g.Value})
		}
	}
	return e
}

func outcomeLine(e scripted) string {
	line := e.outcome
	for _, b := range e.brings {
		line += " " + b.name + "=" + shown(Value{Text: b.value}, TypeText)
	}
	return line
}

// ParseGiven reads values as a transcript writes them: meeting=m1 place="12 Elm St".
func ParseGiven(written string) ([]Given, error) {
	p := talkParser{talk: &Talk{name: "values"}, found: &findings{}, line: written, column: 1}
	pairs, ok := p.allPairs(0)
	if !ok {
		return nil, errors.New(p.found.list[0].Message)
	}
	var all []Given
	for _, one := range pairs {
		all = append(all, Given{Name: one.name, Value: one.value})
	}
	return all, nil
}

// Brings are the values that an outcome brings, each with one that would do. What a list holds, Items says.
func (t *Trial) Brings(outcome string) []Given {
	shapes := t.r.set.vocabulary.Effects[t.asks.Effect].Outcomes[outcome]
	var all []Given
	for _, name := range slices.Sorted(maps.Keys(shapes)) {
		all = append(all, givens(name, shapes[name], 0)...)
	}
	return all
}

// Items are the values that a list of so many items holds, which an outcome brings.
func (t *Trial) Items(outcome, list string, n int) []Given {
	shape := t.r.set.vocabulary.Effects[t.asks.Effect].Outcomes[outcome][list]
	var all []Given
	for i := range min(n, mostOptions) {
		item := Shape{Type: TypeItem, Fields: shape.Fields}
		all = append(all, givens(fmt.Sprintf("%s.%d", list, i+1), item, i+1)...)
	}
	return all
}

// givens are a value, or its parts, with what would do; the nth of several differs from the others.
func givens(name string, shape Shape, n int) []Given {
	if shape.Type != TypeItem {
		return []Given{{name, shape.Type, usual(name, shape.Type, n)}}
	}
	var all []Given
	for _, field := range slices.Sorted(maps.Keys(shape.Fields)) {
		of := shape.Fields[field]
		all = append(all, givens(name+"."+field, of, n)...)
	}
	return all
}

// usual is a value that would do.
func usual(name string, t Type, n int) string {
	switch t {
	case TypeNumber:
		return "1"
	case TypeFlag:
		return "true"
	case TypeTime:
		return fmt.Sprintf("2026-11-%d 19:00 America/New_York", 27+min(max(n-1, 0), 3))
	case TypeCode:
		return "482719356620"
	case TypeList:
		return "2"
	}
	name = name[strings.LastIndexByte(name, '.')+1:]
	if n > 0 {
		return fmt.Sprint(name, n)
	}
	return name
}

// Facts tells what is known, sorted, each as "ballots.open 1".
func (t *Trial) Facts() []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(t.r.env.Facts)) {
		all = append(all, known(name, t.r.env.Facts[name], t.r.set.vocabulary.Facts[name])...)
	}
	return all
}

// known tells a value, or its parts.
func known(name string, v Value, shape Shape) []string {
	switch shape.Type {
	case TypeItem:
		var all []string
		for _, field := range slices.Sorted(maps.Keys(shape.Fields)) {
			of := shape.Fields[field]
			all = append(all, known(name+"."+field, v.Item[field], of)...)
		}
		return all
	case TypeList:
		return []string{fmt.Sprintf("%s (%d items)", name, len(v.List))}
	case TypeWords:
		var all []string
		for _, lang := range slices.Sorted(maps.Keys(v.Words)) {
			all = append(all, strings.TrimSuffix(name+"."+string(lang), ".")+" "+v.Words[lang])
		}
		if len(all) > 0 {
			return all
		}
	}
	return []string{name + " " + shown(v, shape.Type)}
}

// Scene is the talk so far as a scene of a transcript. A turn that is not over is left out; with none there is no scene.
func (t *Trial) Scene() string {
	if len(t.lines) == 0 {
		return ""
	}
	head := "@ " + string(t.r.env.Channel)
	for _, lang := range t.r.env.Languages {
		head += " " + string(lang)
	}
	return head + "\n" + strings.Join(t.lines, "\n") + "\n"
}
