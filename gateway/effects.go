package gateway

import (
	"context"
	"io/fs"

	"hotline/flows"
	"hotline/store"
)

// effect is something that a flow may ask for: what the language needs to know of it, and the function that does it. The function
// works in the turn's transaction; what people can expect is an outcome, and an error ends the turn with nothing recorded. What was
// told in secret reaches Postgres as a keyed digest or sealed to a key that is not here, never as it is: its log may show parameters.
type effect struct {
	flows.Effect
	do func(p *playing, ctx context.Context, a args) (outcome string, brings args, err error)
}

type args = map[string]flows.Value

// effects is the one table of all that flows may ask for. To add one, write its function and its line here.
func effects() map[string]effect {
	type (
		takes  = map[string]flows.Type
		brings = map[string]flows.Shape
		comes  = map[string]map[string]flows.Shape
	)
	var (
		text   = flows.Shape{Type: flows.TypeText}
		words  = func(most int) flows.Shape { return flows.Shape{Type: flows.TypeWords, Most: most} }
		name   = flows.Shape{Type: flows.TypeText, Most: mostName}
		moment = flows.Shape{Type: flows.TypeTime}
		code   = flows.Shape{Type: flows.TypeCode, Most: mostCode}
		flag   = flows.Shape{Type: flows.TypeFlag}
		along  = flows.Shape{Type: flows.TypeNumber, Most: store.MostAlong}
		people = flows.Shape{Type: flows.TypeNumber, Most: mostCalled}
		list   = func(fields brings) flows.Shape { return flows.Shape{Type: flows.TypeList, Fields: fields} }
		paper  = brings{"ballot": text, "question": words(mostQuestion), "options": list(brings{"name": words(mostOption)}), "closes": moment}
	)
	var (
		gist     = words(mostGist)
		few      = flows.Shape{Type: flows.TypeNumber, Most: 999}
		count    = flows.Shape{Type: flows.TypeNumber, Most: 9999} // the number of a record
		answer   = brings{"number": count, "left": few, "reply": words(store.LongestReply)}
		offer    = brings{"number": count, "words": words(store.LongestProposal), "until": moment}
		proposal = brings{"number": count, "words": words(store.LongestProposal), "seconds": few, "needed": few}
	)
	return map[string]effect{
		"file_report": {flows.Effect{ // open: more of it is to come, until end_report; person: they want one to talk to
			Args: takes{"what": flows.TypeSaid, "open": flows.TypeFlag, "person": flows.TypeFlag}, Private: true,
			Optional: map[string]bool{"open": true, "person": true},
			Outcomes: comes{"filed": brings{"report": text, "code": code, "read_by": moment}},
		}, (*playing).fileReport},
		"add_to_report": {flows.Effect{ // the report, or the code that it was just given
			Args:     takes{"report": flows.TypeText, "code": flows.TypeCode, "what": flows.TypeSaid},
			Optional: map[string]bool{"report": true, "code": true}, Private: true,
			Outcomes: comes{"added": brings{"read_by": moment}, "gone": nil},
		}, (*playing).addToReport},
		"end_report": {flows.Effect{
			Args: takes{"report": flows.TypeText}, Private: true,
			Outcomes: comes{"ended": nil},
		}, (*playing).endReport},
		"answer_by_text": {flows.Effect{
			Args: takes{"report": flows.TypeText}, Private: true,
			Outcomes: comes{"agreed": nil, "hidden": nil, "elsewhere": nil}, // elsewhere: it came from another phone
		}, (*playing).answerByText},
		"use_name": {flows.Effect{
			Args: takes{"report": flows.TypeText}, Private: true,
			Outcomes: comes{"noted": nil, "gone": nil},
		}, (*playing).useName},
		"pass_over": {flows.Effect{
			Args: takes{"report": flows.TypeText}, Private: true,
			Outcomes: comes{"passed": nil, "late": nil, "nobody": nil},
		}, (*playing).passOver},
		"take_back": {flows.Effect{
			Args: takes{"report": flows.TypeText}, Private: true,
			Outcomes: comes{"erased": nil, "late": nil},
		}, (*playing).takeBack},
		"choose_digits": {flows.Effect{
			Args: takes{"report": flows.TypeText, "digits": flows.TypeCode}, Private: true,
			Outcomes: comes{"chosen": nil, "hidden": nil},
		}, (*playing).chooseDigits},
		"ask_callback": {flows.Effect{ // number: another than this phone's; hours: morning, afternoon, evening or any; other: "yes" or "no"
			Args: takes{"report": flows.TypeText, "number": flows.TypeCode, "hours": flows.TypeText, "other": flows.TypeText,
				"words": flows.TypeSaid},
			Optional: map[string]bool{"number": true, "words": true}, Private: true,
			Outcomes: comes{"noted": nil, "no_number": nil, "hidden": nil, "gone": nil},
		}, (*playing).askCallback},
		"ask_to_close": {flows.Effect{
			Args: takes{"report": flows.TypeText}, Private: true,
			Outcomes: comes{"asked": nil, "gone": nil},
		}, (*playing).askToClose},
		"come_back": {flows.Effect{
			Args: takes{"digits": flows.TypeCode}, Private: true,
			Outcomes: comes{
				// state: "new", "read" or "closed"; next: the number of the answer to tell first, 0 for none; unread: its phone was blocked.
				"found": brings{"report": text, "state": text, "read_by": moment, "read_at": moment, "next": {Type: flows.TypeNumber, Most: 999},
					"unread": {Type: flows.TypeFlag}},
				"wrong": nil, "closed": nil,
			},
		}, (*playing).comeBack},
		"read_answer": {flows.Effect{
			Args: takes{"report": flows.TypeText, "number": flows.TypeNumber}, Private: true,
			Outcomes: comes{
				"told": brings{"answer": words(mostAnswer), "at": moment, "number": {Type: flows.TypeNumber, Most: 999}, "more": {Type: flows.TypeFlag}},
				"none": nil, "by_call": nil, // by_call: it holds a word that this phone is never sent
			},
		}, (*playing).readAnswer},
		"erase_recording": {flows.Effect{
			Args:     takes{"what": flows.TypeSaid},
			Outcomes: comes{"erased": nil},
		}, (*playing).eraseRecording},
		"find_meeting": {flows.Effect{
			Args:     takes{"meeting": flows.TypeText},
			Optional: map[string]bool{"meeting": true},
			Outcomes: comes{
				// place is empty where this phone is not told it; place_for says why: "everyone", "members" or "on the day".
				// mine is "yes", "no" or "". version goes back with the answer, so that one to what has changed meanwhile is known. The
				// others are what this phone asked for.
				"found": brings{"meeting": text, "at": moment, "place": words(mostPlace), "place_for": text, "mine": text, "version": count,
					"others": along, "children": along, "ride": flag, "interpreter": flag, "other": flag},
				"several": brings{"meetings": list(brings{"id": text, "at": moment, "place": words(mostPlace)})},
				"none":    nil,
			},
		}, (*playing).findMeeting},
		"rsvp": {flows.Effect{
			Args:     takes{"meeting": flows.TypeText, "answer": flows.TypeText, "version": flows.TypeNumber}, // answer: "yes" or "no"
			Optional: map[string]bool{"version": true},
			Outcomes: comes{
				"saved": brings{"others": along, "children": along, "ride": flag, "interpreter": flag, "other": flag},
				"moved": brings{"at": moment, "place": words(mostPlace), "place_for": text, "version": count}, "started": nil, "canceled": nil, "hidden": nil,
			},
		}, (*playing).rsvp},
		"ask_for": {flows.Effect{
			// need: "ride", "interpreter", "other", "children", "others", or "nothing", which takes all of it back.
			Args:     takes{"meeting": flows.TypeText, "version": flows.TypeNumber, "need": flows.TypeText, "many": flows.TypeNumber, "what": flows.TypeSaid},
			Optional: map[string]bool{"many": true, "what": true},
			Outcomes: comes{
				"noted": brings{"others": along, "children": along, "ride": flag, "interpreter": flag, "other": flag},
				"moved": brings{"at": moment, "place": words(mostPlace), "place_for": text, "version": count}, "started": nil, "canceled": nil, "hidden": nil,
			},
		}, (*playing).askFor},
		"check_in": {flows.Effect{
			// share: of the members who have this phone, how many are there.
			Args:     takes{"code": flows.TypeCode, "share": flows.TypeNumber},
			Optional: map[string]bool{"share": true},
			Outcomes: comes{
				"counted": brings{"meeting": text}, "already": brings{"meeting": text}, "shared": nil, "early": brings{"opens": moment}, "over": nil,
				"unknown": nil, "too_many": nil, "hidden": nil,
			},
		}, (*playing).checkIn},
		"bring_along": {flows.Effect{
			Args:     takes{"meeting": flows.TypeText, "many": flows.TypeNumber},
			Outcomes: comes{"counted": nil, "gone": nil},
		}, (*playing).bringAlong},
		"find_flyer": {flows.Effect{
			Args:     takes{"word": flows.TypeText},
			Outcomes: comes{"found": brings{"flyer": text, "assembly": name, "above": {Type: flows.TypeText, Most: mostAbove}}, "unknown": nil, "too_many": nil},
		}, (*playing).findFlyer},
		"join": {flows.Effect{
			Args: takes{"flyer": flows.TypeText}, Private: true,
			Outcomes: comes{"joined": nil, "already": nil, "gone": nil, "hidden": nil},
		}, (*playing).join},
		// Whoever is listed asks for digits, and tells them to two members.
		"ask_vouching": {flows.Effect{
			Outcomes: comes{"code": brings{"code": code, "until": moment}, "member": nil, "not_listed": nil, "shared": nil, "hidden": nil},
		}, (*playing).askVouching},
		"vouch": {flows.Effect{
			Args: takes{"code": flows.TypeCode},
			Outcomes: comes{"member": nil, "one_more": nil, "already": nil, "unknown": nil, "too_many": nil, "own": nil, "not_member": nil,
				"shared": nil, "hidden": nil},
		}, (*playing).vouch},
		"find_ballot": {flows.Effect{
			Args:     takes{"ballot": flows.TypeText},
			Optional: map[string]bool{"ballot": true},
			Outcomes: comes{
				"ready": paper, "voted": paper, // voted: and may be changed until it closes
				"prove":   paper, // several people hold this phone, or it was silent for long: by PIN, on a call
				"several": brings{"ballots": list(brings{"id": text, "title": words(mostTitle), "question": words(mostQuestion)})},
				"closed":  nil, "not_on_roll": nil, "none": nil, "hidden": nil,
				"shared": nil, "unheard": nil, // as prove, and nobody of this phone has a PIN
			},
		}, (*playing).findBallot},
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
			Outcomes: comes{"none": nil, "set": nil, "locked": nil, "handed": nil, "stranger": nil, "hidden": nil},
		}, (*playing).findPin},
		"draft_pin": {flows.Effect{
			Args: takes{"pin": flows.TypeCode}, Private: true,
			Outcomes: comes{"drafted": nil, "easy": nil, "busy": nil, "gone": nil},
		}, (*playing).draftPin},
		"keep_pin": {flows.Effect{
			Args: takes{"pin": flows.TypeCode}, Private: true,
			Outcomes: comes{"kept": nil, "differs": nil, "busy": nil, "gone": nil},
		}, (*playing).keepPin},
		"ring": {flows.Effect{
			Args:     takes{"tried": flows.TypeNumber},
			Outcomes: comes{"ringing": brings{"who": text}, "nobody": nil},
			Rings:    true,
		}, (*playing).ring},
		// These are for somebody in danger (danger.go), by text but for the last.
		"call_duty": {flows.Effect{Outcomes: comes{"calling": brings{"people": people}, "nobody": nil}}, (*playing).callDuty},
		"ring_me":   {flows.Effect{Outcomes: comes{"calling": brings{"people": people}, "nobody": nil, "none": nil}}, (*playing).ringMe},
		"urgent_report": {flows.Effect{
			Args: takes{"code": flows.TypeCode}, Private: true,
			Outcomes: comes{"marked": nil, "gone": nil},
		}, (*playing).urgentReport},
		// These are for whoever is on the rota, or an organizer.
		"go_on_duty":  {flows.Effect{Outcomes: comes{"on": nil, "until": brings{"until": moment}, "stranger": nil}}, (*playing).goOnDuty},
		"go_off_duty": {flows.Effect{Outcomes: comes{"off": nil, "stranger": nil}}, (*playing).goOffDuty},
		// These are about the call that whoever texts or calls has taken in the last 12 hours.
		"note_call": {flows.Effect{
			Args:     takes{"what": flows.TypeSaid},
			Outcomes: comes{"noted": nil, "none": nil},
		}, (*playing).noteCall},
		"urgent_call": {flows.Effect{Outcomes: comes{"marked": nil, "none": nil}}, (*playing).urgentCall},
		"block_call": {flows.Effect{
			Outcomes:    comes{"blocked": brings{"until": moment}, "hidden": nil, "none": nil}, // hidden: the caller's number was withheld
			Irrevocable: true,                                                                  // by whoever does it: only an organizer can lift it
		}, (*playing).blockCall},
		// By a call that was opened to record (effect_prompts.go).
		"open_prompts": {flows.Effect{
			Args:     takes{"pin": flows.TypeCode}, // eight digits, of `hotline prompts record`
			Outcomes: comes{"opened": brings{"language": name, "left": {Type: flows.TypeNumber, Most: mostPrompts}}, "wrong": nil},
		}, (*playing).openPrompts},
		"next_prompt": {flows.Effect{
			Args:     takes{"after": flows.TypeNumber},
			Outcomes: comes{"found": brings{"number": {Type: flows.TypeNumber, Most: mostPrompts}, "language": name}, "done": nil, "closed": nil},
		}, (*playing).nextPrompt},
		"play_back": {flows.Effect{
			Args:     takes{"what": flows.TypeSaid},
			Outcomes: comes{"played": nil},
		}, (*playing).playBack},
		"keep_prompt": {flows.Effect{
			Args:     takes{"number": flows.TypeNumber, "what": flows.TypeSaid},
			Outcomes: comes{"kept": nil, "closed": nil},
		}, (*playing).keepPrompt},
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
			Outcomes: comes{"alone": nil, "one_of": nil, "shared": nil, "on_duty": nil, "organizer": nil, "nobody": nil, "hidden": nil},
		}, (*playing).wouldForget},
		"forget": {flows.Effect{
			Outcomes:    comes{"alone": nil, "one_of": nil, "shared": nil, "on_duty": nil, "organizer": nil, "nobody": nil, "hidden": nil},
			Irrevocable: true,
		}, (*playing).forget},
		"forget_stopped": {flows.Effect{ // not_yet: what would_forget says has to be done first
			Private:  true,
			Outcomes: comes{"ask": nil, "forgotten": nil, "not_yet": nil},
		}, (*playing).forgetStopped},
		"notices_again": {flows.Effect{
			Outcomes: comes{"kept": nil, "none": nil}, // none: this phone never agreed to any
		}, (*playing).noticesAgain},
		"still_me": {flows.Effect{
			Outcomes: comes{"noted": nil, "none": nil}, // none: nobody had asked
		}, (*playing).stillMe},
		"wrong_number": {flows.Effect{
			Outcomes: comes{"detached": nil, "hidden": nil},
		}, (*playing).wrongNumber},
		"post_offer": {flows.Effect{
			Args:     takes{"side": flows.TypeText, "kind": flows.TypeText, "what": flows.TypeSaid}, // side: offer, need
			Private:  true,
			Outcomes: comes{"posted": brings{"number": count, "read_by": moment}, "holds_number": nil, "too_many": nil, "not_member": nil, "hidden": nil},
		}, (*playing).postOffer},
		"find_offers": {flows.Effect{
			Args: takes{"side": flows.TypeText, "kind": flows.TypeText, "page": flows.TypeNumber}, // from 0
			Outcomes: comes{
				"found": brings{"first": text, "first_no": count, "first_gist": gist, "second": text, "second_no": count, "second_gist": gist,
					"third": text, "third_no": count, "third_gist": gist, "more": flag},
				"none": nil, "hidden": nil,
			},
		}, (*playing).findOffers},
		"find_offer": {flows.Effect{
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
			Outcomes: comes{"renewed": brings{"until": moment}, "gone": nil},
		}, (*playing).renewOffer},
		"offer_news": {flows.Effect{
			Outcomes: comes{
				// ready: want, yes, no or meet, in place of words.
				"message": brings{"number": count, "talk": text, "ready": text, "message": {Type: flows.TypeText, Most: store.LongestMessage}, "left": few},
				"shown":   brings{"number": count, "until": moment, "left": few},
				"refused": answer, "none": nil,
			},
		}, (*playing).offerNews},
		// A proposal is told to others as an organizer let it through; "words" is that.
		"propose": {flows.Effect{
			Args: takes{"what": flows.TypeSaid}, Private: true,
			Outcomes: comes{
				"proposed": brings{"proposal": text, "number": count, "read_by": moment, "alone": flag}, // alone: one member uses the phone
				"too_many": nil, "not_member": nil, "hidden": nil,
			},
		}, (*playing).propose},
		"settle_proposal": {flows.Effect{
			Args:     takes{"proposal": flows.TypeText, "named": flows.TypeFlag, "texts": flows.TypeFlag},
			Outcomes: comes{"settled": nil},
		}, (*playing).settleProposal},
		"find_proposals": {flows.Effect{
			Args: takes{"page": flows.TypeNumber}, // from 0
			Outcomes: comes{
				"found": brings{"first": text, "first_no": count, "first_gist": gist, "second": text, "second_no": count, "second_gist": gist,
					"third": text, "third_no": count, "third_gist": gist, "more": flag, "held": few},
				"none": brings{"held": few}, "hidden": nil,
			},
		}, (*playing).findProposals},
		"find_proposal": {flows.Effect{
			Args: takes{"proposal": flows.TypeText},
			Outcomes: comes{
				"open": proposal, "own": proposal, "seconded": proposal, "opened": proposal,
				"answered": brings{"number": count, "reply": words(store.LongestReply)}, "gone": nil,
			},
		}, (*playing).findProposal},
		"second_proposal": {flows.Effect{
			Args: takes{"proposal": flows.TypeText},
			Outcomes: comes{
				// shared: several members use the phone, and it counts once for all of them.
				"seconded": brings{"seconds": few, "needed": few, "shared": flag}, "enough": brings{"by": moment, "shared": flag},
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
				"shared": brings{"number": count, "left": few, "words": words(store.LongestProposal), "needed": few},
				"due":    brings{"number": count, "left": few, "by": moment}, "opened": brings{"number": count, "left": few},
				"held": answer, "answered": answer, "none": nil,
			},
		}, (*playing).proposalNews},
	}
}

