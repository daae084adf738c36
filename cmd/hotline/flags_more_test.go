package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// listed are the numbers of the reports in a list, as programs read it.
func listed(t *testing.T, list string) (numbers []string) {
	t.Helper()
	var all []reportJSON
	if err := json.Unmarshal([]byte(list), &all); err != nil {
		t.Fatalf("%v: %s", err, list)
	}
	for _, r := range all {
		numbers = append(numbers, fmt.Sprint(r.Number))
	}
	return numbers
}

// Whoever wants a person to talk to stands in a list of their own, until it is closed.
func TestReportsOfWhoWantsAPerson(t *testing.T) {
	o := newOffice(t)
	_, other := o.files("+12125550141", false)
	f, err := o.store.FileReport(t.Context(), o.store.Pool, store.NewReport{Assembly: o.line.AssemblyID, Line: o.line.ID, Channel: "text", Lang: "en",
		Words: "the laundry on Fifth", WantsPerson: true, ReadBy: o.now.Add(time.Hour), At: o.now})
	if err != nil {
		t.Fatal(err)
	}
	wants := fmt.Sprint(f.Number)
	for flags, want := range map[string]int{"--person": 1, "": 2} {
		out, err := o.run(strings.Fields("report list --json " + flags)...)
		if err != nil {
			t.Fatal(err)
		}
		if got := listed(t, out); len(got) != want || !strings.Contains(out, wants) {
			t.Errorf("report list %s shows %v", flags, got)
		}
	}
	out, err := o.run("report", "list", "--person")
	if err != nil || !strings.Contains(out, "wants") || strings.Contains(out, other) || strings.Contains(out, "laundry") {
		t.Errorf("%v: %s", err, out)
	}
	o.now = o.now.Add(2 * time.Hour)
	if out, err := o.run("report", "list", "--person", "--overdue"); err != nil || !strings.Contains(out, wants) {
		t.Errorf("overdue: %v: %s", err, out)
	}
}

// What is about somebody in the group is listed for the two to whom it goes, and for no organizer of that group; nor beside the others.
// (WORKERS.md, Reports)
func TestReportsAboutSomebodyAreListedForTheTwo(t *testing.T) {
	sv, report := docks(t)
	sv.command("", "organizer", "add", "Cleo", "--assembly", "Warehouse", "--as", "Carol")
	sv.command("", "report", "recipients", "Carol", "Cleo", "--assembly", "Docks", "--as", "Carol")
	sv.must(sv.store.InTx(t.Context(), func(tx pgx.Tx) error {
		var id uuid.UUID
		if err := tx.QueryRow(t.Context(), "select id from reports").Scan(&id); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), "update reports set care_of = true, read_at = null where id = $1", id)
		return err
	}))
	all := []string{"report", "list", "--json", "--assembly", "Docks"}
	about := []string{"report", "list", "--about", "--json", "--assembly", "Docks"}
	for _, c := range []struct {
		list []string
		as   string
		want int
	}{{about, "Carol", 1}, {about, "Cleo", 1}, {about, "Dan", 0}, {all, "Carol", 0}, {all, "Dan", 0}} {
		if got := listed(t, sv.command("", append(c.list, "--as", c.as)...)); len(got) != c.want {
			t.Errorf("%q, for %s, shows %v of report %d", c.list, c.as, got, report)
		}
	}
}

// An answer has the language that it is written in, which may be another than the report's: by call it is read in its voice.
func TestAnAnswerInAnotherLanguage(t *testing.T) {
	o := newOffice(t)
	_, report := o.files("+12125550141", false)
	o.says("It waits", "report", "answer", report, "Ya funciona.", "--waits", "--language", "es", "--as", "Rosa")
	o.says(`"language": "es"`, "report", "show", report, "--json")
	o.refuses("Spanish", "report", "answer", report, "Ya funciona.", "--waits", "--language", "Spanish", "--as", "Rosa")
}

