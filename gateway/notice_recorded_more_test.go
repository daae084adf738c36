package gateway

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// What reaches everyone takes two: who recorded some of a notice does not approve it.
func TestWhoRecordedDoesNotApprove(t *testing.T) {
	s := newStudio(t)
	b := s.draft(store.Broadcast{})
	s.says(ben, s.pin(b, s.sam, "quc"))
	s.arrives()
	codes, err := s.asks(b)
	if err != nil || len(codes) != 1 || codes["Rosa"] == "" {
		t.Fatalf("asked %v, %v", codes, err)
	}
	s.says(ana, s.pin(b, s.rosa, "es"))
	s.arrives()
	if codes, err := s.asks(b); err == nil || !strings.Contains(err.Error(), "Rosa and Sam recorded some of it") {
		t.Errorf("asked %v, %v", codes, err)
	}
	if said := s.text(ana, codes["Rosa"]); strings.Contains(said, "gate") {
		t.Errorf("a code of before: %q", said)
	}
	// Rosa says both herself, and Sam may approve.
	s.says(ana, s.pin(b, s.rosa, "quc"))
	s.arrives()
	if codes, err := s.asks(b); err != nil || len(codes) != 1 || codes["Sam"] == "" {
		t.Errorf("asked %v, %v", codes, err)
	}
}

// Whoever hangs up, says nothing or has not the digits leaves nothing behind; what cannot be had from the carrier has to be said again.
func TestANoticeIsRecordedBadly(t *testing.T) {
	s := newStudio(t)
	b := s.draft(store.Broadcast{})
	none := func(what string) {
		t.Helper()
		s.arrives()
		if n := s.count("select count(*) from notice_recordings") + s.count("select count(*) from media where state = 'kept'"); n != 0 {
			t.Errorf("%s: %d are kept", what, n)
		}
		if now, err := s.store.ShowBroadcast(t.Context(), s.store.Pool, b.Assembly, b.Number); err != nil || now.Edition != 1 {
			t.Errorf("%s: edition %d, %v", what, now.Edition, err)
		}
	}
	begun := func() *phoneCall {
		c := s.call(ana)
		c.toRecording(s.pin(b, s.rosa, "quc"))
		c.press("1")
		return c
	}
	c := begun()
	in := c.in // they hang up while they speak, and the carrier tells of both, in either order
	in.Kind, in.Answers, in.HungUp, in.Key = flows.KindRecording, c.last.Turn, true, in.Call+"/4"
	in.Rec = &Recording{ID: "RE77", URL: "https://api.twilio.com/rec", Seconds: 2}
	c.last = s.turn(in)
	c.hangUp()
	none("hung up while speaking")
	c = begun()
	in = c.in
	in.Kind, in.Answers, in.HungUp, in.Key = flows.KindRecording, c.last.Turn, true, in.Call+"/4"
	in.Rec = &Recording{ID: "RE78", URL: "https://api.twilio.com/rec", Seconds: 2}
	c.hangUp()
	s.turn(in)
	none("told after the end")
	c = begun()
	c.record()
	c.hangUp()
	none("hung up before keeping it")
	c = begun()
	c.silence()
	c.silence()
	c.silence()
	none("silence")
	if said := s.call(ana).toRecording("00000000"); !strings.HasPrefix(said, "Those digits do not open") {
		t.Errorf("wrong digits: %q", said)
	}

	fetch := s.g.carrier.FetchMedia
	s.g.carrier.FetchMedia = func(context.Context, string, int64) ([]byte, string, error) {
		return []byte("MZ"), "application/x-msdownload", nil
	}
	s.says(ana, s.pin(b, s.rosa, "quc"))
	s.arrives()
	s.g.carrier.FetchMedia = fetch
	if n := s.count("select count(*) from notice_recordings"); n != 0 {
		t.Errorf("%d of what is no sound are left", n)
	}
	if _, err := s.asks(b); err != nil {
		t.Errorf("then it is told in another language, as before: %v", err)
	}
}

