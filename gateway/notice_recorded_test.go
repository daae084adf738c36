package gateway

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"hotline/flows"
	"hotline/store"
)

var inKiche = []byte("RIFF the gate is open, in K'iche'")

// studio is a house where notices are recorded: Rosa and Sam are organizers with phones of their own, Carla speaks K'iche' and Dora English, and
// both agreed to calls alone.
type studio struct {
	*house
	x    *switchboard
	s    *shelf
	p    *post
	log  *syncBuffer
	rosa store.Organizer
	sam  store.Organizer
}

func newStudio(t *testing.T) *studio {
	t.Helper()
	s := &studio{x: &switchboard{listed: map[store.Phone][]ListedCall{}}, p: &post{}, log: &syncBuffer{},
		s: &shelf{holds: map[string][]byte{"https://api.twilio.com/rec": inKiche}, fetched: 1}}
	s.house = newHouse(t, houseOptions{log: io.MultiWriter(t.Output(), s.log), carrier: Carrier{Place: s.p.place, Call: s.x.call, Calls: s.x.list, FetchMedia: s.s.fetch, Erase: s.s.erase,
		List: func(context.Context, ListFilter, func(Listed) error) error { return nil }}})
	s.now.Store(time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC).Unix())
	s.x.now = s.g.now
	s.run("update lines set pace = 0, call_pace = 100, calls_at_once = 50")
	s.g.calls.account = 100
	err := s.store.InTx(t.Context(), func(tx pgx.Tx) (err error) {
		ctx, assembly := t.Context(), s.line.AssemblyID
		if err := s.store.AddRecordedLanguage(ctx, tx, store.RecordedLanguage{Lang: "quc", Name: "K'iche'", Instead: []string{"es"}}); err != nil {
			return err
		}
		agreed := func(channel string) *store.Agreement {
			return &store.Agreement{How: "sheet", On: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Channels: []string{channel}}
		}
		if _, err := s.store.ImportMembers(ctx, tx, assembly, []store.MemberRow{
			{Line: 1, Name: "Rosa", Phone: ana, Language: "en", Standing: store.StandsMember, Agreed: agreed(store.ByText)},
			{Line: 2, Name: "Sam", Phone: ben, Language: "en", Standing: store.StandsMember, Agreed: agreed(store.ByText)},
			{Line: 3, Name: "Carla", Phone: carla, Language: "quc", Standing: store.StandsMember, Agreed: agreed(store.ByVoice)},
			{Line: 4, Name: "Dora", Phone: dora, Language: "en", Standing: store.StandsMember, Agreed: agreed(store.ByVoice)},
		}, s.g.now()); err != nil {
			return err
		}
		for name, o := range map[string]*store.Organizer{"Rosa": &s.rosa, "Sam": &s.sam} {
			m, err := s.store.FindMember(ctx, tx, assembly, name)
			if err != nil {
				return err
			}
			if *o, err = s.store.AddOrganizer(ctx, tx, assembly, name, m.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.speaks("en", "es", "quc")
	return s
}

func (s *studio) draft(b store.Broadcast) store.Broadcast {
	s.t.Helper()
	b.Assembly, b.Line, b.Purpose, b.DraftedBy, b.ExpiresAt = s.line.AssemblyID, s.line.ID, store.ForNotices, s.rosa.ID, s.g.now().Add(24*time.Hour)
	b.Words = inTwoLanguages
	b, err := s.store.DraftBroadcast(s.t.Context(), s.store.Pool, b, s.g.now())
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

func (s *studio) pin(b store.Broadcast, by store.Organizer, lang string) string {
	s.t.Helper()
	pin, err := s.store.AddPromptPin(s.t.Context(), s.store.Pool, store.RecordingPin{Assembly: b.Assembly, Organizer: by.ID, Lang: lang, Broadcast: b.ID}, s.g.now())
	if err != nil {
		s.t.Fatal(err)
	}
	return pin
}

// asks asks for approval of a draft as it is now, and gives the code of each who is asked, by name.
func (s *studio) asks(b store.Broadcast) (codes map[string]string, err error) {
	codes = map[string]string{}
	err = s.store.InTx(s.t.Context(), func(tx pgx.Tx) error {
		now, err := s.store.ShowBroadcast(s.t.Context(), tx, b.Assembly, b.Number)
		if err != nil {
			return err
		}
		all, err := s.store.AskApproval(s.t.Context(), tx, now, map[string]int{"en": 1, "es": 1}, s.g.now())
		for _, a := range all {
			codes[a.Name] = a.Code
		}
		return err
	})
	return codes, err
}

// says records a notice in one call, and keeps it.
func (s *studio) says(from, pin string) *phoneCall {
	s.t.Helper()
	c := s.call(from)
	c.toRecording(pin)
	c.press("1")
	c.record()
	c.press("1")
	return c
}

// arrives has what was recorded come from the carrier, and be put in its place, as the jobs do.
func (s *studio) arrives() {
	s.t.Helper()
	ctx := s.t.Context()
	wanted, err := s.store.WantedMedia(ctx, s.store.Pool, time.Now().Add(time.Hour))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, id := range wanted {
		s.g.fetchNow(ctx, id)
	}
	rows, err := s.store.Pool.Query(ctx, "select (args->>'id')::uuid, coalesce((args->>'notice')::bool, false) from river_job where kind = 'publish_prompt' order by id")
	if err != nil {
		s.t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[promptArgs])
	if err != nil {
		s.t.Fatal(err)
	}
	for _, args := range all {
		for range 2 { // a process that was killed in it does it again
			if err := (&promptWorker{g: s.g}).Work(ctx, &river.Job[promptArgs]{Args: args}); err != nil {
				s.t.Fatal(err)
			}
		}
	}
}

// plays is the recording of a notice that a call plays; "": none.
func (c *phoneCall) plays() string {
	for _, one := range c.last.Say {
		if ofNotice(one.Play) {
			return one.Play
		}
	}
	return ""
}

// byKey goes through the approval of a notice by call, to the last page, and gives what recordings were played.
func (s *studio) byKey(from, code string) (c *phoneCall, played []string, said string) {
	s.t.Helper()
	c = s.call(from)
	c.press("1")
	c.choose("hear what else there is")
	c.choose("hear and approve a message to many")
	said = c.press(code)
	for range 6 {
		if name := c.plays(); name != "" {
			played = append(played, name)
		}
		if text := c.last.Text(); strings.Contains(text, "Not sent yet") || strings.Contains(text, "Nothing is sent now") || c.ended() {
			return c, played, said
		}
		said += "\n" + c.press("1")
	}
	s.t.Fatalf("no end of it: %q", said)
	return c, played, said
}

func (s *studio) calls(number store.Phone) *noticed {
	s.t.Helper()
	for i, one := range s.x.placed {
		if one.To == number {
			n := &noticed{phoneCall: phoneCall{h: s.house}, call: one, sid: s.x.sid(i + 1)}
			n.in = Inbound{Line: lineNumber, From: one.To, Channel: flows.Voice, Call: n.sid}
			r, err := s.g.Answered(s.t.Context(), one.ID, n.sid)
			if err != nil {
				s.t.Fatal(err)
			}
			n.last = r
			return n
		}
	}
	s.t.Fatalf("%d were called, and not this one", len(s.x.placed))
	return nil
}

// WORKERS.md, "How people really write and speak": some languages exist for calls only, each in its own recorded voice. A notice is said in one by
// an organizer's call, heard by whoever approves it, and played to those who speak it; a standing approval is void.
func TestANoticeIsRecordedByCall(t *testing.T) {
	s := newStudio(t)
	b := s.draft(store.Broadcast{})
	before := s.mustAsk(b, "Sam")
	s.saysTwice(b)
	if said := s.text(ben, before["Sam"]); !strings.HasPrefix(said, "That message was changed") {
		t.Errorf("who was asked before: %q", said)
	}
	if _, err := s.asks(b); err == nil || !strings.Contains(err.Error(), "on its way from the phone company") {
		t.Errorf("nobody approves what they cannot hear: %v", err)
	}
	s.arrives()
	s.standsNowhereElse()
	played := s.approvedByEar(b)
	s.pass(2 * time.Minute)
	s.pumpCalls()
	s.mini.FlushAll() // Redis is away
	carla, dora := s.calls(carla), s.calls(dora)
	if said := dora.key("1"); !strings.HasPrefix(said, "The gate on Elm St is open again.") || dora.plays() != "" {
		t.Errorf("in English: %q", said)
	}
	carla.hears(played)
	s.servedAs(played)
	s.neverByGuess(played)
	carla.over("completed")
	dora.over("completed")
	s.pumpCalls()
	if got := s.called(b); got.Heard != 2 {
		t.Errorf("%+v", got)
	}
	s.goesWithItsClock(b, played)
}

// mustAsk asks for approval, and holds who is asked.
func (s *studio) mustAsk(b store.Broadcast, names ...string) (codes map[string]string) {
	s.t.Helper()
	codes, err := s.asks(b)
	if asked := slices.Sorted(maps.Keys(codes)); err != nil || !slices.Equal(asked, names) {
		s.t.Fatalf("asked %v, %v, want %v", asked, err, names)
	}
	return codes
}

// Any change of the draft voids a recording, and a call in which it is being made; and so does that it is on its way.
func TestAChangeVoidsARecording(t *testing.T) {
	s := newStudio(t)
	b := s.draft(store.Broadcast{})
	change := func() {
		t.Helper()
		now, err := s.store.ShowBroadcast(t.Context(), s.store.Pool, b.Assembly, b.Number)
		if err == nil {
			now.DraftedBy = s.rosa.ID
			_, err = s.store.ChangeBroadcast(t.Context(), s.store.Pool, now, s.g.now())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	unopened := s.pin(b, s.rosa, "es")
	s.says(ana, s.pin(b, s.rosa, "quc"))
	change() // before it has come from the carrier
	s.arrives()
	if n := s.count("select count(*) from notice_recordings") + s.count("select count(*) from media where bytes is not null") + s.count("select count(*) from sounds"); n != 0 {
		t.Errorf("%d of it are left", n)
	}
	if said := s.call(ana).toRecording(unopened); !strings.HasPrefix(said, "Those digits do not open") {
		t.Errorf("digits of before: %q", said)
	}

	c := s.call(ana)
	c.toRecording(s.pin(b, s.rosa, "quc"))
	c.press("1")
	c.record()
	back := c.last.Say[0].Play
	change() // while they hear it back
	if said := c.press("1"); !strings.HasPrefix(said, "That message was changed, or is on its way.") || !c.ended() {
		t.Errorf("kept: %q", said)
	}
	if _, found, err := s.g.Sound(t.Context(), back); found || err != nil {
		t.Errorf("what was not kept is served: %v", err)
	}
	s.arrives()

	s.says(ana, s.pin(b, s.rosa, "quc"))
	s.arrives()
	codes, err := s.asks(b)
	if err != nil {
		t.Fatal(err)
	}
	late := s.call(ana)
	late.toRecording(s.pin(b, s.rosa, "quc"))
	late.press("1")
	late.record()
	on, played, _ := s.byKey(ben, codes["Sam"])
	on.press("7")
	if said := late.press("1"); !strings.HasPrefix(said, "That message was changed, or is on its way.") {
		t.Errorf("kept once it was approved: %q", said)
	}
	s.keptAfterApproval(b)
	if _, found, _ := s.g.Sound(t.Context(), played[0]); !found || s.count("select count(*) from notice_recordings where bytes is not null") != 1 {
		t.Error("what was approved is gone")
	}
	if said := s.call(ana).toRecording(s.pin(b, s.rosa, "quc")); !strings.HasPrefix(said, "Those digits do not open") {
		t.Errorf("once it was approved: %q", said)
	}
}

// keptAfterApproval is a recording that is kept in the very moment after somebody approved the draft: the call has looked before, and was right.
func (s *studio) keptAfterApproval(b store.Broadcast) {
	s.t.Helper()
	var conversation, media uuid.UUID
	if err := s.store.Pool.QueryRow(s.t.Context(), `select p.conversation_id, m.id from prompt_pins p join media m on m.conversation_id = p.conversation_id
		where p.broadcast_id = $1 order by p.closed_at desc, m.at desc limit 1`, b.ID).Scan(&conversation, &media); err != nil {
		s.t.Fatal(err)
	}
	err := s.store.InTx(s.t.Context(), func(tx pgx.Tx) error {
		of, open, err := s.store.RecordingIn(s.t.Context(), tx, conversation, s.g.now())
		if err != nil || !open {
			s.t.Errorf("the call is not open: %v", err)
			return err
		}
		kept, err := s.store.KeepNoticeRecording(s.t.Context(), tx, of, false, media, s.g.now())
		if kept {
			s.t.Error("it took the place of what was approved")
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}
