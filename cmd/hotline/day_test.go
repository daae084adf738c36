package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
)

// workday is a town on one Monday, who lives in it, and what they were told is done.
type workday struct {
	*town
	*ledger
	began  time.Time
	phones map[string]*person // by number
	called map[string]string  // members by name, to their number
	pins   map[string]string
	flyer  string
	code   string // the twelve digits of Perpetua's report
}

// dayQuestion is what is voted on, in the line's languages.
var dayQuestion = map[string]string{"en": "Shall we ask for heat breaks?", "es": "¿Pedimos descansos?", "fr": "Demander des pauses ?", "pt": "Pedir pausas?"}

// A day on the line: what workers do on it stands in the records afterwards, once, whatever happened to the hotline meanwhile; and of
// who they are and what they told, nothing stands anywhere in clear. WORKERS.md holds all day long: nothing sent is dropped, a hang-up
// keeps what was said, silence ends well, a quiet phone is shown nothing, a stolen one tells nothing.
func TestADayOnTheLine(t *testing.T) {
	d := newDay(t)
	d.oclock(8, 0)
	d.earlyBirds()
	d.everybodyReports()
	d.oclock(12, 0)
	d.organizersAnswer()
	d.noonMeeting()
	d.proposalAndOffer()
	d.oclock(15, 0)
	d.stolenPhone()
	d.boss()
	d.oclock(18, 0)
	d.everybodyVotes()
	d.sharedPhone()
	d.oclock(21, 30)
	d.ballotCloses()
	d.forgets()
	d.lateAnswer()
	d.oclock(23, 55)
	d.dangerBeforeMidnight()
	d.oclock(24, 1)
	d.dangerAfterMidnight()
	d.oclock(33, 0)
	d.nextMorning()
	d.nobodyWasShownTooMuch()
	d.recordsAreWhatHappened()
	d.nothingInClear()
}

// person is somebody's phone, the same one all day.
func (d *workday) person(number string) *person {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.phones[number] == nil {
		d.phones[number] = d.town.person(number)
	}
	return d.phones[number]
}

func (d *workday) phoneOf(name string) string { return d.called[name] }

func (d *workday) member(name string) *person { return d.person(d.called[name]) }

// oclock moves the clock to an hour of the day in New York; 24 and more are of the next one.
func (d *workday) oclock(hour, minute int) {
	d.Helper()
	d.must(d.company.Settle(d.ctx))
	zone, err := time.LoadLocation("America/New_York")
	d.must(err)
	d.setClock(time.Date(2026, 11, 23, hour, minute, 0, 0, zone))
	d.Logf("%v: %02d:%02d", time.Since(d.began).Round(time.Millisecond), hour, minute)
}

// newDay prepares what organizers prepare the evening before: members, a meeting, a ballot, PINs, a flyer, somebody on duty.
func newDay(t *testing.T) *workday {
	d := &workday{ledger: newLedger(), began: time.Now(), phones: map[string]*person{}, called: map[string]string{}, pins: map[string]string{}}
	d.town = newTown(t, time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC), "en", "es", "fr", "pt")
	d.organizer("", "", "line", "change", servedLine, "--pace", "100") // a day of answers goes out in seconds here, and what waits behind them too
	d.organizer("", "", "organizer", "add", "Rosa")
	d.organizer("", "", "organizer", "add", "Tina")
	sheet := "name,phone,language,standing,agreed_how,agreed_on,agreed_to\n"
	for i, m := range []string{
		"Quillon en", "Zebedea es", "Thibault fr", "Lourival pt", "Hortensia es", "Guillemette fr", "Teodorico pt", "Bartholomew en",
		"Maribeth en", "Eustaquia es", "Cornelius en", "Remedios es", "Perpetua en", "Ignatia en", "Fulgencio es", "Wendeline en", "Osvaldinho es",
	} {
		name, lang, _ := strings.Cut(m, " ")
		number := fmt.Sprintf("+1212555%04d", 130+min(i, 15)) // the last two share one
		d.called[name] = number
		d.secret(name)
		sheet += fmt.Sprintf("%s,%s,%s,member,sign-up sheet,2026-05-01,both\n", name, number, lang)
	}
	d.organizer("Rosa", sheet, "member", "import", "-")
	d.organizer("Rosa", "", "meeting", "add", "--at", "friday 7pm", "--place", "12 Elm St, union hall")
	d.organizer("Rosa", "", "ballot", "open", "--yes",
		"--question", "en="+dayQuestion["en"]+" / es="+dayQuestion["es"]+" / fr="+dayQuestion["fr"]+" / pt="+dayQuestion["pt"],
		"--option", "en=Yes / es=Sí / fr=Oui / pt=Sim", "--option", "en=No / es=No / fr=Non / pt=Não")
	d.organizer("Rosa", "212-555-0177\n", "duty", "on", "Benedikt", "--languages", "en,es", "--until", "2026-11-24 00:00")
	for _, name := range []string{"Wendeline", "Osvaldinho"} {
		pin := strings.TrimSpace(d.organizer("Tina", "", "member", "pin", name, "--yes"))
		d.pins[name] = strings.ReplaceAll(pin, " ", "")
		d.secret(pin)
	}
	_, word, _ := strings.Cut(d.organizer("Rosa", "", "flyer", "add"), "text ")
	d.flyer = strings.Fields(word)[0]
	d.secret("Benedikt", "union hall")
	return d
}

