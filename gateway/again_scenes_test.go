package gateway

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

// scene comes to effects, each with an outcome. play makes a house, lets the carrier bring everything again from there on, and goes on.
type scene struct {
	reaches []string
	play    func(t *testing.T, from func(*house) *carrierAgain)
}

// scenes are all there is of what can be done, in stories.
func scenes() map[string]scene {
	all := map[string]scene{}
	for _, some := range []map[string]scene{reportScenes(), dangerScenes(), memberScenes(), meetingScenes(), voteScenes(), ownScenes(), otherScenes()} {
		for name, s := range some {
			all[name] = s
		}
	}
	return all
}

func reportScenes() map[string]scene {
	story := "the lift in hall B is broken"
	return map[string]scene{
		"a reply to an answer": {[]string{"reply_to_answer noted"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(newHouse(t, houseOptions{}))
			c.english(ana)
			c.tells(ana, story, "1", "1")
			c.textsAnswer(ana, "The lift is mended. Is it well now?")
			c.pass(time.Hour)
			c.text(ana, "no, it fell again this morning")
			c.pick(ana, "It answers your text")
		}},
		"a report": {[]string{"file_report filed", "add_to_report added", "end_report ended", "answer_by_text agreed"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(newHouse(t, houseOptions{}))
			c.english(ana)
			c.text(ana, story)
			c.text(ana, "and two of us were hurt by it")
			c.text(ana, "since Monday, and nobody came")
			c.text(ana, "1")
			c.pick(ana, "Text me")
		}},
		"told instead of an answer": {[]string{"set_aside filed", "set_aside added"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(newHouse(t, houseOptions{}))
			c.openBallot(time.Time{})
			c.english(ana)
			c.text(ana, "VOTE")
			c.text(ana, "the lift in hall B fell down")
			c.text(ana, "and two of us were hurt")
		}},
		"another number": {[]string{"find_number words", "find_number unclear", "find_number found"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(newHouse(t, houseOptions{}))
			c.english(ana)
			c.text(ana, story)
			c.text(ana, "2")
			c.pick(ana, "Call me back")
			c.pick(ana, "Another number")
			c.text(ana, "after six please, not before that")
			c.text(ana, "212 555 0142 or 212 555 0143")
			c.text(ana, "it is (212) 555-0142")
		}},
		"what is wished": {[]string{"choose_digits chosen", "pass_over passed", "use_name noted", "ask_callback noted"}, func(t *testing.T, from func(*house) *carrierAgain) {
			h := newHouse(t, houseOptions{})
			h.above("Rosa", "Tom")
			c := from(h)
			c.english(ana)
			c.text(ana, story)
			c.text(ana, "2")
			c.pick(ana, "Four digits")
			c.text(ana, "4711")
			c.pick(ana, "It is about someone")
			c.pick(ana, "You may use my name")
			c.pick(ana, "Call me back")
			c.pick(ana, "This phone")
			c.pick(ana, "In the evening")
			c.pick(ana, "Hang up")
		}},
		"taken back": {[]string{"take_back erased"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(newHouse(t, houseOptions{}))
			c.english(ana)
			c.text(ana, story)
			c.text(ana, "2")
			c.pick(ana, "It is about someone")
			c.pick(ana, "Erase it all")
			c.pick(ana, "Erase it all")
		}},
		"the way back": {[]string{"come_back found", "read_answer told", "ask_to_close asked"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(newHouse(t, houseOptions{}))
			c.english(ana)
			c.tells(ana, story, "2", "2", "4711", "1", "MENU")
			c.pass(time.Hour)
			c.answer("The lift is mended.")
			c.text(ana, "STATUS")
			c.text(ana, "4711")
			c.pick(ana, "Close it")
		}},
		"guesses": {[]string{"come_back wrong", "come_back closed"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(newHouse(t, houseOptions{}))
			c.english(ana)
			c.tells(ana, story, "2", "2", "4711", "MENU")
			c.text(ana, "STATUS")
			for _, wrong := range []string{"1000", "1001", "1002", "1003", "1004", "4711"} { // each repeated, and counted once
				c.text(ana, wrong)
			}
		}},
		"a recording": {[]string{"erase_recording erased", "file_report filed", "end_report ended"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(newHouse(t, houseOptions{}))
			for _, key := range []string{"3", "1"} { // erase, keep
				call := c.call(ana)
				call.press("1")
				call.press("1")
				call.record()
				call.press(key)
				call.press("1") // English was spoken
				call.hangUp()
			}
		}},
	}
}

