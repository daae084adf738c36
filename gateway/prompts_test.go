package gateway

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// recorder is a house where K'iche' can be recorded, and the digits that open a call for it.
func recorder(t *testing.T, c Carrier) (h *house, pin string) {
	t.Helper()
	h = newHouse(t, houseOptions{carrier: c})
	return h, h.promptPin()
}

func (h *house) promptPin() (pin string) {
	h.t.Helper()
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		ctx := h.t.Context()
		o, err := h.store.FindOrganizer(ctx, tx, h.line.AssemblyID, "Rosa")
		if err != nil {
			if o, err = h.store.AddOrganizer(ctx, tx, h.line.AssemblyID, "Rosa", [16]byte{}); err != nil {
				return err
			}
		}
		if err := h.store.AddRecordedLanguage(ctx, tx, store.RecordedLanguage{Lang: "quc", Name: "K'iche'", Instead: []string{"es"}}); err != nil {
			return err
		}
		pin, err = h.store.AddPromptPin(ctx, tx, store.RecordingPin{Assembly: h.line.AssemblyID, Organizer: o.ID, Lang: "quc"}, time.Unix(h.now.Load(), 0))
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return pin
}

func (h *house) speaks(languages ...string) {
	h.t.Helper()
	if _, err := h.store.ChangeLine(h.t.Context(), h.store.Pool, lineNumber, store.LineChange{Languages: languages}); err != nil {
		h.t.Fatal(err)
	}
	h.lookAgain(h.g)
}

