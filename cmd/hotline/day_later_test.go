package main

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
)

// stolenPhone: whoever has Perpetua's phone since noon reads nothing on it and opens nothing with it, while she hears her answer
// elsewhere. She had voted; a second vote in her name is a change, of which the record tells.
func (d *workday) stolenPhone() {
	thief := d.member("Perpetua")
	d.votesByText("Perpetua", "Yes")
	before := len(thief.inbox())
	thief.text("STATUS")
	for _, guess := range []string{"1234", "0000", "1111", "2580", "1212"} {
		thief.text(guess)
	}
	thief.wants("7315", "Too many wrong digits") // even if they guess it now
	thief.text("STATUS")
	thief.wants("482719356620", "leads to nothing", "Too many wrong digits")

	asked := thief.wants("VOTE", "You have voted in this already")
	thief.chooses(asked, "Change")
	m := readBack.FindStringSubmatch(thief.text("2"))
	if m == nil {
		thief.complains("no read-back")
		return
	}
	thief.wants(m[1], "Your vote is changed")
	d.note(func() { d.votes["Perpetua"] = "No" })
	for _, read := range thief.inbox()[before:] {
		d.tellsNothing("the thief", read, "Perpetua", pressed, waits, "foreman", longCode.FindString(read))
	}

	perpetua := d.person("+17185550110")         // her sister's phone
	perpetua.wants(d.code, "There is an answer") // in two languages: nobody knows which she reads on it
	perpetua.wants("1", waits)
	d.person("+17185550111").calls(func(c *talking) { // and by call
		c.in("en").chooses("what else").chooses("what else").chooses("what became of something").press(strings.ReplaceAll(d.code, " ", "")).hears(waits)
	})
}

// tellsNothing complains where somebody read one of these.
func (d *workday) tellsNothing(who, read string, secrets ...string) {
	d.Helper()
	for _, secret := range secrets {
		if secret != "" && strings.Contains(read, secret) {
			d.Errorf("%s read %q in %q", who, secret, read)
		}
	}
}

// boss has found a flyer. It lets the boss hear of meetings, and of nobody.
func (d *workday) boss() {
	boss := d.person("+16465550190")
	boss.chooses(boss.wants(d.flyer, "HELP for help, STOP to stop"), "Join")
	boss.wants("VOTE", "not on the list")
	boss.wants("PROPOSALS", "no member's yet")
	boss.wants("OFFERS", "no member's yet")
	boss.wants("PIN", "call (212) 555-0100")
	boss.wants("ON", "The 0100 Line")
	if code := vouching.FindString(boss.wants("MEMBER", "Members vote.")); code != "" {
		d.secret(code)
		boss.wants(strings.ReplaceAll(code, " ", ""), "Only members can vouch")
	}
	for _, guess := range []string{"SOL27", "LUNA12", "RIO44", "12345678", "482719356620", "111122223333", "24680", "13579"} {
		boss.text(guess)
	}
	boss.wants("PROPOSE", "no member's yet")
	for _, read := range boss.inbox() {
		for _, secret := range d.secrets {
			if secret != "union hall" { // where the meeting is, which is for everyone
				d.tellsNothing("the boss", strings.ReplaceAll(read, vouching.FindString(read), ""), secret)
			}
		}
		for number := range d.phones {
			d.tellsNothing("the boss", read, spellings(number)...)
		}
	}
}

// vouching are the eight digits that somebody tells two members.
var vouching = regexp.MustCompile(`\b\d{4} \d{4}\b`)

// everybodyVotes: by text and by call, and in the midst of it the power goes again.
func (d *workday) everybodyVotes() {
	var work sync.WaitGroup
	for i, name := range []string{"Quillon", "Zebedea", "Thibault", "Lourival", "Hortensia", "Guillemette", "Teodorico", "Bartholomew", "Ignatia", "Fulgencio"} {
		work.Go(func() { d.votesByText(name, []string{"Yes", "Yes", "No"}[i%3]) })
	}
	for i, voter := range [][]string{{"Maribeth", "en"}, {"Eustaquia", "es"}, {"Cornelius", "en"}, {"Remedios", "es"}} {
		work.Go(func() { d.votesByCall(voter[0], voter[1], "", []string{"Yes", "No"}[i%2]) })
	}
	d.killedAfter(3 + rand.IntN(20))
	work.Wait()
	again := 0
	for _, p := range d.phones {
		again += p.again
	}
	if again == 0 {
		d.Error("the hotline was killed twice, and nobody noticed: nothing was under way")
	}
	d.Logf("killed twice; %d texts and calls had to be made again", again)
}

// sharedPhone: two members vote on one phone, each by their own PIN, and never by text.
func (d *workday) sharedPhone() {
	shared := d.member("Wendeline")
	shared.wants("VOTE", "by PIN, and only by calling")
	shared.calls(func(c *talking) { c.in("en").chooses("vote").press("604182").hears("That is not right") })
	d.votesByCall("Wendeline", "en", d.pins["Wendeline"], "Yes")
	d.votesByCall("Osvaldinho", "es", d.pins["Osvaldinho"], "No")
	shared.calls(func(c *talking) {
		c.in("en").chooses("what else").chooses("what else").chooses("vote").press(d.pins["Wendeline"]).hears("You have voted")
	})
}

