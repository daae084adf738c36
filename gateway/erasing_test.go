package gateway

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

// log is what a carrier keeps of texts, and what it answers when it is asked to erase.
type carrierLog struct {
	mu     sync.Mutex
	asked  map[string]int // by the carrier's id
	answer func(what string, n int) Erased
}

func (l *carrierLog) erase(_ context.Context, _ store.ErasureKind, what string) Erased {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asked == nil {
		l.asked = map[string]int{}
	}
	l.asked[what]++
	if l.answer != nil {
		return l.answer(what, l.asked[what])
	}
	return Erased{Came: ErasedThere}
}

func (l *carrierLog) times(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked[what]
}

func (l *carrierLog) all() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, times := range l.asked {
		n += times
	}
	return n
}

// erasures is how many rows there are in a state: waiting, done or given up.
func (h *house) erasures(state string) int {
	h.t.Helper()
	return h.count("select count(*) from carrier_erasures where " + map[string]string{
		"waiting": "done_at is null and given_up_at is null", "done": "done_at is not null", "given up": "given_up_at is not null",
	}[state])
}

// want writes down that some texts are to be erased, and gives their ids.
func (h *house) want(n int) (sids []string) {
	h.t.Helper()
	for range n {
		sid := fmt.Sprintf("SM%032d", h.seq.Add(1))
		if err := h.store.WantErased(h.t.Context(), h.store.Pool, h.line.AssemblyID, sid, h.g.now(), h.g.now()); err != nil {
			h.t.Fatal(err)
		}
		sids = append(sids, sid)
	}
	return sids
}

// Every text that is heard is erased at the carrier a while later, whatever became of it, once, and by a row that a thief of the database
// cannot match with the carrier's list. (WORKERS.md: we erase the words at ours)
func TestATextThatWasHeardIsErasedAtTheCarrier(t *testing.T) {
	l := &carrierLog{}
	h := newHouse(t, houseOptions{carrier: Carrier{Erase: l.erase}})
	var sids []string
	for _, words := range []string{"hello", "the lift in hall B is broken", "STOP", "HELP", ""} {
		in := h.aText(ana, words)
		h.g.Turn(t.Context(), in)
		h.g.Turn(t.Context(), in) // told twice
		sids = append(sids, in.Key)
	}
	call := h.call(ben)
	call.press("1")
	if n := h.erasures("waiting"); n != len(sids) {
		t.Fatalf("%d rows for %d texts", n, len(sids))
	}
	for _, where := range append(h.standsSomewhere(sids...), h.standsSomewhere(hex.EncodeToString([]byte(sids[0])))...) {
		t.Errorf("a dump can be matched with the carrier's list: %s", where)
	}
	h.erasedThere()
	if n := l.all(); n != 0 {
		t.Errorf("the carrier was asked %d times before it can be done with them", n)
	}
	h.pass(store.SettledAfter)
	h.erasedThere()
	h.erasedThere()
	for _, sid := range sids {
		if n := l.times(sid); n != 1 {
			t.Errorf("a text was erased %d times", n)
		}
	}
	if h.erasures("done") != len(sids) || h.count("select count(*) from carrier_erasures where source is not null") != 0 {
		t.Error("what is erased is known for longer than it is needed")
	}
	if n := h.count("select sum(n) from carrier_erased where kind = 'text' and came = 'erased' and day = '2026-11-23'"); n != len(sids) {
		t.Errorf("%d are counted", n)
	}
}

// FORGET takes away all that the row could be found by, and the row stays until it is done: the phone is forgotten at the carrier too.
func TestWhatIsForgottenIsErasedAtTheCarrierToo(t *testing.T) {
	l := &carrierLog{}
	h := newHouse(t, houseOptions{carrier: Carrier{Erase: l.erase}})
	first := h.aText(ana, "ENGLISH")
	h.g.Turn(t.Context(), first)
	said, last := h.forget(ana)
	if !strings.Contains(said, "erased") || h.count("select count(*) from phones") != 0 {
		t.Fatalf("it is not forgotten: %q", said)
	}
	h.pass(store.SettledAfter)
	h.erasedThere()
	if l.times(first.Key) != 1 || l.times(last.Key) != 1 || h.erasures("waiting") != 0 {
		t.Errorf("the carrier was asked %v", l.asked)
	}
}

