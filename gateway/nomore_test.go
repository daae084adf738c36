package gateway

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// may tells whether the ledger lets a phone be sent something on the house's line.
func (h *house) may(number string, p store.Purpose, channel string) bool {
	h.t.Helper()
	phone, known, err := h.store.FindPhone(h.t.Context(), h.store.Pool, store.Phone(number))
	if err != nil || !known {
		h.t.Fatal(known, err)
	}
	yes, err := h.store.Allowed(h.t.Context(), h.store.Pool, phone, h.line.ID, p, channel)
	if err != nil {
		h.t.Fatal(err)
	}
	return yes
}

// joined is a house in which ana, whose language is English, has agreed to notices by a flyer.
func joined(t *testing.T) (*house, *post) {
	t.Helper()
	h, p := waitingHouse(t)
	h.flyer("SOL27", h.line)
	h.text(ana, "ENGLISH")
	h.text(ana, "SOL27")
	if said := h.text(ana, "1"); !strings.Contains(said, "You have joined") {
		t.Fatalf("joining: %q", said)
	}
	return h, p
}

func (h *house) flyer(word string, line store.Line) {
	h.t.Helper()
	if _, err := h.store.AddFlyer(h.t.Context(), h.store.Pool, store.NewFlyer{Line: line, Word: word, Lang: "en"}); err != nil {
		h.t.Fatal(err)
	}
}

// Who writes that they want no more texts, and nothing else, is asked at once which may come; notices are held before they answer. It is no
// report. (WORKERS.md, stopping; TWILIO.md, opting out: any reasonable means)
func TestAPhraseAloneIsAsked(t *testing.T) {
	phrases := []string{"please stop texting me", "Stop.", "ya no me escriban por favor"}
	for answer, c := range map[string]struct {
		says             string
		notices, answers bool
	}{
		"1":        {"No more texts from us.", false, false},
		"none":     {"No more texts from us.", false, false},
		"2":        {"Only answers", false, true},
		"3":        {"as before", true, true},
		"NOTICES":  {"Notices come to this phone again.", true, true},
		"NO TEXTS": {"No more texts from us.", false, false},
		"MENU":     {"", false, true}, // never answered: held
	} {
		phrase := phrases[len(answer)%len(phrases)]
		h, _ := joined(t)
		asked := h.text(ana, phrase)
		if !strings.HasPrefix(asked, "No more notices come to this phone.\nWhich texts may still come?\n1 None") {
			t.Fatalf("%q was answered %q", phrase, asked)
		}
		if h.may(ana, store.ForNotices, store.ByText) || h.may(ana, store.ForAlerts, store.ByText) || !h.may(ana, store.ForAnswers, store.ByText) {
			t.Fatalf("%q holds not what it should", phrase)
		}
		if said := h.text(ana, answer); !strings.Contains(said, c.says) {
			t.Errorf("%q was answered %q", answer, said)
		}
		if n, a := h.may(ana, store.ForNotices, store.ByText), h.may(ana, store.ForAnswers, store.ByText); n != c.notices || a != c.answers {
			t.Errorf("after %q and %q: notices %v, answers %v", phrase, answer, n, a)
		}
		if n := h.count("select count(*) from reports"); n != 0 {
			t.Errorf("%q is a report", phrase)
		}
		if h.text(ana, "START"); !h.may(ana, store.ForNotices, store.ByText) || !h.may(ana, store.ForAnswers, store.ByText) {
			t.Errorf("after %q and %q START brings nothing back", phrase, answer)
		}
		if h.may(ana, store.ForAlerts, store.ByText) {
			t.Error("START grants what was never agreed to")
		}
	}
}

