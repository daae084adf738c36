package gateway

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// textsOf finds the functions of this room that cause a text which nobody has just asked for. Those that place a call are among them: they
// use the same outbox.
func textsOf(t *testing.T) []string {
	t.Helper()
	writers := []string{"Put", "PutNews", "PutProposalNews", "PutOfferNews", "tell", "textWorker"} // for whoever calls them
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && !slices.Contains(writers, f.Name.Name) && calls(f, writers) {
				found = append(found, f.Name.Name)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// calls tells whether a function calls a method of one of these names.
func calls(f *ast.FuncDecl, names []string) (does bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if to, ok := call.Fun.(*ast.SelectorExpr); ok && slices.Contains(names, to.Sel.Name) {
				does = true
			}
		}
		return !does
	})
	return does
}

// placeFlow nudges with what organizers wrote.
const placeFlow = `
starts: {en: [LIFT], es: [ELEVADOR]}
steps:
  find:
    do: find_meeting
    on: {found: works, several: end, none: end, canceled: end}
  works:
    ask: {en: "Does it work?", es: "¿Funciona?"}
    choices:
      good: {label: {en: It works, es: Funciona}, then: thanks}
      bad: {label: {en: It does not, es: No funciona}, then: thanks}
    lapse: {after: 10m, nudge: {en: "Still there? {place}", es: "¿Sigue ahí? {place}"}, then: thanks}
  thanks:
    say: {en: "Good to know.", es: "Bueno saberlo."}
    then: end
`

// quietScenes lead to each function that causes a text. hush is called before that: from then on their phones, or their group, are quiet.
func quietScenes() map[string]func(t *testing.T, hush func(*house)) (*post, store.Phone) {
	danger := func(t *testing.T, hush func(*house)) (*house, *exchange) {
		h, x := urgentHouse(t)
		h.onDuty("Ben", ben, "en", "es")
		hush(h)
		h.text(ana, "DANGER")
		h.look(false)
		return h, x
	}
	return map[string]func(t *testing.T, hush func(*house)) (*post, store.Phone){
		"answerOffer": func(t *testing.T, hush func(*house)) (*post, store.Phone) {
			h, p := offered(t)
			h.deliver()
			p.taken = nil
			hush(h)
			h.english(ben)
			h.looksAt(ben)
			h.text(ben, "the union meets at the Warehouse")
			h.deliver()
			return p, ana
		},
		"tellOrganizers": func(t *testing.T, hush func(*house)) (*post, store.Phone) { // that something goes out which was approved before
			h, p := waitingHouse(t)
			hush(h)
			h.asked(inTwoLanguages)
			p.taken = nil
			h.run("delete from river_job")
			err := h.store.InTx(t.Context(), func(tx pgx.Tx) error { return h.g.outbox.tellOrganizers(t.Context(), tx, h.set, h.line, h.g.now()) })
			if err != nil {
				t.Fatal(err)
			}
			if err := h.deliver(); err != nil {
				t.Fatal(err)
			}
			return p, ben
		},
		"PutApproval": func(t *testing.T, hush func(*house)) (*post, store.Phone) {
			h, p := waitingHouse(t)
			hush(h)
			h.asked(inTwoLanguages)
			h.run("update phones set quiet = true where $1", true) // they are made in asked
			h.deliver()
			return p, ben
		},
		"nudgeAlerts": func(t *testing.T, hush func(*house)) (*post, store.Phone) {
			h, p := waitingHouse(t)
			h.asked(inTwoLanguages)
			h.deliver()
			rosa := store.Organizer{}
			if err := h.store.Pool.QueryRow(t.Context(), "select id from organizers where name = 'Rosa'").Scan(&rosa.ID); err != nil {
				t.Fatal(err)
			}
			h.onDuty("Carla", carla, "en")
			if _, err := h.raises(rosa, store.Words{"en": "The union strikes at the Warehouse"}); err != nil {
				t.Fatal(err)
			}
			h.run("update outgoing set state = 'delivered' where broadcast_id is not null")
			hush(h)
			h.pass(store.OpenFor + time.Minute)
			p.taken = nil
			if err := (&nudgeWorker{g: h.g}).Work(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			h.deliver()
			return p, ana
		},
		"secondProposal": func(t *testing.T, hush func(*house)) (*post, store.Phone) {
			h, p := proposing(t)
			h.proposed(ana, "the union should ask for heat breaks at the Warehouse")
			h.share(1, "Ask the union for heat breaks")
			h.deliver()
			p.taken = nil
			hush(h)
			h.run("delete from proposal_seconds")
			h.run("update assemblies set seconds = 1")
			h.run("update proposals set needed = 1")
			h.english(ben)
			for _, words := range []string{"PROPOSALS", "1", "1"} {
				h.text(ben, words)
			}
			h.deliver()
			return p, ana
		},
		"vouch": func(t *testing.T, hush func(*house)) (*post, store.Phone) {
			h, p := vouching(t)
			code := h.asks(eve)
			hush(h)
			h.text(ana, code)
			h.text(ben, code)
			h.deliver()
			return p, eve
		},
		"askStill": func(t *testing.T, hush func(*house)) (*post, store.Phone) {
			h, p := waitingHouse(t)
			h.openBallot(time.Time{})
			h.english(ana)
			h.silence()
			hush(h)
			h.notice(ana, "come")
			h.deliver()
			h.deliver()
			return p, ana
		},
		"send": func(t *testing.T, hush func(*house)) (*post, store.Phone) {
			p := &post{}
			h := newHouse(t, houseOptions{carrier: Carrier{Place: p.place}, set: libraryWith(t, map[string]string{"lift.yaml": placeFlow}, vocabulary())})
			h.now.Store(time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC).Unix())
			h.meets(store.NewMeeting{Place: store.Words{"en": "Union hall, behind the Warehouse", "es": "Sala del sindicato, Warehouse"}})
			h.english(ana)
			h.text(ana, "LIFT")
			hush(h)
			h.pass(11 * time.Minute)
			h.sweep()
			h.deliver()
			return p, ana
		},
		"tellLate": func(t *testing.T, hush func(*house)) (*post, store.Phone) {
			return missedText(t, hush, "the union meets at the Warehouse", 20*time.Minute)
		},
		"sendLate": func(t *testing.T, hush func(*house)) (*post, store.Phone) {
			return missedText(t, hush, "the union meets at the Warehouse", 2*time.Minute)
		},
		"nobodyAnswered": func(t *testing.T, hush func(*house)) (*post, store.Phone) {
			h, x := danger(t, hush)
			h.pass(5 * time.Minute)
			h.look(true)
			return &x.post, ana
		},
		"tellDuty": func(t *testing.T, hush func(*house)) (*post, store.Phone) {
			h, x := danger(t, hush)
			h.pass(5 * time.Minute)
			h.look(true)
			return &x.post, ben
		},
		"someoneIsThere": func(t *testing.T, hush func(*house)) (*post, store.Phone) {
			h, x := danger(t, hush)
			h.pressed(x.last(t), "1")
			h.told(x.last(t), "completed")
			h.look(true)
			return &x.post, ana
		},
	}
}

