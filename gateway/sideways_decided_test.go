package gateway

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// Offers and proposals are those of a line's assemblies, for their members: what one workplace says is not seen, answered, supported or
// heard of in the other, on no line; what the city's line takes is everybody's.
func TestOffersAndProposalsAreNotSeenNextDoor(t *testing.T) {
	c := newCity(t)
	c.english(ana)
	for _, number := range []string{kitchenLine, cityLine} {
		c.to(number, ana, "ENGLISH")
		c.to(number, ben, "ENGLISH")
	}
	c.to(lineNumber, ben, "ENGLISH")
	if said := c.to(kitchenLine, ana, "OFFERS"); !strings.Contains(said, "no member's yet") {
		t.Errorf("who works next door is told %q", said)
	}
	for _, words := range []string{"OFFER", "2", "a ride from Queens at five"} {
		c.text(ana, words)
	}
	c.approve(1, "A ride from Queens")
	c.proposed(ana, "heat breaks")
	c.share(1, "Heat breaks")
	c.toldNothingByText()
	c.toldNothingByCall()
	if said := c.to(cityLine, dora, "PROPOSALS"); !strings.Contains(said, "Heat breaks") {
		t.Errorf("on the city's line another of the warehouse is told %q", said)
	}
	if said := c.to(cityLine, ana, "NEWS"); !strings.Contains(said, "Heat breaks") {
		t.Errorf("on the city's line its proposer is told %q", said)
	}
	c.decidedByNobodyElse()
	// What is said to the city is for all below it.
	for _, words := range []string{"PROPOSE", "one day for all", "2", "1"} {
		c.to(cityLine, ana, words)
	}
	c.inTx(func(tx pgx.Tx) error {
		_, err := c.store.ShareProposal(t.Context(), tx, c.city, 1, store.Words{"en": "One day", "es": "Un solo momento"}, c.clock())
		return err
	})
	if said := c.to(cityLine, ben, "PROPOSALS"); !strings.Contains(said, "One day") || strings.Contains(said, "Heat") {
		t.Errorf("on the city's line ben is told %q", said)
	}
	if said := c.to(kitchenLine, ben, "PROPOSALS"); strings.Contains(said, "One day") {
		t.Errorf("the kitchen's line serves the city: %q", said)
	}
}

// toldNothingByText sees that no line texts who works next door anything of the warehouse's offer and proposal.
func (c *city) toldNothingByText() {
	c.t.Helper()
	for _, line := range []string{lineNumber, kitchenLine, cityLine} {
		for _, words := range []string{"OFFERS", "PROPOSALS", "NEWS"} {
			said := c.to(line, ben, words)
			if words == "OFFERS" {
				said += c.to(line, ben, "1", "2")
			}
			if strings.Contains(said, "Queens") || strings.Contains(said, "Heat breaks") {
				c.t.Errorf("ben, by %s on %s, is told %q", words, line, said)
			}
			c.to(line, ben, "MENU")
		}
	}
	if said := c.to(kitchenLine, ana, "NEWS"); !strings.Contains(said, "no news") {
		c.t.Errorf("on the kitchen's line ana is told %q", said)
	}
}

// toldNothingByCall sees the same of calls, and that another of the warehouse hears of both.
func (c *city) toldNothingByCall() {
	c.t.Helper()
	hears := func(line, who, key string) (heard string) {
		call := c.rings(line, who)
		call.lead("more", "members")
		heard = call.press(key) // 1: proposals, 2: offers
		for _, next := range []string{"1", "2"} {
			heard += call.press(next)
		}
		return heard
	}
	for _, line := range []string{kitchenLine, lineNumber, cityLine} {
		if heard := hears(line, ben, "1") + hears(line, ben, "2"); strings.Contains(heard, "Queens") || strings.Contains(heard, "Heat breaks") {
			c.t.Errorf("ben, by a call to %s, hears %q", line, heard)
		}
	}
	if heard := hears(lineNumber, dora, "1") + hears(cityLine, dora, "2"); !strings.Contains(heard, "Queens") || !strings.Contains(heard, "Heat breaks") {
		c.t.Errorf("another of the warehouse, by call, hears %q", heard)
	}
}

// decidedByNobodyElse sees that no other assembly lists these, or decides about them.
func (c *city) decidedByNobodyElse() {
	c.t.Helper()
	for name, assembly := range map[string]uuid.UUID{"the kitchen": c.kitchen, "the city": c.city} {
		offers, err := c.store.Offers(c.t.Context(), c.store.Pool, assembly)
		proposals, err2 := c.store.Proposals(c.t.Context(), c.store.Pool, assembly)
		if err != nil || err2 != nil || len(offers)+len(proposals) != 0 {
			c.t.Errorf("%s lists %+v, %+v", name, offers, proposals)
		}
		if _, err := c.store.ShareProposal(c.t.Context(), c.store.Pool, assembly, 1, store.Words{"en": "x", "es": "x"}, c.clock()); err == nil {
			c.t.Errorf("%s decides about it", name)
		}
		if _, err := c.store.RefuseOffer(c.t.Context(), c.store.Pool, assembly, 1, store.Words{"en": "x", "es": "x"}, c.clock()); err == nil {
			c.t.Errorf("%s refuses the offer", name)
		}
	}
}