func dangerScenes() map[string]scene {
	return map[string]scene{
		"a call in danger": {[]string{"ring ringing", "ring nobody", "note_call noted", "urgent_call marked", "block_call blocked"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(dangerHouse(t))
			c.onDuty("Ben", ben, "en")
			c.english(ben)
			missed := c.danger(carla, "1")
			c.rang(missed, Missed)
			c.pass(time.Hour)
			call := c.danger(ana, "1")
			if !c.g.Take(t.Context(), call.last.Ring.ID) {
				t.Fatal("not taken")
			}
			c.rang(call, Taken)
			c.text(ben, "NOTE")
			c.pick(ben, "Leave a note")
			c.text(ben, "she is safe with her sister now")
			c.text(ben, "NOTE")
			c.pick(ben, "Mark it urgent")
			c.text(ben, "NOTE")
			c.pick(ben, "Block this caller")
			c.pick(ben, "Block for a day")
		}},
		"a text in danger": {[]string{"call_duty calling", "ring_me calling", "file_report filed", "urgent_report marked"}, func(t *testing.T, from func(*house) *carrierAgain) {
			h, _ := urgentHouse(t)
			c := from(h)
			c.onDuty("Ben", ben, "en")
			c.text(ana, "DANGER")
			c.pick(ana, "Ring me")
			c.text(ana, "there is gas in hall B")
		}},
		"danger in another language": {[]string{"other_duty speaks", "call_duty calling"}, func(t *testing.T, from func(*house) *carrierAgain) {
			h, _ := urgentHouse(t)
			c := from(h)
			c.onDuty("Ben", ben, "en")
			c.text(ana, "ESPAÑOL")
			c.text(ana, "PELIGRO")
			c.pick(ana, "English")
		}},
		"on and off duty": {[]string{"go_on_duty until", "go_off_duty off"}, func(t *testing.T, from func(*house) *carrierAgain) {
			h, _ := urgentHouse(t)
			c := from(h)
			c.onShift("Ben", ben, store.Shift{Languages: []string{"en"}, Since: c.clock(), From: 18 * 60, To: 20 * 60})
			c.english(ben)
			c.text(ben, "ON")
			c.text(ben, "OFF")
		}},
	}
}

func memberScenes() map[string]scene {
	return map[string]scene{
		"joining": {[]string{"find_flyer found", "join joined", "ask_vouching code", "vouch one_more", "vouch member"}, func(t *testing.T, from func(*house) *carrierAgain) {
			h, _ := vouching(t)
			c := from(h)
			const gil = "+12125550151"
			c.joins(gil)
			code := c.asks(gil)
			c.text(ana, code)
			c.text(ben, code)
		}},
		"guessed words": {[]string{"find_flyer unknown", "vouch unknown"}, func(t *testing.T, from func(*house) *carrierAgain) {
			h, _ := vouching(t)
			c := from(h)
			for _, word := range []string{"SOL28", "SOL29", "SOL30", "SOL31"} {
				c.text("+12125550151", word)
			}
			c.text(ana, "11112222")
		}},
	}
}

func meetingScenes() map[string]scene {
	return map[string]scene{
		"coming": {[]string{"find_meeting found", "rsvp saved", "ask_for noted"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(newHouse(t, houseOptions{}))
			c.meets(store.NewMeeting{})
			c.english(ana)
			for _, words := range []string{"MEETING", "3", "1", "Elm and 5th", "4", "2", "6", "MEETING", "2"} {
				c.text(ana, words)
			}
		}},
		"being there": {[]string{"check_in shared", "check_in counted", "check_in unknown", "bring_along counted"}, func(t *testing.T, from func(*house) *carrierAgain) {
			h, _, code := doors(t, store.Quorum{Percent: 50}, 3)
			c := from(h)
			c.text(shared, "HERE")
			c.text(shared, "00000")
			c.text(shared, code)
			c.text(shared, "2")
			c.text(shared, "3")
		}},
	}
}

