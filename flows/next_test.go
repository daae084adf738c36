package flows

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"
)

// errands is a flow with one of every kind of question.
const errands = `
starts: {en: [GO], es: [VAMOS]}
steps:
  which:
    ask: {en: "Which?", es: "¿Qué?"}
    choices:
      yes: {label: {en: Tea, es: Té}, then: code}
      no: {label: {en: Milk, es: Leche}, words: {en: [MOO]}, set: {cups: 2}, then: many}
      hidden: {label: Coffee, if: me.listed, then: end}
    save: drink
    hangup: keep
    other: other
  many:
    ask: "{cups} cups."
    digits: {min: 4, max: 12}
    save: pin
    wrong: Four to twelve digits.
    then: read
  read:
    say: "{pin}"
    then: end
  code:
    ask: What else?
    words: true
    voice: find
    save: wish
    then: keep_wish
  keep_wish:
    do: file
    with: {what: wish, about: drink}
    on: {filed: filed}
  filed:
    say: "{code}, {by}"
    then: end
  other:
    say: Other words.
    then: which
  keep:
    do: file
    with: {what: "'hung up'"}
    on: {filed: end}
  find:
    do: find
    on: {found: list, none: end}
  list:
    ask: ""
    each: things
    label: {text: "{it.name}", voice: "take {it.number}, {it.name}"}
    save: thing
    then: sure
  sure:
    ask: "{thing.name}?"
    confirm: {yes: take it, no: leave it}
    yes: count
    no: list
    giveup: end
  count:
    do: count
    with: {choice: thing.number}
    on: {counted: end}
`

func TestErrandsByText(t *testing.T) {
	s := mustLoad(t, errands)
	story(t, s, `
@ fact line.number 555-0100
# Labels, numbers and words for yes and no, in any language; what is neither goes elsewhere, three short ones at most.
@ text en es
> go!
< Which?
< 1 Tea
< 2 Milk
> té
< What else?
> a spoon
! file about=yes what="a spoon" -> filed code=12345678 by="2026-03-01 00:05 UTC"
< 1234 5678, Sunday, March 1, 12:05 am
@ text en es
> Vamos
< ¿Qué?
< 1 Té
< 2 Leche
> sí
< What else?
@ text en es
> GO
< Which?
< 1 Tea
< 2 Milk
> moo
< 2 cups.
> 12a4
< Four to twelve digits.
< 2 cups.
> 4827-1935 ٦٦٢٠
< 4827 1935 6620
@ text en es
@ fact me.listed true
> GO
< Which?
< 1 Tea
< 2 Milk
< 3 Coffee
> 3 Coffee
@ text en es
@ lang en
> GO
< Which?
< 1 Tea
< 2 Milk
> water
< Other words.
< Which?
< 1 Tea
< 2 Milk
> I should like a glass of water
< Other words.
< Which?
< 1 Tea
< 2 Milk
> juice
< Let us leave it here for now. Text MENU any time, or call 555-0100.

# A number is no other words: it was meant for a choice.
@ text en
> GO
< Which?
< 1 Tea
< 2 Milk
> nine.
< Please send one of these.
< Which?
< 1 Tea
< 2 Milk
> 1
< What else?
> 12
< What else?
> thanks!
< What else?
> 1 spoon
! file what="1 spoon" -> filed code=12345678 by="2026-03-01 00:05 UTC"
< 1234 5678, Sunday, March 1, 12:05 am
> 52
< That number is not open now. If you were voting, send VOTE to see.
`)
}

