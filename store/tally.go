package store

// Tally is what a ballot comes to.
type Tally struct {
	Totals  []int // votes for each option, in the order of the options
	Counted int   // the sum of Totals
	Spoiled int   // choices that no option stands for; none, unless rows were tampered with
}

// Count counts choices, numbered from 1, among so many options. It knows nothing of who chose, or when.
func Count(options int, choices []int) Tally {
	t := Tally{Totals: make([]int, options)}
	for _, c := range choices {
		if c < 1 || c > options {
			t.Spoiled++
			continue
		}
		t.Totals[c-1]++
		t.Counted++
	}
	return t
}
