package main

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// ledger is what the story itself knows to have happened: what people were told is done.
type ledger struct {
	mu      sync.Mutex
	written map[string]int    // words of reports that were acknowledged, and how often they had to be sent for that
	spoken  map[string]int    // the same of recordings, and how often the call was made
	whose   map[string]string // words, and whose phone they came from
	coming  map[string]string // number to what they said last about the meeting
	votes   map[string]string // name to choice
	secrets []string          // what may stand nowhere in clear, besides numbers
}

func newLedger() *ledger {
	return &ledger{written: map[string]int{}, spoken: map[string]int{}, whose: map[string]string{}, coming: map[string]string{}, votes: map[string]string{}}
}

func (l *ledger) note(do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	do()
}

func (l *ledger) secret(words ...string) { l.note(func() { l.secrets = append(l.secrets, words...) }) }

// reports are what organizers read, and what the recordings hold, by the number of the report.
func (d *workday) reports() (written, spoken map[int][]string) {
	d.Helper()
	written, spoken = map[int][]string{}, map[int][]string{}
	reading := store.Reading{Assembly: d.line.AssemblyID, At: d.now()}
	all, err := d.store.Reports(d.ctx, d.store.Pool, reading)
	d.must(err)
	for _, one := range all {
		r, err := d.store.ShowReport(d.ctx, d.store.Pool, reading, one.Number)
		d.must(err)
		written[r.Number], spoken[r.Number] = nil, nil
		for _, said := range r.Words {
			written[r.Number] = append(written[r.Number], said.Words)
		}
		for _, m := range r.Media {
			_, data, err := d.store.OpenMedia(d.ctx, d.store.Pool, m.ID)
			d.must(err)
			spoken[r.Number] = append(spoken[r.Number], heardIn(data))
		}
	}
	return written, spoken
}

// heardIn is what somebody said into a recording, which the pretend phone company puts into the file beside the sound.
func heardIn(wav []byte) string {
	_, words, _ := bytes.Cut(wav, []byte("INFOICMT"))
	if len(words) < 4 {
		return ""
	}
	return strings.TrimRight(string(words[4:]), "\x00")
}

// number is that of the report which holds these words.
func (d *workday) number(words string) string {
	d.Helper()
	written, spoken := d.reports()
	for _, reports := range []map[int][]string{written, spoken} {
		for n, all := range reports {
			if slices.Contains(all, words) {
				return fmt.Sprint(n)
			}
		}
	}
	d.Fatalf("no report holds %q", words)
	return ""
}

// reportsAreWhatWasTold: all that was acknowledged is there, once, or as often as it was sent at the most; nothing else is; and what one
// worker told stands in one report, where nothing had to be sent again.
func (d *workday) reportsAreWhatWasTold() {
	d.Helper()
	written, spoken := d.reports()
	d.until(0, "select count(*) from media where state <> 'kept'")
	holds := d.told("written", written, d.written)
	for words, reports := range d.told("said", spoken, d.spoken) {
		holds[words] = reports
	}
	where := map[string]map[int]bool{} // number of a phone to its reports
	again := map[string]bool{}
	for words, number := range d.whose {
		if where[number] == nil {
			where[number] = map[int]bool{}
		}
		for _, n := range holds[words] {
			where[number][n] = true
		}
		again[number] = again[number] || d.written[words] > 1 || d.spoken[words] > 1
	}
	for number, reports := range where {
		if len(reports) != 1 && !again[number] {
			d.Errorf("what %s told stands in %d reports", number, len(reports))
		}
	}
}

// told compares what reports hold with how often each was sent, and says in which report each stands.
func (d *workday) told(how string, reports map[int][]string, sent map[string]int) map[string][]int {
	d.Helper()
	holds := map[string][]int{}
	for n, all := range reports {
		for _, words := range all {
			holds[words] = append(holds[words], n)
			if sent[words] == 0 {
				d.Errorf("report %d holds what nobody has %s: %q", n, how, words)
			}
		}
	}
	for words, times := range sent {
		if n := len(holds[words]); n < 1 || n > times {
			d.Errorf("%s %d times over, and kept %d times: %q", how, times, n, words)
		}
	}
	return holds
}

