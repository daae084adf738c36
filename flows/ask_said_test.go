package flows

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// keepsWhat is the flow "apart" of a set that keeps what is told besides.
const keepsWhat = "takes: {what: said}\nsteps:\n  keep:\n    do: file\n    with: {what: what}\n    on: {filed: told}\n  told:\n    say: Kept.\n    then: end\n"

// shutDoor is told nothing of what was written out of the blue.
const shutDoor = "steps:\n  menu:\n    ask: Hello.\n    choices:\n      tell: {label: Tell us, then: flow report}\n      test: {label: Test, then: flow test}\n"

// invitation is a question that an answer in a sentence is understood by.
const invitation = `
starts: {en: [GO], es: [VAMOS]}
steps:
  come:
    ask: "Friday?"
    choices:
      yes: {label: {en: I am coming, es: Voy}, words: {en: [COMING, I WILL COME], es: [VOY A IR]}, then: good, more: noted}
      no: {label: {en: I cannot, es: No puedo}, words: {en: [I CAN'T, I CAN'T COME], es: [NO VOY]}, then: sad, more: noted_no}
      ride: {label: {en: A ride, es: Transporte}, words: {en: [RIDE]}, then: good}
  noted:
    do: file
    with: {what: heard}
    on: {filed: good}
  noted_no:
    do: file
    with: {what: heard}
    on: {filed: sad}
  good:
    say: "Good."
    then: end
  sad:
    say: "Sad."
    then: end
`

// answeredIn is what became of one text in answer to the invitation: what was said first, and the words that were kept.
func answeredIn(t *testing.T, s *Set, written string) (said, kept string) {
	t.Helper()
	out := next(t, s, State{Flow: "test", Step: "come", Lang: "en"}, texted(written), byText)
	if out.Do != nil {
		kept = out.Do.Args["what"].Text
		out = next(t, s, out.State, Input{Kind: KindOutcome, Outcome: "filed"}, byText)
	}
	return out.Say[0].Words, kept
}

// YES, SI, NO, OK are understood where a yes/no is open, as people write them; a story that begins so is heard. (WORKERS.md)
func TestAnswersInWords(t *testing.T) {
	s := mustLoad(t, invitation, "apart.yaml", keepsWhat, "door.yaml", shutDoor)
	const amiss = "Please send one of these."
	for written, want := range map[string]string{
		"yes please": "Good.", "Si, por favor": "Good.", "si por favor": "Good.", "please yes": "Good.", "ok ok": "Good.", "oui merci": "Good.",
		"No, gracias": "Sad.", "no thank you": "Sad.", "no no": "Sad.", "No, mejor no": "Sad.", "sorry, no": "Sad.",
		"yes I will come": "Good.", "si voy": "Good.", "si, voy": "Good.", "no I can't": "Sad.", "I can’t, sorry": "Sad.", "no voy, perdón": "Sad.",
		"ride please": "Good.", "3 please": "Good.", "yes, a ride": "Good.",
		"1 and 3": amiss, "yes no": amiss, "no ride": amiss, "no heat here": amiss, "lift is broken": amiss, "yes?": "Good.", "voy?": "Good.",
		"si voy o no?": "Kept.", "please": amiss, "no, I am coming": "Kept.",
	} {
		if want == "Kept." && wordCount(written) <= fewWords {
			want = amiss
		}
		if said, _ := answeredIn(t, s, written); said != want {
			t.Errorf("%q is answered %q, and not %q", written, said, want)
		}
	}
	for written, want := range map[string]string{ // and kept, word for word
		"yes, me and my wife and two kids are coming": "Good.", "si, voy a ir con mi hija": "Good.", "voy a ir con mi hija": "Good.",
		"I will come with my two kids": "Good.", "No, my boss keeps us until nine": "Sad.", "I can't, I work that night": "Sad.",
		"no heat in the hall again": "Kept.", "si no nos pagan vamos a parar": "Kept.", "I can't breathe in here": "Kept.",
		"ok, he hit me with it": "Kept.", "yes I would but I can't, sorry all": "Kept.", "yes, I would like to, but I can't": "Kept.",
		"a ride was promised and never came": "Kept.", "yes, is it at the church?": "Kept.",
	} {
		said, kept := answeredIn(t, s, written)
		if said != want || kept != written {
			t.Errorf("%q is answered %q, and %q is kept; want %q", written, said, kept, want)
		}
	}
}

// Nothing sent is ever dropped: whatever is written, more than three words reach an effect whole, or were an answer and no more.
func TestNoSentenceIsDropped(t *testing.T) {
	s := mustLoad(t, invitation, "apart.yaml", keepsWhat, "door.yaml", shutDoor)
	words := rapid.SampledFrom([]string{"yes", "no", "si", "voy", "a", "ir", "I", "can't", "come", "will", "please", "gracias", ",", "1", "３", "one", "?", "ride",
		"boss", "yes,", "no,", "是的，", "hit", "ok", "👍", "-", "'", "coming", "好的，谢谢"})
	rapid.Check(t, func(rt *rapid.T) {
		written := strings.Join(rapid.SliceOfN(words, 1, 9).Draw(rt, "words"), " ")
		said, kept := answeredIn(t, s, written)
		if kept != "" && kept != written {
			rt.Fatalf("of %q only %q is kept", written, kept)
		}
		if kept == "" && strings.Contains(written, "boss") && strings.Contains(written, "hit") && tellsMore(written) {
			rt.Fatalf("%q is answered %q, and kept nowhere", written, said)
		}
	})
}

func FuzzSaying(f *testing.F) {
	for _, seed := range []string{"yes, please", "好的，谢谢", "d'accord", "’’", "si,,,voy", "\x00é"} {
		f.Add(seed)
	}
	c := &commands{yes: map[string]bool{"yes": true}, no: map[string]bool{"no": true}, polite: map[string]bool{"please": true, "thank you": true}}
	f.Fuzz(func(t *testing.T, written string) {
		s := c.courteous(sayingOf(fold(clean(written))))
		if len(s.words) != len(s.mark) {
			t.Fatalf("%d words and %d marks", len(s.words), len(s.mark))
		}
		if key, n, _ := c.yesOrNo(s); n > len(s.words) || (key == "") != (n == 0) {
			t.Fatalf("%q is %q in %d of %d words", written, key, n, len(s.words))
		}
	})
}
