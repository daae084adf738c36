package gateway

import (
	"testing"

	"hotline/store"
)

// A line that is not registered yet hears texts and keeps them, and says nothing that the carrier would block.
func TestALineThatCannotAnswerTextsYet(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.setTexts(store.TextsPending)
	for _, words := range []string{"hello", "the lift in hall B is broken", "1", "VOTE", "", "STOP"} {
		if reply := h.text(ana, words); reply != "" {
			t.Errorf("%q was answered %q", words, reply)
		}
	}
	if n := h.count("select count(*) from reports"); n != 1 {
		t.Errorf("%d reports were filed, want what one phone wrote as one", n)
	}
	if n := h.count("select count(*) from report_parts"); n != 4 {
		t.Errorf("%d texts stand in the report, want all that said something", n)
	}
	if n := h.count("select count(*) from consent where not given"); n != 1 {
		t.Errorf("STOP was written down %d times", n)
	}
	if c := h.call(ana); c.ended() {
		t.Error("calls are not answered")
	}
	h.setTexts(store.TextsOn)
	h.text(ana, "START") // it has said STOP
	if reply := h.text(ana, "MENU"); reply == "" {
		t.Error("texts are still not answered")
	}
}

func (h *house) setTexts(texts store.Texts) {
	h.t.Helper()
	if _, err := h.store.ChangeLine(h.t.Context(), h.store.Pool, lineNumber, store.LineChange{Texts: texts}); err != nil {
		h.t.Fatal(err)
	}
	if err := h.g.lines.refresh(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}
