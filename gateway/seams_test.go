package gateway

import (
	"encoding/hex"
	"strings"
	"testing"
	"time"
)

// STOP outlives what is kept of a talk: a week later what the phone writes still goes before a person, also after FORGET.
// (WORKERS.md: stopping)
func TestStopOutlivesTheTalk(t *testing.T) {
	for name, lose := range map[string]func(h *house){
		"a week": func(h *house) {
			h.pass(9 * 24 * time.Hour)
			h.mini.FlushAll()
			if _, err := h.store.Expire(h.t.Context(), "the clock", h.g.now()); err != nil {
				h.t.Fatal(err)
			}
		},
		"FORGET": func(h *house) { h.text(ana, "FORGET") },
	} {
		h := newHouse(t, houseOptions{})
		h.english(ana)
		h.text(ana, "STOP")
		lose(h)
		if said := h.text(ana, "help me"); said != "" {
			t.Errorf("after %s it is answered %q, which the carrier blocks", name, said)
		}
		if all := h.seen(); len(all) != 1 || all[0].CannotText != "stopped" {
			t.Errorf("after %s organizers see %+v", name, all)
		}
	}
}

// FORGET while everything is open that names a phone: a danger, a report with digits and a wish to be called back, an answer on its way, a
// need of a meeting, a check-in, a proposal and a second, an offer and a talk about another's, digits to be vouched for, a PIN keyed once.
// Nothing is left of the phone or the person, and nothing is sent or rung. (WORKERS.md: forgetting)
func TestForgetWhileEverythingIsOpen(t *testing.T) {
	h, x := urgentHouse(t)
	h.openBallot(time.Time{})
	h.addMeeting()
	h.onDuty("Carla", carla, "en")
	h.text(ana, "DANGER")
	h.tells(ana, "the lift in hall B is broken", "2", "2", "4711", "1", "MENU")
	index := hex.EncodeToString(h.keys.Index("phone", ana))
	phone := h.one("select id::text from phones where encode(index, 'hex') = $1", index)
	person := h.one("select person_id::text from phone_people where phone_id = $1", phone)
	for _, sql := range []string{
		`insert into report_callbacks (report_id, assembly_id, phone_id, number, hours, other_may, at) select id, assembly_id, phone_id, '\x01', 'any', false, now() from reports`,
		`insert into report_mutes select phone_id, assembly_id, now() from reports on conflict do nothing`,
		`insert into rsvps (meeting_id, phone_id, assembly_id, answer) select m.id, p.id, m.assembly_id, 'yes' from meetings m, phones p where p.id = '` + phone + `'`,
		`insert into rsvp_notes (id, assembly_id, meeting_id, phone_id, need, words, at) select gen_random_uuid(), assembly_id, meeting_id, phone_id, 'ride', '\x01', now() from rsvps`,
		`insert into attendance (id, assembly_id, meeting_id, phone_id, person_id, kind, heads, at) select gen_random_uuid(), assembly_id, id, '` + phone + `', '` + person + `', 'member', 1, now() from meetings`,
		`insert into proposals (id, assembly_id, line_id, phone_id, person_id, number, channel, lang, words, read_by, filed_at, changed_at)
			select gen_random_uuid(), assembly_id, id, '` + phone + `', '` + person + `', 1, 'text', 'en', '\x01', now(), now(), now() from lines`,
		`insert into proposal_seconds (proposal_id, assembly_id, person_id, at) select id, assembly_id, person_id, now() from proposals`,
		`insert into offers (id, assembly_id, line_id, phone_id, number, side, kind, channel, lang, words, read_by, expires_at, filed_at)
			select gen_random_uuid(), assembly_id, id, '` + phone + `', 1, 'offer', 'rides', 'text', 'en', '\x01', now(), now(), now() from lines`,
		`insert into offer_talks (id, assembly_id, offer_id, phone_id) select gen_random_uuid(), assembly_id, id, '` + phone + `' from offers`,
		`insert into vouch_codes (code_index, person_id, phone_id, line_id, assembly_id, until) select '\x01', '` + person + `', '` + phone + `', id, assembly_id, now() from lines`,
		`insert into pins (person_id, assembly_id, salt, hash, cost, handed) select '` + person + `', assembly_id, '\x01', '\x01', 1, true from lines`,
		`insert into pin_drafts (person_id, assembly_id, conversation_id, salt, hash, cost) select '` + person + `', assembly_id, gen_random_uuid(), '\x01', '\x01', 1 from lines`,
		`insert into guesses (scope, what, hour, n) values ('` + phone + `', 'vouch', now(), 1)`,
	} {
		h.run(sql)
	}
	if where := h.standsSomewhere(phone, person); len(where) < 15 {
		t.Fatalf("it stands only in %q", where)
	}
	h.forget(ana)
	for _, where := range h.standsSomewhere(phone, index, person) {
		t.Error(where)
	}
	before := len(x.calls)
	h.pass(10 * time.Second)
	h.look(false)
	h.pass(5 * time.Minute)
	h.look(true)
	if len(x.calls) != before {
		t.Error("those on duty are rung for somebody who is forgotten")
	}
	if b := x.bodies(); strings.Contains(b, ana) {
		t.Errorf("sent: %q", b)
	}
}
