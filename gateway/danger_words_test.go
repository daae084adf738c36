package gateway

import (
	"strings"
	"testing"
	"time"
)

// WORKERS.md, "Danger keeps its word", "Nothing sent is ever dropped": the word with what is happening behind it, in whatever language and
// wherever it comes, has those on duty called, and is a report that is read before all else.
func TestDangerWithWordsBehindIt(t *testing.T) {
	for _, words := range []string{"danger he has a gun come now", "PELIGRO hay migra aqui", "danger now", "Danger danger", "peligro!! la migra", "En peligro",
		"auxilio", "help me", "Ayúdenme por favor", "anmwe, li gen yon kouto", "救命！他有刀"} {
		t.Run(words, func(t *testing.T) {
			h, x := urgentHouse(t)
			h.onDuty("Ben", ben, "en", "es", "ht", "zh")
			reply := h.text(eva, words)
			h.look(false)
			if len(x.calls) != 1 || !strings.Contains(reply, "911") {
				t.Fatalf("%d calls; told %q", len(x.calls), reply)
			}
			filed := h.count("select count(*) from reports r join dangers d on d.report_id = r.id")
			if behind := strings.ContainsAny(words, " ！") && words != "help me" && words != "En peligro"; behind != (filed == 1) {
				t.Errorf("%d urgent reports; told %q", filed, reply)
			}
		})
	}
}

func TestDangerInTheMiddleOfSomethingElse(t *testing.T) {
	for name, before := range map[string][]string{
		"a report under way": {"the lift in hall B is broken"}, "asked for words": {"REPORT"}, "the menu": {"MENU"}, "four digits": {"STATUS"},
		"the front door": {"hello"}, "a guide": {"GUIDE"}, "flyer words": {"JOIN"},
	} {
		for _, long := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				h, x := urgentHouse(t)
				h.onDuty("Ben", ben, "en")
				for _, words := range before {
					h.text(ana, words)
				}
				if long {
					h.pass(2 * time.Hour)
				}
				reply := h.text(ana, "DANGER he is here with a gun")
				h.look(false)
				if len(x.calls) != 1 || !strings.HasPrefix(reply, "In danger, call 911: that is not us. We are calling one person who speaks English.") {
					t.Fatalf("%d calls; told %q", len(x.calls), reply)
				}
				kept := h.count("select count(*) from reports r join dangers d on d.report_id = r.id") == 1
				if kept == (name == "four digits") {
					t.Errorf("kept: %v; told %q", kept, reply)
				}
				if h.text(ana, "1"); h.count("select count(*) from dangers where may_ring") != 1 {
					t.Error("1 does not say that the phone may ring")
				}
			})
		}
	}
}

// Two turns with the same text, as the carrier brings it twice, are one danger and one report; to a quiet phone nothing revealing is told.
func TestDangerWithWordsIsHeardOnce(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	exec(t, h.store.Pool, "update phones set quiet = true where lang = 'en'")
	in := h.aText(ana, "danger the boss of the union hall has a gun")
	first := h.g.Turn(t.Context(), in).Text()
	again := h.g.Turn(t.Context(), in).Text()
	h.look(false)
	if first != again || len(x.calls) != 1 || h.count("select count(*) from reports") != 1 || h.count("select count(*) from dangers") != 1 {
		t.Errorf("%d calls; told %q, and again %q", len(x.calls), first, again)
	}
	for _, word := range []string{"gun", "boss", "union", "report"} {
		if strings.Contains(first, word) {
			t.Errorf("a quiet phone is told %q", first)
		}
	}
}

// A phone that said STOP gets no answer; those on duty are called, and what it wrote is read before all else.
func TestDangerOfAPhoneThatSaidStop(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	h.text(ana, "STOP")
	reply := h.text(ana, "danger he has a gun")
	h.look(false)
	if reply != "" || len(x.calls) != 1 || h.count("select count(*) from reports r join dangers d on d.report_id = r.id") != 1 {
		t.Errorf("%d calls; told %q", len(x.calls), reply)
	}
}

// WORKERS.md: YES, SI, SÍ, NO, OK are understood where a yes/no is open, with please and thanks.
func TestMayYourPhoneRingTakesYesAndNo(t *testing.T) {
	for words, may := range map[string]bool{
		"SI": true, "YES": true, "OK": true, "Sí": true, "si por favor": true, "Si, por favor.": true, "yes please": true, "Yes, please!": true, "1": true,
		"NO": false, "no thanks": false, "No, gracias": false, "2": false,
	} {
		t.Run(words, func(t *testing.T) {
			h, _ := urgentHouse(t)
			h.onDuty("Ben", ben, "en", "es")
			h.text(eva, "PELIGRO")
			reply := h.text(eva, words)
			if got := h.count("select count(*) from dangers where may_ring") == 1; got != may || h.count("select count(*) from reports") != 0 {
				t.Errorf("the phone may ring: %v, and %d reports; told %q", got, h.count("select count(*) from reports"), reply)
			}
		})
	}
}