func TestErrandsByVoice(t *testing.T) {
	s := mustLoad(t, errands, "door.yaml", "takes: {heard: text}\nsteps:\n  go:\n    say: \"\"\n    then: flow test\n")
	story(t, s, `
@ voice en es
> [call]
< Which?
< To Tea, press 1.
< To Milk, press 2.
> [keys 1]
! find -> found things.1.id=a things.1.name=Cup things.2.id=b things.2.name=Pot
< To take 1, Cup, press 1.
< To take 2, Pot, press 2.
> [keys 2]
< Pot?
< To take it, press 7.
< To leave it, press 8.
> [keys 2]
< That key is not one of these.
< Esa tecla no es una de estas.
< Pot?
< To take it, press 7.
< To leave it, press 8.
> [keys 7]
! count choice=2 -> counted
< [end]

# An empty list is nothing to choose from: the recording hears them instead.
@ voice en
> [call]
< Which?
< To Tea, press 1.
< To Milk, press 2.
> [keys 1]
! find -> found
< You can tell us in your own words instead.
< Tell us.
< [tone]
> [record 9s, hangup]
! file what="recording 1" -> filed

# Hanging up does what is worth keeping, and says nothing.
@ voice en
> [call]
< Which?
< To Tea, press 1.
< To Milk, press 2.
> [hangup]
! file what="hung up" -> filed

# So does starting over. A # is nothing, alone or behind a key; 0 says first that there is nobody.
@ voice en
> [call]
< Which?
< To Tea, press 1.
< To Milk, press 2.
> [keys #]
< Which?
< To Tea, press 1.
< To Milk, press 2.
> [keys *#]
! file what="hung up" -> filed
< [end]
@ voice en
> [call]
< Which?
< To Tea, press 1.
< To Milk, press 2.
> [keys 0]
< We cannot put you through from here. You can leave a recording.
< Tell us.
< [tone]
`)
}

// TestWaits: how long a caller has, and how many keys; twice as long after a first silence.
func TestWaits(t *testing.T) {
	s := mustLoad(t, errands, "door.yaml", "takes: {heard: text}\nsteps:\n  go:\n    say: \"\"\n    then: flow test\n")
	out := next(t, s, State{}, Input{Kind: KindCall}, byVoice)
	if want := (Wait{Keys: 1, Timeout: 7 * time.Second}); *out.Wait != want {
		t.Errorf("choices wait %+v, want %+v", *out.Wait, want)
	}
	out = next(t, s, out.State, Input{Kind: KindSilence}, byVoice)
	if want := (Wait{Keys: 1, Timeout: 14 * time.Second}); *out.Wait != want {
		t.Errorf("choices after a silence wait %+v, want %+v", *out.Wait, want)
	}
	digits := next(t, s, out.State, Input{Kind: KindKeys, Text: "2"}, byVoice)
	if want := (Wait{Keys: 12, Finish: "#", Timeout: 24 * time.Second}); *digits.Wait != want {
		t.Errorf("digits wait %+v, want %+v", *digits.Wait, want)
	}
	record := next(t, s, out.State, Input{Kind: KindKeys, Text: "0"}, byVoice)
	if want := (Wait{Record: 60 * time.Second, Finish: "1234567890*#", Timeout: 10 * time.Second}); *record.Wait != want {
		t.Errorf("a recording waits %+v, want %+v", *record.Wait, want)
	}
}

// confirming is where a read-back stands, after so many options.
func confirming(t *testing.T, s *Set, env Env, options int) Output {
	t.Helper()
	st := State{Flow: "test", Step: "find"}
	var things []Item
	for range options {
		things = append(things, Item{"id": {Text: "a"}, "name": {Words: map[Lang]string{"en": "Cup"}}})
	}
	out := next(t, s, st, Input{Kind: KindOutcome, Outcome: "found", Values: map[string]Value{"things": {List: things}}}, env)
	kind := KindKeys
	if env.Channel == Text {
		kind = KindText
	}
	return next(t, s, out.State, Input{Kind: kind, Text: "1"}, env)
}

