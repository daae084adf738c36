package main

import (
	"fmt"

	"hotline/store"
)

// What is told of a broadcast to those who have not voted. How many get it is told to nobody, neither before nor after: two such numbers tell who has
// voted in between, and so would what it cost, how many failed or said stop, and when it ended. What is told is how many it would be if nobody
// had voted, which is the same whoever has. Whoever watches it all along can still tell about how many from how long it takes (its help says so).

// howMany is a number of phones for programs, which is "at_most" of a broadcast that is uncounted.
type howMany struct {
	Phones *int `json:"phones,omitempty"`
	AtMost *int `json:"at_most,omitempty"`
	n      int
}

func howManyOf(b store.Broadcast, n int) howMany {
	if b.Uncounted() {
		return howMany{AtMost: &n, n: n}
	}
	return howMany{Phones: &n, n: n}
}

// atMost stands before a number that is not less for who has voted.
func atMost(b store.Broadcast) string {
	if b.Uncounted() {
		return "at most "
	}
	return ""
}

// toUncounted says to whom one goes.
func toUncounted(b store.Broadcast) string {
	return fmt.Sprintf("whoever has not voted when it begins: at least %d, else it pauses; how many is told to nobody", store.FewestNotVoted)
}
