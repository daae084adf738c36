package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hotline/gateway"
	"hotline/gateway/twilio"
	"hotline/store"
)

// standingJSON is something that stands at the carrier though it ought to be erased.
type standingJSON struct {
	Kind string     `json:"kind"` // text, picture, recording, call
	At   *time.Time `json:"at"`
	ID   string     `json:"id"`    // the carrier's; of a picture that of its text
	Here string     `json:"here"`  // what we know of it: waits, given up, erased (so the carrier said), unknown
	Way  string     `json:"which"` // in, out
}

// erasedCheckJSON is what the carrier was asked, and what stood there.
type erasedCheckJSON struct {
	Days       int            `json:"days"`
	Texts      int            `json:"texts"`      // looked at
	Recordings int            `json:"recordings"` // looked at
	Calls      int            `json:"calls"`      // with notices, looked at
	Fresh      int            `json:"fresh"`      // of those: left out, since they came in a moment ago
	Standing   []standingJSON `json:"standing"`
}

// erasedCheck looks through the carrier's own lists. Nothing is kept here for it, and so nothing can be forgotten.
type erasedCheck struct {
	*desk
	eraseFlags
	client *twilio.Client
	found  erasedCheckJSON
}

var errEnough = errors.New("as many as were asked for")

func (d *desk) checkErased(ctx context.Context, f eraseFlags) error {
	carrier := d.cfg.carrier()
	if err := carrier.Check(); err != nil {
		return fmt.Errorf("the carrier cannot be asked: %w", err)
	}
	c := &erasedCheck{desk: d, eraseFlags: f, client: twilio.New(carrier), found: erasedCheckJSON{Days: f.days, Standing: []standingJSON{}}}
	if err := c.look(ctx); err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if d.json {
		if err := printJSON(d.out, c.found); err != nil {
			return err
		}
	} else {
		c.print()
	}
	if n := len(c.found.Standing); n > 0 {
		return fmt.Errorf("%s still at the carrier; deploy/RUNBOOK.md says what to do", count(n, "thing stands", "things stand"))
	}
	return nil
}

func (c *erasedCheck) look(ctx context.Context) error {
	lines, err := c.store.Lines(ctx, c.store.Pool)
	if err != nil {
		return err
	}
	since := c.now().AddDate(0, 0, -c.days)
	for _, line := range lines {
		if err := c.client.Texts(ctx, line.Number, since, func(t gateway.CarrierText) error { return c.text(ctx, t) }); err != nil {
			return err
		}
		if err := c.client.CallsSince(ctx, line.Number, since, func(l gateway.ListedCall) error { return c.call(ctx, l) }); err != nil {
			return err
		}
	}
	return c.client.ListRecordings(ctx, since, func(r twilio.ListedRecording) error { return c.recording(ctx, r) })
}

// next counts one thing that is looked at, and tells whether it is old enough to be erased by now.
func (c *erasedCheck) next(n *int, at time.Time) (old bool, err error) {
	if c.most > 0 && c.found.Texts+c.found.Recordings+c.found.Calls >= c.most {
		return false, errEnough
	}
	*n++
	if c.now().Sub(at) < c.older {
		c.found.Fresh++
		return false, nil
	}
	return true, nil
}

func (c *erasedCheck) text(ctx context.Context, t gateway.CarrierText) error {
	old, err := c.next(&c.found.Texts, t.At)
	if err != nil || !old {
		return err
	}
	if t.Words {
		here, err := c.store.ErasureOf(ctx, c.store.Pool, t.ID)
		if err != nil {
			return err
		}
		c.stands("text", t.At, t.ID, way(t), here)
	}
	if t.Files == 0 {
		return nil
	}
	left, err := c.client.FilesOf(ctx, t.ID)
	if err != nil || len(left) == 0 {
		return err
	}
	here, err := c.pictureHere(ctx, t)
	for range left {
		c.stands("picture", t.At, t.ID, way(t), here)
	}
	return err
}

// pictureHere is what we know of the pictures of a text: of the first that is not erased.
func (c *erasedCheck) pictureHere(ctx context.Context, t gateway.CarrierText) (here store.ErasureState, err error) {
	for i := range t.Files {
		here, err = c.store.MediaErasureOf(ctx, c.store.Pool, c.store.MediaID(fmt.Sprint(t.ID, "/", i)))
		if err != nil || here != store.ErasureDone {
			return here, err
		}
	}
	return here, nil
}

func (c *erasedCheck) recording(ctx context.Context, r twilio.ListedRecording) error {
	old, err := c.next(&c.found.Recordings, r.At)
	if err != nil || !old {
		return err
	}
	here, err := c.store.MediaErasureOf(ctx, c.store.Pool, c.store.MediaID(r.SID))
	c.stands("recording", r.At, r.SID, "in", here)
	return err
}

// call looks at the record of a call. Those of notices are to be deleted; of others we keep none that says so.
func (c *erasedCheck) call(ctx context.Context, l gateway.ListedCall) error {
	here, err := c.store.ErasureOf(ctx, c.store.Pool, l.ID)
	if err != nil || here == store.ErasureUnknown {
		return err
	}
	old, err := c.next(&c.found.Calls, l.Created)
	if err != nil || !old {
		return err
	}
	c.stands("call", l.Created, l.ID, "out", here)
	return nil
}

func (c *erasedCheck) stands(kind string, at time.Time, id, way string, here store.ErasureState) {
	c.found.Standing = append(c.found.Standing, standingJSON{Kind: kind, At: optional(at, time.UTC), ID: id, Here: string(here), Way: way})
}

func way(t gateway.CarrierText) string {
	if t.Inbound {
		return "in"
	}
	return "out"
}

func (c *erasedCheck) print() {
	looked := fmt.Sprintf("Looked at %s and %s of the last %s", count(c.found.Texts, "text", "texts"),
		count(c.found.Recordings, "recording", "recordings"), count(c.days, "day", "days"))
	if c.found.Calls > 0 {
		looked += ", and " + count(c.found.Calls, "call with a notice", "calls with notices")
	}
	if c.found.Fresh > 0 {
		looked += fmt.Sprintf(", %d of which came in less than %s ago", c.found.Fresh, age(c.older))
	}
	if len(c.found.Standing) == 0 {
		c.say("%s: nothing stands at the carrier any more.", looked)
		return
	}
	c.say("%s. These stand at the carrier:", looked)
	t := table{head: []string{"Kind", "Way", "Age", "Here", "The carrier's id"}}
	for _, s := range c.found.Standing {
		since := "-"
		if s.At != nil {
			since = age(c.now().Sub(*s.At))
		}
		t.add(s.Kind, s.Way, since, s.Here, printable(s.ID))
	}
	t.print(c.out)
}
