package gateway

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// vouching is a house with members, ana to dee, and a flyer by which eve has joined.
func vouching(t *testing.T) (*house, *post) {
	t.Helper()
	h, p := waitingHouse(t)
	h.somethingToAnswer(ana, ben, "+12125550103", "+12125550104")
	if _, err := h.store.AddFlyer(t.Context(), h.store.Pool, store.NewFlyer{Line: h.line, Word: "SOL27", Lang: "en"}); err != nil {
		t.Fatal(err)
	}
	h.joins(eve)
	return h, p
}

const eve = "+12125550150"

func (h *house) joins(phone string) {
	h.t.Helper()
	h.text(phone, "SOL27")
	if got := h.text(phone, "1"); !strings.Contains(got, "You have joined") {
		h.t.Fatalf("joining was answered %q", got)
	}
}

var eightDigits = regexp.MustCompile(`\d{4} \d{4}`)

// asks is somebody who wants to be a member, and the digits they get.
func (h *house) asks(phone string) string {
	h.t.Helper()
	said := h.text(phone, "MEMBER")
	code := eightDigits.FindString(said)
	if code == "" {
		h.t.Fatalf("asking to be vouched for was answered %q", said)
	}
	return code
}

func (h *house) members() int {
	return h.count("select count(*) from memberships where standing = 'member'")
}

// WORKERS.md, three steps of trust: a member is vouched for by an organizer or two members.
func TestTwoMembersMakeAMember(t *testing.T) {
	h, p := vouching(t)
	before := h.members()
	code := h.asks(eve)
	h.says(ana, "VOUCH", "eight digits")
	h.says(ana, code, "one more member")
	h.says(ana, code, "before") // twice is once
	h.says(eve, code, "Only members")
	if h.members() != before {
		t.Fatal("one member was enough")
	}
	h.says(ben, strings.ReplaceAll(code, " ", "-"), "a member now") // out of the blue, as somebody writes it
	if got := h.members(); got != before+1 {
		t.Errorf("there are %d members, want one more than %d", got, before)
	}
	h.says("+12125550103", code, "Nobody has those digits")
	if err := h.deliver(); err != nil {
		t.Fatal(err)
	}
	if got := p.bodies(); !strings.HasPrefix(got, "The 0100 Line: two people vouched for you.") || len(p.taken) != 1 || p.taken[0].To != eve {
		t.Errorf("they were told %q, %d times", got, len(p.taken))
	}
	h.says(eve, "VOUCH", "You are a member")
}

// A repeated webhook brings the same digits, and those given before hold no more once others were asked for.
func TestDigitsAreGivenAnewAndHoldAWeek(t *testing.T) {
	h, _ := vouching(t)
	in := h.aText(eve, "MEMBER")
	first, again := h.g.Turn(t.Context(), in).Text(), h.g.Turn(t.Context(), in).Text()
	if first != again {
		t.Errorf("a repeated text was answered\n%s\nand then\n%s", first, again)
	}
	old := eightDigits.FindString(first)
	code := h.asks(eve)
	h.says(ana, old, "Nobody has those digits")
	h.pass(7*24*time.Hour - time.Minute)
	h.says(ana, code, "one more member")
	h.pass(2 * time.Minute)
	h.says(ben, code, "Nobody has those digits")
}

// Nobody finds digits by trying: after five wrong ones in an hour the right ones count as wrong, and no word says so.
func TestDigitsAreNotGuessed(t *testing.T) {
	h, _ := vouching(t)
	code := h.asks(eve)
	for i := range 60 {
		h.text(ana, fmt.Sprintf("%08d", i))
	}
	h.text(ana, code)
	if n := h.count("select count(*) from vouches where by_person is not null"); n != 0 {
		t.Error("the right digits counted after sixty wrong ones")
	}
	h.says(ben, code, "one more member") // another phone is not held back
	h.pass(time.Hour)
	h.says(ana, code, "a member now")
}

// A phone that knows no member learns nothing: neither whether digits are somebody's, nor by trying many.
func TestStrangersCannotVouch(t *testing.T) {
	h, _ := vouching(t)
	code := h.asks(eve)
	h.says("+12125550177", code, "Only members")
	h.says("+12125550177", "11112222", "Only members")
	h.says("+12125550177", "MEMBER", "those who have joined")
	h.joins("+12125550178")
	h.says("+12125550178", code, "Only members") // listed is not enough
}

// Two members who vouch at the same moment are two.
func TestTwoMembersAtOnce(t *testing.T) {
	h, _ := vouching(t)
	before := h.members()
	code := h.asks(eve)
	var both sync.WaitGroup
	for _, in := range []Inbound{h.aText(ana, code), h.aText(ben, code)} {
		both.Go(func() { h.g.Turn(t.Context(), in) })
	}
	both.Wait()
	if got := h.members(); got != before+1 {
		t.Errorf("there are %d members, want one more than %d", got, before)
	}
}

// On a shared phone nobody can tell who asks, or who vouches (WORKERS.md: what belongs to one person asks for their number or PIN).
func TestASharedPhoneNeitherAsksNorVouches(t *testing.T) {
	h, _ := vouching(t)
	code := h.asks(eve)
	for i, name := range []string{"Fay", "Gil"} {
		err := h.store.InTx(t.Context(), func(tx pgx.Tx) error {
			_, err := h.store.ImportMembers(t.Context(), tx, h.line.AssemblyID, []store.MemberRow{
				{Line: 1, Name: name, Phone: eve, Standing: store.Listed}, {Line: 2, Name: name, Phone: ben, Standing: store.StandsMember},
			}, time.Unix(h.now.Load()+int64(i), 0))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	h.says(eve, "MEMBER", "Several people use this phone")
	h.says(ben, code, "Several people use this phone")
}

// On a call a member vouches by PIN alone: two calls with members' numbers would else make a member of anybody. (TWILIO.md: caller identity)
func TestVouchingByCall(t *testing.T) {
	h, _ := vouching(t)
	code := strings.ReplaceAll(h.asks(eve), " ", "")
	c := h.call(ana)
	c.lead("vouch", "whose")
	wants(t, c.press(code), "on a call with their PIN")
	if n := h.count("select count(*) from vouches where by_person is not null"); n != 0 {
		t.Fatal("a call alone has vouched")
	}
	pin := h.pinOf(ana)
	c, said := h.vouches(ana)
	wants(t, said, "key your own PIN")
	wants(t, c.press(pin), "key the eight digits")
	wants(t, c.press(code), "one more member")
	hidden := h.call("")
	hidden.lead("vouch", "whose")
	wants(t, hidden.press(code), "Your number is hidden")
}
