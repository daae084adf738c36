package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// unvoted drafts a notice to those who have not voted, and has it approved for a time, as if a second organizer had.
func (w *sendingWorld) unvoted(ballot uuid.UUID, starts time.Time) store.Broadcast {
	w.Helper()
	b := must(w.DraftBroadcast(w.ctx, w.Pool, store.Broadcast{Assembly: w.b.Assembly, Line: w.line.ID, Purpose: store.ForNotices, DraftedBy: w.b.DraftedBy, Words: w.b.Words,
		ExpiresAt: w.now.Add(48 * time.Hour), Audience: store.Audience{NotVoted: ballot}}, w.now))(w.TB)
	w.exec(`update broadcasts set state = 'approved', approved_by = (select id from organizers where name = 'Sam'), approved_at = $2, starts_at = $3 where id = $1`, b.ID, w.now, starts)
	return b
}

// begins freezes what is due and gives how many a broadcast goes to, and how it stands.
func (w *sendingWorld) begins(b store.Broadcast, at time.Time) (rows int, as store.Broadcast) {
	w.Helper()
	for _, id := range must(w.DueToFreeze(w.ctx, w.Pool, at))(w.TB) {
		w.do(func(tx pgx.Tx) error { return w.FreezeBroadcast(w.ctx, tx, id, at) })
	}
	if err := w.Pool.QueryRow(w.ctx, `select count(*) from outgoing where broadcast_id = $1`, b.ID).Scan(&rows); err != nil {
		w.Fatal(err)
	}
	return rows, must(w.ShowBroadcast(w.ctx, w.Pool, b.Assembly, b.Number))(w.TB)
}

// votes has a member vote.
func (w *sendingWorld) votes(ballot uuid.UUID, member int) {
	w.Helper()
	w.do(func(tx pgx.Tx) error {
		phone, _, err := w.FindPhone(w.ctx, tx, store.Phone(fmt.Sprintf("+1212%07d", 2_000_000+member)))
		if err != nil {
			return err
		}
		came, err := w.CastVote(w.ctx, tx, store.Casting{Ballot: ballot, Phone: phone, Choice: 1, Proof: store.ProofPhone, At: w.now})
		if err == nil && came != store.VoteCounted {
			w.Errorf("the vote is %s", came)
		}
		return err
	})
}

// Who has not voted is found when a notice to them begins, and not while it is written or approved: what a draft tells is the same whoever votes. It
// goes to nobody where fewer than ten are left.
func TestWhoHasNotVotedIsFoundWhenItBegins(t *testing.T) {
	t.Parallel()
	w := newSendingWorld(t, 11)
	ballot := must(w.OpenBallot(w.ctx, w.Pool, store.NewBallot{Assembly: w.b.Assembly, By: "Rosa", At: w.now,
		Question: store.Words{"en": "Ask for heat breaks?", "es": "¿Pedimos descansos?"}, Options: yesNo}))(t)
	first, second := w.unvoted(ballot.ID, w.now.Add(time.Hour)), w.unvoted(ballot.ID, w.now.Add(2*time.Hour))
	if n, b := w.begins(first, w.now); n != 0 || b.Frozen {
		t.Fatalf("before it begins it goes to %d", n)
	}
	w.votes(ballot.ID, 3)
	if n, b := w.begins(first, w.now.Add(time.Hour)); n != 10 || !b.Frozen {
		t.Errorf("with ten left it goes to %d, and is %s", n, b.State)
	}
	another := w.line
	another.ID = uuid.New()
	for of, want := range map[*store.Line]bool{&w.line: false, &another: true} { // what it costs is kept with its own line alone
		if _, told, err := w.SpentToday(w.ctx, w.Pool, *of, w.now.Add(time.Hour)); err != nil || told != want {
			t.Errorf("what a line has spent is told: %v, %v", told, err)
		}
	}
	w.votes(ballot.ID, 4)
	if n, b := w.begins(second, w.now.Add(2*time.Hour)); n != 0 || b.State != store.BroadcastPaused || b.Why != store.WhyTooFew {
		t.Errorf("with nine left it goes to %d, and is %s, %q", n, b.State, b.Why)
	}
	if all, err := w.AudienceOf(w.ctx, w.Pool, second); err != nil || len(all) != 11 {
		t.Errorf("its preview tells of %d, %v", len(all), err)
	}
}

// What would tell how many have not voted by another way is refused: what follows on an alert or an invitation goes to the same phones, and a person
// with two phones is one person. So is what could reach fewer than ten, whoever has voted.
func TestWhatWouldTellWhoHasNotVotedIsRefused(t *testing.T) {
	t.Parallel()
	w := newSendingWorld(t, 10)
	ballot := must(w.OpenBallot(w.ctx, w.Pool, store.NewBallot{Assembly: w.b.Assembly, By: "Rosa", At: w.now,
		Question: store.Words{"en": "Ask for heat breaks?", "es": "¿Pedimos descansos?"}, Options: yesNo}))(t)
	whole := store.Broadcast{Assembly: w.b.Assembly, Line: w.line.ID, Purpose: store.ForNotices, DraftedBy: w.b.DraftedBy, Words: w.b.Words, ExpiresAt: w.now.Add(time.Hour),
		Audience: store.Audience{NotVoted: ballot.ID}}
	alert, invitation := whole, whole
	alert.Purpose, invitation.About = store.ForAlerts, "meeting"
	for name, b := range map[string]store.Broadcast{"an alert": alert, "an invitation": invitation} {
		if _, err := w.DraftBroadcast(w.ctx, w.Pool, b, w.now); err == nil || !strings.Contains(err.Error(), "whether they have voted or not") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Ten phones of nine people: one is told by text on one of hers and called on another.
	w.exec(`update phone_people set person_id = (select person_id from phone_people order by phone_id limit 1) where phone_id = (select phone_id from phone_people order by phone_id desc limit 1)`)
	var other uuid.UUID
	if err := w.Pool.QueryRow(w.ctx, `select phone_id from phone_people order by phone_id desc limit 1`).Scan(&other); err != nil {
		t.Fatal(err)
	}
	if err := w.AddConsent(w.ctx, w.Pool, store.Consent{Assembly: w.b.Assembly, Phone: other, Purpose: store.ForNotices, Channel: store.ByVoice, Given: true, How: "test"}); err != nil {
		t.Fatal(err)
	}
	both := whole
	both.Ways = store.WaysBoth
	if all, err := w.AudienceOf(w.ctx, w.Pool, both); err == nil || !strings.Contains(err.Error(), "fewer than 10") {
		t.Errorf("nine people are reached: %d, %v", len(all), err)
	}
}
