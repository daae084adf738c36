package gateway

import "hotline/flows"

// reportsEffects: what workers tell: a report, what they wish about it, and the way back.
func reportsEffects() map[string]effect {
	is := shapes()
	return map[string]effect{
		"file_report": {flows.Effect{ // open: more of it is to come, until end_report; person: they want one to talk to
			Args: takes{"what": flows.TypeSaid, "open": flows.TypeFlag, "person": flows.TypeFlag}, Private: true,
			Optional: map[string]bool{"open": true, "person": true},
			Outcomes: comes{"filed": brings{"report": is.text, "code": is.code, "read_by": is.moment}},
		}, (*playing).fileReport},
		"set_aside": {flows.Effect{ // what was told in answer to a question that could not take it
			Args: takes{"what": flows.TypeSaid}, Private: true,
			Outcomes: comes{"filed": brings{"report": is.text, "code": is.code, "read_by": is.moment}, "added": nil},
		}, (*playing).setAside},
		"add_to_report": {flows.Effect{ // the report, or the code that it was just given
			Args:     takes{"report": flows.TypeText, "code": flows.TypeCode, "what": flows.TypeSaid},
			Optional: map[string]bool{"report": true, "code": true}, Private: true,
			Outcomes: comes{"added": brings{"read_by": is.moment}, "gone": nil},
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
		"reply_to_answer": {flows.Effect{ // this report replies to the answer last texted to this phone
			Args: takes{"report": flows.TypeText}, Private: true,
			Outcomes: comes{"noted": nil, "none": nil},
		}, (*playing).replyToAnswer},
		"pass_over": {flows.Effect{
			Args: takes{"report": flows.TypeText}, Private: true,
			Outcomes: comes{"passed": nil, "late": nil, "nobody": nil},
		}, (*playing).passOver},
		"take_back": {flows.Effect{
			Args: takes{"report": flows.TypeText}, Private: true,
			Outcomes:    comes{"erased": nil, "late": nil},
			Irrevocable: true,
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
		"find_number": {flows.Effect{ // unclear: none that can be called, or several; words: somebody goes on telling
			Args: takes{"report": flows.TypeText, "what": flows.TypeSaid}, Private: true,
			Outcomes: comes{"found": brings{"number": is.code}, "unclear": nil, "words": nil},
		}, (*playing).findNumber},
		"ask_to_close": {flows.Effect{
			Args: takes{"report": flows.TypeText}, Private: true,
			Outcomes: comes{"asked": nil, "gone": nil},
		}, (*playing).askToClose},
		"come_back": {flows.Effect{
			Args: takes{"digits": flows.TypeCode}, Private: true,
			Outcomes: comes{
				// state: "new", "read" or "closed"; next: the number of the answer to tell first, 0 for none; unread: its phone was blocked.
				"found": brings{"report": is.text, "state": is.text, "read_by": is.moment, "read_at": is.moment, "next": is.few,
					"unread": is.flag},
				"wrong": nil, "closed": nil, "later": nil, // closed: too many wrong fours; later: too many wrong twelves, in this hour
			},
		}, (*playing).comeBack},
		"read_answer": {flows.Effect{
			Args: takes{"report": flows.TypeText, "number": flows.TypeNumber}, Private: true,
			Outcomes: comes{
				"told": brings{"answer": is.words(mostAnswer), "at": is.moment, "number": is.few, "more": is.flag},
				"none": nil, "by_call": nil, // by_call: it holds a word that this phone is never sent
			},
		}, (*playing).readAnswer},
		"erase_recording": {flows.Effect{
			Args:     takes{"what": flows.TypeSaid},
			Outcomes: comes{"erased": nil},
		}, (*playing).eraseRecording},
	}
}
