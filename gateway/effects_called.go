package gateway

import (
	"hotline/flows"
	"hotline/store"
)

// calledEffects: a notice that is told by call, on a call that we placed.
func calledEffects() map[string]effect {
	is := shapes()
	return map[string]effect{
		"find_notice": {flows.Effect{
			Looks:    true,
			Outcomes: comes{"found": nil, "pin": nil, "no_pin": nil, "gone": nil},
		}, (*playing).findNotice},
		"read_notice": {flows.Effect{ // other: in which language it is, where that is not the one they hear
			// test: it rings whoever wrote it, and an answer would count
			Outcomes: comes{
				"read": brings{"words": is.words(store.LongestNotice), "other": {Type: flows.TypeText, Most: mostTongue}, "many": is.flag, "test": is.flag,
					"about": is.text, "record": is.text}, // of one that asks something: "meeting" or "ballot", and its id
				"pin": nil, "no_pin": nil, "gone": nil,
			},
		}, (*playing).readNotice},
		"never_call": {flows.Effect{Outcomes: comes{"noted": nil}}, (*playing).neverCall},
		// The PIN comes before any notice that is told by call, or not. Whoever set or keyed it in this call says so.
		"pin_first": {flows.Effect{
			Args: takes{"ask": flows.TypeFlag}, Private: true,
			Outcomes: comes{"noted": nil, "gone": nil},
		}, (*playing).pinFirst},
	}
}
