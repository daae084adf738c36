package gateway

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store/storetest"
)

// carrierAgain is a carrier that brings every webhook which did something again: at once, when Redis has lost everything, to another
// process whose Redis (a real one) never knew anything, and at the end of the story, when other turns have come in between.
type carrierAgain struct {
	*house
	t       *testing.T
	other   *Gateway
	did     []string // in the turn under way: "cast_vote counted"
	reached map[string]bool
	brought []broughtBefore
	told    []string // the story, for whoever looks for what went wrong
}

type broughtBefore struct {
	in    Inbound
	reply Reply
	did   []string
}

// again has the carrier bring everything again that comes to a house from now on.
func (h *house) again(t *testing.T, redisURL string) *carrierAgain {
	c := &carrierAgain{house: h, t: t, other: h.another(redisURL), reached: map[string]bool{}}
	h.run("update lines set replies_an_hour = 0")
	for _, g := range []*Gateway{h.g, c.other} {
		if err := g.lines.refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		for name, e := range g.effects {
			do := e.do
			e.do = func(p *playing, ctx context.Context, a args) (string, args, error) {
				outcome, brings, err := do(p, ctx, a)
				c.did = append(c.did, name+" "+outcome)
				return outcome, brings, err
			}
			g.effects[name] = e
		}
	}
	h.each = c.hear
	return c
}

func (c *carrierAgain) hear(in Inbound, reply Reply) {
	did := c.did
	c.did = nil
	c.told = append(c.told, fmt.Sprintf("> %s %s %s\n< %s\n! %v", in.Channel, in.Kind, in.Text, reply.Text(), did))
	if len(did) == 0 {
		return
	}
	for _, d := range did {
		c.reached[d] = true
	}
	was := broughtBefore{in, reply, did}
	c.bring(c.g, was, "at once")
	c.mini.FlushAll()
	c.bring(c.g, was, "with Redis flushed")
	c.bring(c.other, was, "to another process")
	c.brought = append(c.brought, was)
}

// bring brings it once more: the answer is the same, byte for byte, nothing is done, and no row of any table has changed.
func (c *carrierAgain) bring(g *Gateway, was broughtBefore, when string) {
	c.t.Helper()
	c.did = nil
	before := c.everyTable()
	reply := g.Turn(c.t.Context(), was.in)
	if got, want := asJSON(c.t, reply), asJSON(c.t, was.reply); got != want || !reflect.DeepEqual(reply.Ring, was.reply.Ring) {
		c.t.Errorf("%v, brought again %s, is answered\n%s\nand first was\n%s", was.did, when, got, want)
	}
	if len(c.did) > 0 {
		c.t.Errorf("%v, brought again %s, did %v", was.did, when, c.did)
		c.did = nil
	}
	for table, rows := range c.everyTable() {
		if rows != before[table] {
			c.t.Errorf("%v, brought again %s: %s was %s and is %s", was.did, when, table, before[table], rows)
		}
	}
}

// end lets another turn come in between for every phone that wrote, and brings everything once more.
func (c *carrierAgain) end() {
	c.t.Helper()
	c.house.each = nil
	wrote := map[string]bool{}
	for _, was := range c.brought {
		if from := was.in.From.String(); was.in.Channel == flows.Text && !wrote[from] {
			wrote[from] = true
			c.text(from, "MENU")
		}
	}
	for _, was := range c.brought {
		g := c.g
		if len(was.did)%2 == 1 {
			g = c.other
		}
		c.bring(g, was, "after another turn")
	}
}

// everyTable is how many rows each table has, and a digest of all that stands in them.
func (h *house) everyTable() map[string]string {
	h.t.Helper()
	ctx := h.t.Context()
	rows, err := h.store.Pool.Query(ctx, `select tablename from pg_tables where schemaname = 'public' order by 1`)
	if err != nil {
		h.t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		h.t.Fatal(err)
	}
	var parts []string
	for _, table := range tables {
		parts = append(parts, fmt.Sprintf(`select '%s', count(*) || ' rows ' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from %s t`,
			table, pgx.Identifier{table}.Sanitize()))
	}
	all := map[string]string{}
	if rows, err = h.store.Pool.Query(ctx, strings.Join(parts, " union all ")); err != nil {
		h.t.Fatal(err)
	}
	var table, stands string
	if _, err := pgx.ForEachRow(rows, []any{&table, &stands}, func() error { all[table] = stands; return nil }); err != nil {
		h.t.Fatal(err)
	}
	return all
}

// pick texts the digits that stand before these words in the last answer to this phone.
func (c *carrierAgain) pick(from, words string) string {
	c.t.Helper()
	for _, told := range slices.Backward(c.told) {
		if found := regexp.MustCompile(`(?m)(\d+) ` + regexp.QuoteMeta(words)).FindStringSubmatch(told); found != nil {
			return c.text(from, found[1])
		}
	}
	c.t.Fatalf("%q is not offered", words)
	return ""
}

// rang brings what came of the phone that rings for a caller.
func (c *carrierAgain) rang(call *phoneCall, outcome string) {
	in := call.in
	in.Kind, in.Outcome, in.Answers = flows.KindRang, outcome, call.last.Turn
	in.Key = fmt.Sprintf("%s/%d", in.Call, call.last.Turn)
	call.last = c.turn(in)
}

// rule 1 of DESIGN.md, "heard": an outside event counts once. Every effect of the table has a scene that comes to it through a real turn;
// then the carrier brings the same webhook again, in every way that it can. An effect without a scene fails.
func TestEveryEffectCountsOnce(t *testing.T) {
	redis := storetest.Redis(t, false)
	played := map[string]bool{}
	for name, s := range scenes() {
		for _, want := range s.reaches {
			played[strings.Fields(want)[0]] = true
		}
		t.Run(name, func(t *testing.T) {
			var c *carrierAgain
			s.play(t, func(h *house) *carrierAgain {
				c = h.again(t, redis.URL())
				return c
			})
			c.end()
			for _, want := range s.reaches {
				if !c.reached[want] {
					t.Errorf("the scene does not come to %q, but to %q", want, slices.Sorted(maps.Keys(c.reached)))
				}
			}
			if t.Failed() {
				t.Log("\n" + strings.Join(c.told, "\n"))
			}
		})
	}
	for name := range effects() {
		if !played[name] {
			t.Errorf("the effect %s has no scene: nothing shows that a repeated webhook does not do it twice", name)
		}
	}
	for name := range played {
		if _, known := effects()[name]; !known {
			t.Errorf("there is no effect %s", name)
		}
	}
}