// Rosa's phone is known, and is rung; with --new-number it is another, and only for this call.
func TestAnOrganizerIsCalledOnAnotherPhone(t *testing.T) {
	b := newCallBacks(t)
	b.does("name,phone,language,standing,agreed_how,agreed_on,agreed_to\nRosa Diaz,212-555-0104,en,member,sheet,2026-05-01,both\n", "member", "import", "-")
	b.does("", "organizer", "add", "Rosita", "--member", "Rosa Diaz", "--as", "Rosa")
	number := b.asks("1", "4", "2")
	b.does("", "report", "call", number, "--as", "Rosita")
	b.must(b.rosa.Reject(b.ctx, b.rings(b.rosa)))
	b.until("select count(*) from report_calls where ended_at is null", 0)
	another := b.phone("+12125550106")
	b.does("212-555-0106\n", "report", "call", number, "--as", "Rosita", "--new-number")
	b.must(another.Reject(b.ctx, b.rings(another)))
	b.until("select count(*) from report_calls where ended_at is null", 0)
	if strings.Contains(b.read.String(), "0106") {
		t.Errorf("the number is shown: %s", b.read.String())
	}
	b.quiet()
}

// Recorded notes about calls are written into new files.
func TestRecordedNotesAreSaved(t *testing.T) {
	n := newNeighborhood(t)
	n.onDuty("Ben", bensPhone)
	ana, err := n.phone(anasPhone).Call(n.ctx, servedLine)
	n.must(err)
	ben := n.phone(bensPhone)
	took := n.answered(ben)
	_, err = took.Press(n.ctx, "1")
	n.must(err)
	_, err = ana.Speak(n.ctx, "I am in hall B")
	n.must(err)
	_, err = took.Hangup(n.ctx)
	n.must(err)
	note, err := ben.Call(n.ctx, servedLine)
	n.must(err)
	_, err = note.Press(n.ctx, "1")
	n.must(err)
	_, err = note.RecordUntil(n.ctx, 5, "she is safe", "#")
	n.must(err)
	n.until("select count(*) from duty_notes n join media m on m.id = n.media_id where m.state = 'kept'", 1)

	path := filepath.Join(t.TempDir(), "note.wav")
	b := &callBacks{neighborhood: n}
	b.does("", "duty", "calls", "--recording", path)
	if data, err := os.ReadFile(path); err != nil || len(data) == 0 {
		t.Errorf("%d bytes were written, %v", len(data), err)
	}
	if _, err := b.organizes("", "duty", "calls", "--recording", path); err == nil {
		t.Error("the file was written over")
	}
}

// Recordings are taken out of use by place, or where their words are gone; all others stay.
func TestRecordedPromptsAreRemoved(t *testing.T) {
	o := newOffice(t)
	o.says("", "prompts", "record", "--language", "quc", "--called", "K'iche'", "--falls-back", "en", "--as", "Rosa")
	out, err := o.run("prompts", "list", "--language", "quc", "--json")
	if err != nil {
		t.Fatal(err)
	}
	var all []promptJSON
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		t.Fatal(err)
	}
	welcome, others := 0, 0
	keep := func(key string) {
		t.Helper()
		if err := o.store.KeepSounds(t.Context(), o.store.Pool, map[string][]byte{key + ".wav": []byte("RIFF " + key)}); err != nil {
			t.Fatal(err)
		}
		if _, err := o.store.Pool.Exec(t.Context(), `insert into prompts (lang, key, sound, organizer_id, at) select 'quc', $1, $1 || '.wav', id, now() from organizers where name = 'Rosa'`, key); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range all {
		if p.Where == "door.welcome" {
			welcome++
		} else if others++; others > 3 {
			continue
		}
		keep(p.Key)
	}
	keep("words that are gone")
	left := func(want int) {
		t.Helper()
		n := 0
		if err := o.store.Pool.QueryRow(t.Context(), "select count(*) from prompts").Scan(&n); err != nil || n != want {
			t.Errorf("%d recordings are left, want %d, %v", n, want, err)
		}
	}
	left(welcome + 3 + 1)
	o.says("1 recording is removed", "prompts", "remove", "--language", "quc", "--stale", "--as", "Rosa")
	left(welcome + 3)
	o.says("removed", "prompts", "remove", "--language", "quc", "--where", "door.welcome", "--as", "Rosa")
	left(3)
	o.says("3 recordings are removed", "prompts", "remove", "--language", "quc", "--all", "--as", "Rosa")
	left(0)
}
