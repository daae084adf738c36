package gateway

import (
	"maps"

	"hotline/flows"
)

// votesEffects: ballots, and the PIN by which somebody proves who they are.
func votesEffects() map[string]effect {
	is := shapes()
	paper := brings{"ballot": is.text, "question": is.words(mostQuestion), "options": is.list(brings{"name": is.words(mostOption)}), "closes": is.moment}
	picked := maps.Clone(paper)
	picked["pick"] = flows.Shape{Type: flows.TypeItem, Fields: brings{"name": is.words(mostOption), "number": {Type: flows.TypeNumber, Most: mostChoices}}}
	return map[string]effect{
		"find_ballot": {flows.Effect{
			Looks:    true,
			Args:     takes{"ballot": flows.TypeText},
			Optional: map[string]bool{"ballot": true},
			Outcomes: comes{
				"ready": paper, "voted": paper, // voted: and may be changed until it closes
				"prove":   paper, // several people hold this phone, or it was silent for long, or who calls has a PIN: by PIN, on a call
				"stands":  nil,   // voted, and a call without a PIN cannot change it
				"several": brings{"ballots": is.list(brings{"id": is.text, "title": is.words(mostTitle), "question": is.words(mostQuestion)})},
				"closed":  nil, "not_on_roll": nil, "none": nil, "hidden": nil,
				"shared": nil, "unheard": nil, // as prove, and nobody of this phone has a PIN
				"by_call": nil, // it has a word that this phone is never sent
			},
		}, (*playing).findBallot},
		"find_option": {flows.Effect{ // chosen by the digits of a notice: choice is its number, option what was printed
			Looks: true,
			Args:  takes{"ballot": flows.TypeText, "choice": flows.TypeNumber, "option": flows.TypeWords},
			Outcomes: comes{
				"picked": picked, "changes": picked, // changes: they have voted, and which option stands is told to nobody who only holds the phone
				"gone":   nil,                                                                                                              // that number means another option, or none
				"closed": nil, "not_on_roll": nil, "none": nil, "hidden": nil, "prove": nil, "shared": nil, "unheard": nil, "by_call": nil, // as of find_ballot
			},
		}, (*playing).findOption},
		"cast_vote": {flows.Effect{
			// choice: from 1, in the order of the options; changes: they have voted, and want this in its place
			Args:        takes{"ballot": flows.TypeText, "choice": flows.TypeNumber, "changes": flows.TypeFlag},
			Optional:    map[string]bool{"changes": true},
			Outcomes:    comes{"counted": nil, "changed": nil, "already": nil, "closed": nil, "not_on_roll": nil, "shared": nil, "unheard": nil},
			Irrevocable: true,
		}, (*playing).castVote},
		// What follows takes a PIN, on calls alone: a text with one stays on the phone, and at the carrier.
		"prove": {flows.Effect{
			Args: takes{"pin": flows.TypeCode, "ballot": flows.TypeText}, Private: true,
			Optional: map[string]bool{"ballot": true},
			Outcomes: comes{"right": nil, "voted": nil, "not_on_roll": nil, "wrong": nil, "locked": nil, "none": nil, "busy": nil, "hidden": nil},
		}, (*playing).prove},
		"find_pin": {flows.Effect{
			Looks:    true,
			Outcomes: comes{"none": nil, "set": nil, "locked": nil, "handed": nil, "stranger": nil, "hidden": nil},
		}, (*playing).findPin},
		"ask_pin_code": {flows.Effect{ // by text: the digits that show, on a call, that its caller has this phone
			Private:  true,
			Outcomes: comes{"code": brings{"code": is.code}},
		}, (*playing).askPinCode},
		"try_pin_code": {flows.Effect{
			Args: takes{"code": flows.TypeCode}, Private: true,
			Outcomes: comes{"right": nil, "wrong": nil},
		}, (*playing).tryPinCode},
		"draft_pin": {flows.Effect{
			Args: takes{"pin": flows.TypeCode}, Private: true,
			Outcomes: comes{"drafted": nil, "easy": nil, "busy": nil, "gone": nil},
		}, (*playing).draftPin},
		"keep_pin": {flows.Effect{
			Args: takes{"pin": flows.TypeCode}, Private: true,
			Outcomes: comes{"kept": nil, "differs": nil, "busy": nil, "gone": nil},
		}, (*playing).keepPin},
	}
}
