package store

import (
	"fmt"
	"strconv"
	"strings"
)

// Quorum is how many members have to be present so that a meeting may decide: a number of heads, or a share of all members, of the
// meeting's assembly and those below it. At most one is not 0; both 0: there is none.
type Quorum struct {
	Heads   int
	Percent int // 1 to 100
}

// ParseQuorum reads "12", "25%" or "none".
func ParseQuorum(written string) (Quorum, error) {
	written = strings.ToLower(strings.TrimSpace(written))
	if written == "none" {
		return Quorum{}, nil
	}
	digits, share := strings.CutSuffix(written, "%")
	n, err := strconv.Atoi(strings.TrimSpace(digits))
	q := Quorum{Heads: n}
	if share {
		q = Quorum{Percent: n}
	}
	if err != nil || n < 1 || q.check() != nil {
		return Quorum{}, refuse("%q is no quorum: write a number of members, such as 12, a share of them, such as 25%%, or none", written)
	}
	return q, nil
}

func (q Quorum) check() error {
	if q.Heads < 0 || q.Heads > mostHeads || q.Percent < 0 || q.Percent > 100 || q.Heads > 0 && q.Percent > 0 {
		return refuse("a quorum is at most %d members, or at most 100%% of them", mostHeads)
	}
	return nil
}

// mostHeads is as large as a number of people gets here.
const mostHeads = 9_999_999

// Of is how many have to be present where there are so many members: a share is rounded up, and is at least one. 0: there is no quorum.
func (q Quorum) Of(members int) int {
	if q.Percent == 0 {
		return q.Heads
	}
	return max(1, (members*q.Percent+99)/100)
}

// String is how organizers write it.
func (q Quorum) String() string {
	switch {
	case q.Percent > 0:
		return fmt.Sprintf("%d%%", q.Percent)
	case q.Heads > 0:
		return strconv.Itoa(q.Heads)
	}
	return "none"
}
