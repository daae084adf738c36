package gateway

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// decide says what becomes of a row now, in d, where it does not go out; until is for how long it may wait at the carrier where it goes out, and zero where it does not.
func (p *pump) decide(ctx context.Context, tx pgx.Tx, one *pass, row store.Drawn, now time.Time, d *store.Decided) (until time.Time, err error) {
	until = one.ExpiresAt
	var wait time.Time
	if one.Purpose != store.ForAlerts {
		ends, opens, err := loudBy(p.clocks.load, now, p.line.Zone, row.Hours, row.To, store.ByText)
		if err != nil {
			return until, err
		}
		if wait = opens; row.Talking {
			wait = later(wait, now.Add(store.TalkingFor))
		}
		if !ends.IsZero() && ends.Before(until) {
			until = ends
		}
	}
	if row.Unsure && one.Purpose != store.ForAlerts {
		unsure, err := p.g.askStill(ctx, tx, store.Outgoing{Line: p.lineID, Phone: row.Phone})
		if err != nil {
			return until, err
		}
		if unsure {
			wait = later(wait, now.Add(pendingWait))
		}
	}
	switch {
	case !row.Allowed:
		d.Refused = append(d.Refused, row.ID)
	case row.Voted:
		d.Expired = append(d.Expired, row.ID)
	case !now.Before(one.ExpiresAt), !wait.IsZero() && !wait.Before(one.ExpiresAt):
		d.Expired = append(d.Expired, row.ID)
	case !wait.IsZero():
		d.Later, d.At = append(d.Later, row.ID), append(d.At, wait)
	default:
		return until, nil
	}
	return time.Time{}, nil
}

// What pauses a broadcast by itself: of so many at the least, such a part.
const (
	enoughToJudge  = 20
	enoughFiltered = 50
	mostFailed     = 5  // a fifth
	mostFiltered   = 50 // two in a hundred
	mostNotThere   = 10 // a tenth to where the carrier does not send
)

// goesWrong tells why a broadcast is to pause; empty: it goes well enough. Whoever told the carrier to stop is no failure of ours.
func goesWrong(t store.Progress) string {
	done, failed := t.Done()-t.Blamed[store.BlameStopped], t.Failed-t.Blamed[store.BlameStopped]
	nowhere := t.Blamed[store.BlameDestination]
	switch {
	case t.Blamed[store.BlameAccount] > 0:
		return store.WhyAccount
	case done >= enoughFiltered && t.Blamed[store.BlameFiltered]*mostFiltered >= done:
		return store.WhyFiltered
	case done >= mostNotThere && nowhere*mostNotThere >= done && (nowhere == done || done >= enoughToJudge):
		return store.WhyCountry
	case done >= enoughToJudge && failed*mostFailed > done:
		return store.WhyFailures
	}
	return ""
}
