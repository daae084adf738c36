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
		list   = func(fields brings) flows.Shape { return flows.Shape{Type: flows.TypeList, Fields: fields} }
	)
	return map[string]effect{
		"file_report": {flows.Effect{ // open: more of it is to come, until end_report
			Args: takes{"what": flows.TypeSaid, "open": flows.TypeFlag}, Optional: map[string]bool{"open": true}, Private: true,
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
				// mine is "yes", "no" or "".
				"found":   brings{"meeting": text, "at": moment, "place": words(mostPlace), "place_for": text, "mine": text},
				"several": brings{"meetings": list(brings{"id": text, "at": moment, "place": words(mostPlace)})},
				"none":    nil,
			},
		}, (*playing).findMeeting},
		"rsvp": {flows.Effect{
			Args:     takes{"meeting": flows.TypeText, "answer": flows.TypeText}, // answer: "yes" or "no"
			Outcomes: comes{"saved": nil, "started": nil, "canceled": nil, "hidden": nil},
		}, (*playing).rsvp},
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
				"ready":   brings{"ballot": text, "question": words(mostQuestion), "options": list(brings{"name": words(mostOption)}), "closes": moment},
				"several": brings{"ballots": list(brings{"id": text, "title": words(mostTitle), "question": words(mostQuestion)})},
				"voted":   nil, "closed": nil, "not_on_roll": nil, "none": nil, "shared": nil, "hidden": nil,
			},
		}, (*playing).findBallot},
		"cast_vote": {flows.Effect{
			Args:        takes{"ballot": flows.TypeText, "choice": flows.TypeNumber}, // choice: from 1, in the order of the options
			Outcomes:    comes{"counted": nil, "already": nil, "closed": nil, "not_on_roll": nil, "shared": nil},
			Irrevocable: true,
		}, (*playing).castVote},
		"ring": {flows.Effect{
			Args:     takes{"tried": flows.TypeNumber},
			Outcomes: comes{"ringing": brings{"who": text}, "nobody": nil},
			Rings:    true,
		}, (*playing).ring},
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
