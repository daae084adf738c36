package gateway

import "hotline/flows"

// dutyEffects: danger, and those on duty.
func dutyEffects() map[string]effect {
	is := shapes()
	return map[string]effect{
		"ring": {flows.Effect{
			Args: takes{"tried": flows.TypeNumber, "speaks": flows.TypeText}, Optional: map[string]bool{"speaks": true},
			Outcomes: comes{"ringing": brings{"who": is.text}, "nobody": nil},
			Rings:    true,
		}, (*playing).ring},
		// These are for somebody in danger (danger.go), by text but for the last.
		"call_duty": {flows.Effect{
			Args: takes{"speaks": flows.TypeText}, Optional: map[string]bool{"speaks": true}, // a language where it is not theirs
			Outcomes: comes{"calling": brings{"people": is.people}, "nobody": nil},
		}, (*playing).callDuty},
		"other_duty": {flows.Effect{
			Outcomes: comes{"speaks": brings{"languages": {
				Type: flows.TypeList, Most: mostTongues, Fields: brings{"id": is.text, "name": {Type: flows.TypeText, Most: mostTongue}},
			}}, "none": nil},
			Looks: true,
		}, (*playing).otherDuty},
		"ring_me": {flows.Effect{Outcomes: comes{"calling": brings{"people": is.people}, "nobody": nil, "none": nil}}, (*playing).ringMe},
		"urgent_report": {flows.Effect{
			Args: takes{"code": flows.TypeCode}, Private: true,
			Outcomes: comes{"marked": nil, "gone": nil},
		}, (*playing).urgentReport},
		// These are for whoever is on the rota, or an organizer.
		"go_on_duty":  {flows.Effect{Outcomes: comes{"on": nil, "until": brings{"until": is.moment}, "stranger": nil}}, (*playing).goOnDuty},
		"go_off_duty": {flows.Effect{Outcomes: comes{"off": nil, "stranger": nil}}, (*playing).goOffDuty},
		// These are about the call that whoever texts or calls has taken in the last 12 hours.
		"note_call": {flows.Effect{
			Args:     takes{"what": flows.TypeSaid},
			Outcomes: comes{"noted": nil, "none": nil},
		}, (*playing).noteCall},
		"urgent_call": {flows.Effect{Outcomes: comes{"marked": nil, "none": nil}}, (*playing).urgentCall},
		"block_call": {flows.Effect{
			Outcomes:    comes{"blocked": brings{"until": is.moment}, "hidden": nil, "none": nil}, // hidden: the caller's number was withheld
			Irrevocable: true,                                                                     // by whoever does it: only an organizer can lift it
		}, (*playing).blockCall},
	}
}
