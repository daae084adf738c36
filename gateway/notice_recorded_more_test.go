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

// What reaches everyone takes two: neither who wrote a notice nor who recorded some of it approves it. The words stay their author's.
func TestWhoRecordedDoesNotApprove(t *testing.T) {
	s := newStudio(t)
	b := s.draft(store.Broadcast{})
	s.says(ben, s.pin(b, s.sam, "quc"))
	s.arrives()
	const nobody = "nobody is left to approve it: Rosa wrote it, and Sam recorded some of it. It takes another organizer with a phone of their own"
	if codes, err := s.asks(b); err == nil || !strings.HasPrefix(err.Error(), nobody) {
		t.Errorf("asked %v, %v", codes, err)
	}
	ctx := t.Context()
	m, err := s.store.FindMember(ctx, s.store.Pool, b.Assembly, "Dora")
	if err == nil {
		_, err = s.store.AddOrganizer(ctx, s.store.Pool, b.Assembly, "Dora", m.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	codes := s.mustAsk(b, "Dora")
	c, played, said := s.byKey(dora, codes["Dora"])
	if len(played) != 1 || strings.Count(said, "Sam recorded this, in K'iche'.") != 1 || strings.Count(said, "Rosa wrote this, in ") != 2 {
		t.Errorf("%v is played: %q", played, said)
	}
	c.hangUp()

	s.says(ana, s.pin(b, s.rosa, "es"))
	s.arrives()
	if said := s.text(dora, codes["Dora"]); strings.Contains(said, "gate") {
		t.Errorf("a code of before: %q", said)
	}
	s.mustAsk(b, "Dora")
	// Rosa says both herself, and Sam may approve.
	s.says(ana, s.pin(b, s.rosa, "quc"))
	s.arrives()
	s.mustAsk(b, "Dora", "Sam")
	// Whoever changes the words is their author then, and Rosa may approve them.
	now, err := s.store.ShowBroadcast(ctx, s.store.Pool, b.Assembly, b.Number)
	if err != nil || now.Author != "Rosa" {
		t.Fatalf("its author is %q, %v", now.Author, err)
	}
	now.DraftedBy = s.sam.ID
	if _, err := s.store.ChangeBroadcast(ctx, s.store.Pool, now, s.g.now()); err != nil {
		t.Fatal(err)
	}
	s.mustAsk(b, "Dora", "Rosa")
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
}

// A recording that cannot be had from the carrier is told, in the log and to whoever asks for approval, until it is recorded again or the draft is
// changed; a job that is done twice tells nothing of what is here.
func TestALostRecordingIsTold(t *testing.T) {
	s := newStudio(t)
	b := s.draft(store.Broadcast{})
	const told = "could not be had from the carrier"
	s.says(ana, s.pin(b, s.rosa, "quc"))
	s.arrives()
	if n := strings.Count(s.log.String(), told); n != 0 {
		t.Errorf("of one that is here it is told %d times that it is lost", n)
	}
	s.loses(b)
	if n := strings.Count(s.log.String(), told); n != 1 {
		t.Errorf("told %d times", n)
	}
	const why = "what Rosa recorded of broadcast 1 in quc was lost on its way from the phone company: have it recorded again (broadcast record 1 --language quc)"
	if codes, err := s.asks(b); err == nil || !strings.HasPrefix(err.Error(), why) {
		t.Errorf("asked %v, %v", codes, err)
	}
	s.says(ana, s.pin(b, s.rosa, "quc"))
	s.arrives()
	s.mustAsk(b, "Sam")

	s.loses(b)
	now, err := s.store.ShowBroadcast(t.Context(), s.store.Pool, b.Assembly, b.Number)
	if err == nil {
		_, err = s.store.ChangeBroadcast(t.Context(), s.store.Pool, now, s.g.now())
	}
	if err != nil {
		t.Fatal(err)
	}
	s.mustAsk(b, "Sam") // it is told in another language, as before
	s.says(ana, s.pin(b, s.rosa, "quc"))
	s.arrives()
	s.run("update broadcasts set state = 'approved', approved_by = $1, approved_at = $2, starts_at = $2 where id = $3", s.sam.ID, s.g.now(), b.ID)
	s.run("update notice_recordings set bytes = null, name_digest = null") // a lost one that was approved all the same
	s.pass(2 * time.Minute)
	s.pumpCalls()
	on := s.calls(carla)
	if said := on.key("1"); on.plays() != "" || !strings.Contains(said, "La puerta de la calle Elm ya abre.") {
		t.Errorf("in place of a lost one: %q", said)
	}
}

// loses has Rosa record a notice, and what the carrier gives out be no sound.
func (s *studio) loses(b store.Broadcast) {
	s.t.Helper()
	fetch := s.g.carrier.FetchMedia
	defer func() { s.g.carrier.FetchMedia = fetch }()
	s.g.carrier.FetchMedia = func(context.Context, string, int64) ([]byte, string, error) {
		return []byte("MZ"), "application/x-msdownload", nil
	}
	s.says(ana, s.pin(b, s.rosa, "quc"))
	s.arrives()
	if all, err := s.store.NoticeRecordings(s.t.Context(), s.store.Pool, b.ID); err != nil || len(all) != 1 || !all[0].Lost || all[0].Coming || all[0].Here {
		s.t.Errorf("what is no sound: %+v, %v", all, err)
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