// What members are told besides is said apart, and heard by members alone.
func TestWhatMembersAreToldIsRecordedApart(t *testing.T) {
	s := newStudio(t)
	err := s.store.InTx(t.Context(), func(tx pgx.Tx) error {
		_, err := s.store.ImportMembers(t.Context(), tx, s.line.AssemblyID, []store.MemberRow{{Line: 1, Name: "Eva", Phone: eva, Language: "quc", Standing: store.Listed,
			Agreed: &store.Agreement{How: "sheet", On: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Channels: byCall()}}}, s.g.now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.store.AddMeeting(t.Context(), s.store.Pool, store.NewMeeting{Assembly: s.line.AssemblyID, StartsAt: s.g.now().Add(8 * time.Hour),
		Place: store.Words{"en": "12 Elm St", "es": "12 Elm St"}, PlaceFor: store.PlaceForMembers})
	if err != nil {
		t.Fatal(err)
	}
	var b store.Broadcast
	b.Carried = store.Carried{About: aboutMeeting, Record: m.ID, Version: m.Version, Flow: "rsvp", Inside: store.Words{"en": "We meet at 12 Elm St.", "es": "Es en 12 Elm St."}}
	b = s.draft(b)
	c := s.call(ana)
	c.toRecording(s.pin(b, s.rosa, "quc"))
	said := c.press("1")
	c.record()
	said += c.press("1")
	if !strings.Contains(said, "The gate on Elm St") || !strings.Contains(said, "We meet at 12 Elm St.") {
		t.Fatalf("to be said: %q", said)
	}
	s.s.holds["https://api.twilio.com/rec"] = []byte("RIFF and where")
	s.arrives() // what was kept first holds what the carrier had then
	s.s.holds["https://api.twilio.com/rec"] = []byte("RIFF inside")
	c.record()
	c.press("1")
	s.arrives()
	if n := s.count("select count(*) from notice_recordings where members and bytes is not null"); n != 1 {
		t.Fatalf("%d are recorded for members", n)
	}
	s.run("update broadcasts set state = 'approved', approved_by = $1, approved_at = $2, starts_at = $2 where id = $3", s.sam.ID, s.g.now(), b.ID)
	s.pass(2 * time.Minute)
	s.pumpCalls()
	for number, want := range map[store.Phone]string{carla: "RIFF inside", eva: "RIFF and where"} {
		on := s.calls(number)
		on.key("1")
		if data, found, err := s.g.Sound(t.Context(), on.plays()); err != nil || !found || string(data) != want {
			t.Errorf("%q is played, %v, %v, want %q", data, found, err, want)
		}
	}
}

// What is recorded of words in advance is heard in every alert that says them, also where they are taken back while it goes on.
func TestAWordingIsRecorded(t *testing.T) {
	s := newStudio(t)
	w, err := s.store.DraftWording(t.Context(), s.store.Pool, store.Broadcast{Assembly: s.line.AssemblyID, Line: s.line.ID, Alert: store.AlertConfirmed,
		Words: store.Words{"en": "Gas in hall B.", "es": "Gas en la nave B."}, DraftedBy: s.rosa.ID}, s.g.now())
	if err != nil {
		t.Fatal(err)
	}
	c := s.call(ana)
	c.toRecording(s.pin(w, s.rosa, "quc"))
	if said := c.press("1"); !strings.HasPrefix(said, "Alert: Gas in hall B.") {
		t.Errorf("to be said: %q", said)
	}
	c.record()
	c.press("1")
	s.arrives()
	codes, err := s.asks(w)
	if err != nil {
		t.Fatal(err)
	}
	on, played, _ := s.byKey(ben, codes["Sam"])
	if len(played) != 1 {
		t.Fatalf("%v is played", played)
	}
	on.choose("approve them")
	var b store.Broadcast
	err = s.store.InTx(t.Context(), func(tx pgx.Tx) error {
		kept, err := s.store.WordingFor(t.Context(), tx, w.Assembly, w.Number, store.AlertConfirmed, s.g.now())
		if err != nil {
			return err
		}
		if b, err = s.store.DraftBroadcast(t.Context(), tx, store.Broadcast{Assembly: w.Assembly, Line: w.Line, Purpose: store.ForAlerts, Words: w.Words, DraftedBy: s.rosa.ID,
			ExpiresAt: s.g.now().Add(store.AlertHolds)}, s.g.now()); err != nil {
			return err
		}
		if _, err = s.store.SendWording(t.Context(), tx, b, kept, s.g.now()); err != nil {
			return err
		}
		return s.store.CancelBroadcast(t.Context(), tx, kept, s.g.now())
	})
	if err != nil {
		t.Fatal(err)
	}
	s.pass(2 * time.Hour)
	got, err := s.g.recordedOf(t.Context(), s.store.Pool, b, true)
	if err != nil || got["quc"] != played[0] {
		t.Errorf("the alert is heard as %v, %v", got, err)
	}
	if _, found, err := s.g.Sound(t.Context(), played[0]); !found || err != nil {
		t.Errorf("served: %v, %v", found, err)
	}
}
