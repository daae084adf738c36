package gateway

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// ON and OFF by text, from a phone of the rota; and at midnight nothing changes.
func TestOnAndOffDutyByText(t *testing.T) {
	h, x := urgentHouse(t)
	h.onShift("Ben", ben, store.Shift{Languages: []string{"en"}, Since: time.Unix(h.now.Load(), 0), From: 18 * 60, To: 20 * 60})
	h.text(ben, "ENGLISH")
	if reply := h.text(ana, "DANGER"); !strings.HasPrefix(reply, "Nobody is on duty until Monday, Nov 23, 6:00 pm") {
		t.Fatalf("before his hours: %q", reply)
	}
	if reply := h.text(ben, "On"); !strings.HasPrefix(reply, "You are on duty until Tuesday, Nov 24, 12:00 am.") {
		t.Errorf("ON is answered %q", reply)
	}
	h.text(eva, "DANGER")
	if h.look(false); x.last(t).To != ben {
		t.Error("nobody is called")
	}
	h.told(x.last(t), "no-answer")
	h.pass(9 * time.Hour) // after his hours, before midnight
	if reply := h.text(carla, "DANGER"); !strings.Contains(reply, "We are calling one person") {
		t.Errorf("in the evening: %q", reply)
	}
	if reply := h.text(ben, "off"); !strings.HasPrefix(reply, "You are off duty, also at your usual hours.") {
		t.Errorf("OFF is answered %q", reply)
	}
	if reply := h.text(dora, "DANGER"); !strings.HasPrefix(reply, "Nobody is on duty now.") {
		t.Errorf("after OFF: %q", reply)
	}
	h.text(ben, "DE TURNO")
	h.pass(12*time.Hour + time.Second)
	if reply := h.text("+12125550107", "DANGER"); !strings.HasPrefix(reply, "Nobody is on duty now.") {
		t.Errorf("after 12 hours: %q", reply)
	}
	deeds, err := h.store.Journal(t.Context(), h.store.Pool, h.line.AssemblyID)
	if err != nil || len(deeds) != 3 || deeds[0].Act != "duty.on" || deeds[1].Act != "duty.off" || deeds[0].Actor != byText {
		t.Errorf("the journal: %+v, %v", deeds, err)
	}
}

// A stranger's ON is some word, and puts nobody anywhere.
func TestAStrangersOnIsAnOrdinaryText(t *testing.T) {
	h, _ := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	for _, word := range []string{"ON", "OFF", "fuera", "De turno"} {
		if reply := h.text(eva, word); !strings.Contains(reply, " Tell us") && !strings.Contains(reply, " Contar") {
			t.Errorf("%s is answered %q", word, reply)
		}
	}
	if n := h.count("select count(*) from duty where off_at is not null or on_until is not null"); n != 0 || h.count("select count(*) from duty") != 1 {
		t.Error("the rota has changed")
	}
}

// An organizer's own phone goes on duty for the language that it writes in; who is an organizer no more does not.
func TestAnOrganizersOwnPhoneGoesOnDuty(t *testing.T) {
	h, x := urgentHouse(t)
	err := h.store.InTx(t.Context(), func(tx pgx.Tx) error {
		_, err := h.store.ImportMembers(t.Context(), tx, h.line.AssemblyID, []store.MemberRow{
			{Line: 1, Name: "Ben", Phone: ben, Language: "es", Standing: store.StandsMember},
		}, time.Now())
		if err != nil {
			return err
		}
		m, err := h.store.FindMember(t.Context(), tx, h.line.AssemblyID, "Ben")
		if err != nil {
			return err
		}
		_, err = h.store.AddOrganizer(t.Context(), tx, h.line.AssemblyID, "Benito", m.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h.onDuty("Benito", dora, "quc") // somebody else of that name is on the rota already
	if reply := h.text(ben, "FUERA"); reply != "Usted no estaba de turno." {
		t.Errorf("OFF before ON: %q", reply)
	}
	for range 2 {
		if reply := h.text(ben, "DE TURNO"); !strings.HasPrefix(reply, "Usted queda de turno hasta") {
			t.Errorf("ON is answered %q", reply)
		}
	}
	if reply := h.text(eva, "PELIGRO"); !strings.Contains(reply, "una persona que habla") {
		t.Errorf("PELIGRO is answered %q", reply)
	}
	if h.look(false); x.last(t).To != ben || h.count("select count(*) from duty") != 2 {
		t.Errorf("called %s", x.last(t).To.String())
	}
	h.text(ben, "FUERA")
	exec(t, h.store.Pool, "update organizers set removed_at = now() where name = 'Benito'")
	exec(t, h.store.Pool, "delete from duty where phone_id in (select phone_id from phone_people)")
	if reply := h.text(ben, "DE TURNO"); !strings.Contains(reply, "1 Contar") {
		t.Errorf("who is an organizer no more is answered %q", reply)
	}
}