// The longest that a value may be, in letters as a text counts them: what is longer is refused where it is written (in the store, or
// by the commands of organizers), or cut before a flow sees it.
const (
	mostCode     = 12
	mostLine     = store.LongestLineName
	mostName     = store.LongestName // of an assembly
	mostAbove    = store.MostAbove*(mostName+2) - 2
	mostPlace    = store.LongestPlace
	mostQuestion = store.LongestQuestion
	mostOption   = store.LongestOption
	mostTitle    = 30 // of a question in a list: its beginning
	mostAnswer   = store.LongestAnswer
	mostDialed   = 16 // a number as people dial it
	mostPrompts  = 5000
	mostRescue   = 6 // and the one for an ambulance
)

// vocabulary is all that flows may know and do. A fact is answered in facts.go.
func vocabulary() flows.Vocabulary {
	v := flows.Vocabulary{
		Facts: map[string]flows.Shape{
			"line.name":       {Type: flows.TypeText, Most: mostLine},   // as the group chose it: "The 0100 Line"
			"line.number":     {Type: flows.TypeText, Most: mostDialed}, // as people dial it: "(212) 555-0100"
			"line.texts":      {Type: flows.TypeFlag},                   // texts can be answered (registration is done)
			"organizers":      {Type: flows.TypeNumber, Most: 999},      // how many people read reports
			"me.known":        {Type: flows.TypeFlag},                   // the number was not withheld
			"me.listed":       {Type: flows.TypeFlag},                   // signed up for notices of the line's assemblies
			"me.member":       {Type: flows.TypeFlag},                   // vouched for in one of them
			"ballots.open":    {Type: flows.TypeNumber},                 // ballots this phone may still vote in
			"meetings.coming": {Type: flows.TypeNumber},                 // meetings ahead in the line's assemblies
			"duty.on":         {Type: flows.TypeFlag},                   // somebody may be rung now who speaks the language; while none is chosen, any
			"duty.until":      {Type: flows.TypeTime},                   // when that changes, as far as is known; not given: it does not
			"duty.took":       {Type: flows.TypeFlag},                   // this phone took a call in the last 12 hours
			"ballots.voted":   {Type: flows.TypeNumber},                 // open ballots in which this phone has voted, and may change it
			"meetings.now":    {Type: flows.TypeNumber},                 // meetings at whose door a code is shown that counts now
			"me.quiet":        {Type: flows.TypeFlag},                   // this phone, or its group, is sent none of the revealing words
			"keeps.number":    {Type: flows.TypeNumber, Most: 3660},     // days after its last word that the number of a phone is kept which only reported
			"keeps.words":     {Type: flows.TypeNumber, Most: 3660},     // days that the words of a report are kept; 0: nobody can say, since a hold stands
			"keeps.weeks":     {Type: flows.TypeNumber, Most: 523},      // the same in weeks, and the last one whole

			"duty.mine":      {Type: flows.TypeFlag},                   // this phone is on the rota, or an organizer's: it may put itself on duty
			"line.emergency": {Type: flows.TypeCode, Most: mostRescue}, // what people dial for an ambulance or the police: "911"
			"news.waiting":   {Type: flows.TypeNumber, Most: 999},      // what became of what this phone sent here, and it has not heard

			"care.readers":     {Type: flows.TypeNumber, Most: 9},  // who reads what is about somebody in the group, outside it
			"answers.waiting":  {Type: flows.TypeNumber, Most: 99}, // answers that this phone may be told of, and has not been
			"me.blocked_until": {Type: flows.TypeTime},             // until then organizers do not see what it reports; not given: they do
		},
		Effects: map[string]flows.Effect{},
	}
	for name, e := range effects() {
		v.Effects[name] = e.Effect
	}
	return v
}

// Vocabulary is all that flows may know and do here, for whoever reads flows that LoadFlows would refuse.
func Vocabulary() flows.Vocabulary { return vocabulary() }

// LoadFlows reads a folder of flows for this program. Its error is findings, each with its place in a file.
func LoadFlows(fsys fs.FS) (*flows.Set, error) { return flows.Load(fsys, vocabulary()) }
