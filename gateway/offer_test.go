package gateway

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// approve is what the command of an organizer does, with the text that there is news.
func (h *house) approve(number int, words string) {
	h.t.Helper()
	h.inTx(func(tx pgx.Tx) error {
		o, err := h.store.ApproveOffer(h.t.Context(), tx, h.line.AssemblyID, number, store.Words{"en": words, "es": words}, h.g.now())
		if err != nil {
			return err
		}
		return h.g.outbox.PutOfferNews(h.t.Context(), tx, h.set, o, h.g.now())
	})
}

// offered is a ride that Ana offers and that members see.
func offered(t *testing.T) (*house, *post) {
	h, p := proposing(t)
	h.text(ana, "OFFER")
	h.text(ana, "2")
	h.holds(h.text(ana, "a ride from Queens at five"), "It is number 1", "Queens")
	h.approve(1, "A ride from Queens, weekdays at five")
	return h, p
}

func (h *house) looksAt(from string) {
	h.t.Helper()
	h.text(from, "OFFERS")
	h.text(from, "1")
	h.text(from, "2")
	h.text(from, "1")
	h.text(from, "1")
}

// Numbers do not change hands, and a text that we start tells nothing of what it is about. (WORKERS.md, What a phone may show)
func TestAnOfferIsAnsweredByTextWithoutNumbers(t *testing.T) {
	h, p := offered(t)
	h.looksAt(ben)
	h.holds(h.text(ben, "call me on (212) 555-0142"), "No phone numbers here")
	h.holds(h.text(ben, strings.Repeat("could you stop at Elm? ", 9)), "too long")
	h.holds(h.text(ben, "thank you so much for offering this, really ❤"), "too long")
	h.holds(h.text(ben, "could you stop at Elm and Main?"), "passed on", "Elm")
	h.deliver()
	h.holds(p.bodies(), "there is news for you", "Elm", "ride", "5550142", "555-0142")
	h.holds(h.text(ana, "NEWS"), "members see it until")
	answer := h.text(ana, "1")
	h.holds(answer, "About 1: could you stop at Elm and Main?", "555-0142", "Ben")
	h.text(ana, "4")
	h.holds(h.text(ana, "yes, by the bank at five"), "passed on")
	h.holds(h.text(ben, "NEWS"), "About 1: yes, by the bank at five", "Ana")
	h.holds(h.text(ben, "6"), "the organizers read what was said")
	h.looksAt(ana)
	h.holds(h.text(ben, "NEWS"), "no news")
	all, err := h.store.Offers(t.Context(), h.store.Pool, h.line.AssemblyID)
	if err != nil || len(all) != 1 || all[0].Reported != 1 {
		t.Errorf("%+v, %v", all, err)
	}
}

// By call, and after the owner wrote STOP: nothing is texted to them, and they hear it when they call. (WORKERS.md, Stopping)
func TestAnOfferIsAnsweredByCallAfterSTOP(t *testing.T) {
	h, p := offered(t)
	h.deliver()
	h.text(ana, "STOP")
	before := len(p.taken)
	b := h.call(ben)
	b.lead("more", "members")
	b.press("2")
	b.press("1")
	h.holds(b.press("2"), "hear number 1, A ride from Queens")
	h.holds(b.press("1"), "weekdays at five")
	b.press("1")
	h.holds(b.press("1"), "passed on")
	h.deliver()
	if len(p.taken) != before {
		t.Errorf("a phone that wrote STOP was sent %q", p.bodies())
	}
	a := h.call(ana)
	a.lead("more", "members")
	a.press("3") // the decision, and then the answer
	h.holds(a.press("1"), "is interested in number")
	h.holds(a.press("1"), "passed on")
	h.holds(h.text(ben, "NEWS"), "they answer: yes, all right")
}

// A repeated webhook passes nothing on twice.
func TestAnAnswerIsPassedOnOnce(t *testing.T) {
	h, _ := offered(t)
	h.looksAt(ben)
	in := h.aText(ben, "1")
	first := h.g.Turn(t.Context(), in).Text()
	if again := h.g.Turn(t.Context(), in).Text(); again != first {
		t.Errorf("%q, and then %q", first, again)
	}
	if n := h.count("select count(*) from offer_messages"); n != 1 {
		t.Errorf("%d messages", n)
	}
	if n := h.count("select count(*) from outgoing where body is not null and phone_id = (select phone_id from offers)"); n != 2 { // that it is shown, and the answer
		t.Errorf("%d texts to its owner", n)
	}
}

// After 14 days all of it is gone, and the boss who has only a number sees nothing before.
func TestAnOfferExpiresAndStrangersSeeNone(t *testing.T) {
	h, _ := offered(t)
	const boss = "+12125550166"
	h.text(boss, "ENGLISH")
	h.holds(h.text(boss, "OFFERS"), "no member's yet", "Queens")
	h.looksAt(ben)
	h.text(ben, "could you stop at Elm and Main?")
	h.pass(15 * 24 * time.Hour)
	if err := (&offersWorker{g: h.g}).Work(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	h.text(ben, "OFFERS")
	h.text(ben, "1")
	h.holds(h.text(ben, "2"), "Nothing else of this kind")
	if n := h.count("select count(*) from offer_messages") + h.count("select count(*) from offers where words is not null or shown is not null"); n != 0 {
		t.Errorf("%d are left", n)
	}
	h.holds(h.text(ana, "NEWS"), "no news")
}

// What members write to each other is sealed.
func TestMessagesAreSealed(t *testing.T) {
	h, _ := offered(t)
	h.looksAt(ben)
	h.text(ben, "could you bring the xylophone too?")
	for _, table := range []string{"offers", "offer_messages", "offer_talks", "outgoing", "turns", "conversations"} {
		rows := ""
		if err := h.store.Pool.QueryRow(t.Context(), "select coalesce(string_agg(t::text || encode(convert_to(t::text, 'UTF8'), 'escape'), ' '), '') from "+table+" t").Scan(&rows); err != nil {
			t.Fatal(err)
		}
		for _, clear := range []string{"xylophone", "78796c6f70686f6e65", "Queens", "517565656e73"} {
			if strings.Contains(rows, clear) {
				t.Errorf("%s holds %q in clear", table, clear)
			}
		}
	}
}

// Whatever somebody writes, the text that brings it takes two segments at most. (WORKERS.md: what it costs)
func TestAPassedOnMessageTakesTwoSegments(t *testing.T) {
	h, _ := offered(t)
	h.text(ana, "NEWS")
	for _, words := range []string{strings.Repeat("wx ", 53), "❤❤❤❤❤❤❤❤❤❤ ¿mañana sí?", "aquí está mejor, allí no, según dice mamá, y además es más rápido", "明天下午五点在北门等我好吗谢谢你们大家啊"} {
		h.looksAt(ben)
		h.holds(h.text(ben, words), "passed on")
		answer := h.text(ana, "NEWS")
		if n, _, _ := flows.Segments(answer); n > 2 || !strings.Contains(answer, "About 1:") {
			t.Errorf("%d segments: %s", n, answer)
		}
		h.pass(time.Hour)
	}
}