// answersAreWhatWasSaid compares the head count with what people said last.
func (d *workday) answersAreWhatWasSaid() {
	d.Helper()
	rows, err := d.store.Pool.Query(d.ctx, "select phone_id, answer, others, children, ride, interpreter, other from rsvps")
	d.must(err)
	type row struct {
		phone                    uuid.UUID
		said                     string
		others, children         int
		ride, interpreter, other bool
	}
	all, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (one row, err error) {
		return one, r.Scan(&one.phone, &one.said, &one.others, &one.children, &one.ride, &one.interpreter, &one.other)
	})
	d.must(err)
	got := map[string]string{}
	for _, one := range all {
		number, err := d.store.Number(d.ctx, d.store.Pool, one.phone)
		d.must(err)
		said := one.said
		for _, need := range []struct {
			is   bool
			name string
		}{{one.ride, " ride"}, {one.children > 0, fmt.Sprintf(" children %d", one.children)}, {one.others > 0, fmt.Sprintf(" others %d", one.others)},
			{one.interpreter, " interpreter"}, {one.other, " other"}} {
			if need.is {
				said += need.name
			}
		}
		got[number.String()] = said
	}
	d.same("the meeting's answers", got, d.coming)
}

// votesAreWhatWasCounted compares the result, name by name, with what people were told is counted.
func (d *workday) votesAreWhatWasCounted(forgotten string) {
	d.Helper()
	b, err := d.store.ShowBallot(d.ctx, d.store.Pool, d.line.AssemblyID, 1)
	d.must(err)
	want, totals := map[string]string{}, make([]int, len(b.Options))
	for name, choice := range d.votes {
		for i, o := range b.Options {
			if o["en"] == choice {
				totals[i]++
			}
		}
		if name != forgotten {
			want[name] = choice
		}
	}
	got := map[string]string{}
	for _, v := range b.Votes {
		if v.Name != store.NoName {
			got[v.Name] = b.Options[v.Choice-1]["en"]
		}
	}
	d.same("the votes", got, want)
	if !slices.Equal(b.Tally.Totals, totals) || b.Tally.Counted != len(d.votes) || b.Tally.Spoiled != 0 {
		d.Errorf("counted %+v, and people were told %v", b.Tally, totals)
	}
	if b.Changed != 1 || b.ByProof[store.ProofPIN] != 2 || b.ByProof[store.ProofPhone]+b.ByProof[store.ProofCall] != len(d.votes)-2 || b.ByProof[store.ProofCall] == 0 {
		d.Errorf("changed %d times, proved %v", b.Changed, b.ByProof)
	}
}

func (d *workday) same(what string, got, want map[string]string) {
	d.Helper()
	for key, value := range want {
		if got[key] != value {
			d.Errorf("%s: of %s stands %q, and they were told %q", what, key, got[key], value)
		}
	}
	for key, value := range got {
		if _, known := want[key]; !known {
			d.Errorf("%s: of %s stands %q, and nobody was told so", what, key, value)
		}
	}
}

// tables compares how many rows there are.
func (d *workday) tables(want map[string]int) {
	d.Helper()
	for from, n := range want {
		if got := d.count("select count(*) from " + from); got != n {
			d.Errorf("%d, and not %d: %s", got, n, from)
		}
	}
}

// onlyTheKillsShow: the phone company has nothing to complain of but what people noticed, who made that text or call again, and that
// nobody was there to be told something while the hotline was down.
func (d *workday) onlyTheKillsShow() {
	d.Helper()
	noticed := map[string]bool{}
	for _, p := range d.phones {
		maps.Copy(noticed, p.lost)
	}
	for _, p := range d.company.Errors() {
		if !noticed[p.SID] && !slices.ContainsFunc(d.life.downs, func(w [2]time.Time) bool { return !p.At.Before(w[0]) && !p.At.After(w[1]) }) {
			d.Errorf("the phone company complains: %s", p.Error())
		}
	}
}

// spellings are the ways in which a number may stand somewhere.
func spellings(number string) []string {
	n := strings.TrimPrefix(number, "+1")
	area, office, rest := n[:3], n[3:6], n[6:]
	return []string{n, office + rest, office + "-" + rest, area + "-" + office + "-" + rest, "(" + area + ") " + office + "-" + rest, office + " " + rest, office + "." + rest}
}

// nothingInClear searches dump, Redis and log for every number, name, word, PIN and code of the day. That the search finds what does
// stand there is seen first.
func (d *workday) nothingInClear() {
	d.Helper()
	for where, want := range map[string]string{d.dump(): servedLine, d.cached(): "hotline", d.log.String(): "answering"} {
		if !strings.Contains(where, want) {
			d.Errorf("the search does not find %q where it stands", want)
		}
	}
	var secrets []string
	for number := range d.phones {
		secrets = append(secrets, spellings(number)...)
	}
	for _, words := range slices.Concat(d.secrets) {
		if secrets = append(secrets, words); digits.MatchString(words) {
			secrets = append(secrets, strings.ReplaceAll(words, " ", ""))
		}
	}
	d.traces(secrets...)
}

// digits are PINs and codes, as they are told.
var digits = regexp.MustCompile(`^[0-9 ]+$`)
