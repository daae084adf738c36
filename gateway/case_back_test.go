package gateway

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// Coming back shows whether it was read, and replies; never what the worker said. From the same phone by four digits, from any by twelve.
// (WORKERS.md: reports)
func TestTheTwoWaysBack(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.english(ana, ben)
	story := "the lift in hall B is broken"
	code := h.tells(ana, story, "2", "2", "4711", "1", "MENU")
	h.pass(time.Hour)
	back := func(from, digits string) string {
		h.text(from, "STATUS")
		return h.text(from, digits)
	}
	if reply := back(ana, "4711"); !strings.Contains(reply, "Not read yet") || !strings.Contains(reply, "Nov") {
		t.Errorf("not read, and answered %q", reply)
	}
	h.answer("The lift is mended.")
	for from, digits := range map[string]string{ana: "4711", ben: code} {
		h.text(from, "MENU")
		if reply := back(from, digits); !strings.Contains(reply, "The lift is mended.") || strings.Contains(reply, "hall B") {
			t.Errorf("coming back by %s: %q", digits, reply)
		}
	}
	h.text(ben, "MENU")
	if reply := back(ben, "4711"); !strings.Contains(reply, "leads to nothing") {
		t.Errorf("another phone came back by four digits: %q", reply)
	}
	c := h.call("+12125550177")
	c.lead("back", "ask")
	if said := c.press(strings.ReplaceAll(code, " ", "")); !strings.Contains(said, "The lift is mended.") {
		t.Errorf("by call: %q", said)
	}
	if h.leaks("The lift is mended", story) {
		t.Error("the database holds words in clear")
	}
}

// leaks searches every table for words in clear.
func (h *house) leaks(secrets ...string) bool {
	h.t.Helper()
	for _, table := range []string{"reports", "report_parts", "report_answers", "report_digits", "report_callbacks", "digit_tries", "report_calls", "turns", "conversations", "guesses", "outgoing"} {
		for _, secret := range secrets {
			if h.count(fmt.Sprintf(`select count(*) from %s t where position($1 in encode(convert_to(t::text, 'UTF8'), 'escape')) > 0
				or position(encode(convert_to($1, 'UTF8'), 'hex') in t::text) > 0`, table), secret) > 0 {
				h.t.Logf("%s holds %q", table, secret)
				return true
			}
		}
	}
	return false
}

// Five wrong tries close the four digits, and then the right ones are wrong too; the twelve still lead back and let new ones be chosen.
func TestFiveWrongTriesCloseTheFourDigits(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.english(ana)
	code := h.tells(ana, "the lift in hall B is broken", "2", "2", "4711", "MENU")
	h.text(ana, "STATUS")
	for i := range 5 {
		if reply := h.text(ana, fmt.Sprint(1000+i)); !strings.Contains(reply, "leads to nothing") {
			t.Fatalf("try %d: %q", i, reply)
		}
	}
	if reply := h.text(ana, "4711"); !strings.Contains(reply, "Too many wrong digits") {
		t.Errorf("the right ones came too late, and: %q", reply)
	}
	h.text(ana, "STATUS")
	if reply := h.text(ana, code); !strings.Contains(reply, "Not read yet") {
		t.Errorf("the twelve do not lead back: %q", reply)
	}
	h.text(ana, "2") // more choices
	h.text(ana, "2") // four digits
	h.text(ana, "8822")
	h.text(ana, "STATUS")
	if reply := h.text(ana, "8822"); !strings.Contains(reply, "Not read yet") {
		t.Errorf("new ones do not lead back: %q", reply)
	}
}

// Sixty guesses from one phone, and a thousand from many: none leads anywhere any more, nor does the right code, until the next hour.
func TestGuessedCodesLeadNowhere(t *testing.T) {
	h := newHouse(t, houseOptions{})
	code := onlyTheDigits(h.tells(ana, "the lift in hall B is broken", "3"))
	try := func(phone uuid.UUID, digits string) (came store.Returned) {
		t.Helper()
		err := h.store.InTx(t.Context(), func(tx pgx.Tx) (err error) {
			_, came, err = h.store.ComeBack(t.Context(), tx, store.Return{Line: h.line, Phone: uuid.NullUUID{UUID: phone, Valid: phone != uuid.Nil}, Digits: digits, At: time.Unix(h.now.Load(), 0)})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return came
	}
	one := uuid.New()
	for i := range 60 {
		if came := try(one, fmt.Sprintf("%012d", i)); came == store.ReturnedFound || i >= 5 && came != store.ReturnedLater {
			t.Fatalf("guess %d: %s", i, came)
		}
	}
	if came := try(one, code); came != store.ReturnedLater {
		t.Errorf("the right code after sixty wrong ones: %s", came)
	}
	if came := try(uuid.New(), code); came != store.ReturnedFound {
		t.Errorf("another phone with the right code: %s", came)
	}
	for i := range 1000 {
		try(uuid.New(), fmt.Sprintf("%012d", 1000+i))
	}
	if came := try(uuid.New(), code); came != store.ReturnedLater {
		t.Errorf("the right code after a thousand wrong ones on this line: %s", came)
	}
	h.pass(time.Hour)
	if came := try(uuid.New(), code); came != store.ReturnedFound {
		t.Errorf("the right code an hour later: %s", came)
	}
}

func onlyTheDigits(code string) string { return strings.ReplaceAll(code, " ", "") }

// Many calls at once from one phone guess no more than one after the other.
func TestGuessesAtOnceAreCounted(t *testing.T) {
	h := newHouse(t, houseOptions{})
	phone, heard := uuid.New(), make(chan store.Returned, 40)
	var all sync.WaitGroup
	for i := range cap(heard) {
		all.Go(func() {
			err := h.store.InTx(t.Context(), func(tx pgx.Tx) error {
				_, came, err := h.store.ComeBack(t.Context(), tx, store.Return{Line: h.line, Phone: uuid.NullUUID{UUID: phone, Valid: true},
					Digits: fmt.Sprintf("%012d", i), At: time.Unix(h.now.Load(), 0)})
				heard <- came
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	close(heard)
	looked := 0
	for came := range heard {
		if came != store.ReturnedLater {
			looked++
		}
	}
	if looked != 5 {
		t.Errorf("%d guesses were looked up, want 5", looked)
	}
}

// A phone is told that an answer waits only where its worker chose digits on it, or texts to it: somebody else may hold it.
func TestAnswersThatWait(t *testing.T) {
	set := libraryWith(t, map[string]string{"waits.yaml": `
starts: {en: [WAITING]}
steps:
  tell:
    say: {text: "{answers.waiting} wait.", voice: ""}
    then: end
`}, vocabulary())
	for name, c := range map[string]struct {
		choose []string
		waits  string
	}{
		"digits were chosen": {[]string{"2", "2", "4711", "6"}, "1 wait."},
		"texts were allowed": {[]string{"1", "2"}, "1 wait."},
		"neither":            {[]string{"1", "1"}, "0 wait."},
	} {
		h := newHouse(t, houseOptions{set: set})
		h.english(ana, ben)
		code := h.tells(ana, "the lift in hall B is broken", c.choose...)
		h.says(ana, "WAITING", "0 wait.")
		h.answer("The lift is mended.")
		if reply := h.text(ana, "WAITING"); reply != c.waits {
			t.Errorf("%s: %q", name, reply)
		}
		h.says(ben, "WAITING", "0 wait.")
		h.text(ana, "STATUS")
		h.text(ana, code)
		h.text(ana, "MENU")
		h.says(ana, "WAITING", "0 wait.")
	}
}
