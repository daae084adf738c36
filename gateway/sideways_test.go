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

// The lines of a city and of two workplaces below it; the warehouse's is lineNumber.
const (
	cityLine    = "+12125550110"
	kitchenLine = "+12125550120"
)

// city is an assembly with two workplaces below it, the warehouse (of ana) and the kitchen (of ben), each with a line and an organizer.
type city struct {
	*house
	post                     *exchange
	city, warehouse, kitchen uuid.UUID
}

func newCity(t *testing.T) *city {
	t.Helper()
	h, x := urgentHouse(t)
	c := &city{house: h, post: x, warehouse: h.line.AssemblyID}
	h.inTx(func(tx pgx.Tx) error {
		ctx := t.Context()
		top, err := h.store.AddAssembly(ctx, tx, "City", uuid.Nil, "America/New_York")
		if err != nil {
			return err
		}
		below, err := h.store.AddAssembly(ctx, tx, "Kitchen", top.ID, "America/New_York")
		if err != nil {
			return err
		}
		c.city, c.kitchen = top.ID, below.ID
		if _, err := tx.Exec(ctx, `update assemblies set parent_id = $1 where id = $2`, c.city, c.warehouse); err != nil {
			return err
		}
		for number, assembly := range map[string]uuid.UUID{cityLine: c.city, kitchenLine: c.kitchen} {
			if _, err := h.store.AddLine(ctx, tx, store.Line{AssemblyID: assembly, Number: number, Name: "The 0" + number[9:] + " Line", Languages: []string{"en", "es"}}); err != nil {
				return err
			}
		}
		for name, who := range map[string]struct {
			phone store.Phone
			in    uuid.UUID
		}{"Ana": {ana, c.warehouse}, "Ann": {dora, c.warehouse}, "Ben": {ben, c.kitchen}, "Bob": {eva, c.kitchen}} {
			row := store.MemberRow{Line: 1, Name: name, Phone: who.phone, Language: "en", Standing: store.StandsMember}
			if _, err := h.store.ImportMembers(ctx, tx, who.in, []store.MemberRow{row}, h.clock()); err != nil {
				return err
			}
		}
		for name, assembly := range map[string]uuid.UUID{"Carol": c.city, "Bea": c.kitchen} {
			if _, err := h.store.AddOrganizer(ctx, tx, assembly, name, uuid.Nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err := h.g.lines.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// to texts a line.
func (c *city) to(line, from string, bodies ...string) (reply string) {
	c.t.Helper()
	for _, body := range bodies {
		in := c.aText(from, body)
		in.Line = line
		reply = c.g.Turn(c.t.Context(), in).Text()
	}
	return reply
}

// rings calls a line, and does as the keys say.
func (c *city) rings(line, from string) *phoneCall {
	c.t.Helper()
	call := &phoneCall{h: c.house, in: Inbound{Line: line, From: store.Phone(from), Channel: flows.Voice, Call: "CA" + strings.ReplaceAll(uuid.NewString(), "-", ""), Kind: flows.KindCall}}
	call.in.Key = call.in.Call + "/0"
	call.last = c.turn(call.in)
	return call
}

// A report is seen by the organizers of its line's assembly, and comes back on that line, on those above, and on those below; beside it
// lies a wall, for twelve digits and for four. (WORKERS.md, Reports)
func TestAReportIsNotSeenNextDoor(t *testing.T) {
	c := newCity(t)
	c.english(ana)
	code := c.tells(ana, "the lift in hall B is broken", "2", "2", "4711", "1", "MENU")
	c.pass(time.Hour)
	for _, number := range []string{kitchenLine, cityLine} {
		c.to(number, ana, "ENGLISH")
	}
	all := c.seen()
	if len(all) != 1 {
		t.Fatalf("%d reports in the warehouse", len(all))
	}
	for name, assembly := range map[string]uuid.UUID{"the kitchen": c.kitchen, "the city": c.city} {
		reading := store.Reading{Assembly: assembly, At: c.clock()}
		if others, err := c.store.Reports(t.Context(), c.store.Pool, reading); err != nil || len(others) != 0 {
			t.Errorf("%s lists %d, %v", name, len(others), err)
		}
		if r, err := c.store.ShowReport(t.Context(), c.store.Pool, reading, all[0].Number); err == nil {
			t.Errorf("%s is shown %+v", name, r)
		}
		if sorted, err := c.store.SortedReports(t.Context(), c.store.Pool, assembly, c.clock()); err != nil || len(sorted) != 0 {
			t.Errorf("%s counts %+v, %v", name, sorted, err)
		}
	}
	before := c.to(kitchenLine, ana, "MENU")
	c.answer("The lift is mended.")
	if after := c.to(kitchenLine, ana, "MENU"); after != before {
		t.Errorf("that an answer waits shows next door: %q", after)
	}
	for _, digits := range []string{code, "4711"} {
		if said := c.to(kitchenLine, ana, "STATUS", digits); strings.Contains(said, "mended") || !strings.Contains(said, "leads to nothing here") {
			t.Errorf("the kitchen's line says about %s: %q", digits, said)
		}
		c.to(kitchenLine, ana, "MENU")
	}
	for line, told := range map[string]bool{kitchenLine: false, cityLine: true, lineNumber: true} {
		call := c.rings(line, "") // the twelve digits lead back from any phone
		call.lead("back", "ask")
		if said := call.press(onlyTheDigits(code)); strings.Contains(said, "mended") != told {
			t.Errorf("by call, %s says %q", line, said)
		}
	}
	if said := c.to(cityLine, ana, "STATUS", code); !strings.Contains(said, "mended") {
		t.Errorf("the city's line says %q", said)
	}
	if said := c.to(lineNumber, ana, "STATUS", "4711"); !strings.Contains(said, "mended") {
		t.Errorf("its own line, after wrong tries elsewhere, says %q", said)
	}
}

// Where a workplace has nobody on duty, those of the assembly above are called, and never those next door. Whoever takes such a call is
// asked about it on the line that it came to, and it stands in that workplace's list.
func TestDutyFallsBackToTheCityAndNeverNextDoor(t *testing.T) {
	c := newCity(t)
	on := func(name string, number store.Phone, assembly uuid.UUID) {
		c.inTx(func(tx pgx.Tx) error {
			phone, err := c.store.EnsurePhone(t.Context(), tx, assembly, number)
			if err != nil {
				return err
			}
			_, err = c.store.PutOnDuty(t.Context(), tx, store.Duty{Assembly: assembly, Name: name, Phone: phone, Shift: store.Shift{Languages: []string{"en"}, Since: c.clock()}})
			return err
		})
	}
	const wendy, clara = "+12125550161", "+12125550162"
	on("Wendy", wendy, c.warehouse)
	c.to(kitchenLine, ben, "ENGLISH")
	if said := c.to(kitchenLine, ben, "DANGER"); !strings.HasPrefix(said, "Nobody is on duty") {
		t.Errorf("with somebody on duty next door alone: %q", said)
	}
	on("Clara", clara, c.city)
	if said := c.to(kitchenLine, ben, "MENU", "DANGER"); !strings.Contains(said, "We are calling one person") {
		t.Errorf("with somebody on duty in the city: %q", said)
	}
	c.look(false)
	call := c.post.last(t)
	if call.To != clara || call.From != kitchenLine {
		t.Fatalf("called %s from %s", call.To.String(), call.From)
	}
	c.pressed(call, "1")
	c.told(call, "completed")
	for assembly, want := range map[uuid.UUID]int{c.kitchen: 1, c.warehouse: 0, c.city: 0} {
		if calls, err := c.store.DutyCalls(t.Context(), c.store.Pool, assembly, 10); err != nil || len(calls) != want {
			t.Errorf("%d calls, want %d, %v", len(calls), want, err)
		}
	}
	// ON on a line that one has nothing to do with is some word.
	if said := c.to(kitchenLine, wendy, "ON"); strings.Contains(said, "on duty") {
		t.Errorf("who is on the warehouse's rota goes on duty in the kitchen: %q", said)
	}
}

// Two of one workplace make nobody a member next door; for the city any two members below it do.
func TestVouchingIsNotDoneNextDoor(t *testing.T) {
	c := newCity(t)
	const gil, gus = "+12125550171", "+12125550172"
	add := func(number string, assembly uuid.UUID, word string) {
		l, err := c.store.LineByNumber(t.Context(), c.store.Pool, number)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.store.AddFlyer(t.Context(), c.store.Pool, store.NewFlyer{Assembly: assembly, Line: l, Word: word, Lang: "en"}); err != nil {
			t.Fatal(err)
		}
	}
	add(lineNumber, c.warehouse, "SOL27")
	add(cityLine, c.city, "LUNA33")
	c.to(lineNumber, gil, "SOL27", "1")
	code := eightDigits.FindString(c.to(lineNumber, gil, "MEMBER"))
	for _, line := range []string{lineNumber, kitchenLine, cityLine} {
		c.to(line, ben, "ENGLISH")
		c.to(line, ben, "VOUCH")
		c.to(line, ben, code)
	}
	if n := c.count("select count(*) from vouches where by_person is not null"); n != 0 {
		t.Errorf("a member of the kitchen has vouched in the warehouse %d times", n)
	}
	if said := c.to(kitchenLine, gil, "SOL27"); strings.Contains(said, "Warehouse") {
		t.Errorf("the warehouse's flyer counts on the kitchen's line: %q", said)
	}
	c.to(cityLine, gus, "LUNA33", "1")
	code = eightDigits.FindString(c.to(cityLine, gus, "MEMBER"))
	c.to(cityLine, ana, "ENGLISH", "VOUCH")
	if said := c.to(cityLine, ana, code); !strings.Contains(said, "one more member") {
		t.Errorf("ana, of the warehouse, vouches for the city: %q", said)
	}
	if said := c.to(cityLine, ben, code); !strings.Contains(said, "a member now") {
		t.Errorf("ben, of the kitchen, vouches for the city: %q", said)
	}
}

// Clocks and holds go down from the city and never sideways.
func TestClocksAndHoldsAreNotTheNeighbors(t *testing.T) {
	c := newCity(t)
	words := func(assembly uuid.UUID) (days int) {
		all, err := c.store.Keeping(t.Context(), c.store.Pool, assembly)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range all {
			if k.Name == "reports" {
				days = k.Days
			}
		}
		return days
	}
	usual := words(c.kitchen)
	for _, set := range []struct {
		in                 uuid.UUID
		days               int
		warehouse, kitchen int
	}{{c.warehouse, 30, 30, usual}, {c.city, 60, 30, 60}, {c.kitchen, 90, 30, 90}} {
		if err := c.store.SetClock(t.Context(), c.store.Pool, set.in, "reports", set.days); err != nil {
			t.Fatal(err)
		}
		if w, k := words(c.warehouse), words(c.kitchen); w != set.warehouse || k != set.kitchen {
			t.Errorf("after %d days were set, the warehouse keeps for %d and the kitchen for %d", set.days, w, k)
		}
	}
	file := func(line, from string) { c.to(line, from, "the lift in hall B is broken", "1", "2") }
	file(lineNumber, ana)
	file(kitchenLine, ben)
	for name, stands := range map[string]struct {
		in   uuid.UUID
		left int
	}{"the warehouse's": {c.warehouse, 1}, "the city's": {c.city, 1}} {
		_, err := c.store.PutHold(t.Context(), c.store.Pool, store.Hold{Assembly: stands.in, Why: "a hearing", By: "Carol", At: c.clock()})
		if err != nil {
			t.Fatal(err)
		}
		c.pass(100 * 24 * time.Hour)
		if _, err := c.store.Expire(t.Context(), "the clock", c.clock()); err != nil {
			t.Fatal(err)
		}
		if n := c.count("select count(*) from report_parts where assembly_id = $1", c.warehouse); n != stands.left {
			t.Errorf("under %s hold the warehouse keeps %d reports", name, n)
		}
		if holds, err := c.store.Holds(t.Context(), c.store.Pool, c.kitchen); err != nil || stands.in == c.warehouse && len(holds) != 0 {
			t.Errorf("%s hold stands over the kitchen: %+v, %v", name, holds, err)
		}
		if _, err := c.store.ReleaseHolds(t.Context(), c.store.Pool, stands.in, c.clock()); err != nil {
			t.Fatal(err)
		}
	}
	if n := c.count("select count(*) from report_parts where assembly_id = $1", c.kitchen); n != 0 {
		t.Errorf("the kitchen keeps %d of its own, under no hold", n)
	}
}

// Digits for recording open a call on the lines of their assembly, and of those above it; next door they open nothing.
func TestPromptDigitsOpenNothingNextDoor(t *testing.T) {
	c := newCity(t)
	pin := c.promptPin()
	call := c.rings(kitchenLine, ben)
	if said := call.toRecording(pin); !strings.Contains(said, "do not open anything") {
		t.Errorf("on the kitchen's line: %q", said)
	}
	call = c.rings(lineNumber, ben)
	if said := call.toRecording(pin); !strings.Contains(said, "You record in") {
		t.Errorf("on its own line: %q", said)
	}
}