// Inside a report it is both: filed, and asked once with words that count at any time, within two segments, in the language that it was
// written in.
func TestAPhraseInAReportIsAskedInWords(t *testing.T) {
	h, _ := waitingHouse(t)
	for number, text := range map[string]string{
		ana: "the lift in hall B is broken and please stop texting me", ben: "no sirve el elevador y ya no me escriban a este celular",
	} {
		said := h.text(number, text)
		word, code := "NO TEXTS", twelveDigits.MatchString(said)
		if number == ben {
			word = "SIN TEXTOS"
		}
		if n, _, _ := flows.Segments(said); !strings.Contains(said, word) || !code || n > 2 {
			t.Errorf("%q was answered, in %d segments, %q", text, n, said)
		}
		h.text(number, "it is the one beside the stairs, on the left")
		if said := h.text(number, word); !strings.HasPrefix(said, "OK.") || h.may(number, store.ForAnswers, store.ByText) {
			t.Errorf("%q was answered %q", word, said)
		}
	}
	if n := h.count("select count(*) from reports"); n != 2 {
		t.Errorf("%d reports", n)
	}
	if n := h.count("select count(*) from report_parts"); n != 4 {
		t.Errorf("%d parts", n)
	}
	// What they ask for afterwards they get: the act is the agreement.
	h.text(ana, "the door is broken too and nobody comes")
	h.text(ana, "1")
	if said := h.text(ana, "2"); !h.may(ana, store.ForAnswers, store.ByText) || h.may(ana, store.ForNotices, store.ByText) {
		t.Errorf("they let us answer this one, and it was answered %q", said)
	}
}

// The question stands above every answer to a report within two segments, in each language.
func TestTheQuestionFitsAboveAReport(t *testing.T) {
	for _, lang := range theLibrary(t).Languages() {
		h := newHouse(t, houseOptions{})
		h.run("update lines set languages = $1", []string{string(lang), "en"})
		if err := h.g.lines.refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.text(ana, map[flows.Lang]string{"en": "ENGLISH", "es": "ESPANOL", "fr": "FRANCAIS", "ht": "KREYOL", "pt": "PORTUGUES", "vi": "TIENG VIET",
			"tl": "TAGALOG", "zh": "ZHONGWEN"}[lang])
		said := h.text(ana, "the lift in hall B is broken and please stop texting me")
		n, _, _ := flows.Segments(said)
		if !strings.Contains(said, h.set.Unasked("held_back", lang, nil)) || n > 2 {
			t.Errorf("%s: %d segments: %q", lang, n, said)
		}
	}
}

// NOTICES cannot undo STOP: the carrier would block them. By text it goes before a person; a call says how.
func TestNoticesDoNotUndoStop(t *testing.T) {
	h, _ := joined(t)
	h.text(ana, "STOP")
	if said := h.text(ana, "NOTICES"); said != "" || h.may(ana, store.ForNotices, store.ByText) {
		t.Errorf("after STOP, NOTICES was answered %q", said)
	}
	if all := h.seen(); len(all) != 1 || all[0].CannotText != "stopped" {
		t.Errorf("nobody reads it: %+v", all)
	}
	c := h.call(ana)
	c.lead("own", "menu")
	if said := c.press("5"); !strings.Contains(said, "send the word START from it to (212) 555-0100") {
		t.Errorf("a call says %q", said)
	}
	h.text(ana, "START")
	if !h.may(ana, store.ForNotices, store.ByText) {
		t.Error("START brings nothing back")
	}
}

// Whoever holds a wrong number's phone is somebody else: nothing that was agreed to before is brought back to them, and what they write is
// answered. (WORKERS.md: "Wrong number" detaches the phone)
func TestAWrongNumberIsSomebodyElse(t *testing.T) {
	h, _ := joined(t)
	h.text(ana, takeOff.FindStringSubmatch(h.text(ana, "WRONG NUMBER"))[1])
	for _, words := range []string{"START", "YES"} {
		h.text(ana, words)
		if h.may(ana, store.ForNotices, store.ByText) || h.may(ana, store.ForAnswers, store.ByVoice) {
			t.Errorf("%s brings back what somebody else agreed to", words)
		}
	}
	if said := h.text(ana, "NOTICES"); !strings.Contains(said, "flyer") || h.may(ana, store.ForNotices, store.ByText) {
		t.Errorf("NOTICES was answered %q", said)
	}
	if said := h.text(ana, "MENU"); !strings.Contains(said, "The 0100 Line") {
		t.Errorf("they write, and are answered %q", said)
	}
	h.text(ana, "SOL27")
	if h.text(ana, "1"); !h.may(ana, store.ForNotices, store.ByText) {
		t.Error("they joined themselves, and hear nothing")
	}
}

