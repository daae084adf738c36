package gateway

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

const (
	carla = "+12125550103"
	dora  = "+12125550104"
	eva   = "+12125550105"
)

// aidFlow hands over like the library's danger.yaml, and chooses the language first.
const aidFlow = `
starts: {en: [AID], es: [RESCATE]}
steps:
  sure:
    ask: {en: "In danger now?", es: "¿En peligro ahora?"}
    choices:
      en: {label: {en: say yes, es: decir que sí}, lang: en, then: somebody}
      es: {label: {en: say yes in Spanish, es: decir que sí en español}, lang: es, then: somebody}
  somebody:
    branch:
      - {if: duty.on, then: ring}
      - {if: given(duty.until), then: later}
      - {else: alone}
  ring:
    hand_over: {en: danger, es: peligro}
    between: {en: "We are calling someone. Stay on the line.", es: "Estamos llamando a alguien. No cuelgue."}
    taken: talked
    nobody: alone
    text: alone
  talked:
    say: {en: "They are gone. Call again any time.", es: "Ya colgó. Llame cuando quiera."}
    then: end
  later:
    say: {en: "Somebody is here from {duty.until.time}.", es: "Hay alguien desde {duty.until.time}."}
    then: flow report
  alone:
    say: {en: "Nobody can talk now.", es: "Nadie puede hablar ahora."}
    then: flow report
`

// doorTo is the library's door with a way into another flow for callers, which is never offered: stories begin inside it.
func doorTo(t *testing.T, flow string) string {
	t.Helper()
	door, err := os.ReadFile("../flows/library/door.yaml")
	if err != nil {
		t.Fatal(err)
	}
	before, call, ok := strings.Cut(string(door), "  call: #")
	own, rest, ok2 := strings.Cut(call, "      here:\n")
	_, rest, ok3 := strings.Cut(rest, "      meeting:\n")
	if !ok || !ok2 || !ok3 {
		t.Fatal("the door's call has no choice \"here\" to put another in place of")
	}
	return before + "  call: #" + own + "      other: {label: {text: \"\", voice: {en: other, es: otra, fr: autre, ht: lòt, pt: outra, vi: khác, tl: iba, zh: 其他，}}, if: line.texts and not line.texts, then: flow " + flow + "}\n" +
		"      meeting:\n" + rest
}

func dangerHouse(t *testing.T) *house {
	t.Helper()
	h := newHouse(t, houseOptions{set: libraryWith(t, map[string]string{"aid.yaml": aidFlow, "door.yaml": doorTo(t, "aid")}, vocabulary())})
	h.now.Store(time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC).Unix())
	return h
}

func (h *house) onDuty(name string, number store.Phone, langs ...string) store.Duty {
	h.t.Helper()
	return h.onShift(name, number, store.Shift{Languages: langs, Since: time.Unix(h.now.Load(), 0)})
}

