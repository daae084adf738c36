package gateway

import "testing"

// Whoever asks for a person to help organize is queued, answered and called back as by every report: a callback asks which number, which
// hours, and whether another person may answer and what to say then; a hang-up is never called back. (WORKERS.md, What a phone may show)
func TestAskingForAPersonOnTheirTerms(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.text(ana, "ORGANIZE")
	h.holds(h.text(ana, "the laundry on Fifth, about the heat"), "it leads to the answer", "laundry", "heat")
	h.text(ana, "2")
	h.text(ana, "2")
	h.holds(h.text(ana, "000 000 0000"), "When may we call")
	h.text(ana, "3")
	h.holds(h.text(ana, "2"), "We cannot call that number") // no such area
	h.text(ana, "(212) 555-0177")
	h.text(ana, "3")
	h.text(ana, "1")
	h.holds(h.text(ana, "the shoes are ready"), "We call only at the hours you chose", "shoes", "5550177", "555-0177")

	c := h.call(ben)
	c.lead("more", "others")
	c.press("1")
	c.record()
	c.press("1")
	c.press("2") // a call …
	c.press("1") // … on this phone
	c.hangUp()

	all := h.seen()
	if len(all) != 2 {
		t.Fatalf("%d reports", len(all))
	}
	for _, r := range all {
		back := r.Callback
		switch {
		case !r.WantsPerson:
			t.Errorf("report %d is none of them", r.Number)
		case r.Channel == "voice" && back == nil: // who hung up
		case back == nil || !back.Other || back.Hours != "evening" || !back.OtherMay || back.Words != "the shoes are ready":
			t.Errorf("they are called back as %+v", back)
		default:
			if from, number, err := h.store.ReportNumber(t.Context(), h.store.Pool, r.ID); err != nil || from != ana || number != "+12125550177" {
				t.Errorf("member reveal has other numbers, %v", err)
			}
		}
		if !r.Overdue(r.ReadBy.Add(1)) || r.Overdue(r.ReadBy) {
			t.Error("what is overdue does not show")
		}
	}
	if h.leaks("5550177", "shoes", "laundry") {
		t.Error("the database holds them in clear")
	}
}

// Who wants a text can be answered by one, and comes back by the code as to every report.
func TestAskingForAPersonByText(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.english(ana, ben)
	h.text(ana, "ORGANIZE")
	code := codeWritten.FindString(h.text(ana, "the laundry on Fifth, about the heat"))
	r := h.seen()[0]
	if r.CannotText != "not asked" {
		t.Errorf("before they said how, %q", r.CannotText)
	}
	h.holds(h.text(ana, "1"), "We text the answer to this phone")
	if r = h.seen()[0]; r.CannotText != "" || r.Callback != nil {
		t.Errorf("they want a text: %q, %+v", r.CannotText, r.Callback)
	}
	h.answer("Come on Friday, ask for Rosa.")
	h.text(ben, "STATUS")
	h.holds(h.text(ben, code), "ask for Rosa")
}

// Who hides their number is not offered a text, and gives a number for a call.
func TestAWithheldNumberAsksForAPerson(t *testing.T) {
	h := newHouse(t, houseOptions{})
	c := h.call("")
	c.lead("more", "others")
	c.press("1")
	c.record()
	h.holds(c.press("1"), "To be called, press 1", "text on this phone")
	h.holds(c.press("1"), "Key the number")
	c.press("2125550177")
	c.press("1")
	h.holds(c.press("2"), "We call only at the hours you chose")
	all := h.seen()
	if len(all) != 1 || all[0].CannotText != "hidden" || all[0].Callback == nil || !all[0].Callback.Other || all[0].Callback.OtherMay {
		t.Errorf("%+v", all)
	}
}

// What was told is erased with its report, and wishes that come then say so.
func TestWishesOfAnErasedReport(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.text(ana, "ORGANIZE")
	h.text(ana, "the laundry on Fifth, about the heat")
	h.run("delete from reports")
	h.holds(h.text(ana, "1"), "not here any more")
}
