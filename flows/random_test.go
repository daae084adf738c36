package flows

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// flowDraw draws a flow with every verb and every kind of question. Ways mostly lead onwards, so that most flows pass the check.
type flowDraw struct {
	t  *rapid.T
	b  strings.Builder
	n  int
	at int
}

// drawRich draws a flow that begins by setting what its steps may tell.
func drawRich(t *rapid.T, calls string) string {
	d := &flowDraw{t: t, n: rapid.IntRange(2, 9).Draw(t, "steps")}
	d.b.WriteString("starts: {en: [GO], es: [VAMOS]}\nsteps:\n  begin:\n    set: {count: 3, about: \"'lifts'\"}\n    then: s0\n")
	for d.at = range d.n {
		fmt.Fprintf(&d.b, "  s%d:\n", d.at)
		kinds := []string{"say", "say", "choices", "each", "languages", "yes_no", "confirm", "digits", "words", "record", "photo", "branch", "set", "do", "find", "wait", "hand_over"}
		if calls != "" {
			kinds = append(kinds, "call", "call")
		}
		d.step(rapid.SampledFrom(kinds).Draw(t, "kind"), calls)
	}
	return d.b.String()
}

func (d *flowDraw) next() string {
	switch rapid.IntRange(0, 11).Draw(d.t, "on") {
	case 0:
		return fmt.Sprint("s", rapid.IntRange(0, d.n-1).Draw(d.t, "to"))
	case 1:
		return "flow report"
	case 2:
		return "end"
	}
	if d.at+1 < d.n {
		return fmt.Sprint("s", d.at+1)
	}
	return "end"
}

func (d *flowDraw) line(format string, args ...any) { fmt.Fprintf(&d.b, "    "+format+"\n", args...) }

func (d *flowDraw) maybe(field string) {
	if rapid.IntRange(0, 3).Draw(d.t, field) == 0 {
		d.line("%s: %s", field, d.next())
	}
}

func (d *flowDraw) step(kind, calls string) {
	words := rapid.SampledFrom([]string{"{en: \"Hello, {count}.\", es: \"Hola, {count}.\"}", "{text: Hi., voice: {en: Good day., es: Buenos tardes.}}", "\"\"", "\"{about}\""}).Draw(d.t, "words")
	switch kind {
	case "say":
		d.line("say: %s\n    then: %s", words, d.next())
		return
	case "set":
		d.line("set: {count: count + 1}\n    then: %s", d.next())
		return
	case "branch":
		d.line("branch:\n      - {if: %s, then: %s}\n      - {else: %s}",
			rapid.SampledFrom([]string{"me.listed", "ballots.open > 1", "channel == 'voice'", "lang == 'es'", "count > 5 or not me.listed"}).Draw(d.t, "if"), d.next(), d.next())
		return
	case "do":
		d.line("do: file\n    with: {what: about}\n    on: {filed: %s}", d.next())
		return
	case "find":
		d.line("do: find\n    on: {found: l%d, none: %s}\n  l%d:\n    ask: Which of them?\n    each: things\n    label: \"{it.name}\"\n    then: %s", d.at, d.next(), d.at, d.next())
		return
	case "call":
		d.line("call: %s\n    then: %s", calls, d.next())
		d.maybe("hangup")
		return
	case "wait":
		d.line("wait: 10m\n    heard: %s\n    then: %s", d.next(), d.next())
		return
	case "hand_over":
		d.line("hand_over: {en: danger, es: peligro}\n    taken: %s\n    nobody: %s\n    text: %s", d.next(), d.next(), d.next())
		d.maybe("hangup")
		return
	}
	d.line("ask: %s", words)
	switch kind {
	case "choices":
		d.line("choices:\n      a: {label: {en: Tea, es: Agua}, then: %s}\n      b: {label: Milk, if: me.listed, set: {count: 1}, then: %s}\n      c: {label: Bread, lang: es, then: %s}", d.next(), d.next(), d.next())
		d.line("bilingual: %v", rapid.Bool().Draw(d.t, "bilingual"))
	case "each":
		d.b.WriteString("") // a list comes from an effect: see find
		d.line("languages: true\n    then: %s", d.next())
	case "languages":
		d.line("languages: true\n    then: %s", d.next())
	case "yes_no":
		d.line("yes_no: true\n    yes: %s\n    no: %s", d.next(), d.next())
	case "confirm":
		d.line("confirm: {yes: {en: do it, es: hacerlo}, no: {en: leave it, es: dejarlo}}\n    yes: c%d\n    no: %s\n    left: Nothing was done.", d.at, d.next())
		d.maybe("giveup")
		d.b.WriteString(fmt.Sprintf("  c%d:\n    do: count\n    with: {choice: count}\n    on: {counted: %s}\n", d.at, d.next()))
		return
	case "digits":
		d.line("digits: {min: 4, max: 6}\n    save: pin%d\n    secret: true\n    then: p%d", d.at, d.at)
		d.maybe("giveup")
		d.b.WriteString(fmt.Sprintf("  p%d:\n    do: check\n    with: {pin: pin%d}\n    on: {right: %s}\n", d.at, d.at, d.next()))
		return
	case "words":
		d.line("words: true\n    voice: %s\n    save: w%d\n    then: f%d", d.next(), d.at, d.at)
		d.b.WriteString(fmt.Sprintf("  f%d:\n    do: file\n    with: {what: w%d}\n    on: {filed: %s}\n", d.at, d.at, d.next()))
		return
	case "record":
		d.line("record: {max: 60s}\n    save: w%d\n    then: f%d", d.at, d.at)
		d.b.WriteString(fmt.Sprintf("  f%d:\n    do: file\n    with: {what: w%d}\n    on: {filed: %s}\n", d.at, d.at, d.next()))
		return
	case "photo":
		d.line("photo: true\n    voice: %s\n    other: %s\n    then: %s", d.next(), d.next(), d.next())
	}
	d.maybe("giveup")
	d.maybe("hangup")
	if kind != "photo" {
		d.maybe("other")
	}
}

