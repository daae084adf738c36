package flows

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// party is somebody in a talk, in tests that have to look behind what is said.
type party struct {
	t   *testing.T
	set *Set
	env Env
	st  State
	out Output
}

// does gives one input; outcomes answer the effects that follow, in order. It tells what was said and asked for, one a line.
func (p *party) does(in Input, outcomes ...Input) string {
	p.t.Helper()
	var lines []string
	for {
		out, err := p.set.Next(p.st, in, p.env)
		if err != nil {
			p.t.Fatalf("%+v: %v", in, err)
		}
		p.st, p.out = out.State, out
		for _, one := range out.Say {
			switch {
			case one.Play != "":
				lines = append(lines, "["+string(one.Lang)+" "+one.Play[len(one.Play)-4:]+"] "+one.Words)
			case one.Pause == 0:
				lines = append(lines, one.Words)
			}
		}
		if out.Do == nil {
			return strings.Join(lines, "\n")
		}
		lines = append(lines, "! "+out.Do.Effect+fmt.Sprint(" ", len(out.Do.Args)))
		if len(outcomes) == 0 {
			p.t.Fatalf("nothing says what comes of %s", out.Do.Effect)
		}
		in, outcomes = outcomes[0], outcomes[1:]
	}
}

func (p *party) is(got, want string) {
	p.t.Helper()
	if want = strings.TrimSpace(want); got != want {
		p.t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func texted(words string) Input { return Input{Kind: KindText, Text: words} }
func keyed(keys string) Input   { return Input{Kind: KindKeys, Text: keys} }
func came(outcome string) Input { return Input{Kind: KindOutcome, Outcome: outcome} }

// caller is a flow that has another ask something, and goes on with what that gives.
const caller = `
starts: {en: [GO]}
steps:
  what:
    ask: What?
    record: {max: 60s}
    save: what
    then: when
  when:
    call: asker
    with: {about: "'lifts'"}
    then: keep
    hangup: keep_now
  keep:
    do: file
    with: {what: what, about: answer}
    on: {filed: end}
  keep_now:
    do: file
    with: {what: what}
    on: {filed: end}
`

const asker = `
takes: {about: text}
gives: {answer: text}
steps:
  open:
    say: "About {about}."
    then: ask
  ask:
    ask: Which?
    choices: {a: {label: Tea}, b: {label: Milk}, c: {label: Leave, then: flow report}}
    save: answer
    then: more
  more:
    call: deeper
    then: end
`

const deeper = "steps:\n  one:\n    ask: Sure?\n    choices: {y: {label: Sure}, n: {label: Not so}}\n    then: end\n"

func TestCall(t *testing.T) {
	s := mustLoad(t, caller, "asker.yaml", asker, "deeper.yaml", deeper)
	p := &party{t: t, set: s, env: byText}
	p.is(p.does(texted("GO")), "What?")
	p.is(p.does(texted("the lift in hall B")), "About lifts.\nWhich?\n1 Tea\n2 Milk\n3 Leave")
	if len(p.st.Callers) != 1 || p.st.Flow != "asker" || p.st.Callers[0].Vars["what"].Text == "" {
		t.Fatalf("the flow that called is not kept: %+v", p.st)
	}
	p.is(p.does(texted("milk")), "Sure?\n1 Sure\n2 Not so")
	if len(p.st.Callers) != 2 {
		t.Fatalf("%d flows wait, and two should", len(p.st.Callers))
	}
	p.is(p.does(texted("1"), came("filed")), "! file 2")
	if p.st.Flow != "" || len(p.st.Callers) != 0 {
		t.Errorf("the talk is over, and this is left: %+v", p.st)
	}
}

// TestRecordedInCall: who ends a recording by hanging up was heard, wherever the recording was made.
func TestRecordedInCall(t *testing.T) {
	s := mustLoad(t, flowOf("  one:\n    call: tell\n    then: file\n  file:\n    do: file\n    with: {what: got}\n    on: {filed: end}\n"),
		"tell.yaml", "gives: {got: said}\nsteps:\n  tell:\n    ask: Tell us.\n    record: {max: 60s}\n    save: got\n    then: end\n")
	p := party{t: t, set: s, env: byVoice}
	p.does(Input{Kind: KindCall})
	p.is(p.does(keyed("2")), "Tell us.")
	p.is(p.does(Input{Kind: KindRecording, Rec: "r", HungUp: true}, came("filed")), "! file 1")
}

func TestCallIsLeft(t *testing.T) {
	s := mustLoad(t, caller, "asker.yaml", asker, "deeper.yaml", deeper)
	p := &party{t: t, set: s, env: byText}
	for name, leave := range map[string]Input{"by MENU": texted("MENU"), "to another flow": texted("3")} {
		p.st = State{}
		p.does(texted("GO"))
		p.does(texted("the lift in hall B"))
		p.does(leave)
		if len(p.st.Callers) != 0 {
			t.Errorf("left %s, and it would come back: %+v", name, p.st.Callers)
		}
	}
	p = &party{t: t, set: s, env: byVoice}
	for name, leave := range map[string]Input{"hung up": {Kind: KindHangup}, "started over": keyed("*")} {
		for _, deep := range []bool{false, true} {
			p.st = State{}
			p.does(Input{Kind: KindCall})
			p.does(keyed("2"))
			p.does(Input{Kind: KindRecording, Rec: "r1"})
			if deep {
				p.does(keyed("1"))
			}
			if got := p.does(leave, came("filed")); !strings.Contains(got, "! file 1") {
				t.Errorf("a caller %s inside a call, and the recording was not kept: %q", name, got)
			}
			if p.st.Flow != "" || len(p.st.Callers) != 0 {
				t.Errorf("%s: this is left: %+v", name, p.st)
			}
		}
	}
}

func TestCallFindings(t *testing.T) {
	for name, c := range map[string]struct{ test, other, want string }{
		"itself":         {"starts: {en: [GO]}\nsteps:\n  a:\n    call: test\n    then: end\n", "", `flow "test" comes to call itself here`},
		"each other":     {"starts: {en: [GO]}\nsteps:\n  a:\n    call: other\n    then: end\n", "steps:\n  a:\n    ask: Hm?\n    choices: {x: {label: X}}\n    then: b\n  b:\n    call: test\n    then: end\n", `comes to call itself here`},
		"unknown":        {"starts: {en: [GO]}\nsteps:\n  a:\n    call: othre\n    then: end\n", "steps: {a: {say: Hi., then: end}}\n", `there is no flow "othre"; did you mean "other"?`},
		"not given":      {"starts: {en: [GO]}\nsteps:\n  a:\n    call: other\n    then: end\n", "gives: {x: number}\nsteps:\n  a:\n    branch: [{if: me.listed, then: b}, {else: end}]\n  b:\n    set: {x: 1}\n    then: end\n", `the flow gives "x", which may not be set yet when it ends here`},
		"not taken":      {"starts: {en: [GO]}\nsteps:\n  a:\n    call: other\n    with: {y: 1}\n    then: end\n", "steps: {a: {say: Hi., then: end}}\n", `flow "other" does not take "y"`},
		"round silently": {"starts: {en: [GO]}\nsteps:\n  a:\n    call: other\n    then: a\n", "steps: {a: {say: Hi., then: end}}\n", `this goes round in a circle, a, a; nobody is asked`},
		"read unset":     {"starts: {en: [GO]}\nsteps:\n  a:\n    say: \"{x}\"\n    then: b\n  b:\n    call: other\n    then: end\n", "gives: {x: number}\nsteps:\n  a:\n    set: {x: 1}\n    then: end\n", `"x" may not be set yet when step "a" is reached`},
	} {
		more := []string{}
		if c.other != "" {
			more = []string{"other.yaml", c.other}
		}
		_, err := with(t, c.test, more...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v\nwant in it: %s", name, err, c.want)
		}
	}
}

const patient = `
starts: {en: [GO]}
steps:
  ask:
    ask: Is it fixed?
    yes_no: {yes: It is, no: Not yet}
    save: fixed
    lapse: {after: 2d, nudge: "Is it fixed by now? 1 or 2.", then: gone}
    then: later
  later:
    wait: 10m
    heard: meanwhile
    then: told
  told:
    branch:
      - {if: fixed, then: good}
      - {else: bad}
  good: {say: Good., then: end}
  bad: {say: A pity., then: end}
  meanwhile:
    branch:
      - {if: words(heard) > 3, then: {flow: report, with: {what: heard}}}
      - {else: later}
  gone: {say: We leave it., then: end}
`

func TestTimePasses(t *testing.T) {
	s := mustLoad(t, patient)
	p := &party{t: t, set: s, env: byText}
	lapse := Input{Kind: KindLapse}
	waits := func(want time.Duration) {
		t.Helper()
		if p.out.Wait == nil || p.out.Wait.After != want {
			t.Errorf("it waits %+v, and should for %v", p.out.Wait, want)
		}
	}
	p.is(p.does(texted("GO")), "Is it fixed?\n1 It is\n2 Not yet")
	waits(2 * day)
	p.is(p.does(lapse), "Is it fixed by now? 1 or 2.")
	waits(2 * day)
	p.is(p.does(texted("perhaps")), "Please send one of these.\nIs it fixed?\n1 It is\n2 Not yet")
	p.is(p.does(texted("si")), "")
	waits(10 * time.Minute)
	p.is(p.does(texted("ok")), "")
	p.is(p.does(lapse), "Good.")
	p.st = State{}
	p.does(texted("GO"))
	p.does(lapse)
	p.is(p.does(lapse), "We leave it.")
	p.st = State{}
	p.does(texted("GO"))
	p.does(texted("2"))
	p.is(p.does(texted("it broke again this morning")), "Tell us.")

	p = &party{t: t, set: s, env: byVoice, st: State{Flow: "test", Step: "ask", Lang: "en"}}
	p.is(p.does(keyed("2")), "A pity.") // a call does not wait
}

const danger = `
starts: {en: [GO]}
steps:
  danger:
    hand_over: {en: danger, es: peligro}
    between: {en: "We are ringing somebody.", es: "Estamos llamando a alguien."}
    taken: bye
    nobody: flow report
    text: number
    hangup: note
  number: {say: Call 911., then: end}
  bye: {say: Goodbye., then: end}
  note:
    do: file
    with: {what: "'hung up while it rang'"}
    on: {filed: end}
`

// TestResumeLosesNothing: behind "Continue?" time goes on passing, and what was written and held goes where it would have gone.
func TestResumeLosesNothing(t *testing.T) {
	s := mustLoad(t, flowOf("  one:\n    ask: Which?\n    choices: {a: {label: A, then: end}}\n    other: two\n    lapse: {after: 1d, then: end}\n  two:\n    do: file\n    with: {what: heard}\n    on: {filed: end}\n"))
	p := party{t: t, set: s, env: byText}
	p.does(texted("GO"))
	p.is(p.does(Input{Kind: KindText, Text: "the lift in hall B is broken", Idle: true}), "Continue? 1\nStart again? 2")
	if p.out.Wait.After != 24*time.Hour {
		t.Errorf("it waits for %v", p.out.Wait.After)
	}
	p.is(p.does(texted("1"), came("filed")), "! file 1")
}

func TestHandOver(t *testing.T) {
	s := mustLoad(t, danger)
	p := &party{t: t, set: s, env: byVoice}
	found := Input{Kind: KindOutcome, Outcome: "ringing", Values: map[string]Value{"who": {Text: "w1"}}}
	missed, taken := Input{Kind: KindRang, Outcome: "missed"}, Input{Kind: KindRang, Outcome: "taken"}
	begin := func() string {
		p.st = State{}
		p.does(Input{Kind: KindCall})
		return p.does(keyed("2"), found)
	}
	p.is(begin(), "! ring 1\nWe are ringing somebody.")
	if r := p.out.Wait.Ring; r == nil || r.Who != "w1" || r.Purpose != "danger" || r.Timeout != 20*time.Second {
		t.Errorf("it rings %+v", r)
	}
	p.st.Lang = "es"
	p.is(p.does(missed, found), "! ring 1\nEstamos llamando a alguien.")
	if r := p.out.Wait.Ring; r.Purpose != "peligro" || r.Lang != "es" {
		t.Errorf("for a caller who speaks Spanish it rings %+v", r)
	}
	p.st.Lang = "en"
	p.is(p.does(Input{Kind: KindSilence}, found), "! ring 1\nWe are ringing somebody.")
	p.is(p.does(missed), "Tell us.") // three were tried
	begin()
	p.is(p.does(taken), "Goodbye.")
	begin()
	p.is(p.does(missed, came("nobody")), "! ring 1\nTell us.")
	begin()
	p.is(p.does(Input{Kind: KindHangup}, came("filed")), "! file 1")
	p = &party{t: t, set: s, env: byText}
	p.is(p.does(texted("GO")), "Call 911.")
}

func TestPhoto(t *testing.T) {
	s := mustLoad(t, "starts: {en: [GO]}\nsteps:\n  show:\n    ask: Send a picture of it.\n    photo: true\n    save: shown\n    voice: tell\n    wrong: A picture, please.\n    other: words\n    then: tell\n  words:\n    do: file\n    with: {what: heard}\n    on: {filed: tell}\n  tell:\n    ask: And what is it?\n    record: {max: 60s}\n    save: what\n    then: file\n  file:\n    do: file\n    with: {what: what}\n    on: {filed: end}\n")
	p := &party{t: t, set: s, env: byText}
	p.is(p.does(texted("GO")), "Send a picture of it.")
	p.is(p.does(texted("1")), "A picture, please.\nSend a picture of it.")
	p.is(p.does(texted("my phone has no camera"), came("filed")), "! file 1\nAnd what is it?")
	p.st = State{}
	p.does(texted("GO"))
	p.is(p.does(Input{Kind: KindText, Photos: 1}), "And what is it?")
	p = &party{t: t, set: s, env: byVoice}
	p.does(Input{Kind: KindCall})
	p.is(p.does(keyed("2")), "A picture can only come by text. You can send one to  after this call.\nUna foto solo puede llegar por mensaje. La puede mandar al  después de esta llamada.\nAnd what is it?")
}

const pin = `
starts: {en: [GO]}
steps:
  pin:
    ask: Your six digits?
    digits: {min: 6, max: 6}
    save: pin
    secret: true
    tries: {wrong: 2, silent: 1}
    giveup: {wrong: locked, silent: flow report}
    timeout: 20s
    then: check
  check:
    do: check
    with: {pin: pin}
    on: {right: good}
  good: {say: Good., then: end}
  locked: {say: It is locked now., then: end}
`

func TestSecretAndTries(t *testing.T) {
	s := mustLoad(t, pin)
	p := &party{t: t, set: s, env: byText}
	p.does(texted("GO"))
	if !s.Secret(p.st) {
		t.Error("the question for the PIN is not known to be secret")
	}
	p.does(Input{Kind: KindText, Text: "123456", Idle: true})
	if !p.st.Resume || p.st.Held != "" {
		t.Errorf("an idle phone's secret was held: %+v", p.st)
	}
	p.is(p.does(texted("1")), "Your six digits?")
	p.is(p.does(texted("123456"), came("right")), "! check 1\nGood.")
	if s.Secret(p.st) || len(p.st.Vars) != 0 {
		t.Errorf("after the answer this is left: %+v", p.st)
	}
	p.does(texted("GO"))
	p.is(p.does(texted("12")), "Your six digits?")
	p.is(p.does(texted("12")), "It is locked now.")
	p = &party{t: t, set: s, env: byVoice, st: State{Flow: "door", Step: "menu", Lang: "en"}}
	p.does(keyed("2"))
	if p.out.Wait.Timeout != 20*time.Second {
		t.Errorf("it waits %v for a key", p.out.Wait.Timeout)
	}
	p.is(p.does(Input{Kind: KindSilence}), "Tell us.")
}

func TestQuiet(t *testing.T) {
	s := mustLoad(t, "starts: {en: [GO]}\nsteps:\n  a:\n    ask: {text: {en: The long words, es: Las palabras}, quiet: OK, voice: Aloud}\n    choices: {x: {label: {text: The long, quiet: \"A\", voice: long}}}\n    then: end\n")
	p := &party{t: t, set: s, env: byText}
	p.is(p.does(texted("GO")), "The long words\n1 The long")
	p.env.Quiet, p.st = true, State{}
	p.is(p.does(texted("GO")), "OK\n1 A")
}

// TestPictureBesideAnAnswer: an answer is none the less one because a picture came with it.
func TestPictureBesideAnAnswer(t *testing.T) {
	for question, answer := range map[string]string{"when: day": "tomorrow", "digits: {min: 4, max: 4}": "1234", "number: {min: 1, max: 50}": "12"} {
		s := mustLoad(t, flowOf("  one:\n    ask: Which?\n    "+question+"\n    save: x\n    then: two\n  two:\n    say: Good.\n    then: end\n"))
		p := party{t: t, set: s, env: byText}
		p.does(texted("GO"))
		p.is(p.does(Input{Kind: KindText, Text: answer, Photos: 1}), "Good.")
	}
}
