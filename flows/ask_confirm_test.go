package flows

import (
	"fmt"
	"strings"
	"testing"
)

// TestKeysOfAConfirmElsewhere: a key that was a choice just now counts no vote, in whichever flow the read-back stands.
func TestKeysOfAConfirmElsewhere(t *testing.T) {
	sure := "takes: {n: number}\nsteps:\n  sure:\n    ask: \"{n}.\"\n    confirm: {yes: count it, no: again}\n    yes: count\n    no: end\n  count:\n    do: count\n    with: {choice: n}\n    on: {counted: end}\n"
	for way, then := range map[string]string{"gone to": "end\n    then: {flow: sure, with: {n: 7}}\n", "called": "end\n    then: go\n  go:\n    call: sure\n    with: {n: 7}\n    then: end\n"} {
		then = strings.TrimPrefix(then, "end\n")
		choices := ""
		for i := range 8 {
			choices += fmt.Sprintf("      c%d: {label: L%c}\n", i, 'a'+i)
		}
		s := mustLoad(t, flowOf("  which:\n    ask: Which?\n    choices:\n"+choices+then), "sure.yaml", sure)
		p := party{t: t, set: s, env: byVoice}
		p.does(Input{Kind: KindCall})
		p.does(keyed("2"))
		if got, want := p.does(keyed("7")), "To count it, press 77."; !strings.Contains(got, want) {
			t.Errorf("%s: got:\n%s\nwant in it:\n%s", way, got, want)
		}
	}
}

// TestLeft: who goes elsewhere from a read-back hears so first, however they leave, and those who answer it do not.
func TestLeft(t *testing.T) {
	s := mustLoad(t, `
starts: {en: [GO], es: [VAMOS]}
steps:
  sure:
    ask: Sure?
    confirm: {yes: do it, no: leave it}
    yes: count
    no: end
    left: Not done.
  count:
    do: count
    with: {choice: "1"}
    on: {counted: end}
`)
	sure := State{Flow: "test", Step: "sure", Lang: "en", Pair: 50}
	held := sure
	held.Resume = true
	for _, c := range []struct {
		from State
		in   Input
		env  Env
		told bool
	}{
		{sure, Input{Kind: KindText, Text: "menu"}, byText, true},
		{sure, Input{Kind: KindText, Text: "go"}, byText, true},
		{held, Input{Kind: KindText, Text: "2"}, byText, true},
		{sure, Input{Kind: KindKeys, Text: "*"}, byVoice, true},
		{sure, Input{Kind: KindKeys, Text: "0"}, byVoice, true},
		{sure, Input{Kind: KindText, Text: "51"}, byText, false},
		{sure, Input{Kind: KindText, Text: "español"}, byText, false},
		{sure, Input{Kind: KindText, Text: "ayuda"}, byText, false},
		{sure, Input{Kind: KindKeys, Text: "8"}, byVoice, false},
	} {
		out := next(t, s, c.from, c.in, c.env)
		if told := len(out.Say) > 0 && out.Say[0].Words == "Not done."; told != c.told {
			t.Errorf("%+v is answered %+v", c.in, out.Say)
		}
	}
}

// WORKERS.md: a repeated or delayed answer can never confirm. Whatever number was sent, the read-back that is put for it has other digits: the same text,
// brought twice, answers nothing.
func TestARepeatedNumberNeverConfirms(t *testing.T) {
	s := mustLoad(t, flowOf("  sure:\n    ask: Sure?\n    confirm: {yes: do it, no: leave it}\n    yes: count\n    no: end\n  count:\n    do: count\n    with: {choice: \"1\"}\n    on: {counted: end}\n"))
	env := Env{Channel: Text, Languages: []Lang{"en"}}
	for pair := lowestPair; pair < lowestPair+2*pairs; pair += 2 {
		for n := 1; n <= 99; n++ {
			if n == pair || n == pair+1 {
				continue
			}
			st := State{Flow: "test", Step: "sure", Lang: "en", Pair: pair}
			for range 2 {
				out, err := s.Next(st, Input{Kind: KindText, Text: fmt.Sprintf("%d", n)}, env)
				if err != nil || out.Do != nil || out.State.Pair == n || out.State.Pair+1 == n {
					t.Fatalf("%d at %d: %+v, %v", n, pair, out, err)
				}
				st = out.State
			}
		}
	}
}