func (d *workday) ballotCloses() {
	d.organizer("Rosa", "", "ballot", "close", "1", "--yes")
	d.member("Maribeth").wants("VOTE", "closed", "no vote open")
}

// forgets: Fulgencio had voted, and had said that he comes.
func (d *workday) forgets() {
	p := d.member("Fulgencio")
	m := readBack.FindStringSubmatch(p.wants("FORGET", "Falta confirmar"))
	if m == nil {
		p.complains("nothing to confirm")
		return
	}
	p.wants(m[1], "Listo: borrado")
	d.note(func() { delete(d.coming, p.phone.Number()) })
}

const heardLate = "The saw has a guard since this afternoon"

// lateAnswer is written in the quiet hours, and waits for the morning.
func (d *workday) lateAnswer() {
	d.secret(heardLate)
	d.organizer("Tina", "", "report", "answer", d.number(noAir), heardLate)
}

// dangerBeforeMidnight: Benedikt is on duty for five more minutes, is called, and takes it.
func (d *workday) dangerBeforeMidnight() {
	nicanor, benedikt := d.person("+19295550110"), d.person("+12125550177")
	nicanor.wants("DANGER", "In danger, call 911: that is not us. We are calling one person who speaks English.")
	nicanor.wants("1", "your phone rings and shows (212) 555-0100")
	callee := benedikt.rings()
	callee.hears("They speak:").press("1")
	caller := nicanor.rings()
	caller.hears("There is a message for the person who asked for it").press("1")
	if _, err := caller.call.Speak(d.ctx, "he stands before my door"); err != nil {
		nicanor.complains("speaking: %v", err)
	}
	caller.hangup()
	d.secret("he stands before my door")
	d.until(1, "select count(*) from dangers where taken_at is not null and told_at is null")
	d.until(0, "select count(*) from duty_calls where ended_at is null")
}

const cornered = "there are two of them at the gate and they hold her arm"

// dangerAfterMidnight: the line says that nobody is there, and calls nobody.
func (d *workday) dangerAfterMidnight() {
	p := d.person("+19295550111")
	p.wants("DANGER", "Nobody is on duty")
	d.tells(p, cornered)
	d.person("+19295550112").calls(func(c *talking) {
		c.in("en")
		if strings.Contains(c.last.Words(), "danger") {
			p.complains("a caller is offered somebody")
		}
	})
}

// nextMorning: what waited for the end of the quiet hours arrives.
func (d *workday) nextMorning() {
	d.hurry(`state = 'scheduled' and kind = 'send_text'`)
	d.person("+13475550110").hears(heardLate)
	d.until(0, "select count(*) from outgoing where state <> 'delivered'")
}

// nobodyWasShownTooMuch: the quiet phone was sent none of the revealing words all day, whatever it did; the stopped one nothing any more.
func (d *workday) nobodyWasShownTooMuch() {
	revealing := regexp.MustCompile(`(?i)\b(assembl(y|ies)|unions?|strikes?|boss(es)?|reports?|asambleas?|sindicatos?|huelgas?|jef[ea]s?|reportes?|warehouse)\b`)
	read := d.member("Ignatia").inbox()
	if len(read) < 8 {
		d.Errorf("the quiet phone was sent %d texts", len(read))
	}
	for _, one := range read {
		if word := revealing.FindString(one); word != "" {
			d.Errorf("the quiet phone was shown %q: %q", word, one)
		}
	}
	for _, one := range d.person("+13475550111").inbox() {
		if strings.Contains(one, tooLate) {
			d.Errorf("the stopped phone was sent %q", one)
		}
	}
}

func (d *workday) recordsAreWhatHappened() {
	d.reportsAreWhatWasTold()
	d.answersAreWhatWasSaid()
	d.votesAreWhatWasCounted("Fulgencio")
	d.tables(map[string]int{
		"proposals": 1, "proposal_seconds": 1, "offers": 1, "report_answers": 5, "report_digits where wrong = 5": 1,
		"ballot_refusals where reason = 'wrong_pin'": 1, "vote_changes": 1, "pins": 2, "dangers": 2, "dangers where report_id is not null": 1, "duty_calls": 1,
		"duty_calls where taken_at is not null": 1,
		"memberships where standing = 'listed'": 1, "memberships where standing = 'member'": 16, "attendance": 0,
		"people": 18, "people where name is not null": 16, // the boss has none, nor has a voter who is forgotten
		"consent where not given": 1, "rsvp_notes": 1,
		"outgoing where channel = 'text'": 3, "outgoing where channel = 'voice'": 1, "outgoing where state <> 'delivered'": 0,
		"phones": len(d.phones) - 1, // all but the forgotten one
	})
	p, err := d.store.ShowProposal(d.ctx, d.store.Pool, d.line.AssemblyID, 1)
	d.must(err)
	o, err := d.store.ShowOffer(d.ctx, d.store.Pool, d.line.AssemblyID, 1)
	if d.must(err); p.Words != proposed || p.Name != "" || p.Seconds != 1 || o.Words != offered {
		d.Errorf("proposed %+v, offered %+v", p, o)
	}
	lines, _, err := d.store.VerifyJournal(d.ctx, d.store.Pool)
	if err != nil || lines == 0 {
		d.Errorf("the journal has %d lines: %v", lines, err)
	}
	d.onlyTheKillsShow()
	if len(d.phones) < 40 {
		d.Errorf("%d phones", len(d.phones))
	}
}