// TestConfirmByVoice: the words that were chosen cannot be cut short; seven options or more move the keys out of their way.
func TestConfirmByVoice(t *testing.T) {
	s := mustLoad(t, errands)
	for options, keys := range map[int]string{2: "7", 6: "7", 7: "77", 8: "77"} {
		out := confirming(t, s, byVoice, options)
		if !out.Say[0].Firm || out.Say[1].Firm || out.Wait.Keys != len(keys) || !strings.HasSuffix(out.Say[1].Words, " "+keys+".") {
			t.Errorf("after %d options: %+v, waiting %+v", options, out.Say, *out.Wait)
		}
		out = next(t, s, out.State, Input{Kind: KindKeys, Text: keys}, byVoice)
		if out.Do == nil || out.Do.Effect != "count" {
			t.Errorf("after %d options, %s counts nothing", options, keys)
		}
	}
}

// TestConfirmPairs: each read-back has digits of its own, and none comes again before all have.
func TestConfirmPairs(t *testing.T) {
	s := mustLoad(t, errands)
	env := byText
	env.Nonce = 1 << 63
	out := confirming(t, s, env, 2)
	seen := map[int]bool{}
	for range pairs {
		p := out.State.Pair
		if seen[p] || p%2 != 0 || p < 50 || p > 88 {
			t.Fatalf("pair %d, after %v", p, seen)
		}
		seen[p] = true
		env.Nonce++
		st := out.State
		st.Wrong = 0
		out = next(t, s, st, Input{Kind: KindText, Text: "1"}, env)
	}
	if !seen[out.State.Pair] {
		t.Errorf("pair %d is none of %v", out.State.Pair, seen)
	}
}

// TestPure: a turn changes nothing that it was given, depends on nothing else, and its state survives being stored as JSON.
func TestPure(t *testing.T) {
	s := mustLoad(t, errands)
	st := State{Flow: "test", Step: "which", Lang: "en", Vars: map[string]Value{"cups": {Num: 1}}}
	vars := maps.Clone(st.Vars)
	in := Input{Kind: KindText, Text: "milk"}
	first, again := next(t, s, st, in, byText), next(t, s, st, in, byText)
	if !reflect.DeepEqual(first, again) {
		t.Errorf("twice the same: %+v and %+v", first, again)
	}
	if !maps.EqualFunc(vars, st.Vars, func(a, b Value) bool { return reflect.DeepEqual(a, b) }) {
		t.Errorf("the state that was given became %v", st.Vars)
	}
	stored, err := json.Marshal(first.State)
	if err != nil {
		t.Fatal(err)
	}
	var back State
	if err := json.Unmarshal(stored, &back); err != nil || !reflect.DeepEqual(back, first.State) {
		t.Errorf("%s came back as %+v: %v", stored, back, err)
	}
}

// TestAnotherSet: a state that this set cannot continue is an error, and no panic.
func TestAnotherSet(t *testing.T) {
	s := mustLoad(t, errands)
	for _, st := range []State{{Flow: "gone", Step: "x"}, {Flow: "test", Step: "gone"}, {Flow: "test", Step: "find"}, {Flow: "test"}} {
		for _, kind := range []Kind{KindText, KindKeys, KindSilence, KindRecording, KindHangup} {
			if out, err := s.Next(st, Input{Kind: kind, Text: "1"}, byText); err == nil {
				t.Errorf("%+v went on with %+v", st, out)
			}
		}
	}
	if _, err := s.Next(State{Flow: "test", Step: "which"}, Input{Kind: KindOutcome, Outcome: "found"}, byText); err == nil {
		t.Error("an outcome was taken where nothing was done")
	}
	if _, err := s.Next(State{}, Input{Kind: "smoke"}, byText); err == nil {
		t.Error("an unknown kind of input was taken")
	}
	if _, err := s.Next(State{}, Input{Kind: KindHangup}, byVoice); err != nil {
		t.Errorf("a hang-up when nothing is under way: %v", err)
	}
}

