package gateway

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// assemblyOf adds so many members who agreed to notices by text, and two organizers, and gives the numbers.
func (h *house) assemblyOf(n int) (numbers []string, author, second store.Organizer) {
	h.t.Helper()
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		var rows []store.MemberRow
		for i := range n {
			number := fmt.Sprintf("+1%d5550%03d", 201+i/100, 100+i%100)
			numbers = append(numbers, number)
			lang := []string{"en", "es"}[i%2]
			rows = append(rows, store.MemberRow{Line: i + 1, Name: fmt.Sprintf("Member %d", i), Phone: store.Phone(number), Language: lang, Standing: store.StandsMember,
				Agreed: &store.Agreement{How: "sheet", On: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Channels: []string{store.ByText}}})
		}
		_, err := h.store.ImportMembers(h.t.Context(), tx, h.line.AssemblyID, rows, h.g.now())
		if err != nil {
			return err
		}
		if author, err = h.store.AddOrganizer(h.t.Context(), tx, h.line.AssemblyID, "Rosa", uuid.Nil); err != nil {
			return err
		}
		second, err = h.store.AddOrganizer(h.t.Context(), tx, h.line.AssemblyID, "Sam", uuid.Nil)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return numbers, author, second
}

var inTwoLanguages = store.Words{"en": "The gate on Elm St is open again.", "es": "La puerta de la calle Elm ya abre."}

// approved drafts a broadcast and has it approved, as if a second organizer had.
func (h *house) approved(author, second store.Organizer, b store.Broadcast) store.Broadcast {
	h.t.Helper()
	b.Assembly, b.Line, b.DraftedBy = h.line.AssemblyID, h.line.ID, author.ID
	if b.Words == nil {
		b.Words = inTwoLanguages
	}
	if b.Purpose == "" {
		b.Purpose = store.ForNotices
	}
	if b.ExpiresAt.IsZero() {
		b.ExpiresAt = h.g.now().Add(24 * time.Hour)
	}
	drafted, err := h.store.DraftBroadcast(h.t.Context(), h.store.Pool, b, h.g.now())
	if err != nil {
		h.t.Fatal(err)
	}
	h.run("update broadcasts set state = 'approved', approved_by = $1, approved_at = $2, starts_at = $3 where id = $4", second.ID, h.g.now(),
		h.g.now().Add(store.CallBack), drafted.ID)
	return drafted
}

// pumped looks for what is to be sent, until nothing more happens.
func (h *house) pumped(g *Gateway) {
	h.t.Helper()
	g.pumps.running = map[uuid.UUID]bool{}
	ctx, stop := context.WithCancel(h.t.Context())
	for range 3 { // it begins, it sends, it ends
		if err := g.pumps.look(ctx); err != nil {
			h.t.Fatal(err)
		}
		time.Sleep(300 * time.Millisecond)
	}
	stop()
	g.pumps.done.Wait()
}

