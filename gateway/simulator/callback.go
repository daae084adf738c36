package simulator

import (
	"slices"
	"time"
)

// callback tells a customer that something has come to a status. Its answer is not TwiML
// and counts for nothing, so unlike a webhook it may be late, twice, out of order or never.
type callback struct {
	status string
	hook   webhook
}

// tell sends callbacks in order, as spoilt as the present plan says.
func (c *Company) tell(callbacks ...callback) {
	faults := c.faults.Plan().Status
	if faults.Reverse {
		callbacks = slices.Clone(callbacks)
		slices.Reverse(callbacks)
	}
	for _, cb := range callbacks {
		if cb.hook.url == "" || slices.Contains(faults.Drop, cb.status) || slices.Contains(faults.Drop, "*") {
			continue
		}
		if faults.LoseOneIn > 0 && c.told.Add(1)%int64(faults.LoseOneIn) == 0 {
			continue
		}
		if !c.sleep(time.Duration(faults.Delay)) {
			return
		}
		cb.hook.token = newSID("")
		c.addNovelty(cb.hook.params)
		for range 1 + faults.Duplicate {
			c.tellOnce(cb.hook)
		}
	}
}

func (c *Company) tellOnce(hook webhook) {
	if _, fault := c.askOnce(hook); fault != nil {
		fault.URL = withoutFragment(hook.url)
		c.note(fault, hook.sid)
	}
}

// sleep waits, and tells whether the company is still open afterwards.
func (c *Company) sleep(d time.Duration) bool {
	if d <= 0 {
		return c.ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.ctx.Done():
		return false
	}
}