// missedText is a text that was not heard when it came, so long ago.
func missedText(t *testing.T, hush func(*house), words string, ago time.Duration) (*post, store.Phone) {
	t.Helper()
	p := &post{}
	h := newHouse(t, houseOptions{carrier: Carrier{Place: p.place}})
	h.now.Store(time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC).Unix())
	h.english(ana)
	hush(h)
	h.pass(time.Hour)
	if err := h.g.hearLate(t.Context(), h.line, Listed{ID: "SM1", Phone: ana, Body: words, Direction: listedInbound, Created: h.g.now().Add(-ago)}); err != nil {
		t.Fatal(err)
	}
	h.deliver()
	return p, ana
}

// Every text that we start, or that a job or another's deed causes, holds no revealing word and no workplace's name when its phone or its
// group is quiet. A function that causes one and has no scene here fails the test. (WORKERS.md, what a phone may show)
func TestNoTextToAQuietPhoneRevealsAnything(t *testing.T) {
	scenes, causes := quietScenes(), textsOf(t)
	placeCalls := []string{"callFor", "CallBack", "PutTestCall"} // which show nothing but the line's number
	for _, f := range causes {
		if scenes[f] == nil && !slices.Contains(placeCalls, f) {
			t.Errorf("%s causes a text, and nothing shows what it tells a quiet phone", f)
		}
	}
	for name, scene := range scenes {
		if !slices.Contains(causes, name) {
			t.Errorf("%s causes no text any more", name)
		}
		for way, quiet := range map[string]string{"phone": "update phones set quiet = true", "group": "update assemblies set quiet = true"} {
			for _, lang := range []flows.Lang{"en", "es"} {
				t.Run(name+" "+way+" "+string(lang), func(t *testing.T) {
					var h *house
					p, to := scene(t, func(of *house) {
						h = of
						h.run(quiet)
						h.run("update phones set lang = $1", string(lang))
						if err := h.g.lines.refresh(t.Context()); err != nil {
							t.Fatal(err)
						}
					})
					said := 0
					for _, m := range p.taken {
						if w := h.revealed(m.Body); w != "" {
							t.Errorf("sent %q, which shows %q", m.Body, w)
						}
						if m.To == to {
							said++
						}
					}
					if said == 0 {
						t.Errorf("nothing was sent to the one it is about, but %q", p.bodies())
					}
				})
			}
		}
	}
}
