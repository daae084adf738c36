package flows

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestKeptApart: what is told where something else is asked is kept, and the question stays open and is put again; in a read-back nothing
// is confirmed by it; where digits are asked for in secret none of them is kept.
func TestKeptApart(t *testing.T) {
	s := mustLoad(t, `
starts: {en: [GO], es: [VAMOS]}
steps:
  pin:
    ask: "Digits?"
    digits: {min: 4, max: 8}
    secret: true
    save: pin
    then: check
  check:
    do: check
    with: {pin: pin}
    on: {right: many}
  many:
    ask: "How many?"
    number: {min: 1, max: 20}
    save: n
    then: sure
  sure:
    ask: "{n}, sure?"
    confirm: {yes: do it, no: leave it}
    yes: count
    no: end
  count:
    do: count
    with: {choice: n}
    on: {counted: end}
`, "apart.yaml", keepsWhat, "door.yaml", shutDoor)
	story(t, s, `
@ text en es
@ lang en
> GO
< Digits?
> they beat my friend, my PIN is 4827 or 48 27
! file what="they beat my friend, my PIN is ... or ... ..." -> filed
< Kept.
< Digits?
> it is four eight two seven nine
< Digits?
> 4827
! check -> right
< How many?
> they beat my friend in the yard
! file what="they beat my friend in the yard" -> filed
< Kept.
< How many?
> 3
< 3, sure?
< 60 do it
< 61 leave it
> yes they really did hit him
! file what="yes they really did hit him" -> filed
< Kept.
< 3, sure?
< 74 do it
< 75 leave it
> 60
< Please send one of these; the numbers are new.
< 3, sure?
< 88 do it
< 89 leave it
> 88
! count choice=3 -> counted
`)
	held := State{Flow: "test", Step: "pin", Lang: "en"}
	out := next(t, s, held, Input{Kind: KindText, Text: "they beat my friend 4827", Idle: true}, byText)
	if strings.Contains(out.State.Held, "4827") || !strings.Contains(out.State.Held, "beat") {
		t.Errorf("after a long while %q is held", out.State.Held)
	}
	if out = next(t, s, out.State, texted("1"), byText); out.Do == nil || strings.Contains(out.Do.Args["what"].Text, "4827") {
		t.Errorf("gone on with, it is kept as %+v", out.Do)
	}
}

// A PIN typed among words is never kept.
func TestNoDigitIsKept(t *testing.T) {
	s := mustLoad(t, flowOf("  a:\n    say: Hello.\n    then: end\n"))
	word := rapid.StringMatching(`[a-z0-9٣４½ .,:-]{1,12}`)
	rapid.Check(t, func(rt *rapid.T) {
		written := strings.Join(rapid.SliceOfN(word, 1, 8).Draw(rt, "words"), " ")
		kept := s.commands.withoutDigits(written)
		if strings.ContainsAny(fold(kept), "0123456789") {
			rt.Fatalf("of %q there is kept %q", written, kept)
		}
	})
}

func TestNoSentenceIsLostByAFlow(t *testing.T) {
	step := "  which:\n    ask: Which?\n    choices:\n      a: {label: La, then: end}\n      b: {label: Lb, then: end}\n"
	for name, c := range map[string]struct{ flow, want string }{
		"kept by the flow apart": {flowOf(step), ""},
		"kept by an effect":      {flowOf(step + "    other: keep\n  keep:\n    do: file\n    with: {what: heard}\n    on: {filed: end}\n"), ""},
		"asked again":            {flowOf(step + "    other: again\n  again:\n    say: Again.\n    then: which\n"), "step \"which\" waits"},
		"only if it is short": {flowOf(step + "    other: long\n  long:\n    branch:\n      - {if: words(heard) > 3, then: end}\n      - {else: keep}\n" +
			"  keep:\n    do: file\n    with: {what: heard}\n    on: {filed: end}\n"), "the talk ends"},
		"short ones only are asked again": {flowOf(step + "    other: long\n  long:\n    branch:\n      - {if: words(heard) > 3, then: keep}\n      - {else: which}\n" +
			"  keep:\n    do: file\n    with: {what: heard}\n    on: {filed: end}\n"), ""},
		"called":              {flowOf(step + "    other: keep\n  keep:\n    call: apart\n    with: {what: heard}\n    then: which\n"), ""},
		"handed to nobody":    {flowOf(step + "    other: flow door\n"), "flow \"door\" is not handed them"},
		"an answer in words":  {flowOf("  word:\n    ask: Word?\n    words: true\n    voice: end\n    save: word\n    then: end\n"), "the talk ends"},
		"a while later":       {flowOf("  rest:\n    wait: 10m\n    heard: end\n    then: end\n"), "while step \"rest\" waits"},
		"an answer with more": {flowOf(strings.Replace(step, "{label: La, then: end}", "{label: La, then: end, more: end}", 1)), "the talk ends"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := with(t, c.flow, "apart.yaml", keepsWhat, "door.yaml", shutDoor)
			switch {
			case c.want == "" && err != nil:
				t.Errorf("nothing is lost, and still:\n%v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "kept by nothing")):
				t.Errorf("got %v, want in it: %s", err, c.want)
			}
		})
	}
	if _, err := with(t, flowOf(step), "apart.yaml", "takes: {what: said}\nsteps:\n  ask:\n    ask: What?\n    choices: {a: {label: La, then: end}}\n"); err == nil || !strings.Contains(err.Error(), "asks nothing") {
		t.Errorf("a flow that asks keeps nothing apart: %v", err)
	}
}
