package gateway

import "hotline/flows"

// membersEffects: signing up by a flyer, and becoming a member.
func membersEffects() map[string]effect {
	is := shapes()
	return map[string]effect{
		"find_flyer": {flows.Effect{
			Looks:    true,
			Args:     takes{"word": flows.TypeText},
			Outcomes: comes{"found": brings{"flyer": is.text, "assembly": is.name, "above": {Type: flows.TypeText, Most: mostAbove}}, "unknown": nil, "too_many": nil},
		}, (*playing).findFlyer},
		"join": {flows.Effect{
			Args: takes{"flyer": flows.TypeText}, Private: true,
			Outcomes: comes{"joined": nil, "already": nil, "gone": nil, "hidden": nil},
		}, (*playing).join},
		// Whoever is listed asks for digits, and tells them to two members.
		"ask_vouching": {flows.Effect{
			Outcomes: comes{"code": brings{"code": is.code, "until": is.moment}, "member": nil, "not_listed": nil, "shared": nil, "hidden": nil},
		}, (*playing).askVouching},
		"vouch": {flows.Effect{
			Args: takes{"code": flows.TypeCode},
			Outcomes: comes{"member": nil, "one_more": nil, "already": nil, "unknown": nil, "too_many": nil, "own": nil, "not_member": nil,
				"shared": nil, "hidden": nil, "unproved": nil}, // unproved: a call, and its caller has not keyed their PIN
		}, (*playing).vouch},
	}
}
