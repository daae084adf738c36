package gateway

import (
	"hotline/flows"
	"hotline/store"
)

// offersEffects: what members offer and need.
func offersEffects() map[string]effect {
	is := shapes()
	var (
		answer = brings{"number": is.count, "left": is.few, "reply": is.words(store.LongestReply)}
		offer  = brings{"number": is.count, "words": is.words(store.LongestProposal), "until": is.moment}
	)
	return map[string]effect{
		"post_offer": {flows.Effect{
			Args:     takes{"side": flows.TypeText, "kind": flows.TypeText, "what": flows.TypeSaid}, // side: offer, need
			Private:  true,
			Outcomes: comes{"posted": brings{"number": is.count, "read_by": is.moment}, "holds_number": nil, "too_many": nil, "not_member": nil, "hidden": nil},
		}, (*playing).postOffer},
		"find_offers": {flows.Effect{
			Looks: true,
			Args:  takes{"side": flows.TypeText, "kind": flows.TypeText, "page": flows.TypeNumber}, // from 0
			Outcomes: comes{
				"found": brings{"first": is.text, "first_no": is.count, "first_gist": is.words(mostGist), "second": is.text, "second_no": is.count, "second_gist": is.words(mostGist),
					"third": is.text, "third_no": is.count, "third_gist": is.words(mostGist), "more": is.flag},
				"none": nil, "hidden": nil,
			},
		}, (*playing).findOffers},
		"find_offer": {flows.Effect{
			Looks:    true,
			Args:     takes{"offer": flows.TypeText},
			Outcomes: comes{"open": offer, "own": offer, "gone": nil},
		}, (*playing).findOffer},
		"answer_offer": {flows.Effect{
			Args:     takes{"offer": flows.TypeText, "talk": flows.TypeText, "ready": flows.TypeText, "words": flows.TypeText}, // an offer or a talk; ready or words
			Optional: map[string]bool{"offer": true, "talk": true, "ready": true, "words": true},
			Outcomes: comes{"sent": nil, "own": nil, "gone": nil, "too_many": nil, "too_long": nil, "holds_number": nil},
		}, (*playing).answerOffer},
		"end_offer_talk": {flows.Effect{
			Args:     takes{"talk": flows.TypeText, "report": flows.TypeFlag},
			Outcomes: comes{"ended": nil, "gone": nil},
		}, (*playing).endOfferTalk},
		"take_back_offer": {flows.Effect{
			Args:     takes{"offer": flows.TypeText},
			Outcomes: comes{"over": nil, "gone": nil}, Irrevocable: true,
		}, (*playing).takeBackOffer},
		"renew_offer": {flows.Effect{
			Args:     takes{"offer": flows.TypeText},
			Outcomes: comes{"renewed": brings{"until": is.moment}, "gone": nil},
		}, (*playing).renewOffer},
		"offer_news": {flows.Effect{
			Outcomes: comes{
				// ready: want, yes, no or meet, in place of words.
				"message": brings{"number": is.count, "talk": is.text, "ready": is.text, "message": {Type: flows.TypeText, Most: store.LongestMessage}, "left": is.few},
				"shown":   brings{"number": is.count, "until": is.moment, "left": is.few},
				"refused": answer, "none": nil,
			},
		}, (*playing).offerNews},
	}
}