// TestRightFlowsNeverStick: whatever is done in flows that pass the check, binary noise included, every turn is answered or ends, no
// turn goes round, nothing panics, what a state holds can be kept and taken up again, and silence and wrong answers come to an end.
func TestRightFlowsNeverStick(t *testing.T) {
	right := 0
	rapid.Check(t, func(t *rapid.T) {
		other := drawRich(t, "")
		files := map[string]string{
			wordsFile: smallFiles("")[wordsFile], "door.yaml": strings.Replace(plainDoor, "flow test}", "flow test}\n      other: {label: Other, then: flow other}", 1),
			"report.yaml": plainReport, "test.yaml": drawRich(t, "other"), "other.yaml": strings.Replace(other, "starts: {en: [GO], es: [VAMOS]}\n", "", 1),
		}
		s, err := LoadFiles(files, offered())
		if err != nil {
			for _, f := range findingsOf(err) {
				if f.Rule == string(ruleForm) {
					t.Fatalf("not well written: %v\n%s", f, files["test.yaml"])
				}
			}
			return
		}
		right++
		w := &wanderer{t: t, set: s, env: Env{Channel: Text, Languages: []Lang{"en", "es"}, Facts: noFacts()}}
		if rapid.Bool().Draw(t, "by voice") {
			w.env.Channel = Voice
		}
		w.env.Quiet = rapid.Bool().Draw(t, "quiet")
		w.env.Facts["me.listed"] = Value{Flag: rapid.Bool().Draw(t, "listed")}
		w.env.Facts["ballots.open"] = Value{Num: rapid.Int64Range(0, 3).Draw(t, "open")}
		w.wander()
	})
	if right == 0 {
		t.Error("no flow passed the check: this shows nothing")
	}
	t.Logf("%d flows passed the check", right)
}

// wanderer does anything.
type wanderer struct {
	t   *rapid.T
	set *Set
	env Env
	st  State
	out Output
}

func (w *wanderer) wander() {
	if w.env.Channel == Voice {
		w.does(Input{Kind: KindCall})
	}
	for range rapid.IntRange(1, 12).Draw(w.t, "turns") {
		w.does(w.anything())
		if w.st.Gone || w.env.Channel == Voice && w.out.Wait == nil {
			return
		}
	}
	for _, in := range w.comesToAnEnd() {
		from := w.st
		for turns := 0; w.st.Flow != ""; turns++ {
			if turns > 60 {
				w.t.Fatalf("%+v goes on for ever from %+v", in, from)
			}
			w.does(in)
			if w.env.Channel == Text && w.out.Wait != nil && w.out.Wait.After > 0 {
				w.does(Input{Kind: KindLapse})
			}
		}
		w.st = from
	}
}