const (
	noAir    = "the compressor in bay nine has been dead since Saturday"
	pressed  = "my foreman said that whoever complains is moved to nights"
	stopping = "they lock the back exit during the second shift"
	bruised  = "our boss threw a box at somebody and laughed about it"
)

// earlyBirds are those who come back later in the day: the hotline is not killed while they tell what they tell.
func (d *workday) earlyBirds() {
	d.writesAReport("+13475550110", "en", noAir)

	perpetua := d.member("Perpetua") // she keeps the twelve digits on paper, and chooses four
	d.code = longCode.FindString(d.tells(perpetua, pressed))
	perpetua.chooses(perpetua.text("2"), "Four digits")
	perpetua.wants("7315", "Kept.")
	perpetua.wants("1", "we text you here") // where others could see it, too

	anatole := d.person("+13475550111")
	d.tells(anatole, stopping)
	anatole.text("1")
	anatole.text("2")
	anatole.text("STOP")

	ignatia := d.member("Ignatia")
	ignatia.wants("QUIET", "OK. To undo it: NORMAL")
	d.tells(ignatia, bruised)
	ignatia.text("1")
	ignatia.text("2")
	ignatia.text("MENU")
}

// everybodyReports: fifteen people by text and by call in four languages, and in the midst of it the power goes.
func (d *workday) everybodyReports() {
	var work sync.WaitGroup
	for i, r := range [][]string{
		{"en", "there is no guard on the second saw", "and the stop button is taped over"},
		{"en", "nobody was paid for the hour before opening"},
		{"es", "el agua del comedor sale turbia desde ayer", "y huele a gasolina"},
		{"es", "nos quitaron quince minutos del almuerzo"},
		{"fr", "il fait quatre degres dans le hangar du fond", "et les gants sont troues"},
		{"fr", "le chariot rouge ne freine plus du tout"},
		{"pt", "a escada do deposito esta solta outra vez", "e alguem ja caiu dela"},
		{"pt", "o ventilador da linha tres pegou fogo hoje"},
	} {
		work.Go(func() { d.writesAReport(fmt.Sprintf("+13475550%d", 120+i), r[0], r[1:]...) })
	}
	work.Go(func() {
		d.writesAtOnce("+13475550128", "three of us fainted on the line", "it was before nine this morning", "and nobody called a doctor")
	})
	for i, r := range [][]string{
		{"en", "the lift dropped two floors with Joe in it", keeps},
		{"es", "se cayó una viga en la nave chica", keeps},
		{"en", "they time us when we go to the washroom", hangsUp},
		{"es", "el encargado nos graba con su telefono", breaksOff},
		{"fr", "la sortie de secours est fermee a clef", keeps},
		{"pt", "falta luz na escada de tras faz um mes", saysNoMore},
	} {
		work.Go(func() { d.callsAReport(fmt.Sprintf("+19175550%d", 110+i), r[0], r[1], r[2]) })
	}
	work.Go(func() { d.saysNothing("+19175550118") })
	d.killedAfter(3 + rand.IntN(25))
	work.Wait()
	d.must(d.company.Settle(d.ctx))
	d.until(0, "select count(*) from media where state = 'wanted'")
}