// TestForgets: what was written stays in the state only while a later step may read it.
func TestForgets(t *testing.T) {
	s := mustLoad(t, errands, "report.yaml", strings.Replace(plainReport, "on: {filed: end}", "on: {filed: more}\n  more:\n    ask: \"{code}. More?\"\n    choices: {again: {label: Again, then: tell}}", 1))
	out := next(t, s, State{}, Input{Kind: KindText, Text: "1"}, byText)
	out = next(t, s, out.State, Input{Kind: KindText, Text: "1"}, byText)
	out = next(t, s, out.State, Input{Kind: KindText, Text: "the lift is broken"}, byText)
	if out.Do.Args["what"].Text != "the lift is broken" {
		t.Fatalf("filed %+v", out.Do)
	}
	out = next(t, s, out.State, Input{Kind: KindOutcome, Outcome: "filed", Values: map[string]Value{"code": {Text: "1234"}, "by": {Num: 1}}}, byText)
	if want := map[string]Value{"code": {Text: "1234"}}; !reflect.DeepEqual(out.State.Vars, want) {
		t.Errorf("remembers %v, want %v", out.State.Vars, want)
	}
}

// TestMissingFact: a fact that was not fetched stops the turn with its name; so it goes until all are there.
func TestMissingFact(t *testing.T) {
	s := mustLoad(t, menu)
	env := byText
	env.Facts = map[string]Value{}
	for range 5 {
		out, err := s.Next(State{Flow: "test", Step: "two"}, Input{Kind: KindText, Text: "1"}, env)
		if err == nil {
			if len(env.Facts) != 3 || out.State.Step != "one" {
				t.Errorf("went on to %+v with %v", out.State, env.Facts)
			}
			return
		}
		missing := (*MissingFact)(nil)
		if !errors.As(err, &missing) {
			t.Fatal(err)
		}
		env.Facts[missing.Name] = Value{}
	}
	t.Errorf("still something is missing beside %v", env.Facts)
}

// TestFacts: what a turn is likely to read, by where it begins.
func TestFacts(t *testing.T) {
	s := mustLoad(t, "steps: {one: {say: \"{next.at.day}\", then: end}}\n",
		"door.yaml", "takes: {heard: text}\nsteps:\n  menu:\n    ask: Hello.\n    choices:\n      tell: {label: Tell us, if: not me.listed, then: flow report}\n      other: {label: Other, then: flow other}\n",
		"other.yaml", "steps:\n  one:\n    ask: Other?\n    choices:\n      a: {label: A, if: ballots.open > 0, then: flow test}\n      b: {label: B, then: end}\n")
	for flow, want := range map[string][]string{
		"": {"late.sent", "line.emergency", "line.name", "line.number", "me.listed", "meet.at", "meet.place"}, "door": {"late.sent", "line.emergency", "line.name", "line.number", "me.listed", "meet.at", "meet.place"},
		"no such flow": {"late.sent", "line.emergency", "line.name", "line.number", "me.listed", "meet.at", "meet.place"},
		"report":       {"late.sent", "line.emergency", "line.name", "line.number", "meet.at", "meet.place"}, "other": {"ballots.open", "late.sent", "line.emergency", "line.name", "line.number", "meet.at", "meet.place"},
	} {
		if got := s.Facts(flow); !reflect.DeepEqual(got, want) {
			t.Errorf("of %q: %v, want %v", flow, got, want)
		}
	}
}

// TestWords: phrases fall back to the set's first language, and differ between what is written and what is said.
func TestWords(t *testing.T) {
	s := mustLoad(t, errands)
	number := map[string]Value{"line.number": {Text: "555-0100"}}
	if got := s.Words("giveup", "en", number); got != "Let us leave it here for now. Text MENU any time, or call 555-0100." {
		t.Error(got)
	}
	if got := s.Words("giveup", "xx", nil); got != s.Words("giveup", "en", nil) {
		t.Error(got)
	}
	if got := s.Spoken("goodbye", "es", nil); !strings.HasPrefix(got, "No le oímos.") {
		t.Error(got)
	}
	for _, name := range phraseNames() {
		for _, lang := range s.Languages() {
			if n, ucs2, _ := Segments(s.Words(name, lang, number)); n > 2 || ucs2 && !s.language(lang).wide {
				t.Errorf("%s in %s takes %d segments, UCS-2 %v", name, lang, n, ucs2)
			}
		}
	}
}