// An answer's id is told only by its status, which may come late, twice, in any order, or never. It is erased once it is final.
func TestAnAnswerIsErasedOnceItIsFinal(t *testing.T) {
	l := &carrierLog{}
	h := newHouse(t, houseOptions{carrier: Carrier{Erase: l.erase}})
	tell := func(statuses ...string) {
		for _, status := range statuses {
			if err := h.g.Logged(t.Context(), lineNumber, "SMreply", status); err != nil {
				t.Fatal(err)
			}
		}
	}
	tell("queued", "sending", "sent", "a new word")
	if n := h.erasures("waiting"); n != 0 {
		t.Errorf("%d rows for an answer that is on its way", n)
	}
	tell("delivered", "delivered", "sent")
	if err := h.g.Logged(t.Context(), "+12125550999", "SMother", "delivered"); err != nil || h.erasures("waiting") != 1 {
		t.Errorf("%d rows, %v", h.erasures("waiting"), err)
	}
	h.pass(store.SettledAfter)
	h.erasedThere()
	tell("delivered") // once more, when it is done
	h.pass(time.Hour)
	h.erasedThere()
	if n := l.times("SMreply"); n != 1 {
		t.Errorf("it was erased %d times", n)
	}
}

// A text that we place is erased when the carrier tells what became of it; where it never does, an hour later.
func TestATextThatWePlacedIsErased(t *testing.T) {
	for _, told := range []bool{true, false} {
		l := &carrierLog{}
		h := newHouse(t, houseOptions{carrier: Carrier{Erase: l.erase, Place: func(context.Context, Message) Placed {
			return Placed{State: store.SendAccepted, ID: "SMplaced"}
		}}})
		id := h.outgoing()
		if told {
			if err := h.g.Logged(t.Context(), lineNumber, "SMplaced", "delivered"); err != nil {
				t.Fatal(err)
			}
		}
		err := h.g.settle(t.Context(), store.Outgoing{ID: id, Channel: store.ByText}, h.g.hand(t.Context(), store.Outgoing{}, Message{}), false)
		if err != nil {
			t.Fatal(err)
		}
		h.pass(store.SettledAfter)
		h.erasedThere()
		if n := l.times("SMplaced"); (n == 1) != told {
			t.Errorf("told %v: erased %d times", told, n)
		}
		h.pass(time.Hour)
		h.erasedThere()
		if n := l.times("SMplaced"); n != 1 {
			t.Errorf("told %v: an hour later erased %d times", told, n)
		}
	}
}

