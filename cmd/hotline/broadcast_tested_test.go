package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

// A test by text has digits that are free on the phone of whoever tests it, as a notice would choose them: who sends them answers nothing, whatever that
// phone was asked before. Where none are free it says what a notice would say then.
func TestATestsDigitsAnswerNothing(t *testing.T) {
	v := newTown(t, time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), "en", "es")
	v.people(3)
	for _, day := range []string{"friday 7pm", "saturday 7pm"} {
		v.organizer("Rosa", "", "meeting", "add", "--at", day, "--place", "en=12 Elm St / es=12 Elm St")
	}
	v.organizer("Rosa", "", "broadcast", "draft", "--about-meeting", "1")
	v.approves("Sam")
	rosa := v.person(crowdNumber(0))
	rosa.hears("\n41 I am coming\n42 I cannot\n")
	rosa.wants("42", "You are not coming", "not coming")
	answers := `select count(*) from questions where answered = 'no'`
	v.until(1, answers)

	v.organizer("Rosa", "", "broadcast", "draft", "--about-meeting", "2")
	v.organizer("Rosa", "", "broadcast", "preview", "2", "--test")
	rosa.hears("\n44 I am coming\n45 I cannot\n")
	rosa.text("44")
	if asked, no := v.count(`select count(*) from questions where answered <> ''`), v.count(answers); asked != 1 || no != 1 {
		t.Errorf("%d questions are answered, %d of them with no", asked, no)
	}

	_, err := v.store.Pool.Exec(v.ctx, `insert into question_digits (phone_id, digits, question_id, until) select q.phone_id, d, q.id, q.lapses_at + interval '30 days'
		from questions q, generate_series(21, 99) d where answered = 'no' on conflict do nothing`)
	v.must(err)
	v.organizer("Rosa", "", "broadcast", "preview", "2", "--test")
	if said := rosa.hears("MEETING"); strings.Contains(said, "I am coming") {
		t.Errorf("with no digits left it says %q", said)
	}
	v.stop(os.Interrupt)
}

// Whoever approves a notice is told what it costs as the preview tells it, also where its options have no room, and would have some if nothing stood above them.
func TestAnApprovalCostsWhatThePreviewSays(t *testing.T) {
	v := newTown(t, time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), "en", "es")
	v.people(8)
	long := strings.TrimSpace(strings.Repeat("by day or night ", 5))
	v.organizer("Rosa", "", "ballot", "open", "--question", "en=Do we rest "+long+", and eat, and sleep as well? / es=¿Descansos "+long+", y comida, y donde dormir?", "--yes")
	v.organizer("Rosa", "", "broadcast", "draft", "--about-ballot", "1", "--words", "en=Vote until Friday, "+long+". / es=Vote hasta el viernes, "+long+".")
	var shown struct {
		Languages []struct {
			Segments int
			Cost     float64
			Opens    bool
		}
	}
	v.must(json.Unmarshal([]byte(v.organizer("Rosa", "", "broadcast", "preview", "1", "--json")), &shown))
	cost := 0.0
	for _, one := range shown.Languages {
		if cost += one.Cost; one.Segments != 1 || !one.Opens {
			t.Fatalf("the preview shows %+v", one)
		}
	}
	v.organizer("Rosa", "", "broadcast", "approve", "1")
	if got := v.count(`select max(cost) from broadcast_asks`); got != int(cost*1_000_000+0.5) {
		t.Errorf("it is approved for %d millionths of a dollar, and the preview says %f dollars", got, cost)
	}
	v.stop(os.Interrupt)
}
