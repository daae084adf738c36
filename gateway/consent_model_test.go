package gateway

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"hotline/store"
)

// purposes of one line by text, as the model knows them.
type lineModel struct {
	stop   bool                   // STOP, or the carrier's word of it
	base   map[store.Purpose]bool // what was said for or against, that no stop of its own words takes back
	held   map[store.Purpose]bool // taken back in words of its own, or through an organizer
	agreed map[store.Purpose]bool // ever, by whoever has the phone now
	never  bool                   // a key on a call
	voice  map[store.Purpose]bool
	sent   []sentModel
}

type sentModel struct {
	id      string
	overtak bool // the phone has said something to the carrier since
}

// consentModel is what may be sent to one phone, told without a ledger.
type consentModel struct {
	lines [2]lineModel
	all   map[store.Purpose]bool // the last word for every line, by text, is no: outlives FORGET
	calls map[store.Purpose]bool // and by voice
	asked bool                   // answers were ever taken back
	sheet bool                   // an import has said that they agreed
	noes  bool                   // they said no to notices: no older sheet counts
	wrong bool
	doubt bool // somebody has said so, and it is not confirmed
}

func newConsentModel() *consentModel {
	m := &consentModel{all: map[store.Purpose]bool{}, calls: map[store.Purpose]bool{}}
	for i := range m.lines {
		m.lines[i] = lineModel{base: map[store.Purpose]bool{}, held: map[store.Purpose]bool{}, agreed: map[store.Purpose]bool{}, voice: map[store.Purpose]bool{}}
	}
	return m
}

// may is the one question: STOP, or never, first; then what was taken back; then what was said; answers need no word.
func (m *consentModel) may(line int, p store.Purpose, channel string) bool {
	l := m.lines[line]
	if channel == store.ByVoice {
		said, any := l.voice[p]
		return !l.never && (any && said || !any && p == store.ForAnswers)
	}
	said, any := l.base[p]
	return !l.stop && !l.held[p] && (any && said || !any && p == store.ForAnswers)
}

func (m *consentModel) hold(purposes ...store.Purpose) {
	for _, p := range purposes {
		for i := range m.lines {
			m.lines[i].held[p] = true
		}
		m.all[p] = true
		m.noes = m.noes || p == store.ForNotices
		m.asked = m.asked || p == store.ForAnswers
	}
}

func (l *lineModel) give(p store.Purpose) { l.base[p], l.held[p], l.agreed[p] = true, false, true }

func (l *lineModel) toCarrier(stop bool) {
	l.stop = stop
	for i := range l.sent {
		l.sent[i].overtak = true
	}
}

// consentHouse does the same to a hotline of two lines.
type consentHouse struct {
	*house
	*post
	lines [2]store.Line
	phone string
	model *consentModel
}

func (c *consentHouse) says(line int, words ...string) (last string) {
	for _, w := range words {
		in := c.aText(c.phone, w)
		in.Line = c.lines[line].Number
		last = c.g.Turn(c.t.Context(), in).Text()
		c.pass(4 * time.Minute)
	}
	return last
}

func (c *consentHouse) id() uuid.UUID {
	id, _, err := c.house.store.FindPhone(c.t.Context(), c.house.store.Pool, store.Phone(c.phone))
	if err != nil {
		c.t.Fatal(err)
	}
	return id
}

func (c *consentHouse) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// send puts a text out and tells whether the carrier was handed it.
func (c *consentHouse) send(line int, p store.Purpose, answer ...Placed) (id string, handed bool) {
	id = uuid.NewString()
	c.must(c.house.store.InTx(c.t.Context(), func(tx pgx.Tx) error {
		return c.g.outbox.Put(c.t.Context(), tx, store.Outgoing{ID: uuid.MustParse(id), Assembly: c.line.AssemblyID, Line: c.lines[line].ID, Phone: c.id(),
			Channel: store.ByText, Purpose: p, Body: "Hello.", AnyHour: true, ExpiresAt: c.g.now().Add(time.Hour)})
	}))
	c.taken, c.planned = nil, answer
	c.must(c.deliver())
	return id, len(c.taken) > 0
}

func (c *consentHouse) voiceWord(line int, given bool, purposes ...store.Purpose) {
	for _, p := range purposes {
		c.must(c.house.store.AddConsent(c.t.Context(), c.house.store.Pool, store.Consent{Assembly: c.line.AssemblyID, Phone: c.id(),
			Line: uuid.NullUUID{UUID: c.lines[line].ID, Valid: true}, Purpose: p, Channel: store.ByVoice, Given: given, How: neverAgain}))
	}
}

