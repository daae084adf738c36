package store_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// A number at which somebody wanted to be called back is a number: it goes when its clock is up, though what they told is kept for longer.
// A PIN keyed once and never again goes with the talk. (WORKERS.md, keeping little)
func TestNumbersToCallBackGoWithTheNumbers(t *testing.T) {
	l := newOldLife(t)
	report := uuid.Nil
	if err := l.Pool.QueryRow(l.ctx, "select id from reports").Scan(&report); err != nil {
		t.Fatal(err)
	}
	asked := must(l.AskCallback(l.ctx, l.Pool, report, uuid.NullUUID{}, store.Callback{Other: true, Number: "+12125550177", Hours: "any", At: l.now}))(t)
	if !asked {
		t.Fatal("it cannot be asked for")
	}
	l.exec(`insert into pin_drafts (person_id, assembly_id, conversation_id, salt, hash, cost, at)
		select id, assembly_id, gen_random_uuid(), '\x01', '\x01', 1, $1 from people limit 1`, l.now)
	if l.expire(6 * day); l.count("pin_drafts") != 1 {
		t.Error("a PIN keyed once is gone before its time")
	}
	if l.expire(8 * day); l.count("pin_drafts") != 0 {
		t.Error("a PIN keyed once stays")
	}
	if l.expire(89 * day); l.count("report_callbacks") != 1 {
		t.Error("the number is gone before its time")
	}
	if l.expire(91 * day); l.count("report_callbacks") != 0 || l.count("report_parts") != 1 {
		t.Errorf("%d numbers and %d words stay", l.count("report_callbacks"), l.count("report_parts"))
	}
}

// How often votes were changed stays with the totals, for whoever doubts the result. (WORKERS.md, the challenge record)
func TestHowOftenVotesWereChangedIsKept(t *testing.T) {
	l := newOldLife(t)
	l.exec(`insert into vote_changes (id, assembly_id, vote_id, proof) select gen_random_uuid(), assembly_id, id, 'phone' from votes`)
	before := must(l.ShowBallot(l.ctx, l.Pool, l.assembly.ID, 1))(t)
	l.expire(31 * day)
	after := must(l.ShowBallot(l.ctx, l.Pool, l.assembly.ID, 1))(t)
	if l.count("vote_changes") != 0 || before.Changed != 2 || after.Changed != 2 {
		t.Errorf("changed %d times, and once the choices are erased %d; %d rows", before.Changed, after.Changed, l.count("vote_changes"))
	}
}

// While a hold stands, what members offered and proposed is not erased either; nobody is shown what is over. (WORKERS.md: a hold stops the clock)
func TestAHoldKeepsOffersAndProposals(t *testing.T) {
	l := newOldLife(t)
	l.exec(`insert into offers (id, assembly_id, line_id, phone_id, number, side, kind, channel, lang, words, state, read_by, expires_at, filed_at)
		values (gen_random_uuid(), $1, $2, $3, 1, 'offer', 'rides', 'text', 'en', '\x01', 'shown', $4, $4, $4)`, l.assembly.ID, l.line.ID, l.ben, l.now)
	l.exec(`insert into proposals (id, assembly_id, line_id, number, channel, lang, words, state, read_by, filed_at, changed_at)
		values (gen_random_uuid(), $1, $2, 1, 'text', 'en', '\x01', 'answered', $3, $3, $3)`, l.assembly.ID, l.line.ID, l.now)
	words := func() int {
		return l.count("offers where words is not null") + l.count("proposals where words is not null")
	}
	erase := func() {
		l.inTx(func(tx pgx.Tx) error {
			err := l.EraseExpiredOffers(l.ctx, tx, l.now.Add(60*day))
			if err == nil {
				err = l.EraseOldProposals(l.ctx, tx, l.now.Add(60*day))
			}
			return err
		})
	}
	l.exec(`insert into holds (id, assembly_id, why, by, at) values (gen_random_uuid(), $1, '\x01', 'Rosa', now())`, l.assembly.ID)
	if erase(); words() != 2 {
		t.Errorf("under a hold %d of two stay", words())
	}
	l.exec("update holds set released_at = now()")
	if erase(); words() != 0 {
		t.Errorf("after it %d stay", words())
	}
}
