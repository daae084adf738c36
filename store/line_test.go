package store_test

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"hotline/store"
)

func TestAssembliesAreFoundByName(t *testing.T) {
	w := newWorld(t)
	if got := must(w.AssemblyByName(w.ctx, w.Pool, ""))(t); got.ID != w.assembly.ID {
		t.Errorf("the only one is %+v", got)
	}
	below := must(w.AddAssembly(w.ctx, w.Pool, " Dock  seven", w.assembly.ID, "America/Chicago"))(t)
	lowest := must(w.AddAssembly(w.ctx, w.Pool, "Crane crew", below.ID, ""))(t)
	if below.Name != "Dock seven" || lowest.Zone != "America/Chicago" || lowest.ParentName != "Dock seven" {
		t.Errorf("below are %+v, %+v", below, lowest)
	}
	_, err := w.AssemblyByName(w.ctx, w.Pool, "")
	w.refused(err, "which assembly? There are: Crane crew, Dock seven, Dock workers")
	_, err = w.AssemblyByName(w.ctx, w.Pool, "Dock eight")
	w.refused(err, "there are: Crane crew")
	for name, zone := range map[string]string{"dock SEVEN": "UTC", "": "UTC", "Moon": "Moon/Base", "a\u202eb": "UTC", "a\x00b": "UTC", "Here": "Local", "Nowhere": "", strings.Repeat("x", 300): "UTC"} {
		_, err := w.AddAssembly(w.ctx, w.Pool, name, uuid.Nil, zone)
		w.refused(err, "")
	}
	if got := must(w.Above(w.ctx, w.Pool, lowest.ID))(t); !cmp.Equal(got, []uuid.UUID{lowest.ID, below.ID, w.assembly.ID}) {
		t.Errorf("above the lowest: %v", got)
	}
	if got := must(w.Below(w.ctx, w.Pool, below.ID))(t); !cmp.Equal(got, []uuid.UUID{below.ID, lowest.ID}) {
		t.Errorf("below: %v", got)
	}
}

func TestALineAndItsChanges(t *testing.T) {
	w := newWorld(t)
	if w.line.Number != "+12125550100" || w.line.Texts != store.TextsOn || w.line.Zone != "America/New_York" || w.line.RepliesAHour != 60 ||
		!cmp.Equal(w.line.Assemblies, []uuid.UUID{w.assembly.ID}) {
		t.Errorf("the line is %+v", w.line)
	}
	l := must(w.ChangeLine(w.ctx, w.Pool, w.line.Number, store.LineChange{Texts: store.TextsPending, Languages: []string{"es"}}))(t)
	if got := must(w.LineByNumber(w.ctx, w.Pool, l.Number))(t); got.Texts != store.TextsPending || got.Name != "The 0100 Line" || !cmp.Equal(got.Languages, []string{"es"}) {
		t.Errorf("changed to %+v", got)
	}
	for says, bad := range map[string]store.Line{
		"already":            {Number: "212 555 0100", Name: "x", Languages: []string{"en"}},
		"not a phone number": {Number: "12", Name: "x", Languages: []string{"en"}},
		"a name is needed":   {Number: "2125550101", Languages: []string{"en"}},
		"at least one":       {Number: "2125550101", Name: "x"},
		"is no language":     {Number: "2125550101", Name: "x", Languages: []string{"English"}},
		"stands twice":       {Number: "2125550101", Name: "x", Languages: []string{"en", "en"}},
		`texts are "on"`:     {Number: "2125550101", Name: "x", Languages: []string{"en"}, Texts: "off"},
	} {
		bad.AssemblyID = w.assembly.ID
		_, err := w.AddLine(w.ctx, w.Pool, bad)
		w.refused(err, says)
	}
	_, err := w.ChangeLine(w.ctx, w.Pool, "+12125550999", store.LineChange{})
	w.refused(err, "not one of our lines")
	if all := must(w.Lines(w.ctx, w.Pool))(t); len(all) != 1 {
		t.Errorf("%d lines", len(all))
	}
}

func TestAPhoneHoweverItIsDialedIsOneRow(t *testing.T) {
	w := newWorld(t)
	ids := make(chan uuid.UUID, 20)
	var all sync.WaitGroup
	for i := range cap(ids) {
		all.Go(func() {
			ids <- w.phone([]string{"2125550101", "(212) 555-0101", "+1 212 555 0101", "1-212-555-0101"}[i%4])
		})
	}
	all.Wait()
	close(ids)
	first := <-ids
	for id := range ids {
		if id != first {
			t.Fatal("one number has two rows")
		}
	}
	if n := must(w.Number(w.ctx, w.Pool, first))(t); n.String() != "+12125550101" {
		t.Error("the number opens as another one")
	}
	if id, known, err := w.FindPhone(w.ctx, w.Pool, "+12125550101"); id != first || !known || err != nil {
		t.Errorf("found %v, %v, %v", id, known, err)
	}
	for _, p := range []store.Phone{"+12125550102", ""} {
		if _, known, err := w.FindPhone(w.ctx, w.Pool, p); known || err != nil {
			t.Errorf("known %v, %v", known, err)
		}
	}
	if _, err := w.EnsurePhone(w.ctx, w.Pool, w.assembly.ID, ""); err == nil {
		t.Error("a withheld number has a row")
	}
	w.refused(w.SetLanguage(w.ctx, w.Pool, first, "Kreyòl"), "is no language")
}