// consentActs are what may happen, each to the house and to the model.
func consentActs() map[string]func(c *consentHouse, line int) {
	both := []store.Purpose{store.ForNotices, store.ForAlerts}
	stops := Placed{State: store.SendRefused, Code: 21610, Stopped: true, Cause: fmt.Errorf("stopped")}
	return map[string]func(c *consentHouse, line int){
		"STOP": func(c *consentHouse, i int) { c.says(i, "STOP"); c.model.lines[i].toCarrier(true) },
		"START": func(c *consentHouse, i int) {
			c.says(i, "START")
			l := &c.model.lines[i]
			l.toCarrier(false)
			for _, p := range store.Purposes() {
				if said, any := l.base[p]; l.held[p] && (any && said || !any && p == store.ForAnswers) {
					l.give(p)
				}
			}
		},
		"a phrase": func(c *consentHouse, i int) { c.says(i, "please stop texting me"); c.model.hold(both...) },
		"in a report": func(c *consentHouse, i int) {
			c.says(i, "the lift is broken again, please stop texting me", "MENU")
			c.model.hold(both...)
		},
		"NO TEXTS": func(c *consentHouse, i int) { c.says(i, "NO TEXTS"); c.model.hold(store.Purposes()...) },
		"only answers": func(c *consentHouse, i int) {
			c.says(i, "TEXTS", "2")
			if l := &c.model.lines[i]; !l.stop {
				c.model.hold(both...)
				if said, any := l.base[store.ForAnswers]; l.held[store.ForAnswers] || any && !said {
					l.give(store.ForAnswers)
				}
			}
		},
		"as before": func(c *consentHouse, i int) {
			c.says(i, "TEXTS", "3")
			m := c.model
			if m.lines[i].stop {
				return
			}
			for j := range m.lines {
				clear(m.lines[j].held)
			}
			m.all[store.ForAnswers] = m.all[store.ForAnswers] && (m.wrong || !m.asked)
			if m.sheet && !m.wrong && !m.doubt {
				m.all[store.ForNotices] = false
			}
		},
		"join": func(c *consentHouse, i int) {
			c.says(i, "MENU", fmt.Sprintf("SOL%d", 27+i), "1")
			c.model.lines[i].give(store.ForNotices)
		},
		"NOTICES": func(c *consentHouse, i int) {
			c.says(i, "NOTICES")
			if l := &c.model.lines[i]; !l.stop && l.agreed[store.ForNotices] {
				l.give(store.ForNotices)
			}
		},
		"WRONG NUMBER": func(c *consentHouse, i int) {
			m := c.model
			m.hold(both...)
			m.doubt = true
			for j := range m.lines { // whoever agreed may have been somebody else: only who signs up anew is told again
				for _, p := range both {
					m.lines[j].base[p] = false
					delete(m.lines[j].agreed, p)
				}
			}
			sure := takeOff.FindStringSubmatch(c.says(i, "WRONG NUMBER"))
			if sure == nil { // nobody can be asked after STOP: it goes before a person
				return
			}
			c.says(i, sure[1])
			for j := range m.lines {
				l := &m.lines[j]
				clear(l.held)
				clear(l.agreed)
				for _, p := range store.Purposes() {
					l.base[p], l.voice[p], m.all[p], m.calls[p] = false, false, true, true
				}
			}
			m.noes, m.wrong = true, true
		},
		"never call": func(c *consentHouse, i int) { c.voiceWord(i, false, store.ForAll); c.model.lines[i].never = true },
		"ring me": func(c *consentHouse, i int) {
			c.voiceWord(i, true, store.ForAll, store.ForAnswers)
			c.model.lines[i].never, c.model.lines[i].voice[store.ForAnswers] = false, true
		},
		"an organizer was told": func(c *consentHouse, _ int) {
			_, err := c.house.store.Withdraw(c.t.Context(), c.house.store.Pool, c.id(), store.Withdrawal{Assembly: c.line.AssemblyID, By: "Rosa", Words: "in person",
				On: time.Now(), Zone: time.UTC, Purposes: store.Purposes(), Channels: []string{store.ByText, store.ByVoice}})
			c.must(err)
			c.model.hold(store.Purposes()...)
			for j := range c.model.lines {
				for _, p := range store.Purposes() {
					c.model.lines[j].voice[p], c.model.calls[p] = false, true
				}
			}
		},
		"a sheet": func(c *consentHouse, _ int) {
			row := store.MemberRow{Line: 1, Name: "Ana", Phone: store.Phone(c.phone), Language: "en", Standing: store.StandsMember, Agreed: &store.Agreement{
				How: "sheet", On: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), Channels: []string{store.ByText}}}
			c.must(c.house.store.InTx(c.t.Context(), func(tx pgx.Tx) error {
				_, err := c.house.store.ImportMembers(c.t.Context(), tx, c.line.AssemblyID, []store.MemberRow{row}, c.g.now())
				return err
			}))
			if m := c.model; !m.noes && !m.sheet {
				m.sheet, m.all[store.ForNotices] = true, false
				for j := range m.lines {
					m.lines[j].give(store.ForNotices)
				}
			}
		},
		"a text of ours": func(c *consentHouse, i int) {
			for _, p := range store.Purposes() {
				id, handed := c.send(i, p)
				if may := c.model.may(i, p, store.ByText); handed != may {
					c.t.Errorf("%s on line %d: handed to the carrier %v, and it may be sent %v", p, i, handed, may)
				}
				if handed {
					c.model.lines[i].sent = append(c.model.lines[i].sent, sentModel{id: id})
				}
			}
		},
		"the carrier refuses": func(c *consentHouse, i int) {
			if _, handed := c.send(i, store.ForAnswers, stops); handed {
				c.model.lines[i].toCarrier(true)
			}
		},
		"the carrier tells late": func(c *consentHouse, i int) {
			l := &c.model.lines[i]
			if len(l.sent) == 0 {
				return
			}
			first := l.sent[0]
			l.sent = l.sent[1:]
			c.must(c.g.Delivered(c.t.Context(), first.id, "", "undelivered", codeStopped, ""))
			if !first.overtak {
				l.toCarrier(true)
			}
		},
		"FORGET": func(c *consentHouse, i int) {
			said := c.says(i, "FORGET")
			if m := forgetIt.FindStringSubmatch(said); m != nil {
				c.says(i, m[1])
			}
			c.says(0, "MENU") // and comes back
			old := c.model
			c.model = newConsentModel()
			for j := range old.lines {
				l := &c.model.lines[j]
				l.stop, l.never = old.lines[j].stop, old.lines[j].never
				for _, p := range store.Purposes() {
					l.held[p] = old.all[p]
					if old.calls[p] {
						l.voice[p] = false
					}
				}
			}
			c.model.all, c.model.calls = old.all, old.calls
			c.model.asked, c.model.noes = old.all[store.ForAnswers], old.all[store.ForNotices]
		},
	}
}

