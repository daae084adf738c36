package gateway

import (
	"hotline/flows"
	"hotline/store"
)

// proposalsEffects: what members propose.
func proposalsEffects() map[string]effect {
	is := shapes()
	var (
		answer   = brings{"number": is.count, "left": is.few, "reply": is.words(store.LongestReply)}
		proposal = brings{"number": is.count, "words": is.words(store.LongestProposal), "seconds": is.few, "needed": is.few}
	)
	return map[string]effect{
		// A proposal is told to others as an organizer let it through; "words" is that.
		"propose": {flows.Effect{
			Args: takes{"what": flows.TypeSaid}, Private: true,
			Outcomes: comes{
				"proposed": brings{"proposal": is.text, "number": is.count, "read_by": is.moment, "alone": is.flag}, // alone: one member uses the phone
				"too_many": nil, "not_member": nil, "hidden": nil,
			},
		}, (*playing).propose},
		"settle_proposal": {flows.Effect{
			Args:     takes{"proposal": flows.TypeText, "named": flows.TypeFlag, "texts": flows.TypeFlag},
			Outcomes: comes{"settled": nil},
		}, (*playing).settleProposal},
		"find_proposals": {flows.Effect{
			Looks: true,
			Args:  takes{"page": flows.TypeNumber}, // from 0
			Outcomes: comes{
				"found": brings{"first": is.text, "first_no": is.count, "first_gist": is.words(mostGist), "second": is.text, "second_no": is.count, "second_gist": is.words(mostGist),
					"third": is.text, "third_no": is.count, "third_gist": is.words(mostGist), "more": is.flag, "held": is.few},
				"none": brings{"held": is.few}, "hidden": nil,
			},
		}, (*playing).findProposals},
		"find_proposal": {flows.Effect{
			Looks: true,
			Args:  takes{"proposal": flows.TypeText},
			Outcomes: comes{
				"open": proposal, "own": proposal, "seconded": proposal, "opened": proposal,
				"answered": brings{"number": is.count, "reply": is.words(store.LongestReply)}, "gone": nil,
			},
		}, (*playing).findProposal},
		"second_proposal": {flows.Effect{
			Args: takes{"proposal": flows.TypeText},
			Outcomes: comes{
				// shared: several members use the phone, and it counts once for all of them.
				"seconded": brings{"seconds": is.few, "needed": is.few, "shared": is.flag}, "enough": brings{"by": is.moment, "shared": is.flag},
				"already": nil, "own": nil, "gone": nil,
			},
		}, (*playing).secondProposal},
		"withdraw_proposal": {flows.Effect{
			Args:     takes{"proposal": flows.TypeText},
			Outcomes: comes{"withdrawn": nil, "too_late": nil}, Irrevocable: true,
		}, (*playing).withdrawProposal},
		"proposal_news": {flows.Effect{
			Outcomes: comes{
				// left: how much news there is besides.
				"shared": brings{"number": is.count, "left": is.few, "words": is.words(store.LongestProposal), "needed": is.few},
				"due":    brings{"number": is.count, "left": is.few, "by": is.moment}, "opened": brings{"number": is.count, "left": is.few},
				"held": answer, "answered": answer, "none": nil,
			},
		}, (*playing).proposalNews},
	}
}
