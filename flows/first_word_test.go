package flows

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// alarm is a flow that its words also start at the beginning of a longer text, and a few questions at which that may be sent.
func alarm(t testing.TB) *Set {
	t.Helper()
	return mustLoad(t, `
starts: {en: [ALARM, HELP US], es: [ALARMA], zh: [救命]}
first_word: told
takes: {told: said}
steps:
  begin:
    branch:
      - {if: given(told), then: file}
      - {else: bare}
  bare: {say: {en: Bare., es: Sola.}, then: end}
  file:
    do: file
    with: {what: told}
    on: {filed: filed}
  filed: {say: {en: Filed., es: Guardado.}, then: end}
`, "asking.yaml", `
starts: {en: [WORDS], es: [PALABRAS]}
steps:
  words:
    ask: {en: "Tell us.", es: "Cuente."}
    words: true
    voice: end
    save: what
    then: file
  file:
    do: file
    with: {what: what}
    on: {filed: end}
`, "secret.yaml", `
starts: {en: [SECRET], es: [SECRETO]}
steps:
  digits:
    ask: {en: "Four digits?", es: "¿Cuatro cifras?"}
    digits: {min: 4, max: 4}
    secret: true
    save: pin
    then: end
`, "grave.yaml", `
starts: {en: [GRAVE], es: [GRAVES]}
steps:
  sure:
    ask: {en: "Count it?", es: "¿La contamos?"}
    confirm: {yes: {en: count it, es: contarla}, no: {en: leave it, es: dejarla}}
    yes: count
    no: end
    left: {en: Not counted., es: No contada.}
  count:
    do: count
    with: {choice: 1}
    on: {counted: end}
`)
}

func writes(t testing.TB, s *Set, st State, words string, idle bool) Output {
	t.Helper()
	out, err := s.Next(st, Input{Kind: KindText, Text: words, Idle: idle}, Env{Channel: Text, Languages: []Lang{"en", "es"}})
	if err != nil {
		t.Fatalf("%q: %v", words, err)
	}
	return out
}

// WORKERS.md, "Danger keeps its word": whoever writes the word and what is happening in one text is heard, wherever they are.
func TestAFirstWordStartsItsFlowAnywhere(t *testing.T) {
	s := alarm(t)
	waits := map[string]State{"nothing": {}, "with a language": {Lang: "en"}}
	for _, word := range []string{"WORDS", "SECRET", "GRAVE", "MENU"} {
		waits[word] = writes(t, s, State{Lang: "en"}, word, false).State
	}
	waits["continue?"] = writes(t, s, waits["WORDS"], "so", true).State
	for _, words := range []string{
		"alarm he has a gun", "ALARM: he is here", "Alarm!! come", "¡alarma! la migra", "help us, please", "alarm-he", "救命他有刀", "救命！他有刀", "alarm\nhe is here",
	} {
		for at, st := range waits {
			for _, idle := range []bool{false, true} {
				out := writes(t, s, st, words, idle)
				told := ""
				if out.Do != nil {
					told = out.Do.Args["what"].Text
				}
				switch {
				case at == "SECRET" && (out.Do != nil || !strings.Contains(oneText(out.Say), "Bare.")):
					t.Errorf("at a secret question %q does %+v and says %q", words, out.Do, oneText(out.Say))
				case at != "SECRET" && told != words:
					t.Errorf("at %s (idle %v) %q is filed as %q; said %q", at, idle, words, told, oneText(out.Say))
				case at == "GRAVE" && !strings.HasPrefix(oneText(out.Say), "Not counted."):
					t.Errorf("who leaves a read-back by %q is told %q", words, oneText(out.Say))
				}
			}
		}
	}
}

// A word inside a story, or inside a word, starts nothing.
func TestAFirstWordIsTheFirst(t *testing.T) {
	s := alarm(t)
	for _, words := range []string{"alarming things happen here today", "the alarm of the machine rings", "help usually comes too late", "alarmas en la bodega hay"} {
		for _, at := range []string{"", "WORDS"} {
			st := State{Lang: "en"}
			if at != "" {
				st = writes(t, s, st, at, false).State
			}
			out := writes(t, s, st, words, false)
			if strings.Contains(oneText(out.Say), "Bare.") || out.State.Flow == "test" {
				t.Errorf("%q starts the flow at %q", words, at)
			}
		}
	}
}

