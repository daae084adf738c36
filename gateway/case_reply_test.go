package gateway

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// textsAnswer has an organizer answer the only report there is, by a text that has arrived.
func (h *house) textsAnswer(phone, words string) (report store.Report) {
	h.t.Helper()
	report = h.seen()[0]
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		id, _, err := h.store.FindPhone(h.t.Context(), tx, store.Phone(phone))
		if err != nil {
			return err
		}
		now := h.g.now()
		sent := uuid.New()
		if err := h.g.outbox.Put(h.t.Context(), tx, store.Outgoing{
			ID: sent, Assembly: h.line.AssemblyID, Line: h.line.ID, Phone: id, Channel: store.ByText, Purpose: store.ForAnswers,
			Body: words, ExpiresAt: now.Add(time.Hour),
		}); err != nil {
			return err
		}
		return h.store.AnswerReport(h.t.Context(), tx, report.ID, store.Answer{Words: words, Lang: "en", By: "Rosa", At: now, Outgoing: sent})
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.run("update outgoing set state = 'delivered'")
	return report
}

// shownReport is what an organizer sees of the newest report.
func (h *house) shownReport(by store.Reading) store.Report {
	h.t.Helper()
	by.Assembly, by.At = h.line.AssemblyID, h.g.now().Add(time.Hour)
	all, err := h.store.Reports(h.t.Context(), h.store.Pool, by)
	if err != nil || len(all) == 0 {
		h.t.Fatalf("there is none: %v", err)
	}
	r, err := h.store.ShowReport(h.t.Context(), h.store.Pool, by, all[0].Number)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// Reports go both ways: what a worker writes to an answer that was texted is a report that says what it replies to, if they say so, and
// nothing of what they write is lost if they do not. (WORKERS.md: reports)
func TestAReplyToAnAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		press   string
		replies bool
	}{
		"they say so":      {"3", true},
		"they do not":      {"1", false},
		"they say nothing": {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			h, _ := waitingHouse(t)
			h.english(ana)
			h.tells(ana, "the lift in hall B is broken", "1", "1")
			first := h.textsAnswer(ana, "When can you talk?")
			h.pass(time.Hour)
			if asked := h.text(ana, "any day after five is good for me"); !strings.Contains(asked, "3 It answers your text") {
				t.Fatalf("it asks %q", asked)
			}
			if c.press != "" {
				h.text(ana, c.press)
			}
			h.pass(time.Hour)
			got := h.shownReport(store.Reading{})
			if words(got)[0] != "any day after five is good for me" || (got.RepliesTo == first.Number) != c.replies || !c.replies && got.RepliesTo != 0 {
				t.Errorf("organizers see %q, a reply to %d; the first is %d", words(got), got.RepliesTo, first.Number)
			}
		})
	}
}

// A reply about somebody in the group goes to the two that the report went to, whoever else could read it otherwise.
func TestAReplyGoesToWhoReadsTheReport(t *testing.T) {
	h, _ := waitingHouse(t)
	h.english(ana)
	far := h.above("Rosa", "Sam")
	h.tells(ana, "the lift in hall B is broken", "1", "1")
	h.textsAnswer(ana, "When can you talk?")
	h.run("update reports set care_of = true")
	h.pass(time.Hour)
	h.text(ana, "any day after five is good for me")
	h.text(ana, "3")
	h.pass(time.Hour)
	if left := h.seen(); len(left) != 0 {
		t.Errorf("the group's organizers see %q", words(left[0]))
	}
	if got := h.shownReport(store.Reading{By: far.ID, CareOf: true}); got.RepliesTo == 0 {
		t.Errorf("those outside see no reply in %q", words(got))
	}
}

// Who was texted nothing, long ago, or is looked at by others, is not asked.
func TestWhoIsNotAskedWhetherItIsAReply(t *testing.T) {
	h, _ := waitingHouse(t)
	h.english(ana, ben)
	h.tells(ana, "the lift in hall B is broken", "1", "1")
	h.textsAnswer(ana, "When can you talk?")
	notAsked := func(phone string) {
		t.Helper()
		h.pass(time.Hour)
		if said := h.text(phone, "any day after five is good for me"); strings.Contains(said, "your text") {
			t.Errorf("%s is asked %q", phone, said)
		}
	}
	notAsked(ben)
	h.run("update outgoing set state = 'undelivered'")
	notAsked(ana)
	h.run("update outgoing set state = 'delivered'")
	h.pass(8 * 24 * time.Hour)
	notAsked(ana)
	h.run("update report_answers set at = $1", h.g.now())
	h.text(ana, "QUIET")
	notAsked(ana)
}

// An answer that was written before its phone became quiet, and goes out afterwards, shows no more than that something waits. (WORKERS.md: what
// a phone may show)
func TestAnAnswerToAPhoneThatIsQuietByThen(t *testing.T) {
	h, p := waitingHouse(t)
	h.english(ana)
	h.tells(ana, "the lift in hall B is broken", "1", "1")
	h.textsAnswer(ana, "The foreman was told.")
	h.run("update outgoing set state = 'ready'")
	h.text(ana, "QUIET")
	if err := h.deliver(); err != nil {
		t.Fatal(err)
	}
	if got := p.bodies(); strings.Contains(got, "foreman") || !strings.Contains(got, "something is waiting") {
		t.Errorf("it was sent %q", got)
	}
}
