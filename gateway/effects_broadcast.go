package gateway

import (
	"hotline/flows"
	"hotline/store"
)

// mostAnswers is as long as the answers are that a notice prints.
const mostAnswers = 100

// mostRecorded is as long as the names of the languages are in which a notice is recorded, of those that a line may have.
const mostRecorded = 120

// broadcastsEffects: the approval of one message for many.
func broadcastsEffects() map[string]effect {
	is := shapes()
	return map[string]effect{
		"find_broadcast": {flows.Effect{ // page: which of its languages, from 0
			Looks: true,
			Args:  takes{"code": flows.TypeCode, "page": flows.TypeNumber},
			Outcomes: comes{
				"found": brings{"number": is.count, "author": is.name, "language": is.name, "words": is.words(store.LongestNotice), "more": is.flag,
					"follows": is.flag, "answers": {Type: flows.TypeText, Most: mostAnswers}, "phones": {Type: flows.TypeNumber, Most: 9_999_999},
					"speaker": is.name, "recorded": {Type: flows.TypeText, Most: mostRecorded}, // who recorded these words; by text: in which languages there are recordings
					"sort":  is.text, // "notice", "alert" or "wording"
					"calls": {Type: flows.TypeNumber, Most: 9_999_999}, "dollars": {Type: flows.TypeNumber, Most: 99_999}, "starts": is.moment, "until": is.moment,
					"unvoted": is.flag}, // to who has not voted: of phones it is told how few it may be, of dollars how many
				"wrong": nil, "changed": nil, "already": nil,
			},
		}, (*playing).findBroadcast},
		"approve_broadcast": {flows.Effect{
			Args: takes{"code": flows.TypeCode},
			Outcomes: comes{"approved": brings{"number": is.count, "starts": is.moment}, "kept": brings{"number": is.count}, // a wording
				"wrong": nil, "changed": nil, "already": nil}, Irrevocable: true,
		}, (*playing).approveBroadcast},
	}
}