// Whatever follows the word, wherever it is sent: the flow starts, and every word is handed over.
func TestAFirstWordKeepsWhatFollows(t *testing.T) {
	s := alarm(t)
	rapid.Check(t, func(r *rapid.T) {
		word := rapid.SampledFrom([]string{"alarm", "ALARMA", "Help us", "救命"}).Draw(r, "word")
		between := rapid.SampledFrom([]string{" ", ": ", "! ", ", ", " - ", "\n"}).Draw(r, "between")
		rest := rapid.StringMatching(`[a-zñáé0-9 .,¿?!刀]{0,40}[a-zñ0-9]`).Draw(r, "rest")
		st := State{Lang: "en"}
		if at := rapid.SampledFrom([]string{"", "WORDS", "GRAVE", "MENU"}).Draw(r, "at"); at != "" {
			st = writes(t, s, st, at, false).State
		}
		words := word + between + rest
		out := writes(t, s, st, words, rapid.Bool().Draw(r, "idle"))
		if out.Do == nil || out.Do.Effect != "file" || out.Do.Args["what"].Text != clean(words) {
			r.Fatalf("%q does %+v and says %q", words, out.Do, oneText(out.Say))
		}
	})
}

// Text from outside never makes the engine fail, nor is a first word missed by how it is written.
func FuzzFirstWord(f *testing.F) {
	s := alarm(f)
	for _, seed := range []string{"alarm he", "救命", " ALARMA,", "a\u0301larm x", "alarm\x00x", "\xff alarm"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, words string) {
		out := writes(t, s, State{Lang: "en"}, words, false)
		if first, _, _ := strings.Cut(fold(clean(words)), " "); first == "alarm" && out.Do == nil && !strings.Contains(oneText(out.Say), "Bare.") {
			t.Errorf("%q says %q", words, oneText(out.Say))
		}
	})
}

// WORKERS.md, "Language": else the word's (REPORTE), whatever stands behind it; a language that the line does not speak is none.
func TestTheFirstWordSuggestsALanguage(t *testing.T) {
	s := alarm(t)
	for words, want := range map[string]Lang{
		"palabras que digo yo aqui": "es", "words that I say here": "en", "que palabras digo yo aqui": "", "alarma que viene": "es", "救命他有刀": "zh",
	} {
		if out := writes(t, s, State{}, words, false); out.State.Lang != want {
			t.Errorf("after %q the language is %q", words, out.State.Lang)
		}
	}
}

// A bare number that answers nothing opens the door, which is told so; one that answers something does not.
func TestTheDoorKnowsOfABareNumber(t *testing.T) {
	s := mustLoad(t, "starts: {en: [GO]}\nsteps: {one: {say: Hi., then: end}}\n", "door.yaml", `
takes: {heard: text, digit: flag}
steps:
  which:
    branch:
      - {if: digit, then: late}
      - {else: menu}
  late: {say: Late., then: menu}
  menu:
    ask: Which?
    choices: {go: {label: Go, then: flow test}, tell: {label: Tell, then: flow report}}
    other: which
`)
	for words, late := range map[string]bool{"1": true, "(2)": true, "two": true, "MENU": false, "hello": false, "hello to all of you": false} {
		if got := strings.Contains(oneText(writes(t, s, State{Lang: "en"}, words, false).Say), "Late."); got != late {
			t.Errorf("%q: the door knows of a number: %v", words, got)
		}
	}
}

func TestAFirstWordIsHandedOverRightly(t *testing.T) {
	said, grave := "first_word: told\ntakes: {told: said}\n", "  one: {ask: Sure?, confirm: {yes: do it, no: leave it}, yes: two, no: end}\n  two: {do: count, with: {choice: 1}, on: {counted: end}}\n"
	checks{
		"right":          {said + flowOf("  one: {say: Hi., then: end}\n"), ""},
		"not taken":      {"first_word: told\n" + flowOf("  one: {say: Hi., then: end}\n"), "which this flow does not take"},
		"no said":        {"first_word: told\ntakes: {told: text}\n" + flowOf("  one: {say: Hi., then: end}\n"), "what somebody wrote is a said"},
		"without a word": {said + "steps:\n  one: {say: Hi., then: end}\n", "no word starts this flow"},
		"irrevocable":    {said + flowOf(grave), "do it in another flow"},
	}.each(t)
}
