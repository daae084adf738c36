package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"hotline/store"
)

var atTheDoor = regexp.MustCompile(`(?m)^    (\d{5})$`)

// An evening as its organizers see it: who said they would come and what they need, who is there, when the members were enough. No number,
// and nobody's name, is told; what they did stands in the journal.
func TestAnEveningAsItsOrganizersSeeIt(t *testing.T) {
	sv := newServed(t)
	sv.command("", "organizer", "add", "Rosa")
	sv.command("name,phone,language,standing,agreed_how,agreed_on,agreed_to\nAna,212-555-0141,en,member,sheet,2026-05-01,both\n"+
		"Bea,212-555-0142,en,member,sheet,2026-05-01,both\nCem,212-555-0143,en,listed,sheet,2026-05-01,both\n", "member", "import", "-")
	a, err := sv.store.AssemblyByName(t.Context(), sv.store.Pool, "Warehouse")
	sv.must(err)
	m, err := sv.store.AddMeeting(t.Context(), sv.store.Pool, store.NewMeeting{
		Assembly: a.ID, StartsAt: time.Now().Add(time.Hour), Place: store.Words{"en": "12 Elm St", "es": "12 Elm St"}, Quorum: &store.Quorum{Percent: 100},
	})
	sv.must(err)
	asks := func(number store.Phone, asking store.Asking) {
		t.Helper()
		phone, err := sv.store.EnsurePhone(t.Context(), sv.store.Pool, a.ID, number)
		sv.must(err)
		asking.Answering = store.Answering{Meeting: m.ID, Phone: phone, Now: time.Now()}
		came, _, err := sv.store.AskFor(t.Context(), sv.store.Pool, asking)
		if sv.must(err); came != store.AnswerSaved {
			t.Fatalf("asking came out as %s", came)
		}
	}
	asks("+12125550141", store.Asking{Need: store.NeedRide, Words: "Elm and 5th\x1b[2J"})
	asks("+12125550199", store.Asking{Need: store.NeedRoom, Many: 2})
	asks("+12125550199", store.Asking{Need: store.NeedChildCare, Many: 2})

	shown := sv.command("", "meeting", "show", "1")
	for _, want := range []string{
		"  Answers  2 coming, 0 not coming\n", "           with 2 others, so 4 in all\n", "  Needs    1 ride, child care for 2 children\n",
		"  Quorum   100%: 2 members have to be present (0 so far)\n", "a ride\n    Elm and 5th[2J\n",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not in:\n%s", want, shown)
		}
	}
	if strings.Contains(shown, "555") || strings.Contains(shown, "Ana") {
		t.Errorf("it tells who:\n%s", shown)
	}
	if listed := sv.command("", "meeting", "list"); !regexp.MustCompile(`(?m)^1 .* ahead +4 +0 `).MatchString(listed) {
		t.Errorf("listed:\n%s", listed)
	}

	code := atTheDoor.FindStringSubmatch(sv.command("", "meeting", "door", "1"))
	if code == nil {
		t.Fatal("no code is told")
	}
	line, err := sv.store.LineByNumber(t.Context(), sv.store.Pool, servedLine)
	sv.must(err)
	phone, err := sv.store.EnsurePhone(t.Context(), sv.store.Pool, a.ID, "+12125550141")
	sv.must(err)
	came, _, _, err := sv.store.CheckIn(t.Context(), sv.store.Pool, store.CheckIn{Line: line, Phone: phone, Code: code[1], Now: time.Now()})
	if sv.must(err); came != store.CheckedInNow {
		t.Errorf("Ana is %s", came)
	}
	for _, step := range []struct {
		args []string
		want string
	}{
		{[]string{"--count", "3"}, "Entered: 3 people without a phone at hand, in all that you counted at meeting 1.\n  Present  4: 1 member, 3 guests\n"},
		{[]string{"--count", "1"}, "  Present  2: 1 member, 1 guest\n  Quorum   100%: 2 members have to be present (1 so far)\n"},
		{[]string{"--member", "Ana"}, "Ana was counted before. Nothing to do.\n"},
		{[]string{"--member", "Bea"}, "Bea is counted at meeting 1.\n  Present  3: 2 members, 1 guest\n  Quorum   100%: reached "},
		{[]string{"--count", "0", "--json"}, `"on_paper": 1`},
	} {
		if told := sv.command("", append([]string{"meeting", "present", "1"}, step.args...)...); !strings.Contains(told, step.want) {
			t.Errorf("%v: told\n%s", step.args, told)
		}
	}
	all, err := sv.store.Journal(t.Context(), sv.store.Pool, a.ID)
	sv.must(err)
	deeds := map[string]int{}
	for _, d := range all {
		if d.Object == m.ID.String() && d.Actor == "Rosa" {
			deeds[d.Act]++
		}
	}
	if deeds["meeting.door"] != 1 || deeds["meeting.present"] != 5 {
		t.Errorf("in the journal: %v", deeds)
	}
}
