package gateway

import (
	"strings"
	"testing"
	"time"
)

// A phone whose number cannot be read holds up no other, and a sweep that failed does not keep the next from beginning.
func TestAPhoneThatCannotBeReadHoldsUpNobody(t *testing.T) {
	h, p := waitingHouse(t)
	for _, from := range []string{ana, ben} {
		h.text(from, "ENGLISH")
		h.text(from, "LIFT")
		h.pass(time.Second)
	}
	exec(t, h.store.Pool, "update phones set sealed = '\\x00' where id = (select phone_id from conversations order by wakes_at limit 1)")
	h.pass(11 * time.Minute)
	if err := (&wakeWorker{g: h.g}).Work(t.Context(), nil); err != nil {
		t.Errorf("the sweep failed: %v", err)
	}
	if err := h.deliver(); err != nil || strings.Count(p.bodies(), "Still there?") != 1 {
		t.Errorf("sent: %q, %v", p.bodies(), err)
	}
	if most := (wakeArgs{}).InsertOpts().MaxAttempts; most != 1 {
		t.Errorf("a sweep that failed is tried %d times, and no other begins meanwhile", most)
	}
}