// A stolen dump, without the key file, holds no number, name or word.
func TestADumpTellsNothing(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Rosalinda 2125550101")
	filed := w.report("the lift is broken", uuid.Nil, uuid.New())
	w.meet(1<<40, "")
	w.cast(w.open(), phones[0], 1)
	w.outgoing(1 << 40)
	for _, table := range []string{"phones", "people", "memberships", "consent", "reports", "report_parts", "meetings", "ballots", "votes", "outgoing"} {
		var dump string
		if err := w.Pool.QueryRow(w.ctx, fmt.Sprintf(`select coalesce(string_agg(encode(convert_to(t::text, 'UTF8'), 'escape'), E'\n'), '') from %s t`, table)).Scan(&dump); err != nil {
			t.Fatal(err)
		}
		if dump == "" {
			t.Errorf("%s is empty", table)
		}
		for _, secret := range []string{"5550101", "Rosalinda", "lift", "Elm", "heat", filed.Code, "sheet"} {
			if strings.Contains(dump, secret) || strings.Contains(dump, fmt.Sprintf("%x", secret)) {
				t.Errorf("%s holds %q in clear", table, secret)
			}
		}
	}
}

func TestParsePhone(t *testing.T) {
	for text, want := range map[string]store.Phone{
		"(212) 555-0101": "+12125550101", "+44 20 7946 0000": "+442079460000", " 212.555.0101 ": "+12125550101", "+52 55 1234 5678": "+525512345678",
		"": "", "12345": "", "911": "", "call me": "", "+1 212 555 0101 ext. 7": "", "anonymous": "", "2125550101\n2125550102": "",
		strings.Repeat("2", 50): "",
	} {
		got, err := store.ParsePhone(text, "US")
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v", text, got.String(), err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`\+?[0-9 ().-]{0,20}`).Draw(t, "text")
		if p, err := store.ParsePhone(text, "US"); err == nil {
			if again, err := store.ParsePhone(p.String(), "GB"); err != nil || again != p {
				t.Fatalf("%q is %q, and that is %q, %v", text, p.String(), again.String(), err)
			}
		}
	})
}

func TestANumberNeverShows(t *testing.T) {
	var log strings.Builder
	p := store.Phone("+12125550101")
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "from", p)
	fmt.Fprintf(&log, "%s %v %q %x %d %#v %v %v", p, p, p, p, p, p, []store.Phone{p}, fmt.Errorf("calling %s", p))
	if strings.Contains(log.String(), "5550101") || strings.Contains(log.String(), "353535") {
		t.Error(log.String())
	}
	if got := fmt.Sprint(store.Phone("")); got != "[no number]" {
		t.Error(got)
	}
}

func TestAFlowSetIsKeptUnderItsHash(t *testing.T) {
	w := newWorld(t)
	files := map[string]string{"report.yaml": "starts: [REPORT]\n"}
	for range 2 {
		if err := w.KeepFlowSet(w.ctx, w.Pool, "hash", files); err != nil {
			t.Fatal(err)
		}
	}
	if got, found, err := w.FlowSet(w.ctx, w.Pool, "hash"); err != nil || !found || !cmp.Equal(got, files) {
		t.Errorf("kept %v, %v, %v", got, found, err)
	}
	if _, found, err := w.FlowSet(w.ctx, w.Pool, "another"); found || err != nil {
		t.Errorf("another: %v, %v", found, err)
	}
}

func TestOrganizers(t *testing.T) {
	w := newWorld(t)
	must(w.AddOrganizer(w.ctx, w.Pool, w.assembly.ID, "Ana", uuid.Nil))(t)
	_, err := w.AddOrganizer(w.ctx, w.Pool, w.assembly.ID, "Ana", uuid.Nil)
	w.refused(err, "tell people apart")
	_, err = w.FindOrganizer(w.ctx, w.Pool, w.assembly.ID, "Ben")
	w.refused(err, "there are: Ana")
	w.refused(w.RemoveOrganizer(w.ctx, w.Pool, w.assembly.ID, "Ana", w.now), "the last organizer")
	ben := must(w.AddOrganizer(w.ctx, w.Pool, w.assembly.ID, "Ben", uuid.Nil))(t)
	if err := w.RemoveOrganizer(w.ctx, w.Pool, w.assembly.ID, "Ana", w.now); err != nil {
		t.Fatal(err)
	}
	w.refused(w.RemoveOrganizer(w.ctx, w.Pool, w.assembly.ID, "Ana", w.now), "no organizer")
	again := must(w.AddOrganizer(w.ctx, w.Pool, w.assembly.ID, "Ana", uuid.Nil))(t)
	if all := must(w.Organizers(w.ctx, w.Pool, w.assembly.ID))(t); len(all) != 2 || all[0].ID != ben.ID || all[1].ID != again.ID {
		t.Errorf("organizers are %+v", all)
	}
}

func TestOrganizersRemovingEachOtherAtOnceLeaveOne(t *testing.T) {
	w := newWorld(t)
	names := []string{"Ana", "Ben", "Cleo", "Dan"}
	for _, name := range names {
		must(w.AddOrganizer(w.ctx, w.Pool, w.assembly.ID, name, uuid.Nil))(t)
	}
	var all sync.WaitGroup
	for _, name := range names {
		all.Go(func() {
			if err := w.RemoveOrganizer(w.ctx, w.Pool, w.assembly.ID, name, w.now); err != nil {
				w.refused(err, "the last organizer")
			}
		})
	}
	all.Wait()
	if left := must(w.Organizers(w.ctx, w.Pool, w.assembly.ID))(t); len(left) != 1 {
		t.Errorf("left are %+v", left)
	}
}