// TestWhatMayBeSentAfterAnything: after any acts in any order the ledger lets through, on each line, for each purpose, by text and by call, what
// a model of the rules does; and so does what consent show prints. (WORKERS.md, stopping; the consent ledger)
func TestWhatMayBeSentAfterAnything(t *testing.T) {
	h, p := waitingHouse(t)
	lines := [2]store.Line{h.line, h.anotherLine("+12125550188")}
	h.flyer("SOL27", lines[0])
	h.flyer("SOL28", lines[1])
	exec(t, h.store.Pool, "update lines set texts = 'on'")
	if err := h.g.lines.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	acts, noon := consentActs(), h.now.Load()
	var names []string
	for name := range acts {
		names = append(names, name)
	}
	slices.Sort(names)
	names = append(names, "a text of ours", "a text of ours", "the carrier tells late", "the carrier tells late", "START", "ring me") // what needs a history
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		h.now.Store(noon)
		c := &consentHouse{house: h, post: p, lines: lines, phone: fmt.Sprintf("+1212556%04d", n), model: newConsentModel()}
		c.says(0, "ENGLISH")
		var did []string
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 2, 14).Draw(rt, "acts") {
			line := rapid.IntRange(0, 1).Draw(rt, "line")
			acts[name](c, line)
			did = append(did, fmt.Sprintf("%s (%d)", name, line))
			ledger, err := h.store.Ledger(t.Context(), h.store.Pool, c.id())
			c.must(err)
			for i, l := range lines {
				for _, purpose := range store.Purposes() {
					for _, channel := range []string{store.ByText, store.ByVoice} {
						may, err := h.store.Allowed(t.Context(), h.store.Pool, c.id(), l.ID, purpose, channel)
						c.must(err)
						want := c.model.may(i, purpose, channel)
						if shown, _, _ := ledger.Allowed(l.ID, purpose, channel); may != want || shown != want {
							rt.Fatalf("after %q: %s by %s on line %d: sent %v, shown %v, and it should be %v", did, purpose, channel, i, may, shown, want)
						}
					}
				}
			}
		}
	})
}
