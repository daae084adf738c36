package gateway

import (
	"bytes"
	"strings"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

// The steps of TestANoticeIsRecordedByCall.

// saysTwice has Rosa record a notice in K'iche': she hears what to say, and herself, says it again, and keeps that.
func (s *studio) saysTwice(b store.Broadcast) {
	s.t.Helper()
	c := s.call(ana)
	if said := c.toRecording(s.pin(b, s.rosa, "quc")); !strings.HasPrefix(said, "You record message 1, in K'iche'.") {
		s.t.Fatalf("the digits lead to %q", said)
	}
	if said := c.press("1"); !strings.HasPrefix(said, "The gate on Elm St is open again.\nSay it in K'iche'") || c.last.Say[0].Lang != "en" {
		s.t.Fatalf("to be said: %q", said)
	}
	c.record()
	if data, found, err := s.g.Sound(s.t.Context(), c.last.Say[0].Play); err != nil || !found || !bytes.Equal(data, inKiche) {
		s.t.Errorf("they hear back %q, %v, %v", data, found, err)
	}
	c.press("2")
	c.record()
	if said := c.press("1"); !strings.Contains(said, "That was all of it.") || !c.ended() {
		s.t.Errorf("kept: %q", said)
	}
}

// standsNowhereElse: what was recorded is sealed, and in one place; at the carrier it is erased, with what was said before.
func (s *studio) standsNowhereElse() {
	s.t.Helper()
	if n := s.count("select count(*) from media where bytes is not null") + s.count("select count(*) from sounds") +
		s.count("select count(*) from notice_recordings where position('K''iche'''::bytea in bytes) > 0"); n != 0 {
		s.t.Errorf("it stands in %d other places, or in clear", n)
	}
	s.erasedThere()
	if len(s.s.erased) != 2 {
		s.t.Errorf("%d recordings were erased at the carrier", len(s.s.erased))
	}
}

// approvedByEar has Sam told by text in which language it is recorded, and approve it by call, where it is played.
func (s *studio) approvedByEar(b store.Broadcast) (play string) {
	s.t.Helper()
	codes := s.mustAsk(b, "Sam")
	s.text(ben, codes["Sam"])
	s.text(ben, "1")
	if said := s.text(ben, "1"); !strings.HasPrefix(said, "Recorded for calls, too: K'iche'. To hear it, call") {
		s.t.Errorf("by text: %q", said)
	}
	s.text(ben, "MENU")
	c, played, said := s.byKey(ben, codes["Sam"])
	if len(played) != 1 || !strings.Contains(said, "Rosa recorded this, in K'iche'.") || strings.Count(said, "Rosa wrote this") != 2 {
		s.t.Fatalf("by call %v is played: %q", played, said)
	}
	if said := c.press("7"); !strings.HasPrefix(said, "Approved.") {
		s.t.Fatalf("approved: %q", said)
	}
	return played[0]
}

// hears is that a call plays a recording, and says no word of the notice: at once, when the webhook comes again, and on 9.
func (n *noticed) hears(play string) {
	n.h.t.Helper()
	n.key("1")
	if got := n.last.Say[0]; got.Play != play || got.Words != "" || strings.Contains(n.last.Text(), "está en") {
		n.h.t.Errorf("in K'iche': %+v", n.last.Say)
	}
	if n.key("1"); n.last.Say[0].Play != play {
		n.h.t.Errorf("the same webhook again: %+v", n.last.Say)
	}
	if n.press("9"); n.last.Say[0].Play != play {
		n.h.t.Errorf("9: %+v", n.last.Say)
	}
}

// servedAs is that a recording is served under a name, by every process.
func (s *studio) servedAs(name string) {
	s.t.Helper()
	for which, g := range map[string]*Gateway{"this process": s.g, "another": s.another("redis://" + s.mini.Addr())} {
		if data, found, err := g.Sound(s.t.Context(), name); err != nil || !found || !bytes.Equal(data, inKiche) {
			s.t.Errorf("%s serves %q, %v, %v", which, data, found, err)
		}
	}
}

// goesWithItsClock is that a recording is not served once its notice is over, and erased with the clock of turns; that is no loss.
func (s *studio) goesWithItsClock(b store.Broadcast, play string) {
	s.t.Helper()
	s.pass(20 * time.Minute) // those who were talking with us
	s.pumpCalls()
	if state, _ := s.state(b); state != store.BroadcastDone {
		s.t.Errorf("it is %s", state)
	}
	s.pass(2 * time.Hour)
	if _, found, err := s.g.Sound(s.t.Context(), play); found || err != nil {
		s.t.Errorf("served when it is over: %v", err)
	}
	s.pass(9 * 24 * time.Hour)
	if _, err := s.store.Expire(s.t.Context(), "hotline", s.g.now()); err != nil {
		s.t.Fatal(err)
	}
	if n := s.count("select count(*) from notice_recordings where bytes is not null or name_digest is not null"); n != 0 {
		s.t.Errorf("%d are kept beyond their clock", n)
	}
	if all, err := s.store.NoticeRecordings(s.t.Context(), s.store.Pool, b.ID); err != nil || len(all) != 1 || all[0].Lost || all[0].Here {
		s.t.Errorf("once it is erased: %+v, %v", all, err)
	}
}

// neverByGuess: neither a row's id nor any part of what stands in the database is a name.
func (s *studio) neverByGuess(name string) {
	s.t.Helper()
	var id uuid.UUID
	var digest []byte
	if err := s.store.Pool.QueryRow(s.t.Context(), "select id, name_digest from notice_recordings").Scan(&id, &digest); err != nil {
		s.t.Fatal(err)
	}
	digits := strings.TrimSuffix(strings.TrimPrefix(name, NoticeSoundName), ".wav")
	if s.count("select count(*) from notice_recordings where position($1 in id::text || encode(name_digest, 'hex')) > 0", digits) != 0 {
		s.t.Error("the name stands in the database")
	}
	other := "0"
	if digits[31] == '0' {
		other = "1"
	}
	for _, guess := range []string{strings.ReplaceAll(id.String(), "-", ""), digits[:31] + other} {
		if _, found, err := s.g.Sound(s.t.Context(), NoticeSoundName+guess+".wav"); found || err != nil {
			s.t.Errorf("served by a guess: %v", err)
		}
	}
}
