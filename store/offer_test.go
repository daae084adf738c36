package store_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

func (w *world) offer(phone uuid.UUID, side, kind, words string) (string, int) {
	w.t.Helper()
	outcome, number, err := w.PostOffer(w.ctx, w.Pool, store.NewOffer{Assembly: w.assembly.ID, Line: w.line.ID, Phone: phone, Side: side, Kind: kind,
		Channel: "text", Lang: "en", Words: words, ReadBy: w.now.Add(48 * time.Hour), At: w.now})
	if err != nil {
		w.t.Fatal(err)
	}
	return outcome, number
}

// shownOffer is one that an organizer let through.
func (w *world) shownOffer(phone uuid.UUID) store.Offer {
	w.t.Helper()
	_, number := w.offer(phone, "offer", "rides", "a ride from Queens at five")
	return must(w.ApproveOffer(w.ctx, w.Pool, w.assembly.ID, number, store.Words{"en": "A ride from Queens", "es": "Transporte desde Queens"}, w.now))(w.t)
}

func (w *world) message(phone uuid.UUID, m store.Message) (sent store.Sent) {
	w.t.Helper()
	err := w.InTx(w.ctx, func(tx pgx.Tx) (err error) {
		sent, err = w.SendMessage(w.ctx, tx, w.reader(phone), m)
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
	return sent
}

func (w *world) offerNews(phone uuid.UUID) store.OfferNews {
	w.t.Helper()
	n, _, err := w.HearOfferNews(w.ctx, w.Pool, w.reader(phone))
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *world) offersSeen(phone uuid.UUID, side, kind string) int {
	w.t.Helper()
	found, _, err := w.SeeOffers(w.ctx, w.Pool, w.reader(phone), side, kind, 0, 3)
	if err != nil {
		w.t.Fatal(err)
	}
	return len(found)
}

func TestAnOfferIsAnsweredThroughTheLine(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Ana 212-555-0101", "Ben 212-555-0102", "Cai 212-555-0103")
	ana, ben, cai := phones[0], phones[1], phones[2]
	w.offer(cai, "need", "food", "soup")
	if n := w.offersSeen(ben, "need", "food"); n != 0 {
		t.Error("others see what no organizer has read")
	}
	o := w.shownOffer(ana)
	if w.offersSeen(ben, "offer", "rides") != 1 || w.offersSeen(ben, "offer", "food") != 0 || w.offersSeen(ben, "need", "rides") != 0 {
		t.Error("it is not listed where it belongs")
	}
	if n := w.offerNews(ana); n.Offer.State != store.OfferShown || n.Talk != uuid.Nil {
		t.Errorf("its owner hears %+v", n)
	}
	if sent := w.message(ana, store.Message{Offer: o.ID, Ready: "want"}); sent.Outcome != "own" {
		t.Errorf("answered by its owner: %+v", sent)
	}
	sent := w.message(ben, store.Message{Offer: o.ID, Words: "could you stop at Elm and Main?"})
	if sent.Outcome != "sent" || sent.To != ana || sent.Again {
		t.Fatalf("sent %+v", sent)
	}
	if sent = w.message(ben, store.Message{Offer: o.ID, Ready: "want"}); !sent.Again {
		t.Error("its owner is told of each, though the first is not heard yet")
	}
	heard := w.offerNews(ana)
	if heard.Words != "could you stop at Elm and Main?" || heard.Ready != "" || heard.Offer.Number != o.Number {
		t.Errorf("its owner hears %+v", heard)
	}
	if n := w.offerNews(ana); n.Ready != "want" {
		t.Errorf("then %+v", n)
	}
	if sent = w.message(ana, store.Message{Talk: heard.Talk, Ready: "yes"}); sent.Outcome != "sent" || sent.To != ben {
		t.Errorf("answered %+v", sent)
	}
	if n := w.offerNews(ben); n.Ready != "yes" {
		t.Errorf("the answerer hears %+v", n)
	}
	// Nobody else has part in it.
	if n := w.offerNews(cai); n.Talk != uuid.Nil {
		t.Errorf("a third phone hears %+v", n)
	}
	if sent = w.message(cai, store.Message{Talk: heard.Talk, Ready: "yes"}); sent.Outcome != "gone" {
		t.Errorf("a third phone says something in it: %+v", sent)
	}
	if ended := must(w.EndTalk(w.ctx, w.Pool, cai, heard.Talk, true, w.now))(t); ended {
		t.Error("a third phone ends it")
	}
	// Organizers read nothing of it until one of them reports it; then neither writes to the other.
	if all := must(w.ReportedMessages(w.ctx, w.Pool, o.ID))(t); len(all) != 0 {
		t.Errorf("organizers read %+v", all)
	}
	if ended := must(w.EndTalk(w.ctx, w.Pool, ana, heard.Talk, true, w.now))(t); !ended {
		t.Error("it could not be ended")
	}
	for name, sent := range map[string]store.Sent{
		"the owner": w.message(ana, store.Message{Talk: heard.Talk, Ready: "no"}), "the answerer": w.message(ben, store.Message{Talk: heard.Talk, Ready: "no"}),
		"the answerer anew": w.message(ben, store.Message{Offer: o.ID, Ready: "want"}),
	} {
		if sent.Outcome != "gone" {
			t.Errorf("%s goes on: %+v", name, sent)
		}
	}
	all := must(w.ReportedMessages(w.ctx, w.Pool, o.ID))(t)
	if len(all) != 3 || all[0].By != "answerer" || all[0].Reported != "owner" || all[2].By != "owner" {
		t.Errorf("organizers read %+v", all)
	}
	if shown := must(w.ShowOffer(w.ctx, w.Pool, w.assembly.ID, o.Number))(t); shown.Reported != 1 {
		t.Errorf("it shows as %+v", shown)
	}
}

// What is over is erased, with all that was said about it: when its time is up, when its owner takes it back, and with a phone.
func TestAnOfferIsErasedWhenItIsOver(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Ana 212-555-0101", "Ben 212-555-0102")
	ana, ben := phones[0], phones[1]
	first, second, third := w.shownOffer(ana), w.shownOffer(ana), w.shownOffer(ana)
	for _, o := range []store.Offer{first, second, third} {
		w.message(ben, store.Message{Offer: o.ID, Words: "yes please"})
	}
	if done, _ := w.TakeBackOffer(w.ctx, w.Pool, ben, first.ID); done {
		t.Error("another phone took it back")
	}
	if done, err := w.TakeBackOffer(w.ctx, w.Pool, ana, first.ID); !done || err != nil {
		t.Errorf("its owner could not: %v", err)
	}
	w.now = w.now.Add(10 * 24 * time.Hour)
	if done := must(w.RenewOffer(w.ctx, w.Pool, ben, third.ID, w.now))(t); done {
		t.Error("another phone renewed it")
	}
	if done := must(w.RenewOffer(w.ctx, w.Pool, ana, third.ID, w.now))(t); !done {
		t.Error("its owner could not renew it")
	}
	w.now = w.now.Add(5 * 24 * time.Hour) // 15 days
	if n := w.offersSeen(ben, "offer", "rides"); n != 1 {
		t.Errorf("%d are seen before the job has come", n)
	}
	if sent := w.message(ben, store.Message{Offer: second.ID, Ready: "want"}); sent.Outcome != "gone" {
		t.Errorf("answered after its time: %+v", sent)
	}
	if err := w.EraseExpiredOffers(w.ctx, w.Pool, w.now); err != nil {
		t.Fatal(err)
	}
	for _, o := range []store.Offer{first, second} {
		if shown := must(w.ShowOffer(w.ctx, w.Pool, w.assembly.ID, o.Number))(t); shown.State != store.OfferOver || shown.Words != "" || shown.Shown != nil {
			t.Errorf("it is %+v", shown)
		}
	}
	if n := must(w.countBy(`select count(*) from offer_messages`))(t); n != 1 {
		t.Errorf("%d messages are left", n)
	}
	if listed := must(w.Offers(w.ctx, w.Pool, w.assembly.ID))(t); len(listed) != 1 || listed[0].ID != third.ID {
		t.Errorf("listed %+v", listed)
	}
	w.exec(`delete from phones where id = $1`, ana)
	if n := must(w.countBy(`select count(*) from offer_messages`))(t); n != 0 {
		t.Error("messages to an erased phone are left")
	}
}

func (w *world) countBy(sql string) (n int, err error) {
	err = w.Pool.QueryRow(w.ctx, sql).Scan(&n)
	return n, err
}

func TestOffersAreForMembersAndBounded(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Ana 212-555-0101", "Ben 212-555-0102")
	stranger := w.phone("212-555-0199")
	if outcome, _ := w.offer(stranger, "offer", "food", "x"); outcome != "not_member" {
		t.Errorf("a stranger: %s", outcome)
	}
	for i := range 30 {
		outcome, _ := w.offer(phones[0], "need", "things", strings.Repeat("a cot ", 150)) // 900 letters
		if (outcome == "posted") != (i < 5) {
			t.Errorf("%d: %s", i, outcome)
		}
	}
	_, err := w.ApproveOffer(w.ctx, w.Pool, w.assembly.ID, 1, store.Words{"en": "Call 212-555-0101"}, w.now)
	w.refused(err, "numbers do not change hands")
	_, err = w.ApproveOffer(w.ctx, w.Pool, w.assembly.ID, 1, store.Words{"en": strings.Repeat("x", 121)}, w.now)
	w.refused(err, "texts have room for 120")
	_, err = w.RefuseOffer(w.ctx, w.Pool, w.assembly.ID, 1, nil, w.now)
	w.refused(err, "the reason needs words")
	w.now = w.now.Add(25 * time.Hour)
	o := w.shownOffer(phones[0])
	if n := w.offersSeen(stranger, "offer", "rides"); n != 0 {
		t.Error("a stranger sees it")
	}
	if sent := w.message(stranger, store.Message{Offer: o.ID, Ready: "want"}); sent.Outcome != "gone" {
		t.Errorf("a stranger answers: %+v", sent)
	}
	for i := range 12 {
		if sent := w.message(phones[1], store.Message{Offer: o.ID, Ready: "want"}); (sent.Outcome == "sent") != (i < 10) {
			t.Errorf("message %d: %+v", i, sent)
		}
	}
	if _, err := w.RefuseOffer(w.ctx, w.Pool, w.assembly.ID, o.Number, store.Words{"en": "It sells."}, w.now); err != nil { // abuse shows late
		t.Fatal(err)
	}
	if n := w.offersSeen(phones[1], "offer", "rides"); n != 0 {
		t.Error("it is seen after it was refused")
	}
	_, err = w.RefuseOffer(w.ctx, w.Pool, w.assembly.ID, o.Number, store.Words{"en": "It sells."}, w.now)
	w.refused(err, "is refused already")
	_, err = w.ShowOffer(w.ctx, w.Pool, w.assembly.ID, 99)
	w.refused(err, "there is no offer 99")
}

// Two answers at once both reach the owner, and an end at the same moment lets none in after it.
func TestTwoAnswersAtOnce(t *testing.T) {
	w := newWorld(t)
	phones := w.members("Ana 212-555-0101", "Ben 212-555-0102", "Cai 212-555-0103")
	o := w.shownOffer(phones[0])
	var all sync.WaitGroup
	for _, phone := range phones[1:] {
		for range 3 {
			all.Go(func() { w.message(phone, store.Message{Offer: o.ID, Ready: "want"}) })
		}
	}
	all.Wait()
	if n := must(w.countBy(`select count(*) from offer_messages`))(t); n != 6 {
		t.Errorf("%d messages", n)
	}
	if n := must(w.countBy(`select count(*) from offer_talks`))(t); n != 2 {
		t.Errorf("%d talks", n)
	}
}
