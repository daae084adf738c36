package gateway

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// doors is a house with members and a meeting that begins in an hour, and the code at its door.
func doors(t *testing.T, quorum store.Quorum, members int) (*house, store.Meeting, string) {
	t.Helper()
	h := newHouse(t, houseOptions{})
	now := time.Unix(h.now.Load(), 0)
	var rows []store.MemberRow
	for n := range members {
		rows = append(rows, store.MemberRow{Line: n + 1, Name: fmt.Sprintf("Worker %d", n), Phone: store.Phone(at(n)), Standing: store.StandsMember})
	}
	rows = append(rows, store.MemberRow{Line: 90, Name: "Rosa", Phone: shared, Standing: store.StandsMember},
		store.MemberRow{Line: 91, Name: "Luz", Phone: shared, Standing: store.StandsMember})
	err := h.store.InTx(t.Context(), func(tx pgx.Tx) error {
		_, err := h.store.ImportMembers(t.Context(), tx, h.line.AssemblyID, rows, now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	m := h.meets(store.NewMeeting{StartsAt: now.Add(time.Hour), Quorum: &quorum})
	code, err := h.store.DoorCode(t.Context(), h.store.Pool, m, false, now)
	if err != nil {
		t.Fatal(err)
	}
	return h, m, code
}

// shared is a phone of two members; at are those of one person each.
const shared = "+12125550190"

func at(n int) string { return fmt.Sprintf("+12125550%d", 101+n) }

func (h *house) attended(m store.Meeting) store.Attendance {
	h.t.Helper()
	a, err := h.store.Attended(h.t.Context(), h.store.Pool, h.shown(m))
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

// knocks calls, comes to the door's question as from the menu, and keys a code.
func (h *house) knocks(from, code string) (*phoneCall, string) {
	h.t.Helper()
	c := h.call(from)
	c.lead("here", "ask")
	return c, c.press(code)
}

// Forty people come to the door: by text and by call, members and guests, two sharing a phone, some with a hidden number, some twice.
func TestFortyPeopleComeToTheDoor(t *testing.T) {
	h, m, code := doors(t, store.Quorum{Percent: 50}, 20)
	var all sync.WaitGroup
	for n := range 30 { // twenty members and ten guests, at once
		all.Go(func() {
			h.text(at(n), "HERE")
			in := h.aText(at(n), code)
			if got := h.g.Turn(t.Context(), in).Text(); !strings.HasPrefix(got, "You are counted.") {
				t.Errorf("%d is answered %q", n, got)
			}
			h.g.Turn(t.Context(), in) // the carrier sends it again
		})
	}
	all.Wait()
	if a := h.attended(m); a.Heads != 30 || a.Members != 20 {
		t.Fatalf("thirty came: %+v", a)
	}
	for n := 30; n < 34; n++ { // four guests call
		if c, got := h.knocks(at(n), code); !strings.Contains(got, "You are counted.") {
			t.Errorf("%d hears %q", n, got)
		} else {
			c.hangUp()
		}
	}
	if _, got := h.knocks(at(33), code); !strings.Contains(got, "is counted once") {
		t.Errorf("twice by one phone: %q", got)
	}
	if _, got := h.knocks("", code); !strings.Contains(got, "people at the door can count you") {
		t.Errorf("a hidden number hears %q", got)
	}
	h.says(shared, "AQUI", "cinco cifras")
	h.says(shared, code[:3]+" "+code[3:], "Varios miembros")
	h.says(shared, "2", "Su llegada queda apuntada")
	h.says(shared, "2", "Apuntados con usted: 2") // two children, whom nobody else counts
	a := h.attended(m)
	if a.Heads != 30+4+2+2 || a.Members != 22 || a.Needed != 11 || a.ReachedAt.IsZero() {
		t.Errorf("there are %+v", a)
	}
	if err := h.store.EnterPresent(t.Context(), h.store.Pool, m, "Ana", 2, time.Unix(h.now.Load(), 0)); err != nil {
		t.Fatal(err)
	}
	if a := h.attended(m); a.Heads != 40 || a.OnPaper != 2 {
		t.Errorf("with those on paper there are %+v", a)
	}
	h.pass(8 * time.Hour)
	h.says(at(50), "HERE", "five digits")
	h.says(at(50), code, "does not count any more")
	if a := h.attended(m); a.Heads != 40 {
		t.Errorf("after the meeting: %+v", a)
	}
}

// A code of five digits tried sixty times by one phone, by text and by call, finds nothing, and shuts nobody else out.
func TestACodeTriedSixtyTimes(t *testing.T) {
	h, m, code := doors(t, store.Quorum{}, 1)
	shut := 0
	for n := range 60 {
		wrong := fmt.Sprintf("0%04d", n)
		got := ""
		if n%2 == 0 {
			h.text(at(40), "HERE")
			got = h.text(at(40), wrong)
		} else {
			_, got = h.knocks(at(40), wrong)
		}
		if strings.Contains(got, "You are counted") {
			t.Fatalf("%s is answered %q", wrong, got)
		}
		if strings.Contains(got, "Too many wrong codes") {
			shut++
		}
	}
	if shut < 30 { // by text the same answer again and again is held back
		t.Errorf("%d tries were told that there were too many", shut)
	}
	if _, got := h.knocks(at(40), code); !strings.Contains(got, "Too many wrong codes") || h.attended(m).Heads != 0 {
		t.Errorf("then the right one is answered %q", got)
	}
	h.says(at(0), "HERE", "five digits")
	h.says(at(0), code, "You are counted.")
}

// What comes out of order: too early, a digit short, behind a word, a story instead.
func TestWhatElseIsSentAtTheDoor(t *testing.T) {
	h, m, code := doors(t, store.Quorum{}, 1)
	h.moves(m, m.StartsAt.Add(5*time.Hour))
	h.says(ben, "HERE", "five digits")
	h.says(ben, code, "again from Monday, Nov 23, 11:00 am")
	h.pass(5 * time.Hour)
	h.says(ben, "HERE", "five digits")
	h.says(ben, code[:4], "The code has five digits.")
	h.says(ben, "code "+code, "You are counted.")
	h.says(ben, "the hall is locked and nobody is here", "We have it.")
	if n := h.count("select count(*) from reports"); n != 1 || h.attended(m).Heads != 1 {
		t.Errorf("%d reports, and there are %+v", n, h.attended(m))
	}
	if n := h.count(`select count(*) from attendance t join phones p on p.id = t.phone_id where t.kind = 'guest'`); n != 1 {
		t.Errorf("%d guests", n)
	}
}

// The fact by which a menu offers the door: only while a code counts.
func TestTheDoorIsKnownWhileItCounts(t *testing.T) {
	h := newHouse(t, houseOptions{set: libraryWith(t, map[string]string{"now.yaml": `starts: {en: [NOW], es: [AHORA]}
steps:
  now: {branch: [{if: meetings.now > 0, then: some}, {else: none}]}
  some: {say: {en: "There is one.", es: "Hay una."}, then: end}
  none: {say: {en: "There is none.", es: "No hay."}, then: end}
`}, vocabulary())})
	m := h.meets(store.NewMeeting{})
	h.text(ana, "ENGLISH")
	for _, step := range []struct {
		pass time.Duration
		want string
	}{{0, "none"}, {69 * time.Hour, "none"}, {time.Hour + time.Minute, "one"}, {7 * time.Hour, "one"}, {time.Hour, "none"}} {
		if h.pass(step.pass); step.pass == 69*time.Hour {
			h.says(ana, "NOW", "none") // no code was made
			if _, err := h.store.DoorCode(t.Context(), h.store.Pool, m, false, time.Unix(h.now.Load(), 0)); err != nil {
				t.Fatal(err)
			}
		}
		h.says(ana, "NOW", "There is "+step.want)
	}
}
