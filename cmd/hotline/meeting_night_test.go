package main

import (
	"strings"
	"testing"
	"time"

	"hotline/store"
)

// What is printed of a change at night is true: who has quiet hours until the meeting begins is not told of it. What follows from a notice says what it
// is in the list, where a reminder that reaches nobody does not stand.
func TestACancellationAtNightSaysWhomItDoesNotReach(t *testing.T) {
	v := newTown(t, time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), "en", "es")
	v.people(5)
	v.organizer("Rosa", "", "meeting", "add", "--at", "2026-11-24 07:30", "--place", "en=12 Elm St / es=12 Elm St")
	v.organizer("Rosa", "", "broadcast", "draft", "--about-meeting", "1")
	v.approves("Sam")
	v.until(5, `select count(*) from outgoing o join broadcasts b on b.id = o.broadcast_id where b.number = 1 and o.state in ('accepted', 'sent', 'delivered')`)
	moved := v.organizer("Rosa", "", "meeting", "change", "1", "--at", "2026-11-24 07:45")
	if !strings.Contains(moved, "5 phones that were sent its notice and did not say no are told of it from a minute from now") {
		t.Errorf("by day it prints %q", moved)
	}
	v.setClock(time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)) // 11 pm in New York
	night := store.Phone("+12122000003")
	_, err := v.store.Pool.Exec(v.ctx, `update phones set hours_from = 540, hours_until = 60 where index = $1`, v.store.Keys.Index("phone", string(night))) // 9 am to 1 am
	v.must(err)
	off := v.organizer("Rosa", "", "meeting", "cancel", "1", "--yes")
	if !strings.Contains(off, "Of 5 phones that were sent its notice and did not say no, 1 is told of it") || !strings.Contains(off, "4 are not: they have quiet hours until it begins.") {
		t.Errorf("at night it prints %q", off)
	}
	list := v.organizer("", "", "broadcast", "list")
	for number, what := range map[string]string{"1": "notice", "2": "change", "3": "called off"} {
		found := false
		for row := range strings.Lines(list) {
			found = found || strings.HasPrefix(row, number+" ") && strings.HasSuffix(strings.TrimSpace(row), " "+what)
		}
		if !found {
			t.Errorf("%s is no %s in\n%s", number, what, list)
		}
	}
	if asJSON := v.organizer("", "", "broadcast", "list", "--json"); !strings.Contains(asJSON, `"because": "cancel"`) || !strings.Contains(asJSON, `"because": "change"`) {
		t.Errorf("as JSON:\n%s", asJSON)
	}
}
