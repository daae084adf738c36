package flows

import "strings"

// Keys that mean the same at every ask with numbered answers.
const (
	keyStartOver = "*"
	keyRepeat    = "9"
	keyRecord    = "0"
	keyPound     = "#"
)

// hearCall answers what a caller did.
func (t *turn) hearCall(in Input) *target {
	if in.Kind == KindHangup {
		t.st.Gone = true
		if t.st.Flow == "" {
			return &target{}
		}
	}
	if st := t.step(); st == nil {
		return nil
	} else if v, ok := st.verb.(*handOver); ok {
		if in.Kind == KindHangup {
			return t.orEnd(t.way("hangup", "", v.hangup))
		}
		return v.rang(t, in)
	}
	a := t.asked()
	if a == nil {
		return nil
	}
	if in.Kind != KindKeys {
		t.st.Pound = false
	}
	_, isFree := a.question.(*free)
	switch {
	case in.Kind == KindHangup:
		return t.orEnd(t.way("hangup", "", a.hangup))
	case in.Kind == KindRecording && isFree && in.Rec != "":
		to, _ := a.question.hear(a, t, answer{rec: in.Rec})
		t.st.Gone, t.st.Told = in.HungUp, in.HungUp
		return to
	case in.Kind == KindRecording && in.HungUp:
		t.st.Gone = true
		return t.orEnd(t.way("hangup", "", a.hangup))
	case in.Kind == KindKeys:
		return t.hearKeys(a, in.Text)
	}
	return a.unanswered(t)
}

// takesDigits says whether keys are the digits of an answer.
func takesDigits(q question) bool {
	switch q.(type) {
	case *digits, *number, *when:
		return true
	}
	return false
}

// hearKeys obeys the keys that mean the same everywhere, and gives the others to the question. Where digits are asked for, 9 and 0
// are digits. A # that nobody asked for is a habit from other lines, and no answer.
func (t *turn) hearKeys(a *ask, keys string) *target {
	isDigits := takesDigits(a.question)
	_, offers := a.question.(*numbered)
	twice := t.st.Pound && keys == keyPound
	t.st.Pound = offers && keys == keyPound && !twice
	keys = strings.TrimRight(keys, keyPound)
	switch {
	case twice && t.set.dialed != nil && t.st.Flow != t.set.dialed.name:
		t.st.Wrong, t.st.Silent = 0, 0
		return t.start(t.set.dialed, nil)
	case keys == "" || keys == keyRepeat && !isDigits:
		return a.again(t)
	case keys == keyStartOver:
		if kept := t.kept(a); kept != nil { // what is worth keeping when they hang up is kept as well when they start over
			t.st.Wrong, t.st.Silent = 0, 0
			return kept
		}
		t.leave(a)
		return t.door("")
	case keys == keyRecord && !isDigits && a.last == nil:
		return a.again(t) // they are at the recording
	case keys == keyRecord && !isDigits:
		t.leave(a)
		t.phrase("nobody")
		return a.last
	}
	if to, ok := a.question.hear(a, t, answer{text: keys, folded: fold(keys)}); ok {
		return to
	}
	return a.amiss(t)
}