// Whoever does what "Or write what is happening" says does not lose the ring; whoever said no is not rung for an "ok".
func TestRingMeStaysWhileTheyTell(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	h.text(ana, "DANGER")
	if reply := h.text(ana, "he is at my door with a gun"); !strings.HasSuffix(reply, "may your phone ring?\n1 Ring me\n2 Only text me") {
		t.Errorf("told %q", reply)
	}
	h.text(ana, "he shouts")
	if h.text(ana, "ok"); h.count("select count(*) from dangers where may_ring") != 0 {
		t.Error("ok, behind what was added, is taken for yes")
	}
	if reply := h.text(ana, "1"); !strings.Contains(reply, "your phone rings and shows") {
		t.Errorf("told %q", reply)
	}
	h.text(ana, "he breaks the door")
	h.look(false)
	if r := h.pressed(x.last(t), "1"); r.Ring == nil || r.Ring.To != ana {
		t.Errorf("after 1: %q", r.Text())
	}
	if reports, parts := h.count("select count(*) from reports"), h.count("select count(*) from report_parts"); reports != 1 || parts != 4 {
		t.Errorf("%d reports of %d parts", reports, parts)
	}
	h.text(eva, "DANGER")
	h.text(eva, "no")
	h.text(eva, "he is in the hall")
	if h.text(eva, "ok"); h.count("select count(*) from dangers where may_ring") != 1 {
		t.Error("who said no is rung for an ok")
	}
	if h.text(eva, "1"); h.count("select count(*) from dangers where may_ring") != 2 {
		t.Error("who said no cannot be rung after all")
	}
}

// WORKERS.md: "a repeated or delayed answer can never confirm". Digits that come late, when what they answered is over, have nobody called.
func TestLateDigitsCallNobody(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	for _, words := range []string{"MEETING", "1", "2", "1", "1", "2", "1", "1", "2", "3", "1", "1"} {
		h.text(ana, words)
	}
	if h.look(false); len(x.calls) != 0 {
		t.Fatal("late digits call somebody")
	}
	h.text(eva, "ENGLISH")
	h.text(eva, "MENU")
	if said := h.text(eva, "1"); !strings.HasPrefix(said, "In danger, call 911: that is not us. We are calling one person") {
		t.Errorf("who asked for the menu is told %q", said)
	}
	if h.look(false); len(x.calls) != 1 {
		t.Errorf("%d calls", len(x.calls))
	}
}

// Where somebody is on duty and nobody who speaks the worker's language, they are told so, and may have another language called.
func TestNobodyOnDutySpeaksTheirLanguage(t *testing.T) {
	h, x := urgentHouse(t)
	h.onDuty("Ben", ben, "en")
	said := h.text(eva, "PELIGRO")
	if !strings.Contains(said, "Nadie de turno habla español.") || !strings.Contains(said, "1 English") || strings.Contains(said, "no hay nadie") {
		t.Fatalf("told %q", said)
	}
	if h.look(false); len(x.calls) != 0 {
		t.Fatal("somebody is called who does not speak it, unasked")
	}
	if said = h.text(eva, "1"); !strings.HasPrefix(said, "Estamos llamando a alguien que habla English.") {
		t.Errorf("told %q", said)
	}
	h.text(eva, "1")
	h.look(false)
	if r := h.pressed(x.last(t), "1"); r.Ring == nil || r.Ring.To != eva {
		t.Errorf("after 1: %q", r.Text())
	}
	// Words with it are kept at once, once, and the choice stays.
	said = h.text(carla, "PELIGRO hay gas en la nave")
	if !strings.Contains(said, "1 English") || !strings.Contains(said, "urgente") {
		t.Errorf("told %q", said)
	}
	h.text(carla, "y humo")
	h.text(carla, "1")
	if parts := h.count("select count(*) from report_parts"); parts != 2 || h.count("select count(*) from reports") != 1 {
		t.Errorf("%d parts", parts)
	}
	if n := h.count("select count(*) from dangers where lang = 'en' and people = 1"); n != 2 {
		t.Errorf("somebody who speaks English is called for %d", n)
	}
}

// By voice likewise: the key rings those who speak the other language.
func TestACallerWhoseLanguageNobodyOnDutySpeaks(t *testing.T) {
	h, _ := urgentHouse(t)
	if _, err := h.g.UseFlows(t.Context(), libraryWith(t, map[string]string{"door.yaml": doorTo(t, "into"), "into.yaml": intoDanger}, vocabulary())); err != nil {
		t.Fatal(err)
	}
	h.set = h.g.sets.current()
	h.onDuty("Flor", ben, "es")
	c := h.call(ana)
	c.lead("into", "sure")
	c.press("1")
	if !strings.Contains(c.last.Text(), "Nobody on duty speaks English.\nTo talk to someone who speaks Español, press 1.") {
		t.Fatalf("the caller hears %q", c.last.Text())
	}
	if c.press("1"); c.rung() != ben || c.last.Wait.Ring.Lang != "es" {
		t.Errorf("%q rings; the caller hears %q", c.rung(), c.last.Text())
	}
}
