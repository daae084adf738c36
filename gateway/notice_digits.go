package gateway

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// digits gives each text what it asks, and by which digits, none (0) where its phone has none left, and writes the questions down. The items of a list
// are offered to phones that may choose one so; where these, or their digits, are not to be had, the answers that the flow names stand there.
func (p *pump) digits(ctx context.Context, tx pgx.Tx, one *pass, send []going, now time.Time) (asked map[uuid.UUID]store.AskedAs, err error) {
	asked = map[uuid.UUID]store.AskedAs{}
	set := p.g.sets.current()
	if _, known := set.Question(one.Flow); !known { // the flows were changed: it goes out without, and is answered by its word
		return asked, nil
	}
	phones, texts := make([]uuid.UUID, len(send)), make([]uuid.UUID, len(send))
	for i, row := range send {
		phones[i], texts[i] = row.Phone, row.ID
	}
	free, err := p.g.store.AboutToAsk(ctx, tx, phones, texts, now)
	if err != nil {
		return nil, err
	}
	may, err := p.offered(ctx, tx, one, phones, now)
	if err != nil {
		return nil, err
	}
	forms := map[bool]form{}
	for _, each := range []bool{false, true} {
		asking := one.asking
		if !each {
			asking = asking.Named(set)
		}
		arguments, err := asking.remembered()
		if err != nil {
			return nil, err
		}
		forms[each] = form{len(set.Answers(one.Flow, asking.Known)), arguments}
	}
	lapses := one.lapses
	if lapses.IsZero() {
		lapses = now.Add(openQuestion)
	}
	var questions []store.Question
	for _, row := range send {
		lists := one.lists[row.Lang] && may[row.Phone]
		if before, was := free.Asked[row.ID]; was { // this text went out before, or may have
			if lists || !before.Each {
				asked[row.ID] = before
			}
			continue
		}
		as := store.AskedAs{Each: lists}
		if as.First = store.FreeDigits(free.Taken[row.Phone], forms[lists].answers); as.First == 0 && lists {
			as = store.AskedAs{First: store.FreeDigits(free.Taken[row.Phone], forms[false].answers)}
		}
		if as.First == 0 || forms[as.Each].answers == 0 {
			continue
		}
		asked[row.ID] = as
		questions = append(questions, store.Question{
			Assembly: one.Assembly, Line: p.lineID, Phone: row.Phone, Broadcast: one.ID, Outgoing: row.ID, Flow: one.Flow, About: one.About, Record: one.Record,
			Arguments: forms[as.Each].arguments, First: as.First, Answers: forms[as.Each].answers, Each: as.Each, LapsesAt: lapses,
		})
	}
	lost, err := p.g.store.AskQuestions(ctx, tx, questions, now)
	for id := range lost {
		delete(asked, id)
	}
	return asked, err
}

// form is one way in which a broadcast asks.
type form struct {
	answers   int
	arguments []byte
}

// offered tells which of these phones may choose among a list by digits of a notice.
func (p *pump) offered(ctx context.Context, tx pgx.Tx, one *pass, phones []uuid.UUID, now time.Time) (map[uuid.UUID]bool, error) {
	lists := slices.Contains(slices.Collect(maps.Values(one.lists)), true)
	if !lists || one.About != aboutBallot {
		return nil, nil
	}
	return p.g.store.MayBeOffered(ctx, tx, one.Record, phones, now)
}