// outgoing is a text that is being sent.
func (h *house) outgoing() uuid.UUID {
	h.t.Helper()
	phone, err := h.store.EnsurePhone(h.t.Context(), h.store.Pool, h.line.AssemblyID, ana)
	if err != nil {
		h.t.Fatal(err)
	}
	id, err := h.store.AddOutgoing(h.t.Context(), h.store.Pool, store.Outgoing{
		Assembly: h.line.AssemblyID, Line: h.line.ID, Phone: phone, Channel: store.ByText, Purpose: store.ForAnswers, Body: "x", ExpiresAt: h.g.now().Add(time.Hour),
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.run("update outgoing set state = 'sending'")
	return id
}

// What the carrier is not done with is asked for again, later each time, for 15 days; then a person has to look. (Twilio's error 20009)
func TestTooSoonIsAskedForAgain(t *testing.T) {
	l := &carrierLog{answer: func(string, int) Erased { return Erased{Came: TooSoonThere, Code: 20009} }}
	h := newHouse(t, houseOptions{carrier: Carrier{Erase: l.erase}})
	sid := h.want(1)[0]
	for _, c := range []struct {
		pass  time.Duration
		asked int
	}{{0, 1}, {59 * time.Second, 1}, {time.Second, 2}, {4 * time.Minute, 2}, {time.Minute, 3}, {15 * time.Minute, 4}} {
		h.pass(c.pass)
		h.erasedThere()
		if n := l.times(sid); n != c.asked {
			t.Fatalf("after %v more it was asked for %d times, want %d", c.pass, n, c.asked)
		}
	}
	for range 14 {
		h.pass(24 * time.Hour)
		h.erasedThere()
	}
	if h.erasures("given up") != 0 {
		t.Error("it was given up within 14 days")
	}
	h.pass(48 * time.Hour)
	h.erasedThere()
	if h.erasures("given up") != 1 || h.count("select sum(n) from carrier_erased where came = 'given_up'") != 1 {
		t.Error("it is neither tried nor given up")
	}
	left, err := h.store.GivenUpErasures(t.Context(), h.store.Pool)
	if err != nil || len(left) != 1 || left[0].Source != sid || left[0].Code != 20009 {
		t.Errorf("a person is told %+v, %v", left, err)
	}
	l.answer = nil
	if n, err := h.store.EraseAgain(t.Context(), "Ana", h.g.now()); n != 1 || err != nil {
		t.Errorf("%d are tried anew, %v", n, err)
	}
	h.erasedThere()
	if h.erasures("done") != 1 || h.count("select count(*) from journal where act = 'erase.again' and actor = 'Ana'") != 1 {
		t.Error("it is not erased in the end")
	}
}

// What the carrier refuses for another reason stands in nobody's way, and goes before a person after a day and a half.
func TestWhatIsRefusedDoesNotStandInTheWay(t *testing.T) {
	l := &carrierLog{}
	h := newHouse(t, houseOptions{carrier: Carrier{Erase: l.erase}})
	sids := h.want(3)
	l.answer = func(what string, _ int) Erased {
		if what == sids[0] {
			return Erased{Came: RefusedThere, Code: 30400}
		}
		return Erased{Came: GoneThere}
	}
	h.run("update carrier_erasures set source = '\\x01' where id = (select id from carrier_erasures where id <> $1 limit 1)", uuid.UUID(h.keys.Index("erasure", sids[0])[:16]))
	h.erasedThere()
	if h.erasures("done") != 1 || h.erasures("waiting") != 2 {
		t.Errorf("%d done, %d waiting", h.erasures("done"), h.erasures("waiting"))
	}
	for range 5 {
		h.pass(24 * time.Hour)
		h.erasedThere()
	}
	if h.erasures("given up") != 2 || h.count("select sum(n) from carrier_erased where came = 'gone'") != 1 {
		t.Errorf("%d given up: the one refused, and the one that cannot be opened", h.erasures("given up"))
	}
}

// While the carrier is away nothing is given up, and it is not asked for all that waits again and again. Afterwards all of it is erased.
func TestTheCarrierIsAwayForAnHour(t *testing.T) {
	var away atomic.Bool
	away.Store(true)
	l := &carrierLog{answer: func(string, int) Erased {
		if away.Load() {
			return Erased{Came: AwayThere}
		}
		return Erased{Came: ErasedThere}
	}}
	h := newHouse(t, houseOptions{carrier: Carrier{Erase: l.erase}})
	h.want(300)
	for range 60 {
		h.erasedThere()
		h.pass(time.Minute)
	}
	if n := l.all(); n > 60*(eraseAtOnce+awayInARow) || n < 60 {
		t.Errorf("an absent carrier was asked %d times in an hour", n)
	}
	if h.erasures("given up") != 0 {
		t.Error("something was given up")
	}
	away.Store(false)
	h.pass(time.Hour)
	h.erasedThere()
	if h.erasures("done") != 300 {
		t.Errorf("%d of 300 are erased afterwards", h.erasures("done"))
	}
}

// Too many requests end a run; an account that is refused ends it, is told to the operator, and holds nothing against what waits.
func TestTheCarrierWantsToBeLeftAlone(t *testing.T) {
	answer := Erased{Came: BusyThere, Code: 20429, Wait: 10 * time.Minute}
	l := &carrierLog{answer: func(string, int) Erased { return answer }}
	h := newHouse(t, houseOptions{carrier: Carrier{Erase: l.erase}})
	h.want(50)
	h.erasedThere()
	if n := l.all(); n > eraseAtOnce {
		t.Errorf("it was asked %d times after it said that it is too much", n)
	}
	answer = Erased{Came: HaltedThere, Code: 20003}
	h.erasedThere()
	h.pass(time.Hour)
	h.erasedThere()
	e, err := h.store.ErasingNow(t.Context(), h.store.Pool, h.g.now())
	if err != nil || e.HaltedCode != 20003 || !e.HaltedSince.Equal(h.g.now().Add(-time.Hour)) || e.Kinds[0].Waiting != 50 {
		t.Errorf("the operator is told %+v, %v", e, err)
	}
	answer = Erased{Came: ErasedThere}
	h.erasedThere()
	if e, err = h.store.ErasingNow(t.Context(), h.store.Pool, h.g.now()); err != nil || !e.HaltedSince.IsZero() || e.Kinds[0].Waiting != 0 || e.Kinds[0].Erased != 50 {
		t.Errorf("afterwards the operator is told %+v, %v", e, err)
	}
}

// What is cut off between the carrier's answer and our commit is asked for again, and counts once.
func TestErasingIsCutOffBeforeTheCommit(t *testing.T) {
	l := &carrierLog{}
	h := newHouse(t, houseOptions{carrier: Carrier{Erase: l.erase}})
	sids := h.want(3)
	h.run("alter table carrier_erased rename to gone")
	if err := h.g.eraseDue(t.Context(), time.Now().Add(time.Minute)); err == nil {
		t.Fatal("it was not cut off")
	}
	if h.erasures("waiting") != 3 {
		t.Errorf("%d wait after half a commit", h.erasures("waiting"))
	}
	h.run("alter table gone rename to carrier_erased")
	h.erasedThere()
	if l.times(sids[0]) != 2 || h.erasures("done") != 3 || h.count("select sum(n) from carrier_erased") != 3 {
		t.Errorf("asked %d times, %d done", l.times(sids[0]), h.erasures("done"))
	}
}

// A long backlog is drained in batches, a few requests at a time, each text once.
func TestABacklogIsDrained(t *testing.T) {
	var now, most atomic.Int32
	l := &carrierLog{}
	h := newHouse(t, houseOptions{carrier: Carrier{Erase: func(ctx context.Context, kind store.ErasureKind, what string) Erased {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer now.Add(-1)
		time.Sleep(time.Millisecond)
		return l.erase(ctx, kind, what)
	}}})
	h.want(1000)
	h.erasedThere()
	if h.erasures("done") != 1000 || l.all() != 1000 {
		t.Errorf("%d of 1000 are done, with %d requests", h.erasures("done"), l.all())
	}
	if n := most.Load(); n > eraseAtOnce {
		t.Errorf("%d requests at once", n)
	}
	h.pass(4 * 24 * time.Hour)
	h.erasedThere()
	if n := h.count("select count(*) from carrier_erasures"); n != 0 {
		t.Errorf("%d are known for ever", n)
	}
}

// The sweep finds what no row speaks of: a callback was lost, or the database restored. What was never heard it leaves to be heard first, and
// a text whose sending may still be looked for by its words it leaves for a day.
func TestTheSweepFindsWhatStandsAtTheCarrier(t *testing.T) {
	l := &carrierLog{}
	var list []CarrierText
	h := newHouse(t, houseOptions{carrier: Carrier{Erase: l.erase, Texts: func(_ context.Context, line string, _ time.Time, each func(CarrierText) error) error {
		for _, text := range list {
			if err := each(text); err != nil {
				return err
			}
		}
		return nil
	}}})
	heard := h.aText(ana, "hello")
	h.g.Turn(t.Context(), heard)
	h.pass(store.SettledAfter)
	h.erasedThere() // so the carrier says
	h.pass(2 * time.Hour)
	ago := func(d time.Duration) time.Time { return h.g.now().Add(-d) }
	list = []CarrierText{
		{ID: heard.Key, Other: ana, Inbound: true, At: ago(2 * time.Hour), Words: true},
		{ID: "SMmissed", Other: ana, Inbound: true, At: ago(2 * time.Hour), Words: true},
		{ID: "SMreply", Other: ana, At: ago(2 * time.Hour), Words: true},
		{ID: "SMfresh", Other: ana, At: ago(time.Minute), Words: true},
		{ID: "SMplaced", Other: ana, Placed: true, At: ago(2 * time.Hour), Words: true},
		{ID: "SMold", Other: ana, Placed: true, At: ago(25 * time.Hour), Words: true},
		{ID: "SMcode", Inbound: true, At: ago(25 * time.Hour), Words: true},
		{ID: "SMours", Other: lineNumber, Inbound: true, At: ago(25 * time.Hour), Words: true},
		{ID: "SMblank", Other: ana, At: ago(2 * time.Hour)},
	}
	if n, err := h.g.sweep(t.Context()); n != 5 || err != nil {
		t.Errorf("it found %d, %v", n, err)
	}
	h.erasedThere()
	for sid, want := range map[string]int{heard.Key: 2, "SMmissed": 0, "SMreply": 1, "SMfresh": 0, "SMplaced": 0, "SMold": 1, "SMcode": 1, "SMours": 1, "SMblank": 0} {
		if n := l.times(sid); n != want {
			t.Errorf("%s was erased %d times, want %d", sid, n, want)
		}
	}
}

// The job runs by itself, as serve has it.
func TestErasingByItself(t *testing.T) {
	l := &carrierLog{}
	h := newHouse(t, houseOptions{carrier: Carrier{Erase: l.erase}})
	h.want(5)
	h.starts(h.g)
	h.until("select count(*) from carrier_erasures where done_at is not null", 5)
	h.until("select count(*) from river_job where kind = 'sweep_carrier' and state = 'completed'", 1)
}

// A turn in which time has passed is nothing that the carrier keeps.
func TestALapseIsNothingAtTheCarrier(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.text(ana, "ENGLISH")
	in := h.aText(ana, "")
	in.Kind, in.Waited = flows.KindLapse, uuid.MustParse(h.one("select turn::text from conversations"))
	in.Key = "talk/" + in.Waited.String()
	h.g.Turn(t.Context(), in)
	if n := h.erasures("waiting"); n != 1 {
		t.Errorf("%d rows", n)
	}
}
