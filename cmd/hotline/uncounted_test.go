package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// unvotedLook is all that anybody is shown of a notice to those who have not voted, by where it is shown. What differs from one notice to the next
// whoever votes is masked: its number, moments, and digits that are drawn.
type unvotedLook struct {
	*town
	number int
	seen   map[string]string
}

var drawnDigits = regexp.MustCompile(`(?m)\b\d{7}\b|^\d\d `)

func (u *unvotedLook) shown(where, words string) {
	words = regexp.MustCompile(`[A-Z][a-z]+day, [A-Z][a-z]+ \d+, \d+:\d\d [ap]m|\d{4}-\d\d-\d\dT[0-9:]+[-+0-9:]*Z?`).ReplaceAllString(words, "THEN")
	words = regexp.MustCompile(`del \S+ .*? [ap]m, al .*? [ap]m`).ReplaceAllString(words, "THEN")
	words = drawnDigits.ReplaceAllString(words, "DIGITS ")
	u.seen[where] = regexp.MustCompile(fmt.Sprintf(`(roadcast|approve|"number":) %d\b`, u.number)).ReplaceAllString(words, "$1 N")
}

// looks runs every command that tells of it.
func (u *unvotedLook) looks(when string) {
	u.Helper()
	number := fmt.Sprint(u.number)
	for _, args := range [][]string{{"preview", number}, {"preview", number, "--json"}, {"show", number}, {"show", number, "--json"}} {
		u.shown(when+": "+args[0]+strings.Join(args[2:], ""), u.organizer("", "", append([]string{"broadcast"}, args...)...))
	}
	for row := range strings.Lines(u.organizer("", "", "broadcast", "list")) {
		if strings.HasPrefix(row, number+" ") {
			u.shown(when+": list", strings.Join(strings.Fields(row)[1:], " "))
		}
	}
	whole := u.organizer("", "", "broadcast", "list", "--json")
	one := whole[strings.Index(whole, `"number": `+number+","):]
	if end := strings.Index(one, `"number": `+fmt.Sprint(u.number-1)+","); end > 0 {
		one = one[:end]
	}
	u.shown(when+": list as JSON", strings.TrimRight(one, "{}[], \n"))
}

// unvotedNotice is one from its draft until it is done, through the hotline as it runs, approved by text.
func (v *town) unvotedNotice(number int) map[string]string {
	v.Helper()
	u := &unvotedLook{v, number, map[string]string{}}
	n := fmt.Sprint(number)
	u.shown("drafted", v.organizer("Rosa", "", "broadcast", "draft", "--words", "en=Please vote by Friday. / es=Por favor vote antes del viernes.", "--not-voted", "1"))
	u.looks("draft")
	sam := v.person("+12122000001")
	had := len(sam.inbox())
	u.shown("asked", v.organizer("Rosa", "", "broadcast", "approve", n))
	code := ""
	for until := time.Now().Add(time.Minute); code == "" && time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		if all := sam.inbox(); len(all) > had {
			code = regexp.MustCompile(`\d{7}`).FindString(all[len(all)-1])
		}
	}
	words := sam.wants(code, "vote")
	for range 2 {
		words = sam.text("1")
	}
	u.shown("to whoever approves it", words)
	sam.chooses(words, "Mandarlo")
	u.looks("approved")
	u.shown("paused", v.organizer("Rosa", "", "broadcast", "pause", n))
	u.looks("paused")
	u.shown("resumed", v.organizer("Rosa", "", "broadcast", "resume", n))
	v.setClock(v.now().Add(20 * time.Minute)) // nobody is in the midst of a talk with us then
	v.until(1, `select count(*) from broadcasts where number = $1 and state = 'done'`, number)
	u.looks("done")
	u.shown("followed", v.organizer("Rosa", "", "broadcast", "send", n))
	return u.seen
}

// Who has voted cannot be told from what anybody is shown of two notices to those who have not, one before a vote and one after: neither how many get
// it, nor what that costs, what became of it, when it ended, or what its line spent. (WORKERS.md: an audience of those who have not voted is
// computed at sending, never listed.)
func TestNoticesToThoseWhoHaveNotVotedTellNothing(t *testing.T) {
	v := newTown(t, time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), "en", "es")
	v.people(12)
	_, err := v.store.Pool.Exec(v.ctx, `update lines set pace = 5`)
	v.must(err)
	v.organizer("Rosa", "", "ballot", "open", "--question", "en=Heat breaks? / es=¿Descansos?", "--yes")
	before := v.unvotedNotice(1)
	v.must(v.store.InTx(v.ctx, func(tx pgx.Tx) error {
		phone, _, err := v.store.FindPhone(v.ctx, tx, "+12122000005")
		if err != nil {
			return err
		}
		ballots, err := v.store.Ballots(v.ctx, tx, v.line.AssemblyID)
		if err != nil {
			return err
		}
		came, err := v.store.CastVote(v.ctx, tx, store.Casting{Ballot: ballots[0].ID, Phone: phone, Choice: 1, Proof: store.ProofPhone, At: v.now()})
		if err == nil && came != store.VoteCounted {
			t.Errorf("the vote is %s", came)
		}
		return err
	}))
	v.setClock(time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC)) // what was spent is of another day
	after := v.unvotedNotice(2)
	for number, want := range map[int]int{1: 12, 2: 11} {
		if n := v.count(`select count(*) from outgoing o join broadcasts b on b.id = o.broadcast_id where b.number = $1 and o.sent_at is not null`, number); n != want {
			t.Fatalf("notice %d went to %d", number, n)
		}
	}
	for _, where := range slices.Sorted(maps.Keys(before)) {
		if before[where] != after[where] {
			t.Errorf("%s, before a vote:\n%s\nand after:\n%s", where, before[where], after[where])
		}
		for _, not := range []string{`"phones"`, `"progress"`, `"answers"`, `"ended_at"`, "delivered", "spent $"} {
			if strings.Contains(before[where], not) {
				t.Errorf("%s tells %s:\n%s", where, not, before[where])
			}
		}
	}
	if said := before["to whoever approves it"]; !strings.Contains(said, "por lo menos a 10 celulares") {
		t.Errorf("whoever approves it reads %q", said)
	}
}
