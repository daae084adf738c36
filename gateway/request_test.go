package gateway

import (
	"strings"
	"testing"

	"hotline/store"
)

// A callback asks which number, which hours, and whether another person may answer and what to say then; a hang-up is never called
// back. (WORKERS.md, What a phone may show)
func TestAskingForAPersonOnTheirTerms(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.text(ana, "ORGANIZE")
	h.holds(h.text(ana, "the laundry on Fifth, about the heat"), "it leads to the answer", "laundry", "heat")
	h.text(ana, "2")
	h.text(ana, "2")
	h.holds(h.text(ana, "000 000 0000"), "When may a person call")
	h.text(ana, "3")
	h.holds(h.text(ana, "2"), "No phone here has that number") // no such area
	h.text(ana, "(212) 555-0177")
	h.text(ana, "3")
	h.text(ana, "1")
	h.holds(h.text(ana, "the shoes are ready"), "A person calls then", "shoes", "555")

	c := h.call(ben)
	c.lead("more", "menu")
	c.press("1")
	c.record()
	c.press("1")
	c.press("2") // a call …
	c.press("1") // … on this phone
	c.hangUp()

	all, err := h.store.Requests(t.Context(), h.store.Pool, h.line.AssemblyID)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d requests, %v", len(all), err)
	}
	for _, r := range all {
		switch {
		case r.Elsewhere && r.Reach == store.ReachCall && r.Hours == "evening" && r.OthersMay && r.Words == "the shoes are ready":
		case !r.Elsewhere && r.Reach == store.ReachComes:
		default:
			t.Errorf("kept as %+v", r)
		}
		if !r.Overdue(r.ReadBy.Add(1)) || r.Overdue(r.ReadBy) {
			t.Error("what is overdue does not show")
		}
	}
	for _, table := range []string{"requests", "report_parts", "turns", "conversations"} {
		rows := ""
		if err := h.store.Pool.QueryRow(t.Context(), "select coalesce(string_agg(t::text, ' '), '') from "+table+" t").Scan(&rows); err != nil {
			t.Fatal(err)
		}
		for _, clear := range []string{"5550177", "shoes", "laundry"} {
			if strings.Contains(rows, clear) {
				t.Errorf("%s holds %q in clear", table, clear)
			}
		}
	}
}

// Who hides their number is not offered a text, and gives a number for a call. A repeated webhook asks once.
func TestAWithheldNumberAsksForAPerson(t *testing.T) {
	h := newHouse(t, houseOptions{})
	c := h.call("")
	c.lead("more", "menu")
	c.press("1")
	c.record()
	h.holds(c.press("1"), "To be called, press 1", "text on this phone")
	h.holds(c.press("1"), "Key that number")
	c.press("2125550177")
	c.press("1")
	h.holds(c.press("2"), "A person calls then")
	all, err := h.store.Requests(t.Context(), h.store.Pool, h.line.AssemblyID)
	if err != nil || len(all) != 1 || !all[0].Elsewhere || all[0].OthersMay || all[0].Hours != "morning" {
		t.Errorf("%+v, %v", all, err)
	}
}

// What was told is erased with its report, and terms that come then say so.
func TestTermsOfAnErasedRequest(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.text(ana, "ORGANIZE")
	h.text(ana, "the laundry on Fifth, about the heat")
	if _, err := h.store.Pool.Exec(t.Context(), "delete from reports"); err != nil {
		t.Fatal(err)
	}
	h.holds(h.text(ana, "1"), "not here any more")
}
