package gateway

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hotline/store"
)

// readBack is what a read-back tells: of which ballot and option, and the digits that count it.
type readBack struct {
	ballot, option int
	yes, line      string // these alone, and as they were printed
}

var readBackOf = regexp.MustCompile(`(?:You chose|You now choose|Usted responde|Ahora usted responde) [A-Z][a-z]+ (\d)-(\d) `)

// alreadySo says that the option stands already; whatever is asked behind that was asked before.
var alreadySo = regexp.MustCompile(`already, and it counts|Su voto ya es`)

// readBackIn finds the one that stands in an answer; the last one is the one that is asked.
func readBackIn(said string) (r readBack, found bool) {
	of, yes := readBackOf.FindAllStringSubmatch(said, -1), readBackDigits.FindAllStringSubmatch(said, -1)
	if len(of) == 0 || len(yes) == 0 {
		return r, false
	}
	last := of[len(of)-1]
	return readBack{int(last[1][0] - '0'), int(last[2][0] - '0'), yes[len(yes)-1][1], yes[len(yes)-1][0]}, true
}

// lastReply is what was answered last to a phone, to which text, and when.
type lastReply struct {
	to, said string
	at       time.Time
}

// chosen counts the votes that stand, of any phone in any ballot, in whatever way they were proved.
func chosen(stands map[string][3]int) (n int) {
	for _, all := range stands {
		for _, option := range all {
			n += min(option, 1)
		}
	}
	return n
}

// tellsOfBallots has a notice sent of ballots with so many options each, and gives the first of the digits that each phone got for each.
func (h *house) tellsOfBallots(p *post, sizes []int) (ballots []store.Ballot, first []map[string]int) {
	h.t.Helper()
	for n, many := range sizes {
		var options []store.Words
		for i := range many {
			options = append(options, store.Words{"en": fmt.Sprintf("Option %d-%d", n, i+1), "es": fmt.Sprintf("Lado %d-%d", n, i+1)})
		}
		b := h.asksFor(store.Words{"en": fmt.Sprintf("Which of %d?", n), "es": fmt.Sprintf("¿Cuál de %d?", n)}, h.g.now().Add(50*24*time.Hour), options...)
		ballots, first = append(ballots, b), append(first, map[string]int{})
		for number, body := range h.tellsOf(p, b, untilFriday) {
			digits := regexp.MustCompile(`\n(\d\d) (?:Option|Lado)`).FindStringSubmatch(body)
			if digits == nil {
				h.t.Fatalf("%s was sent %q", number, body)
			}
			first[n][number], _ = strconv.Atoi(digits[1])
		}
	}
	return ballots, first
}

// Of any ballots with any number of options, asked by notices on any phones, whatever is texted in whatever order, late, twice or at the same time as
// something else: a vote is cast by the digits that count it in its own read-back, as long as that is what was said last and not long ago, for the ballot
// and the option that were read back there, and by nothing else; none of these digits is one that a notice gave the phone, or a choice of the ballot; and
// what was read back is the option behind the digits of the notice.
func TestNoticesOfBallotsNeverVote(t *testing.T) {
	h, p := waitingHouse(t)
	h.run("update lines set pace = 0")
	numbers, _, _ := h.assemblyOf(8)
	sizes := []int{3, 2, 8}
	ballots, first := h.tellsOfBallots(p, sizes)
	next, cast, read := 0, 0, 0
	last, stands := map[string]lastReply{}, map[string][3]int{} // by number, whatever comes of one try: the phones stay as it left them
	rapid.Check(t, func(rt *rapid.T) {
		from := numbers[next%len(numbers)]
		next++
		phone := h.phoneOf(from)
		standing := func() (all [3]int) {
			for n, b := range ballots {
				var err error
				if all[n], err = choiceOf(t, h, b.ID, phone); err != nil {
					rt.Fatal(err)
				}
			}
			return all
		}
		for range rapid.IntRange(2, 8).Draw(rt, "texts") {
			n := rapid.IntRange(0, len(ballots)-1).Draw(rt, "ballot")
			option := rapid.IntRange(1, sizes[n]).Draw(rt, "option")
			digits := fmt.Sprint(first[n][from] + option - 1)
			before := last[from]
			open, isOpen := readBackIn(before.said)
			texts := []string{digits, digits, digits + fmt.Sprintf(" Option %d-%d", n, option), fmt.Sprint(option), "yes", "no", "MENU", "VOTE", "JOIN", digits + " and 57", before.to,
				fmt.Sprintf("option %d-%d", n, option), "51", "88", "the lift is broken again"}
			if isOpen {
				texts = append(texts, open.yes, open.yes, open.yes+".", open.line)
			}
			text := rapid.SampledFrom(texts).Draw(rt, "text")
			if text == "" {
				continue
			}
			h.pass(time.Duration(rapid.SampledFrom([]int{1, 5, 45}).Draw(rt, "minutes")) * time.Minute)
			want, now := stands[from], h.g.now()
			if isOpen && slices.Contains([]string{open.yes, open.yes + ".", open.line}, text) && now.Sub(before.at) <= idleAfter && now.Before(ballots[open.ballot].ClosesAt) {
				want[open.ballot] = open.option
				cast++
			}
			said := h.text(from, text)
			last[from] = lastReply{to: text, said: said, at: now}
			if after := standing(); after != want {
				rt.Fatalf("%q, answered %q, made %v of %v, and not %v; what was read back was %+v, %v", text, said, after, stands[from], want, open, isOpen)
			}
			stands[from] = want
			if votes := h.votes(); votes != chosen(stands) {
				rt.Fatalf("%q, answered %q, made %d votes of %v", text, said, votes, stands)
			}
			back, is := readBackIn(said)
			if !is {
				continue
			}
			read++
			if of := readBackOf.FindStringSubmatch(said); strings.HasPrefix(text, digits) && !strings.Contains(text, "and") && !alreadySo.MatchString(said) &&
				(of[1] != fmt.Sprint(n) || of[2] != fmt.Sprint(option)) {
				rt.Fatalf("%q of ballot %d is read back so: %q", text, n, said)
			}
			if n := h.count("select count(*) from question_digits where phone_id = $1 and digits between $2::int and $2::int + 1", phone, back.yes); n != 0 {
				rt.Fatalf("%s counts a vote, and a notice gave it to this phone", back.yes)
			}
		}
	})
	if cast == 0 || read == 0 {
		t.Errorf("%d votes were cast in %d read-backs: nothing was tried", cast, read)
	}
}
