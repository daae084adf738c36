package gateway

import (
	"context"
	"errors"
	"fmt"

	"hotline/flows"
	"hotline/store"
)

// groups says which group of facts answers a fact of the vocabulary; one that is missing here needs no query.
func groups(fact string) store.Facts {
	switch fact {
	case "me.listed", "me.member":
		return store.FactStanding
	case "ballots.open":
		return store.FactBallots
	case "meetings.coming":
		return store.FactMeetings
	case "organizers":
		return store.FactReaders
	case "duty.on", "duty.until":
		return store.FactDuty
	case "duty.took":
		return store.FactTook
	case "ballots.voted":
		return store.FactVoted
	case "meetings.now":
		return store.FactDoors
	case "keeps.number", "keeps.words", "keeps.weeks":
		return store.FactKeeps
	case "duty.mine":
		return store.FactMayDuty
	case "news.waiting":
		return store.FactNews
	case "care.readers":
		return store.FactCare
	case "answers.waiting":
		return store.FactAnswers
	case "answers.texted":
		return store.FactTexted
	case "me.blocked_until":
		return store.FactMuted
	}
	return 0
}

// facts is what a turn knows so far.
type facts struct {
	have  store.Facts
	known store.KnownFacts
}

// guessFacts says what to fetch with the turn's first trip: what the flow under way may read, as far as Redis told which that is.
// A wrong guess costs a trip, nothing else.
func (g *Gateway) guessFacts(current *flows.Set, t talk) store.Facts {
	var f store.Facts
	for _, name := range g.sets.known(current, t.Set).Facts(t.Flow) {
		f |= groups(name)
	}
	return f
}

// values puts what is known into the names of the vocabulary.
func (f facts) values(p *playing) map[string]flows.Value {
	v := LineFacts(p.line)
	v["me.known"], v["me.quiet"] = flows.Value{Flag: p.in.From != ""}, flows.Value{Flag: p.tx.Conversation.Quiet}
	v["late.sent"] = flows.Value{Zone: p.line.Zone}
	v["meet.at"], v["meet.place"] = flows.Value{Zone: p.line.Zone}, flows.Value{}
	if f.have&store.FactStanding != 0 {
		v["me.listed"], v["me.member"] = flows.Value{Flag: f.known.Standing != ""}, flows.Value{Flag: f.known.Standing == store.StandsMember}
	}
	if f.have&store.FactBallots != 0 {
		v["ballots.open"] = flows.Value{Num: int64(f.known.OpenBallots)}
	}
	if f.have&store.FactMeetings != 0 {
		v["meetings.coming"] = flows.Value{Num: int64(f.known.MeetingsComing)}
	}
	if f.have&store.FactDoors != 0 {
		v["meetings.now"] = flows.Value{Num: int64(f.known.DoorsOpen)}
	}
	if f.have&store.FactReaders != 0 {
		v["organizers"] = flows.Value{Num: int64(f.known.OrganizersCount)}
	}
	if f.have&store.FactKeeps != 0 {
		keeps := f.known.Keeps
		v["keeps.number"], v["keeps.words"] = flows.Value{Num: int64(keeps.Number)}, flows.Value{Num: int64(keeps.Words)}
		v["keeps.weeks"] = flows.Value{Num: int64(keeps.Words+6) / 7}
	}
	if f.have&store.FactTook != 0 {
		v["duty.took"] = flows.Value{Flag: f.known.Took}
	}
	if f.have&store.FactVoted != 0 {
		v["ballots.voted"] = flows.Value{Num: int64(f.known.VotedBallots)}
	}
	if f.have&store.FactMayDuty != 0 {
		v["duty.mine"] = flows.Value{Flag: f.known.MayDuty}
	}
	if f.have&store.FactNews != 0 {
		v["news.waiting"] = flows.Value{Num: int64(f.known.News)}
	}
	if f.have&store.FactCare != 0 {
		v["care.readers"] = flows.Value{Num: int64(f.known.CareReaders)}
	}
	if f.have&store.FactAnswers != 0 {
		v["answers.waiting"] = flows.Value{Num: int64(f.known.AnswersWaiting)}
	}
	if f.have&store.FactTexted != 0 {
		v["answers.texted"] = flows.Value{Flag: f.known.AnswersTexted}
	}
	if f.have&store.FactMuted != 0 {
		v["me.blocked_until"] = flows.Value{Zone: p.line.Zone}
		if f.known.MutedUntil.After(p.now) {
			v["me.blocked_until"] = p.moment(f.known.MutedUntil)
		}
	}
	if f.have&store.FactDuty != 0 {
		on, until := store.OnDuty(f.known.Shifts, string(p.lang()), p.now)
		v["duty.on"], v["duty.until"] = flows.Value{Flag: on}, flows.Value{Zone: p.line.Zone}
		if !until.IsZero() {
			v["duty.until"] = p.moment(until)
		}
	}
	return v
}

// LineFacts are those that need no look into the records.
func LineFacts(l store.Line) map[string]flows.Value {
	return map[string]flows.Value{
		"line.name":      {Text: l.Name},
		"line.number":    {Text: spoken(l.Number)},
		"line.texts":     {Flag: l.Texts == store.TextsOn},
		"line.emergency": {Text: l.Emergency},
	}
}

// fetch brings the group of a fact that the engine missed. It reports false where err is something else.
func (f *facts) fetch(ctx context.Context, p *playing, err error) (bool, error) {
	var missing *flows.MissingFact
	if !errors.As(err, &missing) {
		return false, nil
	}
	group := groups(missing.Name)
	if f.have|group == f.have {
		return false, fmt.Errorf("nothing answers the fact %s", missing.Name)
	}
	if err := p.tx.Fetch(ctx, group, &f.known); err != nil {
		return false, fmt.Errorf("fetching the fact %s: %w", missing.Name, err)
	}
	f.have |= group
	return true, nil
}

// spoken puts a North American number as people dial it; others stay in E.164.
func spoken(number string) string {
	if len(number) == 12 && number[:2] == "+1" {
		return "(" + number[2:5] + ") " + number[5:8] + "-" + number[8:]
	}
	return number
}
