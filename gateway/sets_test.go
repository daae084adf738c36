package gateway

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"hotline/flows"
)

// rewritten is the library with words in some of its files replaced: file, old, new, and so on. More may be offered to it than this
// program has.
func rewritten(t *testing.T, offered flows.Vocabulary, changes ...string) *flows.Set {
	t.Helper()
	files := fstest.MapFS{}
	names, err := fs.Glob(os.DirFS("../flows/library"), "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile("../flows/library/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	for i := 0; i < len(changes); i += 3 {
		file := files[changes[i]]
		text := strings.ReplaceAll(string(file.Data), changes[i+1], changes[i+2])
		if text == string(file.Data) {
			t.Fatalf("%q does not stand in %s", changes[i+1], changes[i])
		}
		file.Data = []byte(text)
	}
	set, err := flows.Load(files, offered)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// asked is the library with another question in the report, so that it can be told on which set somebody is.
func asked(t *testing.T, question string) *flows.Set {
	return rewritten(t, vocabulary(), "report.yaml", "Tell us what happened, in your own words", question, "report.yaml", "Added. Write on", question+". Write on",
		"report.yaml", "1 Done, 2 More choices", question+": 1 Done, 2 More choices")
}

func (h *house) use(set *flows.Set) {
	h.t.Helper()
	if changed, err := h.g.UseFlows(h.t.Context(), set); err != nil || !changed {
		h.t.Fatalf("changed: %v, %v", changed, err)
	}
}

func (h *house) says(from, body, want string) {
	h.t.Helper()
	if got := h.text(from, body); !strings.Contains(got, want) {
		h.t.Errorf("%s is answered %q, not %q", body, got, want)
	}
}

// Who is in the middle of something goes on as it began; who begins afterwards begins with the new flows. The same after restarts,
// which lose all that a process and Redis knew.
func TestATalkFinishesOnTheSetItBeganWith(t *testing.T) {
	h := newHouse(t, houseOptions{})
	first, second, third := asked(t, "FIRST"), asked(t, "SECOND"), asked(t, "THIRD")
	h.use(first)
	h.says(ana, "REPORT", "FIRST")
	h.text(ana, "the lift in hall B is broken")
	h.use(second)
	h.says(ben, "REPORT", "SECOND")
	h.says(ana, "it was this morning again", "FIRST")

	h.mini.FlushAll()
	h.g = h.anotherWith("redis://"+h.mini.Addr(), third)
	if err := h.g.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer h.g.Stop(t.Context())
	h.text(ana, "and it was so yesterday") // kept, and not answered any more
	h.says(ana, "7", "FIRST")
	h.text(ben, "no water in the hall")
	h.says(ben, "none at all since Monday", "SECOND")
	h.says("+12125550103", "REPORT", "THIRD")
	h.says(ana, "MEETING", "No meeting is planned") // which ends it
	h.says(ana, "REPORT", "THIRD")
	if n := h.count("select count(*) from reports"); n != 2 {
		t.Errorf("%d reports, want 2", n)
	}
}

// What the column says is what the start goes by: a talk that has ended stands in no set, nor does a call that is over.
func TestSetsInUse(t *testing.T) {
	h := newHouse(t, houseOptions{})
	inUse := func() string {
		t.Helper()
		now := time.Unix(h.now.Load(), 0)
		uses, err := h.store.FlowSetsInUse(t.Context(), h.store.Pool, now.Add(-lapseAfter), now.Add(-callAfter))
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, u := range uses {
			name := map[string]string{h.g.sets.current().Hash(): "current"}[u.Hash]
			told = append(told, fmt.Sprint(u.Talks, " ", name))
		}
		return strings.Join(told, ", ")
	}
	is := func(when, want string) {
		t.Helper()
		if got := inUse(); got != want {
			t.Errorf("%s: %q are in use, want %q", when, got, want)
		}
	}
	is("at first", "")
	h.text(ana, "REPORT")
	is("asked", "1 current")
	h.text(ana, "the lift in hall B is broken")
	h.text(ana, "MEETING")
	is("ended", "")
	c := h.call(ben)
	is("called", "1 current")
	c.hangUp()
	is("hung up", "")
	h.call(ben)
	h.text(ana, "VOTE")
	h.text(ana, "REPORT")
	h.use(asked(t, "FIRST"))
	is("a call that we never heard end", "2 ")
	h.pass(callAfter)
	is("hours later", "1 ")
	h.text(ana, "HELP") // the carrier's to answer: nobody was heard
	h.pass(lapseAfter - callAfter)
	is("days later", "")
}

// Somebody who never lets a question lapse comes to the current flows all the same, after days, and not in the middle of anything.
func TestNobodyStaysOnASetForEver(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.use(asked(t, "FIRST"))
	h.says(ana, "REPORT", "FIRST")
	h.use(asked(t, "SECOND"))
	for range 3 {
		h.pass(24 * time.Hour)
		h.says(ana, "REPORT", "FIRST")
	}
	h.pass(time.Minute)
	h.says(ana, "REPORT", "FIRST")
	h.pass(time.Hour)
	h.says(ana, "REPORT", "SECOND")
}

// A program without an effect that people are in the middle of does not begin to work, and says what to do. When they have lapsed,
// it does.
func TestStartRefusesASetItCannotGoOnWith(t *testing.T) {
	h := newHouse(t, houseOptions{})
	more := vocabulary()
	more.Effects = maps.Clone(more.Effects)
	more.Effects["ring_bell"] = flows.Effect{Outcomes: map[string]map[string]flows.Shape{"rung": nil}}
	belled := rewritten(t, more, "report.yaml", "  told:\n", "  bell:\n    do: ring_bell\n    on: {rung: told}\n  told:\n", "report.yaml", "then: told\n", "then: bell\n")
	h.use(belled)
	h.text(ana, "REPORT")

	next := h.another("redis://" + h.mini.Addr())
	err := next.Start(t.Context())
	if err == nil {
		t.Fatal("it started")
	}
	for _, want := range []string{
		"1 conversation stands in flow set " + belled.Hash()[:12] + " (last heard from 2026-11-23 12:00 to 2026-11-23 12:00 UTC)",
		`there is no effect "ring_bell"`, "report.yaml:", "Run the program that knows it until they have ended", "by 2026-11-26 12:00 UTC",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not stand in:\n%v", want, err)
		}
	}
	if told, err := Unfinished(t.Context(), h.store, time.Unix(h.now.Load(), 0)); err != nil || len(told) != 1 {
		t.Errorf("before the start one can know %q, %v", told, err)
	}
	h.pass(lapseAfter)
	if err := next.Start(t.Context()); err != nil {
		t.Errorf("after they have lapsed: %v", err)
	}
	next.Stop(t.Context())
}

// While Postgres is away nothing begins with flows that nobody else could go on with.
func TestFlowsAreKeptBeforeTheyAreUsed(t *testing.T) {
	h := newHouse(t, houseOptions{})
	away := h.another("redis://" + h.mini.Addr())
	set := asked(t, "FIRST")
	before := away.sets.current()
	h.store.Close()
	if changed, err := away.UseFlows(t.Context(), set); err == nil || changed {
		t.Errorf("changed: %v, %v", changed, err)
	}
	if away.sets.current() != before {
		t.Error("it uses flows that are not kept")
	}
}

// Turns run on while flows are changed under them, in two processes at once, and each stays with one set: whoever was asked by one
// is answered by it.
func TestFlowsChangeWhileTurnsRun(t *testing.T) {
	h := newHouse(t, houseOptions{})
	sets := []*flows.Set{asked(t, "SETA"), asked(t, "SETB"), asked(t, "SETC")}
	h.use(sets[0])
	other := h.anotherWith("redis://"+h.mini.Addr(), sets[1])
	done := make(chan struct{})
	var swapping, talking sync.WaitGroup
	for _, g := range []*Gateway{h.g, other} {
		swapping.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				if _, err := g.UseFlows(t.Context(), sets[i%len(sets)]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for phone := range 4 {
		talking.Go(func() {
			from := fmt.Sprintf("+1212555012%d", phone)
			for turn := range 5 { // as many as a phone of nobody is answered in an hour
				begins, goesOn := h.g, other
				if turn%2 == 1 {
					begins, goesOn = other, h.g
				}
				question := begins.Turn(t.Context(), h.aText(from, "REPORT")).Text()
				goesOn.Turn(t.Context(), h.aText(from, "the lift in hall B is broken"))
				added := begins.Turn(t.Context(), h.aText(from, "it was this morning again")).Text()
				if len(question) < 4 || !strings.HasPrefix(added, question[:4]) {
					t.Errorf("begun with %q and went on with %q", question, added)
				}
				goesOn.Turn(t.Context(), h.aText(from, "MEETING"))
			}
		})
	}
	talking.Wait()
	close(done)
	swapping.Wait()
}

// The memory of older sets is bounded, and drops those that nobody asked for the longest.
func TestOlderSetsAreBounded(t *testing.T) {
	f := newFlowSets(nil, nil)
	for i := range 2 * mostOlder {
		f.remember(olderSet{hash: fmt.Sprint(i)})
		f.recall("0")
	}
	if len(f.older) != mostOlder {
		t.Errorf("%d are kept", len(f.older))
	}
	for hash, want := range map[string]bool{"0": true, "1": false, fmt.Sprint(2*mostOlder - 1): true} {
		if _, ok := f.recall(hash); ok != want {
			t.Errorf("%s is there: %v", hash, ok)
		}
	}
}

// A set that is gone from the database, or that needs what this program lacks, is told apart.
func TestLostSets(t *testing.T) {
	h := newHouse(t, houseOptions{})
	_, err := h.g.sets.find(t.Context(), h.store.Pool, "nowhere")
	if lost := (*lostSetError)(nil); !errors.As(err, &lost) || !errors.Is(err, errSetGone) {
		t.Errorf("gone: %v", err)
	}
	if err := h.store.KeepFlowSet(t.Context(), h.store.Pool, "foreign", map[string]string{"words.yaml": "languages: {}"}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time from memory
		if _, err := h.g.sets.find(t.Context(), h.store.Pool, "foreign"); !errors.As(err, new(*lostSetError)) || errors.Is(err, errSetGone) {
			t.Errorf("foreign: %v", err)
		}
	}
}
