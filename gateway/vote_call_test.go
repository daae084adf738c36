package gateway

import (
	"regexp"
	"strings"
	"testing"

	"hotline/store"
)

var countOrChange = regexp.MustCompile(`(\d\d) (?:Count|Change) it`)

// byCall votes on a call with this number, and gives what was said last.
func (h *house) byCall(from, key string) string {
	h.t.Helper()
	c, _ := h.voting(from)
	c.press(key)
	said := c.press("7")
	c.hangUp()
	return said
}

// votesAgain is a call that has come to the vote of somebody who has voted.
func (h *house) votesAgain(from string) (*phoneCall, string) {
	h.t.Helper()
	c := h.call(from)
	if strings.Contains(c.last.Text(), "For English") {
		c.press("1")
	}
	c.choose("To hear what else")
	c.choose("To hear what else")
	return c, c.choose("To vote")
}

// byText votes in writing, and gives what was said last.
func (h *house) byText(from string, answers ...string) string {
	h.t.Helper()
	said := h.text(from, "VOTE")
	for _, a := range answers {
		said = h.text(from, a)
	}
	digits := countOrChange.FindStringSubmatch(said)
	if digits == nil {
		h.t.Fatalf("nothing to confirm in %q", said)
	}
	return h.text(from, digits[1])
}

// A call shows a number that anybody can have it show: what it votes is counted, and recorded apart. It changes nothing that was proved
// better, and a text changes it. (TWILIO.md: caller identity; WORKERS.md: votes, "counted by proof")
func TestAVoteByCallIsRecordedApart(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.sharing()
	h.english(ana)
	wants(t, h.byCall(ana, "2"), "Your vote is counted: No")
	if b := h.record(); b.ByProof[store.ProofCall] != 1 || b.Cast != 1 {
		t.Errorf("the record says %v", b.ByProof)
	}
	// A call changes a call's, and a text what a call has voted.
	c, said := h.votesAgain(ana)
	wants(t, said, "You have voted in this already")
	c.press("1")
	c.press("3")
	wants(t, c.press("7"), "Your vote is changed. It is now: Abstain")
	wants(t, h.byText(ana, "1", "1"), "It is now: Yes")
	if b := h.record(); b.ByProof[store.ProofCall] != 0 || b.ByProof[store.ProofPhone] != 1 || b.Changed != 2 {
		t.Errorf("the record says %v, changed %d times", b.ByProof, b.Changed)
	}
	// What was voted by text no call changes.
	c, said = h.votesAgain(ana)
	wants(t, said, "that vote stands")
	if !c.ended() {
		t.Error("the call goes on")
	}
	h.closeBallot()
	if b := h.record(); b.Tally.Totals[0] != 1 || b.Votes[0].Proof != store.ProofPhone {
		t.Errorf("counted %+v, %+v", b.Tally, b.Votes)
	}
}

// Who has a PIN is asked for it on every call; nothing that the carrier says of a number stands for it.
func TestACallAsksForThePinThatIsSet(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.sharing()
	h.english(ana)
	c, _ := h.voting(ana) // has come to the question before a PIN was set
	rosa := h.handOut("Rosa")
	c.press("1")
	wants(t, c.press("7"), "this phone alone we cannot tell who votes")
	wants(t, h.byText(ana, "2"), "counted: No")
	c, said := h.votesAgain(ana)
	wants(t, said, "key your own PIN")
	wants(t, c.press(otherPin(rosa)), "That is not right")
	wants(t, c.press(rosa), "You have voted in this already")
	c.press("1")
	c.press("1")
	wants(t, c.press("7"), "It is now: Yes")
	if b := h.record(); b.ByProof[store.ProofPIN] != 1 || b.ByProof[store.ProofCall] != 0 {
		t.Errorf("the record says %v", b.ByProof)
	}
}