func voteScenes() map[string]scene {
	return map[string]scene{
		"a vote by text": {[]string{"find_ballot ready", "cast_vote counted", "find_ballot voted", "cast_vote changed"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(newHouse(t, houseOptions{}))
			c.sharing()
			c.english(ana)
			c.text(ana, "VOTE")
			c.text(ana, digitsOf(t, c.text(ana, "1")))
			c.text(ana, "VOTE")
			c.pick(ana, "Change")
			c.text(ana, digitsOf(t, c.text(ana, "2")))
		}},
		"a vote by the digits of a notice": {[]string{"find_option picked", "cast_vote counted", "find_option changes", "cast_vote changed"}, func(t *testing.T, from func(*house) *carrierAgain) {
			h, _, _, numbers, _ := balloting(t, 2)
			c := from(h)
			c.text(numbers[0], digitsOf(t, c.text(numbers[0], "41")))
			c.text(numbers[0], digitsOf(t, c.text(numbers[0], "42")))
		}},
		"a vote by PIN": {[]string{"find_ballot prove", "prove wrong", "prove right", "cast_vote counted"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(newHouse(t, houseOptions{}))
			c.sharing()
			dan := c.handOut("Dan")
			call, _ := c.voting(sharedPhone)
			call.press(otherPin(dan))
			call.press(dan)
			call.press("1")
			call.press("7")
			call.hangUp()
		}},
		"a PIN": {[]string{"find_pin none", "ask_pin_code code", "try_pin_code wrong", "try_pin_code right", "draft_pin easy", "draft_pin drafted", "keep_pin differs", "keep_pin kept", "pin_first noted"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(newHouse(t, houseOptions{}))
			c.sharing()
			code := onlyTheDigits(textedDigits.FindStringSubmatch(c.text(ana, "PIN"))[1])
			call := c.call(ana)
			call.press("1")
			call.lead("more", "rest")
			call.silence()
			call.choose("To set a PIN")
			call.press(otherPin(code))
			call.press(code)
			for _, pin := range []string{"123456", "719345", "719346", "719345", "719345"} {
				call.press(pin)
			}
			call.press("1") // asked first, before a message
		}},
	}
}

func ownScenes() map[string]scene {
	return map[string]scene{
		"no more texts": {[]string{"texts_now open", "texts_now held", "choose_texts kept"}, func(t *testing.T, from func(*house) *carrierAgain) {
			h, _ := joined(t)
			c := from(h)
			c.text(ana, "TEXTS")
			c.pick(ana, "Only answers")
			c.text(ana, "TEXTS")
		}},
		"alerts": {[]string{"alerts_now open", "choose_alerts kept", "alerts_now chosen"}, func(t *testing.T, from func(*house) *carrierAgain) {
			h, _ := joined(t)
			c := from(h)
			c.text(ana, "ALERTS")
			c.pick(ana, "Yes, alerts")
			c.text(ana, "ALERTS")
			c.pick(ana, "No more alerts")
		}},
		"one's own phone": {[]string{"set_quiet kept", "set_hours kept", "notices_again kept", "would_detach ask", "wrong_number detached"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(newHouse(t, houseOptions{}))
			c.openBallot(time.Time{})
			c.english(ana)
			c.notice(ana, "come")
			c.text(ana, "QUIET")
			c.text(ana, "NORMAL")
			c.text(ana, "HOURS")
			c.pick(ana, "I work nights")
			c.text(ana, "NOTICES")
			c.text(ana, "wrong number")
			c.pick(ana, "Take it off")
		}},
		"forgotten by a call": {[]string{"find_proof pin", "prove right", "forget alone"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(newHouse(t, houseOptions{}))
			c.openBallot(time.Time{})
			c.proves(ana, "To have us forget you").press("7")
		}},
		"still you?": {[]string{"still_me noted"}, func(t *testing.T, from func(*house) *carrierAgain) {
			h, _ := waitingHouse(t)
			c := from(h)
			c.openBallot(time.Time{})
			c.english(ana)
			c.silence()
			c.notice(ana, "come")
			c.deliver() // it is asked
			c.text(ana, "1")
		}},
		"forgotten": {[]string{"forget_stopped ask", "would_forget alone", "forget alone"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(newHouse(t, houseOptions{}))
			c.openBallot(time.Time{})
			c.english(ana)
			c.text(ana, "FORGET")
			c.pick(ana, "Erase it")
		}},
		"forgotten after STOP": {[]string{"forget_stopped forgotten"}, func(t *testing.T, from func(*house) *carrierAgain) {
			c := from(newHouse(t, houseOptions{}))
			c.openBallot(time.Time{})
			c.english(ana)
			c.text(ana, "STOP")
			c.text(ana, "FORGET")
		}},
	}
}

