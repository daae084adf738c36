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
		return store.Facts{Standing: true}
	case "ballots.open":
		return store.Facts{Ballots: true}
	case "meetings.coming":
		return store.Facts{Meetings: true}
	case "organizers":
		return store.Facts{Readers: true}
	case "duty.on", "duty.until":
		return store.Facts{Duty: true}
	case "duty.took":
		return store.Facts{Took: true}
	}
	return store.Facts{}
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
		f = f.And(groups(name))
	}
	return f
}

// values puts what is known into the names of the vocabulary.
func (f facts) values(p *playing) map[string]flows.Value {
	v := map[string]flows.Value{
		"line.name":   {Text: p.line.Name},
		"line.number": {Text: spoken(p.line.Number)},
		"line.texts":  {Flag: p.line.Texts == store.TextsOn},
		"me.known":    {Flag: p.in.From != ""},
	}
	if f.have.Standing {
		v["me.listed"], v["me.member"] = flows.Value{Flag: f.known.Listed}, flows.Value{Flag: f.known.Member}
	}
	if f.have.Ballots {
		v["ballots.open"] = flows.Value{Num: int64(f.known.OpenBallots)}
	}
	if f.have.Meetings {
		v["meetings.coming"] = flows.Value{Num: int64(f.known.MeetingsComing)}
	}
	if f.have.Readers {
		v["organizers"] = flows.Value{Num: int64(f.known.OrganizersCount)}
	}
	if f.have.Took {
		v["duty.took"] = flows.Value{Flag: f.known.Took}
	}
	if f.have.Duty {
		on, until := store.OnDuty(f.known.Shifts, string(p.lang()), p.now)
		v["duty.on"], v["duty.until"] = flows.Value{Flag: on}, flows.Value{Zone: p.line.Zone}
		if !until.IsZero() {
			v["duty.until"] = p.moment(until)
		}
	}
	return v
}

// fetch brings the group of a fact that the engine missed. It reports false where err is something else.
func (f *facts) fetch(ctx context.Context, p *playing, err error) (bool, error) {
	var missing *flows.MissingFact
	if !errors.As(err, &missing) {
		return false, nil
	}
	group := groups(missing.Name)
	if f.have.And(group) == f.have {
		return false, fmt.Errorf("nothing answers the fact %s", missing.Name)
	}
	known, err := p.tx.Fetch(ctx, group)
	if err != nil {
		return false, fmt.Errorf("fetching the fact %s: %w", missing.Name, err)
	}
	f.known = f.known.And(known, group)
	f.have = f.have.And(group)
	return true, nil
}

// spoken puts a North American number as people dial it; others stay in E.164.
func spoken(number string) string {
	if len(number) == 12 && number[:2] == "+1" {
		return "(" + number[2:5] + ") " + number[5:8] + "-" + number[8:]
	}
	return number
}
