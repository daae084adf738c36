package gateway

import (
	"context"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

// lastLook is for how much of what goes out next it is asked at once whether it still may.
const lastLook = 20 * time.Millisecond

// upNext gathers what goes out with a row, as far as more may be on its way to the carrier, and gives the one behind that, if it has it already.
func (p *pump) upNext(first going) (group []going, behind *going) {
	group = []going{first}
	until := time.Now().Add(lastLook)
	for len(group) < pumpBatch {
		select {
		case row, more := <-p.out:
			switch {
			case !more:
				return group, nil
			case row.at.After(until):
				return group, &row
			}
			select {
			case <-p.free:
				group = append(group, row)
			default:
				return group, &row
			}
		default:
			return group, nil
		}
	}
	return group, nil
}

// stillMay gives those of a group that may go out now, and answers for the others: somebody has said stop since it was decided about them, or the
// broadcast was paused or called back. Where that cannot be known now they wait.
func (p *pump) stillMay(group []going) (may []going) {
	ctx, cancel := context.WithTimeout(context.Background(), settleWithin)
	defer cancel()
	ids := make([]uuid.UUID, len(group))
	for i, row := range group {
		ids[i] = row.ID
	}
	held, err := p.g.store.HeldBack(ctx, p.g.store.Pool, ids)
	for _, row := range group {
		state, is := held[row.ID]
		switch {
		case err != nil:
			p.answers <- answer{row: row.Drawn, of: row.of, Placed: Placed{State: store.SendReady, Cause: err}, held: true, cost: row.cost}
		case is:
			p.answers <- answer{row: row.Drawn, of: row.of, Placed: Placed{State: state}, held: true, cost: row.cost}
		default:
			may = append(may, row)
			continue
		}
		p.free <- struct{}{}
	}
	return may
}
