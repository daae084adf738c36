package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
	"hotline/store/storetest"
)

// office is a database with an assembly, its line and two organizers, and commands that act on it.
type office struct {
	*testing.T
	store *store.Store
	line  store.Line
	cfg   Config
	now   time.Time
}

func newOffice(t *testing.T) *office {
	t.Helper()
	url, keys := storetest.URL(t), storetest.Keys(t)
	path := filepath.Join(t.TempDir(), "keys")
	if err := keys.Save(path, ""); err != nil {
		t.Fatal(err)
	}
	o := &office{T: t, store: storetest.Open(t, url, keys), now: time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)}
	o.cfg.DatabaseURL, o.cfg.Keys = secret(url), path
	err := o.store.InTx(t.Context(), func(tx pgx.Tx) error {
		a, err := o.store.AddAssembly(t.Context(), tx, "Warehouse", uuid.Nil, "America/New_York")
		if err != nil {
			return err
		}
		for _, name := range []string{"Rosa", "Tina"} {
			if _, err := o.store.AddOrganizer(t.Context(), tx, a.ID, name, uuid.Nil); err != nil {
				return err
			}
		}
		o.line, err = o.store.AddLine(t.Context(), tx, store.Line{AssemblyID: a.ID, Number: "+12125550100", Name: "The 0100 Line", Languages: []string{"en", "es"}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// run is a command, by the words that an organizer types.
func (o *office) run(args ...string) (string, error) {
	o.Helper()
	c, rest, err := find(commands(), args)
	if err != nil {
		o.Fatal(err)
	}
	var out bytes.Buffer
	w := &world{cfg: o.cfg, in: strings.NewReader(""), out: &out, err: io.Discard, now: func() time.Time { return o.now }, name: "hotline"}
	err = c.run(o.Context(), w, rest)
	return out.String(), err
}

func (o *office) says(want string, args ...string) {
	o.Helper()
	got, err := o.run(args...)
	if err != nil || !strings.Contains(got, want) {
		o.Errorf("%q says %q, %v; want %q", args, got, err, want)
	}
}

func (o *office) refuses(want string, args ...string) {
	o.Helper()
	if got, err := o.run(args...); err == nil || !strings.Contains(err.Error(), want) {
		o.Errorf("%q says %q, %v; want it refused: %q", args, got, err, want)
	}
}

// files is a report from a phone, whose worker allowed answers by text or not.
func (o *office) files(number store.Phone, text bool) (phone uuid.UUID, id string) {
	o.Helper()
	phone, err := o.store.EnsurePhone(o.Context(), o.store.Pool, o.line.AssemblyID, number)
	if err != nil {
		o.Fatal(err)
	}
	f, err := o.store.FileReport(o.Context(), o.store.Pool, store.NewReport{
		Assembly: o.line.AssemblyID, Line: o.line.ID, Phone: uuid.NullUUID{UUID: phone, Valid: true}, Channel: "text", Lang: "en",
		Words: "the lift in hall B is broken", ReadBy: o.now.Add(48 * time.Hour), At: o.now,
	})
	if err == nil && text {
		_, err = o.store.AllowAnswers(o.Context(), o.store.Pool, f.ID, phone)
	}
	if err != nil {
		o.Fatal(err)
	}
	return phone, fmt.Sprint(f.Number)
}

// sent are the bodies of what is to be sent to a phone.
func (o *office) sent(phone uuid.UUID) (all []string) {
	o.Helper()
	rows, err := o.store.Pool.Query(o.Context(), `select id from outgoing where phone_id = $1 order by at`, phone)
	if err != nil {
		o.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		o.Fatal(err)
	}
	err = o.store.InTx(o.Context(), func(tx pgx.Tx) error {
		for _, id := range ids {
			taken, err := o.store.TakeOutgoing(o.Context(), tx, id, o.now)
			if err != nil {
				return err
			}
			all = append(all, taken.Body)
		}
		return pgx.ErrTxCommitRollback // only looked at
	})
	if err != pgx.ErrTxCommitRollback {
		o.Fatal(err)
	}
	return all
}

// A day of an organizer with reports. No command but member reveal shows a number, and that asks why.
func TestReportsOnADesk(t *testing.T) {
	o := newOffice(t)
	_, n := o.files("+12125550101", true)
	o.says("new ", "report", "list")
	o.says("the lift in hall B is broken", "report", "show", n)
	o.says("Noted on report "+n, "report", "note", n, "Ana knows the foreman", "--as", "Rosa")
	o.says("Tina looks after report "+n, "report", "assign", n, "tina", "--as", "Rosa")
	o.refuses("none of those who may read it", "report", "assign", n, "Nobody", "--as", "Rosa")
	o.says("is read; safety Hall B", "report", "status", n, "--kind", "safety", "--workplace", "Hall B", "--as", "Rosa")
	o.refuses("is no kind", "report", "status", n, "--kind", "ghosts", "--as", "Rosa")
	o.refuses("is no state", "report", "status", n, "--state", "gone", "--as", "Rosa")
	o.refuses("nothing to change", "report", "status", n, "--as", "Rosa")
	o.says("is closed", "report", "status", n, "--state", "closed", "--as", "Rosa")
	o.refuses("say why", "member", "reveal", n, "--as", "Rosa")
	all := ""
	for _, args := range [][]string{{"report", "list"}, {"report", "show", n}, {"report", "list", "--json"}, {"report", "show", n, "--json"}} {
		got, err := o.run(args...)
		if err != nil {
			t.Error(err)
		}
		all += got
	}
	if strings.Contains(all, "5550101") || strings.Contains(all, "555-0101") {
		t.Error("a report shows the number")
	}
	o.says("+12125550101", "member", "reveal", n, "--why", "they asked to be called", "--as", "Rosa")
	o.says("The number was shown: they asked to be called", "report", "show", n)
	deeds, err := o.store.Journal(t.Context(), o.store.Pool, o.line.AssemblyID)
	if err != nil {
		t.Fatal(err)
	}
	acts := ""
	for _, d := range deeds {
		acts += d.Act + " " + d.Object + " by " + d.Actor + "\n"
	}
	for _, act := range []string{"report.note", "report.assign", "report.status", "member.reveal"} {
		if !strings.Contains(acts, act+" report "+n+" by Rosa") {
			t.Errorf("the journal has no %s: %s", act, acts)
		}
	}
}

// An answer goes out as a text where the worker allowed that, without a word that tells what this is about; a quiet phone learns only that
// something is waiting. (WORKERS.md: what a phone may show)
func TestAnswersThatGoOut(t *testing.T) {
	o := newOffice(t)
	ana, n := o.files("+12125550101", true)
	o.refuses(`"union"`, "report", "answer", n, "The union has seen it.", "--as", "Rosa")
	if sent := o.sent(ana); len(sent) != 0 {
		t.Errorf("sent %q", sent)
	}
	o.says("It waits until the worker comes back", "report", "answer", n, "The union has seen it.", "--waits", "--as", "Rosa")
	o.says("a text goes out", "report", "answer", n, "It is mended; ask for María.", "--as", "Rosa")
	if sent := o.sent(ana); len(sent) != 1 || sent[0] != "The 0100 Line: It is mended; ask for Maria." {
		t.Errorf("sent %q", sent)
	}
	o.refuses("201 letters", "report", "answer", n, strings.Repeat("x", 201), "--waits", "--as", "Rosa")
	o.refuses("segments", "report", "answer", n, strings.Repeat("сломан ", 25), "--as", "Rosa")

	o.refuses("two answers", "report", "answer", n, strings.Repeat("电梯修好了。", 20), "--waits", "--language", "zh", "--as", "Rosa")
	o.says("It waits until the worker comes back", "report", "answer", n, "It is mended.", "--waits", "--language", "quc", "--as", "Rosa")
	o.says("a text goes out", "report", "answer", n, strings.Repeat("电梯修好了。", 12), "--language", "zh", "--as", "Rosa")

	ben, n := o.files("+12125550102", false)
	o.says("It waits until the worker comes back", "report", "answer", n, "It is mended.", "--as", "Rosa")
	if sent := o.sent(ben); len(sent) != 0 {
		t.Errorf("nobody allowed it, and it was sent: %q", sent)
	}

	eda, n := o.files("+12125550103", true)
	if _, err := o.store.Pool.Exec(t.Context(), `update phones set quiet = true, lang = 'es' where id = $1`, eda); err != nil {
		t.Fatal(err)
	}
	o.says("a text goes out", "report", "answer", n, "The union has seen it.", "--as", "Rosa")
	if sent := o.sent(eda); len(sent) != 1 || !strings.Contains(sent[0], "hay algo para usted") || strings.Contains(sent[0], "union") {
		t.Errorf("a quiet phone is sent %q", sent)
	}
}

// What was promised and not kept stands first, and alone with --overdue; who said STOP is marked; who is blocked is left out.
func TestWhatStandsOutInTheList(t *testing.T) {
	o := newOffice(t)
	ana, _ := o.files("+12125550101", true)
	o.now = o.now.Add(72 * time.Hour)
	_, second := o.files("+12125550102", false)
	if err := o.store.AddConsent(t.Context(), o.store.Pool, store.Consent{Assembly: o.line.AssemblyID, Phone: ana, Purpose: store.ForAll, Channel: store.ByText, How: "stop word"}); err != nil {
		t.Fatal(err)
	}
	if got, _ := o.run("report", "list"); !strings.Contains(strings.Join(strings.Fields(got), " "), "LATE cannot be answered by text (STOP)") {
		t.Errorf("the list says %s", got)
	}
	if got, _ := o.run("report", "list", "--overdue"); strings.Contains(got, second) || !strings.Contains(got, "LATE") {
		t.Errorf("overdue are %s", got)
	}
	o.says("For 7 days", "report", "block", second, "--as", "Rosa")
	o.refuses("0 to 90", "report", "block", second, "--days", "91", "--as", "Rosa")
	_, third := o.files("+12125550102", false)
	if got, _ := o.run("report", "list"); strings.Contains(got, third) {
		t.Error("a blocked phone's report is in the list")
	}
	o.says("blocked", "report", "list", "--blocked")
	o.says("Lifted", "report", "block", second, "--days", "0", "--as", "Rosa")
	_, fourth := o.files("+12125550102", false)
	o.says(fourth, "report", "list")
}

func TestTrendsOnADesk(t *testing.T) {
	o := newOffice(t)
	for i := range 6 {
		_, n := o.files(store.Phone(fmt.Sprintf("+121255501%02d", 10+i)), false)
		if i < 5 {
			o.says("safety", "report", "status", n, "--kind", "safety", "--as", "Rosa")
		}
	}
	o.says("Too few", "report", "trends") // the week is not over
	o.now = o.now.Add(7 * 24 * time.Hour)
	o.says("(others) 6", "report", "trends")
	o.says(`"(others)": 6`, "report", "trends", "--json")
}
