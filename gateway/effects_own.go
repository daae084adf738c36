package gateway

import "hotline/flows"

// ownEffects: how whoever texts or calls wants to be written to, and not to be known any more.
func ownEffects() map[string]effect {
	return map[string]effect{
		// How whoever texts or calls wants to be written to, from now on (effect_own.go). hidden: the number was withheld.
		"set_quiet": {flows.Effect{
			Args:     takes{"quiet": flows.TypeFlag},
			Outcomes: comes{"kept": nil, "group": nil, "hidden": nil}, // group: it stays quiet with its assembly
		}, (*playing).setQuiet},
		"set_hours": {flows.Effect{
			Args:     takes{"which": flows.TypeText, "from": flows.TypeTime, "until": flows.TypeTime}, // which: "usual", "nights" or "own"
			Optional: map[string]bool{"from": true, "until": true},
			Outcomes: comes{"kept": nil, "empty": nil, "hidden": nil},
		}, (*playing).setHours},
		"would_forget": {flows.Effect{
			Looks:    true,
			Outcomes: comes{"alone": nil, "one_of": nil, "shared": nil, "on_duty": nil, "organizer": nil, "nobody": nil, "hidden": nil},
		}, (*playing).wouldForget},
		"forget": {flows.Effect{
			Outcomes: comes{"alone": nil, "one_of": nil, "shared": nil, "on_duty": nil, "organizer": nil, "nobody": nil, "hidden": nil,
				"unproved": nil}, // a call, and its caller has not keyed their PIN
			Irrevocable: true,
		}, (*playing).forget},
		"forget_stopped": {flows.Effect{ // not_yet: what would_forget says has to be done first
			Private:  true,
			Outcomes: comes{"ask": nil, "forgotten": nil, "not_yet": nil},
		}, (*playing).forgetStopped},
		"notices_again": {flows.Effect{
			Outcomes: comes{"kept": nil, "none": nil, "stopped": nil}, // none: this phone never agreed to any
		}, (*playing).noticesAgain},
		"texts_now": {flows.Effect{ // held: its own last word on notices is no
			Looks:    true,
			Outcomes: comes{"held": nil, "open": nil, "stopped": nil, "hidden": nil},
		}, (*playing).textsNow},
		"choose_texts": {flows.Effect{
			Args:     takes{"which": flows.TypeText}, // "none", "answers", "before" or "no_calls"
			Outcomes: comes{"kept": nil, "hidden": nil},
		}, (*playing).chooseTexts},
		"still_me": {flows.Effect{
			Outcomes: comes{"noted": nil, "none": nil}, // none: nobody had asked
		}, (*playing).stillMe},
		"would_detach": {flows.Effect{ // and holds notices back until it is confirmed
			Outcomes: comes{"ask": nil, "on_duty": nil, "organizer": nil, "hidden": nil, "unproved": nil},
		}, (*playing).wouldDetach},
		"wrong_number": {flows.Effect{
			Outcomes:    comes{"detached": nil, "on_duty": nil, "organizer": nil, "hidden": nil, "unproved": nil},
			Irrevocable: true,
		}, (*playing).wrongNumber},
		// A call shows whatever number its caller wants (effect_proof.go).
		"find_proof": {flows.Effect{
			Looks:    true,
			Outcomes: comes{proofEnough: nil, proofPin: nil, proofNone: nil},
		}, (*playing).findProof},
	}
}
