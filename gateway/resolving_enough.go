package gateway

import (
	"context"
	"slices"
	"time"

	"hotline/store"
)

// enough tells whether as many messages in the words of a send may have reached its phone as were asked for. Of sends that say the same, one may have
// been taken for another, which was then sent once more: what leaves no trace now need not be what was lost. Where the carrier itself told which
// message a send is, both are left out of the count.
func (g *Gateway) enough(ctx context.Context, u store.Unknown, s search) (bool, error) {
	sent, err := g.store.SentTo(ctx, g.store.Pool, u.Line, u.Phone, s.began.Add(-lookBack))
	if err != nil {
		return false, err
	}
	same := func(l Listed) bool { return u.Says(l.Body) }
	var words string
	if i := slices.IndexFunc(s.every, same); i >= 0 {
		words = s.every[i].Body
	}
	asked, there, since := 0, 0, u.SentAt
	certain := map[string]bool{}
	for _, r := range sent {
		if r.Certain {
			certain[r.CarrierID] = true
		}
		if r.ID != u.ID && !(words != "" && r.Says(words)) {
			continue
		}
		if first := firstSent(r); first.Before(since) {
			since = first
		}
		if r.Certain {
			continue
		}
		asked++
		if again := !r.RepeatedAt.IsZero(); again && (r.State == store.SendReady || s.began.Sub(r.SentAt) < noTraceAfter) {
			there++ // it may arrive, and be listed later
		}
	}
	for _, l := range s.every {
		if l.Created.After(since.Add(-createdEarly)) && !certain[l.ID] && (same(l) || l.Body == "" || !u.KnowsWords()) {
			there++
		}
	}
	return there >= asked, nil
}

// firstSent is no later than a send was handed to the carrier for the first time.
func firstSent(u store.Unknown) time.Time {
	if u.RepeatedAt.IsZero() {
		return u.SentAt
	}
	return u.RepeatedAt.Add(-lookBack)
}