func (h *house) progress(b store.Broadcast) store.Progress {
	h.t.Helper()
	p, err := h.store.ProgressOf(h.t.Context(), h.store.Pool, b.ID, time.Time{})
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func (h *house) state(b store.Broadcast) (store.BroadcastState, string) {
	h.t.Helper()
	got, err := h.store.ShowBroadcast(h.t.Context(), h.store.Pool, b.Assembly, b.Number)
	if err != nil {
		h.t.Fatal(err)
	}
	return got.State, got.Why
}

// It reaches each person once, in their language, after it could be called back for a minute.
func TestABroadcastReachesEachOnce(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	numbers, author, second := h.assemblyOf(120)
	b := h.approved(author, second, store.Broadcast{})
	if h.pumped(h.g); len(p.taken) != 0 {
		t.Fatalf("%d were sent while it could be called back", len(p.taken))
	}
	h.pass(2 * time.Minute)
	h.pumped(h.g)
	h.pumped(h.another("redis://" + h.mini.Addr()))
	got := map[string]string{}
	for _, m := range p.taken {
		if got[m.To.String()] != "" {
			t.Errorf("a phone was told twice")
		}
		got[m.To.String()] = m.Body
		if m.From != lineNumber || m.Valid <= 0 || m.Valid > longestValid {
			t.Errorf("from %q, for %v", m.From, m.Valid)
		}
	}
	for i, number := range numbers {
		want := h.line.Name + ": " + inTwoLanguages[[]string{"en", "es"}[i%2]] + "\nSTOP = "
		if !strings.HasPrefix(got[number], want) {
			t.Errorf("member %d was told %q", i, got[number])
		}
	}
	if state, _ := h.state(b); state != store.BroadcastDone || h.progress(b).Accepted != len(numbers) {
		t.Errorf("it is %s, %+v", state, h.progress(b))
	}
}

// Consent is asked again at each send, and so are hours, and whether somebody is talking with us; what was left goes out when it may.
func TestABroadcastAsksAtTheLastMoment(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	numbers, author, second := h.assemblyOf(6)
	b := h.approved(author, second, store.Broadcast{})
	h.pumped(h.g) // frozen, with all six
	h.pass(2 * time.Minute)
	h.text(numbers[0], "STOP")
	h.text(numbers[1], "please stop texting me")
	h.text(numbers[2], "MENU")
	h.run("update phones set hours_from = $1, hours_until = $2 where index = $3", 0, 1, h.keys.Index("phone", numbers[5]))
	h.pumped(h.g)
	if got := h.progress(b); got.Accepted != 2 || got.Refused != 2 || got.Ready != 2 {
		t.Fatalf("%+v", got)
	}
	for _, m := range p.taken {
		for _, not := range numbers[:3] {
			if m.To.String() == not {
				t.Errorf("a phone was told that had said stop, or was talking")
			}
		}
	}
	h.pass(16 * time.Minute)
	h.pumped(h.g)
	if got := h.progress(b); got.Accepted != 3 || got.Ready != 1 {
		t.Errorf("after a while: %+v", got)
	}
	h.pass(24 * time.Hour)
	h.pumped(h.g)
	if got := h.progress(b); got.Accepted != 3 || got.Expired != 1 {
		t.Errorf("too late: %+v", got)
	}
	if state, _ := h.state(b); state != store.BroadcastDone {
		t.Errorf("it is %s", state)
	}
}

// A broadcast pauses by itself, after the few on which it shows, says why, and goes on for those who were not told.
func TestABroadcastPausesByItself(t *testing.T) {
	refused := func(code int, blame store.Blame, n int) (all []Placed) {
		for range n {
			all = append(all, Placed{State: store.SendRefused, Code: code, Blame: blame, Cause: errors.New("refused")})
		}
		return all
	}
	for name, c := range map[string]struct {
		planned []Placed
		why     string
		left    int // who waits then
		told    int // once it has gone on
	}{
		"the account":   {refused(20003, store.BlameAccount, 1), store.WhyAccount, 191, 200},
		"a third":       {refused(30005, store.BlameNumber, 16), store.WhyFailures, 180, 184},
		"to nowhere":    {refused(21408, store.BlameDestination, 10), store.WhyCountry, 190, 190},
		"taken as spam": {refused(30007, store.BlameFiltered, 4), store.WhyFiltered, 120, 196},
		"some fail":     {refused(30005, store.BlameNumber, 3), "", 0, 197},
		"they stopped":  {refused(21610, store.BlameStopped, 40), "", 0, 160},
	} {
		t.Run(name, func(t *testing.T) {
			h, p := waitingHouse(t)
			h.run("update lines set pace = 0")
			_, author, second := h.assemblyOf(200)
			b := h.approved(author, second, store.Broadcast{})
			h.pass(2 * time.Minute)
			p.planned = c.planned
			h.pumped(h.g)
			state, why := h.state(b)
			if why != c.why || (state == store.BroadcastPaused) != (c.why != "") {
				t.Fatalf("it is %s, %q, want %q", state, why, c.why)
			}
			if got := h.progress(b); got.Ready != c.left {
				t.Errorf("%+v", got)
			}
			if c.why != "" {
				h.pass(time.Minute)
				h.resumed(b)
			}
			if got := h.progress(b); got.Accepted != c.told {
				t.Errorf("in the end: %+v", got)
			}
		})
	}
}

// resumed lets a broadcast go on, to its end.
func (h *house) resumed(b store.Broadcast) {
	h.t.Helper()
	paused, err := h.store.ShowBroadcast(h.t.Context(), h.store.Pool, b.Assembly, b.Number)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.store.ResumeBroadcast(h.t.Context(), h.store.Pool, paused, h.g.now()); err != nil {
		h.t.Fatal(err)
	}
	h.pumped(h.g)
}

// What a line may spend a day is a hard bound: nothing goes out beyond it, and it goes on the next day.
func TestABroadcastStopsAtTheCap(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0, daily_cap = 1, price = 25000") // 40 segments
	_, author, second := h.assemblyOf(60)
	b := h.approved(author, second, store.Broadcast{ExpiresAt: h.g.now().Add(72 * time.Hour)})
	h.pass(2 * time.Minute)
	h.pumped(h.g)
	state, why := h.state(b)
	if state != store.BroadcastPaused || why != store.WhyCap || len(p.taken) != 40 {
		t.Fatalf("it is %s, %q, and %d were sent", state, why, len(p.taken))
	}
	h.pass(24 * time.Hour)
	if h.resumed(b); len(p.taken) != 60 {
		t.Errorf("the next day %d were told in all", len(p.taken))
	}
}

// Canceled, it goes to nobody more.
func TestABroadcastIsCalledBack(t *testing.T) {
	h, p := waitingHouse(t)
	_, author, second := h.assemblyOf(10)
	b := h.approved(author, second, store.Broadcast{})
	h.pumped(h.g)
	if err := h.store.CancelBroadcast(t.Context(), h.store.Pool, b, h.g.now()); err != nil {
		t.Fatal(err)
	}
	h.pass(5 * time.Minute)
	h.pumped(h.g)
	if got := h.progress(b); len(p.taken) != 0 || got.Canceled != 10 {
		t.Errorf("%d were sent, %+v", len(p.taken), got)
	}
	if err := h.store.CancelBroadcast(t.Context(), h.store.Pool, b, h.g.now()); err == nil {
		t.Error("it was canceled twice")
	}
}

// asked drafts a broadcast by Rosa and asks Sam, whose own phone is ben's, to approve it; it gives the code.
func (h *house) asked(words store.Words) (b store.Broadcast, code string) {
	h.t.Helper()
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		ctx, q := h.t.Context(), tx
		agreed := &store.Agreement{How: "sheet", On: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Channels: []string{store.ByText}}
		if _, err := h.store.ImportMembers(ctx, q, h.line.AssemblyID, []store.MemberRow{
			{Line: 1, Name: "Rosa", Phone: ana, Language: "en", Standing: store.StandsMember, Agreed: agreed},
			{Line: 2, Name: "Sam", Phone: ben, Language: "en", Standing: store.StandsMember, Agreed: agreed},
			{Line: 3, Name: "Carla", Phone: carla, Language: "es", Standing: store.StandsMember, Agreed: agreed},
		}, h.g.now()); err != nil {
			return err
		}
		var acting []store.Organizer
		for _, name := range []string{"Rosa", "Sam"} {
			m, err := h.store.FindMember(ctx, q, h.line.AssemblyID, name)
			if err != nil {
				return err
			}
			o, err := h.store.AddOrganizer(ctx, q, h.line.AssemblyID, name, m.ID)
			if err != nil {
				return err
			}
			acting = append(acting, o)
		}
		var err error
		b, err = h.store.DraftBroadcast(ctx, q, store.Broadcast{
			Assembly: h.line.AssemblyID, Line: h.line.ID, Purpose: store.ForNotices, Words: words, DraftedBy: acting[0].ID, ExpiresAt: h.g.now().Add(24 * time.Hour),
		}, h.g.now())
		if err != nil {
			return err
		}
		all, err := h.store.AskApproval(ctx, q, b, map[string]int{"en": 1, "es": 1}, h.g.now())
		if err != nil || len(all) != 1 || all[0].Name != "Sam" {
			return fmt.Errorf("asked %+v: %w", all, err)
		}
		code = all[0].Code
		return h.g.outbox.PutApproval(ctx, tx, h.set, h.line, all[0], h.g.now())
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return b, code
}

// A second organizer reads on their own phone, word for word, what goes to whom, when and for how much, and sends it on its way; the code is good for
// that phone and these words alone.
func TestABroadcastIsApprovedFromAnotherPhone(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	b, code := h.asked(inTwoLanguages)
	if err := h.deliver(); err != nil || !strings.HasSuffix(p.bodies(), code) || h.revealed(p.bodies()) != "" {
		t.Fatalf("sent %q, %v", p.bodies(), err)
	}
	p.taken = nil
	for _, stranger := range []string{ana, carla, "+12125550142"} {
		if said := h.text(stranger, code); strings.Contains(said, "gate on Elm") {
			t.Errorf("%s is told %q", stranger, said)
		}
	}
	if said := h.text(ben, code); !strings.HasPrefix(said, "Rosa: The gate on Elm St is open again.") {
		t.Fatalf("it tells %q", said)
	}
	if said := h.text(ben, "1"); !strings.Contains(said, "La puerta de la calle Elm ya abre.") {
		t.Fatalf("and then %q", said)
	}
	sure := h.text(ben, "1")
	if !strings.Contains(sure, "It goes to 3 phones (0 by call), from Monday, Nov 23, 12:01 pm") || !strings.Contains(sure, "about $1.") {
		t.Fatalf("and then %q", sure)
	}
	if said := h.text(ben, sure[strings.Index(sure, "\n")+1:][:2]); !strings.HasPrefix(said, "Approved.") {
		t.Fatalf("and then %q", said)
	}
	if said := h.text(ben, code); !strings.Contains(said, "approved already") {
		t.Errorf("once more: %q", said)
	}
	h.pumped(h.g)
	if len(p.taken) != 0 {
		t.Fatal("it went out while it could be called back")
	}
	h.pass(20 * time.Minute) // nobody is in the midst of a talk with us then
	h.pumped(h.g)
	if got := h.progress(b); got.Accepted != 3 {
		t.Errorf("%+v", got)
	}
}

// Any change makes an approval of what was written before worthless.
func TestAChangedBroadcastIsNotApproved(t *testing.T) {
	h, _ := waitingHouse(t)
	b, code := h.asked(inTwoLanguages)
	h.text(ben, code)
	h.text(ben, "1")
	sure := h.text(ben, "1")
	b.Words = store.Words{"en": "The gate is shut.", "es": "La puerta no abre."}
	if _, err := h.store.ChangeBroadcast(t.Context(), h.store.Pool, b, h.g.now()); err != nil {
		t.Fatal(err)
	}
	if said := h.text(ben, sure[strings.Index(sure, "\n")+1:][:2]); !strings.Contains(said, "was changed") {
		t.Errorf("the confirm of the older words: %q", said)
	}
	if said := h.text(ben, code); strings.Contains(said, "gate") {
		t.Errorf("the older code: %q", said)
	}
	if state, _ := h.state(b); state != store.BroadcastDraft {
		t.Errorf("it is %s", state)
	}
}
