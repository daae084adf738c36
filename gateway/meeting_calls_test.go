package gateway

import (
	"strings"
	"testing"
	"time"

	"hotline/store"
)

// Word of a change reaches each as they were told of the meeting, by text or by call; from four hours before also by call whoever agreed to both:
// a text could be overlooked. Who said no meanwhile is not called. (The issue: questions in notices.)
func TestAChangeIsToldByCall(t *testing.T) {
	h, x, p := callingHouse(t)
	author, second := h.agreed(map[string][]string{ana: {store.ByText}, ben: byCall(), carla: {store.ByText, store.ByVoice}})
	m := h.meets(store.NewMeeting{StartsAt: h.clock().Add(6 * time.Hour)})
	h.approved(author, second, store.Broadcast{ExpiresAt: m.StartsAt, Carried: store.Carried{Flow: "rsvp", About: aboutMeeting, Record: m.ID, Version: m.Version}})
	heard := func(want string, calls int, then ...string) {
		t.Helper()
		h.pumpCalls()
		if len(x.placed) != calls {
			t.Fatalf("%d calls, want %d", len(x.placed), calls)
		}
		on := h.answers(x)
		if said := on.key("1"); !strings.Contains(said, want) {
			t.Errorf("%q was read", said)
		}
		for _, key := range then {
			on.press(key)
		}
		on.over("completed")
	}
	h.pass(2 * time.Minute)
	heard(inTwoLanguages["en"], 1, "1", "1") // Ben's, who says on it that he comes
	if mine := h.mine(ben, m); mine != "yes" {
		t.Errorf("Ben's answer by key is %q", mine)
	}
	if len(p.taken) != 2 {
		t.Fatalf("%d texts", len(p.taken))
	}

	h.pass(30 * time.Minute)
	if _, told := h.changed(m, &store.MeetingChange{StartsAt: m.StartsAt.Add(time.Hour)}); told != 3 {
		t.Errorf("the change is for %d", told)
	}
	h.pass(2 * time.Minute)
	heard("Changed: now we meet", 2)
	if len(p.taken) != 4 {
		t.Errorf("%d texts, the change among them", len(p.taken))
	}

	h.pass(3 * time.Hour)
	if _, told := h.changed(m, nil); told != 3 {
		t.Errorf("that it is off is for %d", told)
	}
	h.pass(2 * time.Minute)
	h.pumpCalls()
	if len(x.placed) != 4 || len(p.taken) != 6 || x.placed[2].To == x.placed[3].To || x.placed[2].To == ana || x.placed[3].To == ana {
		t.Errorf("that it is off is told by %d texts, and calls %+v", len(p.taken), x.placed[2:])
	}
}