const (
	answered = "We spoke with the mechanics and it runs again on Tuesday"
	waits    = "We wrote down who said it and when"
	tooLate  = "The exit stays open from now on"
)

// organizersAnswer: by text where it was asked for, and else it waits.
func (d *workday) organizersAnswer() {
	d.secret(answered, waits, tooLate)
	d.organizer("Tina", "", "report", "answer", d.number(noAir), answered)
	d.person("+13475550110").hears(answered)
	d.organizer("Rosa", "", "report", "answer", d.number(pressed), waits, "--waits")
	d.organizer("Rosa", "", "report", "answer", d.number(stopping), tooLate)
	d.organizer("Rosa", "", "report", "answer", d.number(bruised), "It is written down, and two of us come along")
	d.secret("two of us come along")
	d.member("Ignatia").hears("waiting")
}

// noonMeeting: who comes on Friday, and what they need. Nothing is killed, so each answer counts exactly once.
func (d *workday) noonMeeting() {
	var work sync.WaitGroup
	work.Go(func() { d.comesByText("+16465550110", "en", true) })
	work.Go(func() { d.comesByText("+16465550111", "fr", true) })
	work.Go(func() { d.comesByText(d.phoneOf("Lourival"), "", false) })
	work.Go(func() { d.comesByText(d.phoneOf("Fulgencio"), "", true) })
	work.Go(func() { d.comesByText(d.phoneOf("Ignatia"), "", true) })
	work.Go(func() { // one change of mind
		d.comesByText("+16465550112", "es", false)
		d.comesByText("+16465550112", "es", true)
	})
	work.Go(func() { // a ride, from where, and two more people
		p := d.member("Quillon")
		p.wants("MEETING", "12 Elm St, union hall")
		p.text("3")
		p.text("1")
		p.wants("from the depot on Pelham", "Noted: a ride.")
		p.chooses("4 Others come with me", "Others")
		p.text("2")
		p.wants("6", "With you: 2.")
		d.secret("depot on Pelham")
		d.note(func() { d.coming[p.phone.Number()] = "yes ride others 2" })
	})
	work.Go(func() { // child care, by call, and a hang-up instead of a goodbye
		d.person("+16465550113").calls(func(c *talking) {
			c.in("en").chooses("what else").chooses("next meeting").chooses("child care").chooses("child care").press("2").hears("child care, for 2")
		})
		d.note(func() { d.coming["+16465550113"] = "yes children 2" })
	})
	work.Go(func() {
		d.person("+16465550114").calls(func(c *talking) {
			c.in("es").chooses("qué más").chooses("próxima junta").chooses("que viene").hears("queda apuntado que viene").over()
		})
		d.note(func() { d.coming["+16465550114"] = "yes" })
	})
	work.Wait()
}

const (
	proposed = "that we rotate off the freezer aisle each hour"
	offered  = "I drive from Canarsie at half past four, two seats"
)

// proposalAndOffer: a member proposes something and another seconds it; a third offers a ride.
func (d *workday) proposalAndOffer() {
	d.secret(proposed, offered, "Canarsie", "freezer")
	cornelius := d.member("Cornelius")
	cornelius.text("PROPOSE")
	cornelius.wants(proposed, "We have it: number 1")
	cornelius.text("2") // without his name
	cornelius.wants("2", "Number 1 is kept")
	d.organizer("Rosa", "", "proposal", "seconds", "1")
	d.organizer("Rosa", "", "proposal", "share", "1", "--words", "en=Rotate off the freezer / es=Turnos en el frio / fr=Tourner au froid / pt=Rodizio no frio")
	quillon := d.member("Quillon")
	quillon.wants("PROPOSALS", "Rotate off the freezer")
	quillon.wants("1", "Support it")
	quillon.text("1")
	bartholomew := d.member("Bartholomew")
	bartholomew.text("OFFER")
	bartholomew.text("2")
	bartholomew.wants(offered, "It is number 1.")
}