// comesToAnEnd are the inputs that, given again and again, end any talk.
func (w *wanderer) comesToAnEnd() []Input {
	if w.env.Channel == Text {
		return []Input{texted("")}
	}
	return []Input{{Kind: KindSilence}, {Kind: KindHangup}}
}

func (w *wanderer) anything() Input {
	words := func() string {
		return rapid.OneOf(
			rapid.SampledFrom([]string{"1", "2", "3", "7", "8", "GO", "VAMOS", "MENU", "ENGLISH", "AYUDA", "STOP", "yes", "the lift in hall B is broken", "1234", fmt.Sprint(w.st.Pair), fmt.Sprint(w.st.Pair + 1)}),
			rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 40), func(b []byte) string { return string(b) }),
			rapid.String(),
		).Draw(w.t, "words")
	}
	if w.env.Channel == Text {
		in := Input{Kind: KindText, Text: words(), Idle: rapid.IntRange(0, 5).Draw(w.t, "idle") == 0, Photos: max(0, rapid.IntRange(-4, 2).Draw(w.t, "photos"))}
		if w.out.Wait != nil && w.out.Wait.After > 0 && rapid.Bool().Draw(w.t, "lapses") {
			return Input{Kind: KindLapse}
		}
		return in
	}
	return rapid.OneOf(
		rapid.Just(Input{Kind: KindSilence}), rapid.Just(Input{Kind: KindHangup}),
		rapid.Just(Input{Kind: KindRecording, Rec: "r"}), rapid.Just(Input{Kind: KindRecording, Rec: "r", HungUp: true}),
		rapid.Just(Input{Kind: KindRang, Outcome: "taken"}), rapid.Just(Input{Kind: KindRang, Outcome: "missed"}),
		rapid.Map(rapid.SampledFrom([]string{"1", "2", "3", "7", "8", "77", "*", "9", "0", "#", "1234", "\xff", "99999999999999999999"}), keyed),
	).Draw(w.t, "does")
}

// does gives one input, and any outcome to the effects that follow.
func (w *wanderer) does(in Input) {
	for effects := 0; ; effects++ {
		if effects > 60 {
			w.t.Fatalf("a turn asks for more than %d effects", effects)
		}
		b, err := json.Marshal(w.st)
		if err != nil {
			w.t.Fatal(err)
		}
		var again State
		if err := json.Unmarshal(b, &again); err != nil {
			w.t.Fatalf("what was kept cannot be read: %v", err)
		}
		out, err := w.set.Next(again, in, w.env)
		if err != nil {
			w.t.Fatalf("%+v from %s: %v", in, b, err)
		}
		w.st, w.out = out.State, out
		for _, p := range out.Say {
			if !utf8.ValidString(p.Words) {
				w.t.Fatalf("it says %q", p.Words)
			}
		}
		if out.Do == nil {
			if out.Wait == nil && w.st.Flow != "" {
				w.t.Fatalf("it neither waits nor ends: %+v", w.st)
			}
			return
		}
		in = w.outcome(out.Do.Effect)
	}
}

func (w *wanderer) outcome(effect string) Input {
	outcomes := w.set.vocabulary.Effects[effect].Outcomes
	name := rapid.SampledFrom(slices.Sorted(maps.Keys(outcomes))).Draw(w.t, "outcome")
	in := Input{Kind: KindOutcome, Outcome: name, Values: map[string]Value{}}
	for brings, shape := range outcomes[name] {
		v := Value{Text: "482719356620", Num: 1764270000, Zone: "America/New_York"}
		if shape.Type == TypeList {
			v = Value{}
			for n := range rapid.IntRange(0, 9).Draw(w.t, "items") {
				v.List = append(v.List, Item{"id": {Text: fmt.Sprint(n)}, "name": {Words: map[Lang]string{"en": fmt.Sprint("Item ", n)}}})
			}
		}
		in.Values[brings] = v
	}
	return in
}