// speakEnglish has both who work in different places begin on each line.
func (c *city) speakEnglish() {
	for _, line := range []string{lineNumber, kitchenLine, cityLine} {
		for _, who := range []string{ana, ben} {
			c.to(line, who, "ENGLISH")
		}
	}
}

// A ballot's roll is its assembly's and what is below.
func TestBallotsAreNotCountedNextDoor(t *testing.T) {
	c := newCity(t)
	opens := func(assembly uuid.UUID, question string) (b store.Ballot) {
		c.inTx(func(tx pgx.Tx) (err error) {
			b, err = c.store.OpenBallot(t.Context(), tx, store.NewBallot{Assembly: assembly, Question: store.Words{"en": question, "es": question},
				Options: []store.Words{{"en": "Yes", "es": "Sí"}, {"en": "No", "es": "No"}}, By: "Carol", At: c.clock()})
			return err
		})
		return b
	}
	rolls := func(b store.Ballot) (names []string) {
		roll, err := c.store.Roll(t.Context(), c.store.Pool, b.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range roll {
			names = append(names, r.Name)
		}
		slices.Sort(names)
		return names
	}
	c.speakEnglish()
	own := opens(c.warehouse, "Heat breaks?")
	if got := rolls(own); !slices.Equal(got, []string{"Ana", "Ann"}) {
		t.Errorf("on the warehouse's roll are %v", got)
	}
	for _, line := range []string{lineNumber, kitchenLine, cityLine} {
		if said := c.to(line, ben, "VOTE"); strings.Contains(said, "Heat") {
			t.Errorf("ben, on %s, is asked %q", line, said)
		}
	}
	if said := c.to(kitchenLine, ana, "VOTE"); strings.Contains(said, "Heat") {
		t.Errorf("on the kitchen's line ana is asked %q", said)
	}
	for line, offered := range map[string]bool{kitchenLine: false, cityLine: true, lineNumber: true} {
		for who, of := range map[string]bool{ana: true, ben: false} {
			call := c.rings(line, who)
			if strings.Contains(call.last.Text(), "For English") {
				call.press("1")
			}
			if said := call.last.Text(); strings.Contains(said, "To vote") != (offered && of) {
				t.Errorf("a call of %s to %s hears %q", who, line, said)
			}
		}
	}
	if said := c.to(cityLine, ana, "VOTE"); !strings.Contains(said, "Heat breaks?") {
		t.Errorf("on the city's line ana is asked %q", said)
	}
	all := opens(c.city, "A day for all?")
	if got := rolls(all); !slices.Equal(got, []string{"Ana", "Ann", "Ben", "Bob"}) {
		t.Errorf("on the city's roll are %v", got)
	}
	if said := c.to(cityLine, ben, "VOTE"); !strings.Contains(said, "A day for all?") || strings.Contains(said, "Heat") {
		t.Errorf("on the city's line ben is asked %q", said)
	}
	c.to(cityLine, ben, digitsOf(t, c.to(cityLine, ben, "1")))
	if _, err := c.store.ShowBallot(t.Context(), c.store.Pool, c.kitchen, 1); err == nil {
		t.Error("the kitchen shows a ballot that is not its own")
	}
	if b, err := c.store.ShowBallot(t.Context(), c.store.Pool, c.warehouse, 1); err != nil || b.Cast != 0 {
		t.Errorf("ben's vote counts in the warehouse: %+v, %v", b, err)
	}
}

// A meeting and its door are its line's.
func TestMeetingsAreNotCountedNextDoor(t *testing.T) {
	c := newCity(t)
	c.speakEnglish()
	m := c.meets(store.NewMeeting{StartsAt: c.clock().Add(time.Hour)})
	code, err := c.store.DoorCode(t.Context(), c.store.Pool, m, false, c.clock())
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{c.to(kitchenLine, ben, "MEETING"), c.to(kitchenLine, ana, "MEETING")} {
		if strings.Contains(said, "Elm") {
			t.Errorf("the kitchen's line tells of the warehouse's meeting: %q", said)
		}
	}
	if said := c.to(kitchenLine, ben, "HERE", code); strings.Contains(said, "counted") {
		t.Errorf("on the kitchen's line the code is answered %q", said)
	}
	if said := c.to(cityLine, ben, "MEETING"); !strings.Contains(said, "Elm") { // it is told to everyone, also by the city
		t.Errorf("on the city's line the meeting is told as %q", said)
	}
	if _, err := c.store.ShowMeeting(t.Context(), c.store.Pool, c.kitchen, m.Number); err == nil {
		t.Error("the kitchen is shown it")
	}
	if said := c.to(lineNumber, ben, "HERE", code); !strings.Contains(said, "You are counted") { // a guest
		t.Errorf("at the door ben is answered %q", said)
	}
	if a := c.attended(m); a.Heads != 1 || a.Members != 0 {
		t.Errorf("a member from next door counts for the quorum: %+v", a)
	}
	hidden := c.meets(store.NewMeeting{StartsAt: c.clock().Add(2 * time.Hour), PlaceFor: store.PlaceForMembers, Place: store.Words{"en": "9 Oak Ave", "es": "9 Oak Ave"}})
	c.run("update meetings set canceled_at = now() where id = $1", m.ID)
	if said := c.to(cityLine, ben, "MEETING"); strings.Contains(said, "Oak") || !strings.Contains(said, "Members are told the place") {
		t.Errorf("ben is told the place of meeting %d: %q", hidden.Number, said)
	}
}