func otherScenes() map[string]scene {
	return map[string]scene{
		"offers": {[]string{"post_offer posted", "find_offers found", "find_offer open", "find_offer own", "answer_offer sent", "offer_news shown", "offer_news message",
			"end_offer_talk ended", "renew_offer renewed", "take_back_offer over"}, func(t *testing.T, from func(*house) *carrierAgain) {
			h, _ := proposing(t)
			c := from(h)
			for _, words := range []string{"OFFER", "2", "a ride from Queens at five"} {
				c.text(ana, words)
			}
			c.approve(1, "A ride from Queens, weekdays at five")
			c.looksAt(ben)
			c.text(ben, "could you stop at Elm and Main?")
			c.text(ana, "NEWS")
			c.text(ana, "1") // more news
			c.pick(ana, "End this")
			mine := func() {
				for _, words := range []string{"OFFERS", "1", "2", "1"} {
					c.text(ana, words)
				}
			}
			mine()
			c.pick(ana, "14 days more")
			mine()
			c.pick(ana, "Remove it")
			c.pick(ana, "Remove it")
		}},
		"proposals": {[]string{"propose proposed", "settle_proposal settled", "find_proposals found", "find_proposal open", "second_proposal seconded",
			"proposal_news shared", "withdraw_proposal withdrawn"}, func(t *testing.T, from func(*house) *carrierAgain) {
			h, _ := proposing(t)
			c := from(h)
			c.proposed(ana, "heat breaks")
			c.share(1, "Heat breaks")
			for _, words := range []string{"PROPOSALS", "1", "1"} {
				c.text(ben, words)
			}
			c.text(ana, "NEWS")
			c.proposed(cai, "cold water")
			c.share(2, "Agua")
			c.text(cai, "PROPUESTAS")
			c.pick(cai, "Agua")
			c.pick(cai, "Quitarla")
			c.pick(cai, "Quitarla")
		}},
		"a broadcast": {[]string{"find_broadcast found", "find_broadcast wrong", "approve_broadcast approved", "find_broadcast already"}, func(t *testing.T, from func(*house) *carrierAgain) {
			h, _ := waitingHouse(t)
			c := from(h)
			_, code := c.asked(inTwoLanguages)
			c.text(ana, code)
			c.text(ben, code)
			c.text(ben, "1")
			c.text(ben, "1")
			c.pick(ben, "Send it")
			c.text(ben, code)
		}},
		"a notice by call": {[]string{"find_notice found", "read_notice read", "never_call noted"}, func(t *testing.T, from func(*house) *carrierAgain) {
			h, x, _ := callingHouse(t)
			author, second := h.agreed(map[string][]string{ben: byCall()})
			h.approved(author, second, store.Broadcast{})
			h.pass(2 * time.Minute)
			h.pumpCalls()
			on := h.answers(x)
			c := from(h)
			call := &phoneCall{h: h, in: on.in}
			call.in.Key, call.in.Kind, call.in.Notice = on.sid+"/0", flows.KindCall, uuid.MustParse(on.call.ID)
			call.last = c.turn(call.in)
			call.press("2")
		}},
		"a notice that is recorded": {[]string{"open_prompts opened", "next_prompt found", "next_prompt done", "play_back played", "keep_prompt kept"}, func(t *testing.T, from func(*house) *carrierAgain) {
			s := newStudio(t)
			pin := s.pin(s.draft(store.Broadcast{}), s.rosa, "quc")
			c := from(s.house)
			call := c.call(ana)
			call.toRecording(pin)
			call.press("1")
			call.record()
			call.press("1")
			call.hangUp()
		}},
		"prompts": {[]string{"open_prompts opened", "open_prompts wrong", "next_prompt found", "play_back played", "keep_prompt kept"}, func(t *testing.T, from func(*house) *carrierAgain) {
			h, pin := recorder(t, Carrier{})
			c := from(h)
			call := c.call(ana)
			call.toRecording("11112222")
			call.hangUp()
			call = c.call(ana)
			call.toRecording(pin)
			call.press("1")
			call.record()
			call.press("1")
			call.hangUp()
		}},
	}
}
