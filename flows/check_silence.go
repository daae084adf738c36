package flows

// checkSilence finds circles of those who never answer rightly: a caller who stays silent, one who presses wrong keys, and by text
// wrong answers, or none at all.
func checkSilence(s *Set, found *findings) {
	if found.has(ruleCircle) {
		return // the same circles would be found again
	}
	for _, who := range []struct {
		channel Channel
		why     string // of the ways that an ask is left
		told    string
	}{
		{Voice, "silent", "whoever stays silent on a call never comes to an end"},
		{Voice, "wrong", "whoever presses wrong keys never comes to an end"},
		{Text, "wrong", "whoever answers wrongly by text never comes to an end"},
		{Text, "lapse", "it never ends where nobody answers"},
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
				return e.why == who.why
			case *wait:
				return e.why == "lapse"
			case *call:
				return !e.hangup
			}
			return false
		})
	}
}
