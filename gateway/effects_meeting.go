package gateway

import "hotline/flows"

// meetingsEffects: meetings: who comes, what they need, and who is there.
func meetingsEffects() map[string]effect {
	is := shapes()
	return map[string]effect{
		"find_meeting": {flows.Effect{
			Looks:    true,
			Args:     takes{"meeting": flows.TypeText},
			Optional: map[string]bool{"meeting": true},
			Outcomes: comes{
				// place is empty where this phone is not told it; place_for says why: "everyone", "members" or "on the day".
				// mine is "yes", "no" or "". version goes back with the answer, so that one to what has changed meanwhile is known. The
				// others are what this phone asked for.
				"found": brings{"meeting": is.text, "at": is.moment, "place": is.words(mostPlace), "place_for": is.text, "mine": is.text, "version": is.count,
					"others": is.along, "children": is.along, "ride": is.flag, "interpreter": is.flag, "other": is.flag},
				"several":  brings{"meetings": is.list(brings{"id": is.text, "at": is.moment, "place": is.words(mostPlace)})},
				"none":     nil,
				"canceled": brings{"at": is.moment}, // this phone had said yes to one, and no other is ahead
			},
		}, (*playing).findMeeting},
		"rsvp": {flows.Effect{
			Args:     takes{"meeting": flows.TypeText, "answer": flows.TypeText, "version": flows.TypeNumber}, // answer: "yes" or "no"
			Optional: map[string]bool{"version": true},
			Outcomes: comes{
				"saved": brings{"others": is.along, "children": is.along, "ride": is.flag, "interpreter": is.flag, "other": is.flag},
				"moved": brings{"at": is.moment, "place": is.words(mostPlace), "place_for": is.text, "version": is.count}, "started": nil, "canceled": nil, "hidden": nil,
			},
		}, (*playing).rsvp},
		"ask_for": {flows.Effect{
			// need: "ride", "interpreter", "other", "children", "others", or "nothing", which takes all of it back.
			Args:     takes{"meeting": flows.TypeText, "version": flows.TypeNumber, "need": flows.TypeText, "many": flows.TypeNumber, "what": flows.TypeSaid},
			Optional: map[string]bool{"many": true, "what": true},
			Outcomes: comes{
				"noted": brings{"others": is.along, "children": is.along, "ride": is.flag, "interpreter": is.flag, "other": is.flag},
				"moved": brings{"at": is.moment, "place": is.words(mostPlace), "place_for": is.text, "version": is.count}, "started": nil, "canceled": nil, "hidden": nil,
			},
		}, (*playing).askFor},
		"check_in": {flows.Effect{
			// share: of the members who have this phone, how many are there.
			Args:     takes{"code": flows.TypeCode, "share": flows.TypeNumber},
			Optional: map[string]bool{"share": true},
			Outcomes: comes{
				"counted": brings{"meeting": is.text}, "already": brings{"meeting": is.text}, "shared": nil, "early": brings{"opens": is.moment}, "over": nil,
				"unknown": nil, "too_many": nil, "hidden": nil,
			},
		}, (*playing).checkIn},
		"bring_along": {flows.Effect{
			Args:     takes{"meeting": flows.TypeText, "many": flows.TypeNumber},
			Outcomes: comes{"counted": nil, "gone": nil},
		}, (*playing).bringAlong},
	}
}
