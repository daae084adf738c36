package gateway

import (
	"testing"
	"time"

	"github.com/google/uuid"
)

// pinOf hands a PIN to the only person of a phone.
func (h *house) pinOf(from string) string {
	h.t.Helper()
	person := uuid.MustParse(h.one("select pp.person_id::text from phone_people pp join phones p on p.id = pp.phone_id where p.index = $1", h.keys.Index("phone", from)))
	pin, err := h.store.HandOutPin(h.t.Context(), h.store.Pool, h.line.AssemblyID, person, h.clock())
	if err != nil {
		h.t.Fatal(err)
	}
	return pin
}

// settings is a call that has chosen something about its phone.
func (h *house) settings(from, choice string) (*phoneCall, string) {
	h.t.Helper()
	c := h.call(from)
	c.lead("own", "menu")
	c.silence()
	return c, c.choose(choice)
}

// proves has a call choose something about its phone, and key its PIN.
func (h *house) proves(from, choice string) *phoneCall {
	h.t.Helper()
	pin := h.pinOf(from)
	c, said := h.settings(from, choice)
	wants(h.t, said, "Anybody can call with a number that is not theirs")
	wants(h.t, c.press(pin), "Not done yet")
	return c
}

// vouches has a call come to where somebody is vouched for.
func (h *house) vouches(from string) (*phoneCall, string) {
	h.t.Helper()
	c := h.call(from)
	c.lead("more", "rest")
	c.silence()
	return c, c.choose("To vouch for somebody")
}

// A boss with a list of numbers and a service that forges them: by call nothing of a member's is erased, taken off or vouched for, and a
// rung phone or an organizer's is not even told apart, whatever the carrier attests. (TWILIO.md: caller identity)
func TestAForgedCallIsNobody(t *testing.T) {
	for name, prepare := range map[string]func(*house){
		"a member":          func(*house) {},
		"with a PIN":        func(h *house) { h.pinOf(ana) },
		"on duty, with one": func(h *house) { h.pinOf(ana); h.onDuty("Ana", ana, "en") },
	} {
		t.Run(name, func(t *testing.T) {
			h, _ := waitingHouse(t)
			h.openBallot(time.Time{})
			prepare(h)
			people, agreed := h.count("select count(*) from phone_people"), h.count("select count(*) from consent")
			for _, choice := range []string{"To have us forget you", "To tell us that we have the wrong person"} {
				c, said := h.settings(ana, choice)
				for range 3 {
					if c.ended() {
						break
					}
					said = c.press("111222")
				}
				wants(t, said, "by text from this phone, or ask an organizer")
			}
			for _, step := range [][2]string{{"forget", "sure"}, {"wrong", "sure"}} { // as if it had come past the question
				c := h.call(ana)
				c.lead(step[0], step[1])
				wants(t, c.press("7"), "by text from this phone, or ask an organizer")
			}
			c, said := h.vouches(ana)
			for range 3 {
				if !c.ended() {
					said = c.press("111222")
				}
			}
			wants(t, said, "on a call with their PIN")
			c = h.call(ana)
			c.lead("pin", "first")
			wants(t, c.press("719345"), "you cannot choose a PIN yourself")
			if n := h.count("select count(*) from phone_people"); n != people {
				t.Errorf("%d phones are somebody's, want %d", n, people)
			}
			if n := h.count("select count(*) from consent"); n != agreed {
				t.Errorf("a call alone has written into the ledger: %d rows, want %d", n, agreed)
			}
		})
	}
}

// A phone of nobody's is taken off by call, once confirmed: who is called by mistake need not write.
func TestAPhoneOfNobodyByCall(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.text(eve, "ENGLISH")
	c, said := h.settings(eve, "To tell us that we have the wrong person")
	wants(t, said, "Not done yet", "press 7")
	wants(t, c.press("7"), "off our list")
}

// A vote's "Was it not you?" takes nobody off: what sounds like an answer to it is no word for that.
func TestNotMeTakesNobodyOff(t *testing.T) {
	h, _ := waitingHouse(t)
	h.openBallot(time.Time{})
	people := h.count("select count(*) from phone_people")
	h.english(ana)
	h.text(ana, "VOTE")
	for _, words := range []string{"not me", "NO SOY YO", "Se pa mwen", "Não sou eu", "Hindi ako ito", "不是我", "wrong number"} {
		h.text(ana, words)
	}
	if n := h.count("select count(*) from phone_people"); n != people {
		t.Errorf("%d phones are somebody's, want %d", n, people)
	}
}

// The only phone on duty, and an organizer's, are not taken off by a word: notices are held, and it goes before a person.
func TestARungPhoneIsNotTakenOff(t *testing.T) {
	h, _ := waitingHouse(t)
	h.openBallot(time.Time{})
	h.english(ana)
	h.onDuty("Ana", ana, "en")
	h.holds(h.text(ana, "wrong number"), "It is rung for callers, so an organizer takes it off")
	for sql, want := range map[string]int{
		"select count(*) from duty where off_at is null":                                   1,
		"select count(*) from journal where act = 'phone.wrong'":                           1,
		"select count(*) from reports":                                                     1,
		"select count(*) from consent where not given and purpose in ('notices','alerts')": 2,
	} {
		if n := h.count(sql); n != want {
			t.Errorf("%s: %d, want %d", sql, n, want)
		}
	}
}
