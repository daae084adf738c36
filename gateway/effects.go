package gateway

import "hotline/flows"

// vocabulary is all that flows may know and do. It is the one table to read, and to extend: a fact is answered in facts.go, an
// effect by the function of its name (see doEffect).
func vocabulary() flows.Vocabulary {
	type (
		args    = map[string]flows.Type
		brings  = map[string]flows.Shape
		results = map[string]map[string]flows.Shape
	)
	text, words, number := flows.Shape{Type: flows.TypeText}, flows.Shape{Type: flows.TypeWords}, flows.Shape{Type: flows.TypeNumber}
	moment, code, flag := flows.Shape{Type: flows.TypeTime}, flows.Shape{Type: flows.TypeCode}, flows.Shape{Type: flows.TypeFlag}
	list := func(fields map[string]flows.Type) flows.Shape {
		return flows.Shape{Type: flows.TypeList, Fields: fields}
	}
	return flows.Vocabulary{
		Facts: map[string]flows.Shape{
			"line.name":       text,   // as the group chose it: "The 0100 Line"
			"line.number":     text,   // as people dial it: "(212) 555-0100"
			"line.texts":      flag,   // texts can be answered (registration is done)
			"organizers":      number, // how many people read reports
			"me.known":        flag,   // the number was not withheld
			"me.listed":       flag,   // signed up for notices of the line's assemblies
			"me.member":       flag,   // vouched for in one of them
			"ballots.open":    number, // ballots this phone may still vote in
			"meetings.coming": number, // meetings ahead in the line's assemblies
		},
		Effects: map[string]flows.Effect{
			"file_report": {
				Args:     args{"what": flows.TypeSaid},
				Outcomes: results{"filed": brings{"code": code, "read_by": moment}},
			},
			"add_to_report": {
				Args:     args{"code": flows.TypeCode, "what": flows.TypeSaid},
				Outcomes: results{"added": nil, "gone": nil},
			},
			"erase_recording": {
				Args:     args{"what": flows.TypeSaid},
				Outcomes: results{"erased": nil},
			},
			"find_meeting": {
				Args:     args{"meeting": flows.TypeText},
				Optional: map[string]bool{"meeting": true},
				Outcomes: results{
					"found":   brings{"meeting": text, "at": moment, "place": words, "mine": text}, // mine: "yes", "no" or ""
					"several": brings{"meetings": list(map[string]flows.Type{"id": flows.TypeText, "at": flows.TypeTime, "place": flows.TypeWords})},
					"none":    nil,
				},
			},
			"rsvp": {
				Args:     args{"meeting": flows.TypeText, "answer": flows.TypeText}, // answer: "yes" or "no"
				Outcomes: results{"saved": nil, "started": nil, "canceled": nil, "hidden": nil},
			},
			"find_flyer": {
				Args:     args{"word": flows.TypeText},
				Outcomes: results{"found": brings{"flyer": text, "assembly": text, "above": text}, "unknown": nil, "too_many": nil},
			},
			"join": {
				Args:     args{"flyer": flows.TypeText},
				Outcomes: results{"joined": nil, "already": nil, "gone": nil, "hidden": nil},
			},
			"find_ballot": {
				Args:     args{"ballot": flows.TypeText},
				Optional: map[string]bool{"ballot": true},
				Outcomes: results{
					"ready":   brings{"ballot": text, "question": words, "options": list(map[string]flows.Type{"name": flows.TypeWords}), "closes": moment},
					"several": brings{"ballots": list(map[string]flows.Type{"id": flows.TypeText, "question": flows.TypeWords})},
					"voted":   nil, "closed": nil, "not_on_roll": nil, "none": nil, "shared": nil, "hidden": nil,
				},
			},
			"cast_vote": {
				Args:        args{"ballot": flows.TypeText, "choice": flows.TypeNumber}, // choice: from 1, in the order of the options
				Outcomes:    results{"counted": nil, "already": nil, "closed": nil, "not_on_roll": nil, "shared": nil},
				Irrevocable: true,
			},
		},
	}
}