// lookAgain has a process look again at once, where it would within seconds.
func (h *house) lookAgain(g *Gateway) {
	h.t.Helper()
	if err := g.lines.refresh(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	g.people.mu.Lock()
	g.people.read = time.Time{}
	g.people.mu.Unlock()
}

// toRecording presses # twice at the first question, keys digits, and begins.
func (c *phoneCall) toRecording(pin string) string {
	c.press("1")
	c.press("#")
	c.press("#")
	return c.press(pin)
}

// TestRecording tells how a language comes to be heard (WORKERS.md: some languages exist for calls only): an organizer calls with their
// digits, hears the words, says them, hears themselves, and keeps them; then every process plays them to whoever calls.
func TestRecording(t *testing.T) {
	audio := []byte("RIFF a person says it in K'iche'")
	s := &shelf{holds: map[string][]byte{"https://api.twilio.com/rec": audio}, fetched: 1}
	h, pin := recorder(t, Carrier{FetchMedia: s.fetch, Erase: s.erase})
	h.starts(h.g)
	h.speaks("es", "quc")
	c := h.call(ana)
	if said := c.last.Text(); strings.Contains(said, "K'iche'") {
		t.Errorf("what nobody recorded is offered: %q", said)
	}

	// On a line of one language that can be heard, the menu comes first.
	c.press("#")
	c.press("#")
	c.press(pin)
	said := c.press("1")
	if !strings.HasPrefix(said, "Para K'iche', oprima\n") || c.last.Say[0].Lang != "es" {
		t.Errorf("the first words to be said are %q", said)
	}
	c.record()
	back := c.last.Say[0].Play
	if data, found, err := h.g.Sound(t.Context(), back); err != nil || !found || !bytes.Equal(data, audio) {
		t.Errorf("they hear back %q, %v, %v", data, found, err)
	}
	if said = c.press("1"); !strings.HasPrefix(said, "Para\n") {
		t.Errorf("the next are %q", said)
	}
	h.until("select count(*) from prompts where sound is not null", 1)
	h.until("select count(*) from media where state = 'erased' and bytes is null", 1)
	h.erasedThere()
	if n := h.count("select count(*) from carrier_erasures where kind = 'recording' and done_at is not null"); n != 1 {
		t.Errorf("%d recordings were erased at the carrier", n)
	}

	for _, g := range []*Gateway{h.g, h.another("redis://" + h.mini.Addr())} {
		h.g = g
		h.lookAgain(g)
		c := h.call(ben)
		offer := c.last.Say[slices.IndexFunc(c.last.Say, func(p flows.Prompt) bool { return p.Play != "" })]
		if offer.Lang != "quc" {
			t.Errorf("a recording of %q", offer.Lang)
		}
		if data, found, err := g.Sound(t.Context(), offer.Play); err != nil || !found || !bytes.Equal(data, audio) {
			t.Errorf("K'iche' is offered by %q, %v, %v", data, found, err)
		}
		c.press("2")
		for _, p := range c.last.Say { // nothing else is recorded yet
			if p.Play != "" || p.Words != "" && p.Lang != "es" {
				t.Errorf("it goes on with %+v", p)
			}
		}
	}

	// In a text its speakers are written to in the language that it falls back on.
	if said := h.text(ben, "hola"); !strings.Contains(said, "trabajadores") || strings.Contains(said, "1 Tell") {
		t.Errorf("by text: %q", said)
	}

	// The next call goes on where this one stopped.
	c = h.call(ana)
	c.press("1")
	c.press("#")
	c.press("#")
	c.press(h.promptPin())
	if said := c.press("1"); !strings.HasPrefix(said, "Para\n") {
		t.Errorf("the next call goes on with %q", said)
	}

	// What is removed is heard no more; its bytes go a day later, when no call can want them.
	if n, err := h.store.RemovePrompts(t.Context(), h.store.Pool, "quc", nil, time.Unix(h.now.Load(), 0)); err != nil || n != 1 {
		t.Errorf("removed %d, %v", n, err)
	}
	h.lookAgain(h.g)
	if c := h.call(ben); slices.ContainsFunc(c.last.Say, func(p flows.Prompt) bool { return p.Play != "" }) {
		t.Error("what was removed is offered")
	}
	for _, passed := range []struct {
		after time.Duration
		left  int
	}{{time.Hour, 1}, {25 * time.Hour, 0}} {
		if err := h.store.EraseSounds(t.Context(), h.store.Pool, time.Unix(h.now.Load(), 0).Add(passed.after-soundsLast)); err != nil {
			t.Fatal(err)
		}
		if n := h.count("select count(*) from sounds"); n != passed.left {
			t.Errorf("after %v %d recordings are left, want %d", passed.after, n, passed.left)
		}
	}
}

// TestRecordingDigits: they open one call, for a day; five wrong ones close them; they stand nowhere.
func TestRecordingDigits(t *testing.T) {
	h, pin := recorder(t, Carrier{})
	if n := h.count("select count(*) from prompt_pins where position('" + pin + "'::bytea in digest) > 0"); n != 0 {
		t.Error("the digits stand in the database")
	}
	opens := func(pin string) bool {
		return strings.HasPrefix(h.call(ana).toRecording(pin), "You record in K'iche'.")
	}
	wrong := func(n int) {
		other := "00000000"
		if pin == other {
			other = "11111111"
		}
		for range n {
			if opens(other) {
				t.Fatal("wrong digits open")
			}
		}
	}
	wrong(4)
	if !opens(pin) {
		t.Error("four wrong ones closed them")
	}
	if opens(pin) {
		t.Error("they open a second call")
	}
	pin = h.promptPin()
	wrong(5)
	if opens(pin) {
		t.Error("five wrong ones left them open")
	}
	if pin = h.promptPin(); !opens(h.promptPin()) || opens(pin) {
		t.Error("new digits did not take the place of older ones")
	}
	pin = h.promptPin()
	h.pass(25 * time.Hour)
	if opens(pin) {
		t.Error("they open after a day")
	}
	if n := h.count("select count(*) from turns where input <> ''::bytea and position('" + pin + "'::bytea in input) > 0"); n != 0 {
		t.Error("digits stand in a turn")
	}
}

// TestOneKeyIsNoWayIn: # once is a habit from other lines, and means nothing; nobody is told of the way.
func TestOneKeyIsNoWayIn(t *testing.T) {
	h, _ := recorder(t, Carrier{})
	c := h.call(ana)
	c.press("1")
	if said := c.press("#"); strings.Contains(said, "eight digits") || !strings.Contains(said, "press 1") {
		t.Errorf("# once: %q", said)
	}
	c.do(flows.KindSilence, "")
	if said := c.press("#"); strings.Contains(said, "eight digits") {
		t.Errorf("#, silence, #: %q", said)
	}
	if said := c.press("#"); !strings.Contains(said, "eight digits") {
		t.Errorf("# twice: %q", said)
	}
	if said := c.press("*"); !strings.Contains(said, "For English") {
		t.Errorf("back: %q", said)
	}
}

// TestWhatPeopleToldIsNeverServed: only what was made in a call that was opened to record can be fetched without a signature; a report
// cannot, though its name be known; and whoever has no digits keeps nothing.
func TestWhatPeopleToldIsNeverServed(t *testing.T) {
	h, _ := recorder(t, Carrier{FetchMedia: func(context.Context, string, int64) ([]byte, string, error) { return []byte("RIFF"), "audio/wav", nil }})
	c := h.call(ana)
	c.press("1")
	c.press("1")
	c.record()
	var name string
	if err := h.store.Pool.QueryRow(t.Context(), "select replace(id::text, '-', '') || '.wav' from media").Scan(&name); err != nil {
		t.Fatal(err)
	}
	if data, found, err := h.g.Sound(t.Context(), name); found || err != nil {
		t.Errorf("served %q, %v", data, err)
	}
	p := &playing{g: h.g, set: h.set, now: time.Unix(h.now.Load(), 0)}
	err := h.store.InTx(t.Context(), func(tx pgx.Tx) error {
		r, found, err := h.store.RecordingIn(t.Context(), tx, [16]byte{1}, p.now)
		if found {
			t.Errorf("another call may record %+v", r)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestARecordingThatCannotBeHad: the words are spoken as before, and can be recorded again.
func TestARecordingThatCannotBeHad(t *testing.T) {
	s := &shelf{}
	h, pin := recorder(t, Carrier{Erase: s.erase,
		FetchMedia: func(context.Context, string, int64) ([]byte, string, error) {
			return []byte("MZ"), "application/x-msdownload", nil
		}})
	h.starts(h.g)
	c := h.call(ana)
	c.toRecording(pin)
	c.press("1")
	c.record()
	if _, found, err := h.g.Sound(t.Context(), c.last.Say[0].Play); found || !errors.Is(err, ErrNotYet) {
		t.Errorf("it is heard back: %v, %v", found, err)
	}
	c.press("1")
	h.until("select count(*) from river_job where kind = 'publish_prompt' and state = 'completed'", 1)
	if n := h.count("select count(*) from prompts") + h.count("select count(*) from sounds"); n != 0 {
		t.Errorf("%d of it are left", n)
	}
}