// The carrier's late word about one line is not outweighed by what the phone said of calls, or of another line.
func TestALateStopIsOutweighedByItsOwnLineAlone(t *testing.T) {
	h, id := sentNudge(t)
	other := h.anotherLine("+12125550188")
	phone, _, err := h.store.FindPhone(t.Context(), h.store.Pool, ana)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []store.Consent{
		{Line: uuid.NullUUID{UUID: h.line.ID, Valid: true}, Channel: store.ByVoice, Given: true, How: askedToRing},
		{Line: uuid.NullUUID{UUID: other.ID, Valid: true}, Channel: store.ByText, Given: true, How: "start word"},
	} {
		c.Assembly, c.Phone, c.Purpose = h.line.AssemblyID, phone, store.ForAll
		if err := h.store.AddConsent(t.Context(), h.store.Pool, c); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.g.Delivered(t.Context(), id, "", "undelivered", 21610, ""); err != nil {
		t.Fatal(err)
	}
	if h.may(ana, store.ForAnswers, store.ByText) {
		t.Error("the carrier says that this phone said STOP, and it is forgotten")
	}
}

func (h *house) anotherLine(number string) (l store.Line) {
	h.t.Helper()
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) (err error) {
		l, err = h.store.AddLine(h.t.Context(), tx, store.Line{
			AssemblyID: h.line.AssemblyID, Number: number, Name: "The other line", Languages: []string{"en", "es"}, Texts: store.TextsOn,
		})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.g.lines.refresh(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	return l
}

// A phrase that answers a secret question is no wish, and leaves no trace in the ledger.
func TestAPhraseInASecretLeavesNoTrace(t *testing.T) {
	v := newVault(t, houseOptions{})
	v.text(ana, "ENGLISH")
	v.text(ana, "LOCKER")
	v.text(ana, "stop texting me")
	if n := v.count("select count(*) from consent"); n != 0 {
		t.Errorf("%d rows", n)
	}
}

// On a call: no calls any more, until they ask for one. (TWILIO.md: consent can be withdrawn on a call too)
func TestNoCallsFromACall(t *testing.T) {
	h, _ := joined(t)
	c := h.call(ana)
	c.lead("own", "menu")
	c.press("5")
	if said := c.choose("To never be called by us"); !strings.Contains(said, "We do not call this phone any more") || h.may(ana, store.ForAnswers, store.ByVoice) {
		t.Errorf("answered %q", said)
	}
	if !h.may(ana, store.ForNotices, store.ByText) {
		t.Error("and texts are gone with it")
	}
}

// Whoever wanted no text at all, and is in danger, is told what they are owed; what else they wanted stays.
func TestDangerAfterNoTexts(t *testing.T) {
	h, _ := joined(t)
	h.text(ana, "NO TEXTS")
	h.onDuty("Ben", ben, "en")
	h.text(ana, "DANGER")
	if !h.may(ana, store.ForAnswers, store.ByText) || h.may(ana, store.ForNotices, store.ByText) {
		t.Error("nobody may tell them that nobody answered, or notices are back")
	}
}

// What a phone withheld in words of its own outlives FORGET as STOP does; START takes it back.
func TestNoTextsOutlivesForget(t *testing.T) {
	h, _ := joined(t)
	h.text(ana, "NO TEXTS")
	h.forget(ana)
	h.openBallot(time.Time{}) // she is on a list
	if h.may(ana, store.ForAnswers, store.ByText) || h.may(ana, store.ForNotices, store.ByText) {
		t.Error("who wanted no texts, and was forgotten, is written to")
	}
	h.text(ana, "START")
	if !h.may(ana, store.ForAnswers, store.ByText) || h.may(ana, store.ForNotices, store.ByText) {
		t.Error("START: answers need no agreement, and notices do")
	}
}

// Somebody on duty whose phone wants no calls is not rung, by a caller either: the call goes on to the next. Going on duty asks for calls.
func TestOnDutyAndNeverCalled(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.onDuty("Ben", ben, "en")
	h.text(ben, "ENGLISH")
	h.call(ben).lead("own", "menu")
	exec(t, h.store.Pool, `insert into consent (assembly_id, phone_id, purpose, channel, given, how)
		select assembly_id, phone_id, 'all', 'voice', false, 'a key on a call' from conversations where phone_id is not null limit 1`)
	rings := func() *Ringing {
		c := h.call(ana)
		c.press("1")
		c.choose("To reach somebody because there is danger now")
		for i := 0; i < 4 && c.last.Ring == nil && !c.ended() && c.last.Wait.Ring == nil; i++ {
			c.press("1")
		}
		ring := c.last.Ring
		c.hangUp()
		return ring
	}
	if ring := rings(); ring != nil {
		t.Error("a phone is rung that is never to be called")
	}
	h.text(ben, "ON")
	if ring := rings(); ring == nil || ring.To != ben {
		t.Errorf("who went on duty is not rung: %v", ring)
	}
}