func (h *house) onShift(name string, number store.Phone, s store.Shift) (d store.Duty) {
	h.t.Helper()
	err := h.store.InTx(h.t.Context(), func(tx pgx.Tx) error {
		phone, err := h.store.EnsurePhone(h.t.Context(), tx, h.line.AssemblyID, number)
		if err != nil {
			return err
		}
		d, err = h.store.PutOnDuty(h.t.Context(), tx, store.Duty{Assembly: h.line.AssemblyID, Name: name, Phone: phone, Shift: s})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

// danger is a call that asks for help in English ("1") or Spanish ("2").
func (h *house) danger(from, key string) *phoneCall {
	h.t.Helper()
	c := h.call(from)
	c.lead("aid", "sure")
	c.press(key)
	return c
}

// rung is the number that rings, "" where none does.
func (c *phoneCall) rung() string {
	if c.last.Wait == nil || c.last.Wait.Ring == nil || c.last.Ring == nil {
		return ""
	}
	return c.last.Ring.To.String()
}

func (c *phoneCall) rang(outcome string) { c.h.g.rangIn(c, outcome, false) }

// rangIn brings what came of the phone to any process.
func (g *Gateway) rangIn(c *phoneCall, outcome string, gone bool) {
	in := c.in
	in.Kind, in.Outcome, in.Answers, in.HungUp = flows.KindRang, outcome, c.last.Turn, gone
	in.Key = fmt.Sprintf("%s/%d", in.Call, c.last.Turn)
	c.last = g.Turn(c.h.t.Context(), in)
}

func TestThoseOnDutyAreRungInTurn(t *testing.T) {
	h := dangerHouse(t)
	for name, number := range map[string]store.Phone{"Ben": ben, "Carla": carla, "Dora": dora, "Eva": eva} {
		h.onDuty(name, number, "en")
	}
	h.onDuty("Flor", "+12125550106", "es")
	c := h.danger(ana, "1")
	var rung []string
	for range 3 {
		if c.rung() == "" || c.last.Ring.From != lineNumber || c.last.Wait.Ring.Purpose != "danger" || c.last.Wait.Ring.Lang != "en" {
			t.Fatalf("rings %q: %+v", c.rung(), c.last)
		}
		if !strings.Contains(c.last.Text(), "Stay on the line") {
			t.Errorf("while it rings the caller hears %q", c.last.Text())
		}
		rung = append(rung, c.rung())
		c.rang(Missed)
	}
	if slices.Sort(rung); len(slices.Compact(rung)) != 3 || slices.Contains(rung, "+12125550106") {
		t.Errorf("rang %v", rung)
	}
	if c.last.Wait == nil || c.last.Wait.Record == 0 || !strings.Contains(c.last.Text(), "Nobody can talk now") {
		t.Errorf("after three the caller hears %q", c.last.Text())
	}
	if n := h.count("select count(*) from duty_calls where ended_at is not null and taken_at is null"); n != 3 {
		t.Errorf("%d missed calls are on record", n)
	}
	h.pass(time.Minute)
	next := h.danger(ana, "1")
	if slices.Contains(rung, next.rung()) || next.rung() == "" {
		t.Errorf("rang %q again, and one has not been rung yet", next.rung())
	}
	if spanish := h.danger("", "2"); spanish.rung() != "+12125550106" || spanish.last.Wait.Ring.Lang != "es" {
		t.Errorf("a caller who speaks Spanish is put through to %q", spanish.rung())
	}
}

// Whoever calls is seen by nobody: not by the one who is rung, nor in anything that is kept or told in clear.
func TestNoNumberOfACallerIsShown(t *testing.T) {
	h := dangerHouse(t)
	h.onDuty("Ben", ben, "en")
	c := h.danger(ana, "1")
	r, err := h.g.Whisper(t.Context(), c.last.Ring.ID)
	if err != nil {
		t.Fatal(err)
	}
	if r.Text() != "Someone is calling.\nThey speak:\nEnglish\ndanger\nTo take the call, press 1." || r.Wait.Keys != 1 {
		t.Errorf("whoever is rung hears %q", r.Text())
	}
	for what, text := range map[string]string{"reply": asJSON(t, c.last), "whisper": asJSON(t, r), "id": c.last.Ring.ID} {
		for _, number := range []string{ana, ben} {
			if strings.Contains(text, number[3:]) {
				t.Errorf("the %s holds a number: %s", what, text)
			}
		}
	}
}

func TestACallThatIsTaken(t *testing.T) {
	h := dangerHouse(t)
	h.onDuty("Ben", ben, "en")
	c := h.danger(ana, "1")
	if !h.g.Take(t.Context(), c.last.Ring.ID) {
		t.Fatal("not connected")
	}
	if other := h.danger(eva, "1"); other.rung() != "" {
		t.Error("a phone over which somebody talks is rung for another caller")
	}
	c.rang(Taken)
	if !c.ended() || !strings.Contains(c.last.Text(), "They are gone") {
		t.Errorf("afterwards the caller hears %q", c.last.Text())
	}
	if n := h.count("select count(*) from duty_calls where taken_at is not null and ended_at is not null"); n != 1 {
		t.Errorf("%d calls were taken", n)
	}
}

// A process dies while a phone rings: another goes on, and the same webhook is answered alike and rings nobody twice.
func TestAProcessThatDiesWhileAPhoneRings(t *testing.T) {
	h := dangerHouse(t)
	h.onDuty("Ben", ben, "en")
	h.onDuty("Carla", carla, "en")
	c := h.call(ana)
	c.lead("aid", "sure")
	in := c.in
	in.Kind, in.Text, in.Answers, in.Key = flows.KindKeys, "1", c.last.Turn, fmt.Sprintf("%s/%d", c.in.Call, c.last.Turn)
	first := h.g.Turn(t.Context(), in)
	h.mini.FlushAll()
	second := h.another("redis://" + h.mini.Addr())
	again := second.Turn(t.Context(), in)
	if asJSON(t, again) != asJSON(t, first) || *again.Ring != *first.Ring {
		t.Errorf("answered %s, and then %s", asJSON(t, first), asJSON(t, again))
	}
	if n := h.count("select count(*) from duty_calls"); n != 1 {
		t.Errorf("%d phones ring", n)
	}
	c.last = again
	rung := c.rung()
	second.rangIn(c, Missed, false)
	if c.rung() == "" || c.rung() == rung {
		t.Errorf("after %s it rings %q", rung, c.rung())
	}
}

// A caller who hangs up while it rings lets nobody else be rung, whichever of the two the carrier tells first.
func TestACallerWhoHangsUpWhileItRings(t *testing.T) {
	for name, tells := range map[string]func(h *house, c *phoneCall){
		"the phone first": func(h *house, c *phoneCall) { h.g.rangIn(c, Missed, true); c.hangUp() },
		"the end first": func(h *house, c *phoneCall) {
			before := c.last
			c.hangUp()
			c.last = before
			h.g.rangIn(c, Missed, true)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := dangerHouse(t)
			h.onDuty("Ben", ben, "en")
			h.onDuty("Carla", carla, "en")
			c := h.danger(ana, "1")
			id := c.last.Ring.ID
			tells(h, c)
			if n := h.count("select count(*) from duty_calls"); n != 1 {
				t.Errorf("%d phones were rung", n)
			}
			if n := h.count("select count(*) from duty_calls where ended_at is null or taken_at is not null"); n != 0 {
				t.Error("it rings on, or counts as taken")
			}
			if r, err := h.g.Whisper(t.Context(), id); err != nil || r.Wait != nil || h.g.Take(t.Context(), id) {
				t.Errorf("whoever answers now is not hung up on: %+v %v", r, err)
			}
		})
	}
}

func TestNobodyIsOnDuty(t *testing.T) {
	h := dangerHouse(t)
	if c := h.danger(ana, "1"); c.last.Wait.Record == 0 || !strings.Contains(c.last.Text(), "Nobody can talk now") {
		t.Errorf("the caller hears %q", c.last.Text())
	}
	h.onShift("Ben", ben, store.Shift{Languages: []string{"en"}, Since: time.Unix(h.now.Load(), 0), From: 18 * 60, To: 22 * 60})
	if c := h.danger(ana, "1"); !strings.Contains(c.last.Text(), "from 6 PM") {
		t.Errorf("the caller hears %q", c.last.Text())
	}
	if c := h.danger(ana, "2"); !strings.Contains(c.last.Text(), "Nadie puede hablar") {
		t.Errorf("nobody speaks Spanish, and the caller hears %q", c.last.Text())
	}
	h.pass(7 * time.Hour)
	if c := h.danger(ben, "1"); c.rung() != "" {
		t.Error("somebody on duty who calls is put through to themselves")
	}
}

// Where an assembly has nobody on duty, those of the assembly that it joined are rung.
func TestTheAssemblyAboveIsRung(t *testing.T) {
	h := dangerHouse(t)
	err := h.store.InTx(t.Context(), func(tx pgx.Tx) error {
		above, err := h.store.AddAssembly(t.Context(), tx, "City", h.line.AssemblyID, "America/New_York")
		if err != nil {
			return err
		}
		_, err = tx.Exec(t.Context(), "update assemblies set parent_id = null where id = $1", above.ID)
		if err == nil {
			_, err = tx.Exec(t.Context(), "update assemblies set parent_id = $1 where id = $2", above.ID, h.line.AssemblyID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	d := h.onDuty("Ben", ben, "en")
	h.onDuty("Carla", carla, "en")
	exec(t, h.store.Pool, "update duty set assembly_id = (select id from assemblies where name = 'City') where id = '"+d.ID.String()+"'")
	c := h.danger(ana, "1")
	if c.rung() != carla {
		t.Errorf("rings %q first", c.rung())
	}
	if c.rang(Missed); c.rung() != ben {
		t.Errorf("and then %q", c.rung())
	}
}

var untilWhen = regexp.MustCompile(`blocked until .*pm`)

func TestAfterACall(t *testing.T) {
	h := dangerHouse(t)
	h.onDuty("Ben", ben, "en")
	h.text(ben, "ENGLISH")
	if reply := h.text(ben, "NOTE"); !strings.Contains(reply, "Nobody did") {
		t.Errorf("without a call: %q", reply)
	}
	c := h.danger(ana, "1")
	h.g.Take(t.Context(), c.last.Ring.ID)
	c.rang(Taken)

	h.text(ben, "NOTE")
	h.text(ben, "1")
	if reply := h.text(ben, "she is safe with her sister now"); !strings.Contains(reply, "kept with the call") {
		t.Errorf("a note is answered %q", reply)
	}
	h.text(ben, "NOTE")
	if reply := h.text(ben, "2"); !strings.Contains(reply, "marked urgent") {
		t.Errorf("a mark is answered %q", reply)
	}
	h.text(ben, "NOTE")
	asked := regexp.MustCompile(`(\d\d) Block for a day`).FindStringSubmatch(h.text(ben, "3"))
	if n := h.count("select count(*) from blocked"); n != 0 || asked == nil {
		t.Fatalf("one key blocked %d callers; asked back: %v", n, asked)
	}
	if reply := h.text(ben, asked[1]); !untilWhen.MatchString(reply) {
		t.Errorf("a block is answered %q", reply)
	}
	calls, err := h.store.DutyCalls(t.Context(), h.store.Pool, h.line.AssemblyID, 10)
	if err != nil || len(calls) != 1 || !calls[0].Urgent || calls[0].Who != "Ben" || calls[0].Notes[0].Words != "she is safe with her sister now" {
		t.Errorf("on record: %+v %v", calls, err)
	}
	if n := h.count("select count(*) from duty_notes where position('sister'::bytea in words) > 0"); n != 0 {
		t.Error("a note stands in the database in clear")
	}

	blocked := h.danger(ana, "1")
	if blocked.rung() != "" || blocked.last.Wait.Record == 0 {
		t.Errorf("a blocked caller is put through to %q, and hears %q", blocked.rung(), blocked.last.Text())
	}
	if other := h.danger(eva, "1"); other.rung() != ben {
		t.Errorf("another caller is put through to %q", other.rung())
	}
	h.onDuty("Carla", carla, "en")
	if n, err := h.store.Unblock(t.Context(), h.store.Pool, h.line.AssemblyID, h.g.now()); n != 1 || err != nil {
		t.Errorf("an organizer lifted %d blocks, %v", n, err)
	}
	if after := h.danger(ana, "1"); after.rung() != carla {
		t.Errorf("whoever is blocked no more is put through to %q", after.rung())
	}
	h.pass(25 * time.Hour)
	if later := h.danger(ana, "1"); later.rung() != ben {
		t.Errorf("a day later they are put through to %q", later.rung())
	}
	if reply := h.text(ben, "NOTE"); !strings.Contains(reply, "Nobody did") {
		t.Errorf("a day later: %q", reply)
	}
}

func TestAfterACallByVoice(t *testing.T) {
	h := dangerHouse(t)
	h.onDuty("Ben", ben, "en")
	c := h.danger("", "1")
	h.g.Take(t.Context(), c.last.Ring.ID)
	c.rang(Taken)

	v := h.call(ben)
	v.press("1") // English
	offered := regexp.MustCompile(`To say something about the call you took, press (\d)`).FindStringSubmatch(v.last.Text())
	if offered == nil {
		t.Fatalf("whoever took a call is offered %q", v.last.Text())
	}
	v.press(offered[1])
	v.press("1")
	if v.record(); !strings.Contains(v.last.Text(), "kept with the call") {
		t.Errorf("a note is answered %q", v.last.Text())
	}
	if n := h.count("select count(*) from duty_notes n join media m on m.id = n.media_id"); n != 1 {
		t.Errorf("%d recordings are with the call", n)
	}
	again := h.call(ben)
	again.press("1")
	again.press(offered[1])
	again.press("3")
	if again.press("7"); !strings.Contains(again.last.Text(), "hid their number") {
		t.Errorf("blocking nobody known is answered %q", again.last.Text())
	}
	stranger := h.call(ana)
	if stranger.press("1"); strings.Contains(stranger.last.Text(), "call you took") {
		t.Error("everybody is offered it")
	}
}

// With Postgres away whoever pressed 1 is connected all the same.
func TestACallIsTakenThoughItCannotBeNoted(t *testing.T) {
	h := dangerHouse(t)
	h.onDuty("Ben", ben, "en")
	c := h.danger(ana, "1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if !h.g.Take(ctx, c.last.Ring.ID) {
		t.Error("not connected")
	}
}
