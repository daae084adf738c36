package flows

import (
	"slices"
	"strings"
	"testing"
)

// supper is a flow that a notice may carry.
const supper = `starts: {en: [GO]}
takes: {supper: text, at: time, reply: text, to_yes: number, to_no: number}
notice:
  of: supper
  about: "{at}"
  answer: reply
  answers:
    yes: {label: {en: I eat, es: Ceno}, digits: to_yes}
    no: {label: {en: I do not, es: No ceno}, digits: to_no}
  after: {en: "Until noon.", es: "Hasta las doce."}
  without: {en: "Send GO.", es: "Mande GO."}
steps:
  begin:
    branch:
      - {if: reply == 'yes', then: eats}
      - {if: reply == 'no', then: fasts}
      - {else: end}
  eats:
    say: {text: "You eat. Not right? {to_no}", voice: x}
    then: end
  fasts:
    say: {text: "You do not. Not right? {to_yes}", voice: x}
    then: end
`

// What a flow says of notices is proved like all else: every answer leads somewhere, in every language, and fits.
func TestNoticesAreProved(t *testing.T) {
	changed := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(supper) }
	checks{
		"as it should be":        {supper, ""},
		"of nothing known":       {changed("of: supper", "of: dinner"), `a notice is about one of supper, and not "dinner"`},
		"another type":           {changed("at: time", "at: text"), `"at" of a supper is a time; change its type`},
		"without a name":         {changed("  answer: reply\n", ""), `a notice needs "answer"; add it`},
		"not taken":              {changed("answer: reply", "answer: said_so"), `it comes as "said_so", which this flow does not take`},
		"digits of another type": {changed("to_yes: number", "to_yes: text"), `"to_yes" is a text, and this is a number`},
		"an answer for nothing":  {changed("if: reply == 'no', then: fasts", "if: reply == 'never', then: fasts"), `answer "no" leads nowhere of its own: the flow begins with a branch`},
		"one that is guessed":    {changed("if: reply == 'yes'", "if: me.listed"), `answer "yes" leads nowhere of its own`},
		"a carrier's word":       {changed("en: I do not", "en: Cancel"), `"cancel" is a word of the phone companies' own, and cannot be an answer`},
		"read alike":             {changed("es: No ceno", "es: I eat"), `answers "yes" and "no" are both met by "i eat"`},
		"a language is missing":  {changed("{en: I eat, es: Ceno}", "{en: I eat}"), "es"},
		"a gap in a label":       {changed("en: I eat", "en: \"I eat {at}\""), "words without gaps"},
		"tells what it may not":  {changed(`about: "{at}"`, `about: "{line.name}"`), "a notice tells nothing but what its flow takes"},
		"a revealing word":       {changed("en: I eat", "en: I strike"), "strike"},
		"no room is left":        {changed("Until noon.", letterRow(150)), "leave a notice no room"},
		"too many answers": {changed("    no:", "    a: {label: a}\n    b: {label: b}\n    c: {label: c}\n    d: {label: d}\n    no:"),
			"there are 6 answers, and a notice has room for 1 to 5"},
	}.each(t)
}

// What cannot be undone is done by no answer of a notice: only the yes of a confirm does it.
func TestNoAnswerDoesWhatCannotBeUndone(t *testing.T) {
	_, err := with(t, strings.Replace(supper, "  eats:\n    say: {text: \"You eat. Not right? {to_no}\", voice: x}\n    then: end\n",
		"  eats:\n    do: count\n    with: {choice: \"1\"}\n    on: {counted: end}\n", 1))
	if err == nil || !strings.Contains(err.Error(), "count in step \"eats\" cannot be undone; only the \"yes:\" of a confirm may lead to it") {
		t.Errorf("%v", err)
	}
}

// What a notice prints, and how an answer is read.
func TestWhatANoticePrints(t *testing.T) {
	s := mustLoad(t, supper)
	for _, c := range []struct {
		lang         Lang
		first        int
		lines, after string
	}{
		{"en", 41, "41 I eat\n42 I do not", "Until noon."}, {"es", 91, "91 Ceno\n92 No ceno", "Hasta las doce."}, {"en", 0, "Send GO.", ""},
	} {
		if lines, after := s.Printed("test", c.lang, c.first, nil); lines != c.lines || after != c.after {
			t.Errorf("%s prints %q and %q", c.lang, lines, after)
		}
	}
	if q, ok := s.Question("test"); !ok || q.Of != "supper" || !slices.Equal(q.Answers, []string{"yes", "no"}) || !slices.Equal(s.Questions("supper"), []string{"test"}) {
		t.Errorf("it asks %+v", q)
	}
	for text, want := range map[string]Replied{
		"41": {41, "", true, false}, " 41. ": {41, "", true, false}, "٤١": {41, "", true, false}, "(41)": {41, "", true, false}, "41 I eat": {41, "i eat", true, false},
		"41, and two of us": {41, "and two of us", false, true}, "41 and 42": {41, "and 42", true, true}, "41 with my whole family too": {41, "with my whole family too", false, false},
	} {
		if got, ok := s.Replied(text); !ok || got != want {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
	for _, text := range []string{"", "yes", "hall 41", "4100", "I eat"} {
		if got, ok := s.Replied(text); ok {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
	if !s.LabelSaid("test", "yes", "ceno!", nil) || s.LabelSaid("test", "no", "ceno", nil) {
		t.Error("a label is not read as it was printed")
	}
}

// An answer comes between a question and its answer: that is put again, with its count of wrong ones as it was; while a flow waits, it goes on waiting.
func TestAReplyComesInBetween(t *testing.T) {
	s := mustLoad(t, supper, "ask.yaml", `starts: {en: [ASK]}
steps:
  pin:
    ask: "Your digits?"
    digits: {min: 2, max: 2}
    save: pin
    then: on
  on:
    ask: "`+letterRow(200)+`"
    number: {min: 1, max: 9}
    save: n
    then: wait
  wait:
    wait: 10m
    then: over
  over: {say: Over., then: end}
`)
	env := Env{Channel: Text, Languages: []Lang{"en"}}
	reply := s.Reply("test", "yes", "q1", 41, "", nil)
	var st State
	say := func(in Input) string {
		t.Helper()
		out, err := s.Next(st, in, env)
		if err != nil {
			t.Fatal(err)
		}
		st = out.State
		return oneText(out.Say)
	}
	text := func(words string) string { return say(Input{Kind: KindText, Text: words}) }
	text("ASK")
	if !s.OwnNumber(st, "41", env) || s.OwnNumber(st, "412", env) {
		t.Error("two digits are what is asked for, and three are not")
	}
	if got := say(reply); got != "You eat. Not right? 42\nYour digits?" {
		t.Errorf("in between: %q", got)
	}
	text("12")
	if got := say(reply); got != "You eat. Not right? 42\n"+letterRow(200) {
		t.Errorf("a long question: %q", got)
	}
	idle := reply
	idle.Idle = true
	if got := say(idle); !strings.HasSuffix(got, "Continue? 1\nStart again? 2") {
		t.Errorf("after long: %q", got)
	}
	text("1")
	text("5")
	if got := say(reply); got != "You eat. Not right? 42" || st.Flow != "ask" || st.Step != "wait" {
		t.Errorf("while it waits: %q, at %s/%s", got, st.Flow, st.Step)
	}
	if got := say(Input{Kind: KindLapse}); got != "Over." {
		t.Errorf("and then %q", got)
	}
	if say(reply); st.Flow != "" {
		t.Errorf("out of the blue it ends at %q", st.Flow)
	}
}
