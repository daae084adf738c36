package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

// command is one command of an organizer, with what they type where it asks.
func (sv *served) command(typed string, args ...string) string {
	sv.Helper()
	var environ []string
	for name, value := range sv.env {
		environ = append(environ, name+"="+value)
	}
	var out strings.Builder
	w := &world{in: strings.NewReader(typed), out: &out, err: sv.Output(), now: time.Now, name: "hotline"}
	sv.must(run(sv.Context(), w, environ, args))
	return out.String()
}

func (sv *served) onDuty(name string) (store.Duty, string) {
	sv.Helper()
	a, err := sv.store.AssemblyByName(sv.Context(), sv.store.Pool, "Warehouse")
	sv.must(err)
	d, found, err := sv.store.FindDuty(sv.Context(), sv.store.Pool, a.ID, name)
	sv.must(err)
	if !found {
		sv.Fatalf("%s is not on the rota", name)
	}
	number, err := sv.store.Number(sv.Context(), sv.store.Pool, d.Phone)
	sv.must(err)
	return d, number.String()
}

func TestANewNumberForSomebodyOnDuty(t *testing.T) {
	sv := newServed(t)
	sv.command("", "organizer", "add", "Rosa")
	sv.command("212-555-0144\n", "duty", "on", "Ben", "--languages", "en")
	first, _ := sv.onDuty("Ben")
	sv.command("212-555-0145\n", "duty", "on", "Ben")
	if _, number := sv.onDuty("Ben"); number != "+12125550144" {
		t.Errorf("a number that nobody asked for replaced his, with %s", number)
	}
	sv.command("212-555-0145\n", "duty", "on", "Ben", "--new-number")
	now, number := sv.onDuty("Ben")
	if number != "+12125550145" || now.ID != first.ID || now.ID == uuid.Nil {
		t.Errorf("%s is rung", number)
	}
	all, err := sv.store.Journal(t.Context(), sv.store.Pool, now.Assembly)
	sv.must(err)
	if last := all[len(all)-1]; last.Act != "duty.number" || last.Actor != "Rosa" || last.Object != now.ID.String() {
		t.Errorf("in the journal: %+v", last)
	}
}

func TestOrganizersLiftBlocks(t *testing.T) {
	sv := newServed(t)
	sv.command("", "organizer", "add", "Rosa")
	sv.command("212-555-0144\n", "duty", "on", "Ben", "--languages", "en")
	ben, _ := sv.onDuty("Ben")
	block := func(number store.Phone, until time.Time) {
		phone, err := sv.store.EnsurePhone(t.Context(), sv.store.Pool, ben.Assembly, number)
		sv.must(err)
		caller := store.DutyCall{Assembly: ben.Assembly, Duty: ben.ID, Caller: uuid.NullUUID{UUID: phone, Valid: true}}
		_, err = sv.store.BlockCaller(t.Context(), sv.store.Pool, caller, until)
		sv.must(err)
	}
	block(anasPhone, time.Now().Add(time.Hour))
	block("+12125550151", time.Now().Add(23*time.Hour))
	block("+12125550152", time.Now().Add(-time.Hour)) // over by itself
	if said := sv.command("", "duty", "unblock"); said != "Somebody is rung again for 2 callers who were blocked.\n" {
		t.Errorf("told %q", said)
	}
	if said := sv.command("", "duty", "unblock", "--json"); !strings.Contains(said, `"unblocked": 0`) {
		t.Errorf("told %q", said)
	}
	all, err := sv.store.Journal(t.Context(), sv.store.Pool, ben.Assembly)
	sv.must(err)
	if last := all[len(all)-1]; last.Act != "duty.unblock" || last.Actor != "Rosa" || last.Object != "2 callers" {
		t.Errorf("in the journal: %+v", last)
	}
}
