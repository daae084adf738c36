package flows

import "slices"

// checkSilence finds circles of those who never answer rightly: a caller who stays silent, one who presses wrong keys, and by text
// wrong answers, or none at all.
func checkSilence(s *Set, found *findings) {
	if found.has(ruleCircle) {
		return // the same circles would be found again
	}
	for _, who := range []struct {
		channel Channel
		why     []string // of the ways that an ask is left
		told    string
	}{
		{Voice, []string{"silent", "wrong"}, "whoever stays silent on a call, or presses wrong keys, never comes to an end"},
		{Text, []string{"wrong"}, "whoever answers wrongly by text never comes to an end"},
		{Text, []string{"lapse"}, "it never ends where nobody answers"},
		{Text, []string{"wrong", "lapse"}, "whoever answers wrongly by text, and then not at all, never comes to an end"},
	} {
		known := supposed{channel: who.channel}
		findCycle(s, found, ruleSilence, who.told, func(st *step, i int, e edge) bool {
			switch {
			case e.channel != "" && e.channel != who.channel || !known.takes(st, i):
				return false
			case !e.waits || e.call:
				return true
			}
			switch st.verb.(type) {
			case *ask:
				return slices.Contains(who.why, e.why)
			case *wait:
				return e.why == "lapse"
			case *call:
				return !e.hangup
			}
			return false
		})
	}
}
