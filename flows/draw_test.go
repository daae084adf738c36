package flows

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata; -update writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := "testdata/" + name
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not as it was (-was +is); look at it, and if it is right: go test -run %s -update\n%s", file, t.Name(), diff)
	}
}

// lift is the flow of the README, with one of each thing that is drawn differently.
const lift = `starts: {en: [LIFT], es: [ELEVADOR]}
takes: {place: text}
steps:
  works:
    ask: {en: "Does the lift in <hall B> work?", es: "¿Funciona el elevador?"}
    choices:
      yes: {label: {en: It works, es: Funciona}, then: good}
      no: {label: {en: It is broken & dark, es: No funciona}, then: again}
    hangup: good
  again:
    branch:
      - {if: me.listed, then: tell}
      - {else: works}
  good:
    say: {text: "", voice: {en: "Good to know.", es: "Bien."}}
    then: end
  tell:
    set: {about: "'the lift'"}
    then: file
  file:
    do: file
    with: {what: "'The lift is broken.'", about: about}
    on: {filed: {flow: report, with: {what: about}}}
`

// TestDrawing keeps the picture of a small flow.
func TestDrawing(t *testing.T) {
	s := mustLoad(t, lift)
	picture, err := s.Draw("test", "es")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "lift.svg", picture)
	chart, err := s.Mermaid("test", "")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "lift.mmd", []byte(chart))
	for _, c := range []struct {
		flow string
		lang Lang
		want string
	}{
		{"tset", "", `there is no flow "tset"; did you mean "test"?`},
		{"test", "fr", `the flows do not speak "fr"; they speak en, es`},
	} {
		if _, err := s.Draw(c.flow, c.lang); err == nil || err.Error() != c.want {
			t.Errorf("%s in %q: %v", c.flow, c.lang, err)
		}
	}
}

// TestDeadEnds: a flow that would be refused is drawn, with red where it is wrong and a word why.
func TestDeadEnds(t *testing.T) {
	const broken = `starts: {en: [GO]}
steps:
  one:
    ask: Which?
    choices:
      a: {label: A, then: twoo}
      b: {label: B, then: round}
    giveup: flow nowhere
  two:
    say: Hi.
    than: end
  round:
    set: {x: 1}
    then: round
  fly:
    do: fyl
    on: {landed: end}
  half:
    do: find
    on: {found: end}
  odd:
    sya: x
`
	files := mustLoad(t, lift).Files()
	files["test.yaml"] = broken
	d, err := sketch(files, offered(), "test", "")
	if err != nil {
		t.Fatal(err)
	}
	picture := string(d.SVG())
	wellFormed(t, []byte(picture))
	for _, want := range []string{"no step twoo", "no flow nowhere", "did you mean", "From here nothing leads to an end.", "No talk comes here.",
		"goes nowhere", "there is no effect", "say has no", "does nothing"} {
		if !strings.Contains(picture, want) {
			t.Errorf("the picture does not say %q", want)
		}
	}
	if d.Red() < 10 || len(d.Findings()) == 0 {
		t.Errorf("%d places in red, findings: %v", d.Red(), d.Findings())
	}
	if chart := d.Mermaid(); strings.Count(chart, ":::red") < 9 {
		t.Errorf("too little is red in:\n%s", chart)
	}
	sound(t, d)

	files["test.yaml"] = "steps: ["
	found := Findings(nil)
	if _, err := sketch(files, offered(), "test", ""); !errors.As(err, &found) || found[0].File != "test.yaml" {
		t.Errorf("a file that is no YAML: %v", err)
	}
	files["test.yaml"] = ""
	if _, err := sketch(files, offered(), "test", ""); !errors.As(err, &found) {
		t.Errorf("an empty file: %v", err)
	}
	files["test.yaml"] = "steps:\n"
	for i := range mostDrawn + 1 {
		files["test.yaml"] += fmt.Sprintf("  s%d: {say: Hi., then: end}\n", i)
	}
	if _, err := sketch(files, offered(), "test", ""); err == nil || !strings.Contains(err.Error(), "split the flow") {
		t.Errorf("a flow of too many steps: %v", err)
	}
}

// TestDrawingOfForty: a flow of forty steps has a picture of a shape that fits a page, and nothing in it covers anything.
func TestDrawingOfForty(t *testing.T) {
	text, err := os.ReadFile("testdata/forty.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := mustLoad(t, string(text))
	d, err := s.drawing("test", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.boxes) != 40 || d.Red() != 0 {
		t.Errorf("%d steps, %d in red", len(d.boxes), d.Red())
	}
	if y := d.laidOut(); y.width > 3*y.height || y.height > 2*y.width {
		t.Errorf("the picture is %.0f wide and %.0f high", y.width, y.height)
	}
	sound(t, d)
}

// TestEveryVerbIsDrawn: each kind of step and question has words of its own in the picture, and is right by the schema.
func TestEveryVerbIsDrawn(t *testing.T) {
	const photo = "starts: {en: [GO]}\nsteps:\n  one:\n    ask: Send a picture.\n    photo: true\n    save: what\n    then: two\n    voice: end\n  two:\n    do: file\n    with: {what: what}\n    on: {filed: three}\n  three:\n    ask: All right?\n    yes_no: true\n    then: end\n"
	const counts = "starts: {en: [GO]}\nsteps:\n  one:\n    ask: How many?\n    number: {min: 1, max: 200}\n    save: n\n    then: two\n  two:\n    ask: When?\n    when: moment\n    save: at\n    then: three\n  three:\n    say: {en: {count: n, one: One of you., other: \"Nobody but {n}.\"}, es: {count: n, one: Uno., other: \"{n}.\"}}\n    then: end\n"
	for text, words := range map[string][]string{
		photo:   {"a picture", "on a call", "asks", "does", "gives up"},
		danger:  {"hands over", "they have talked", "nobody takes it", "by text", "hangs up"},
		caller:  {"calls", "another flow", "afterwards", "asker"},
		patient: {"waits", "after that time", "no answer in time"},
		pin:     {"digits"},
		counts:  {"a number", "a day and a time", "Nobody", "1 to 200"},
		lift:    {"decides", "notes", "otherwise", "says"},
	} {
		s := mustLoad(t, text, "asker.yaml", "starts: {en: [ASKING]}\n"+strings.TrimLeft(asker, "\n"), "deeper.yaml", "starts: {en: [DEEP]}\n"+deeper)
		d, err := s.drawing("test", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		sound(t, d)
		picture := string(d.SVG())
		for _, w := range words {
			if !strings.Contains(picture, ">"+w) {
				t.Errorf("%q does not stand in the picture of:\n%s", w, text)
			}
		}
		if err := validate(t, flowSchema(t, s), text); err != nil {
			t.Errorf("the schema refuses what is right: %v\n%s", err, text)
		}
	}
}

// wellFormed reads a picture as an XML parser does.
func wellFormed(t rapid.TB, picture []byte) {
	t.Helper()
	for dec := xml.NewDecoder(bytes.NewReader(picture)); ; {
		_, err := dec.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
	}
}

// sound looks over a drawing: every step and every way on is in it, no box covers another, no line runs through a box, every line
// leads from its row to its step and nowhere else, and drawing again gives the same.
func sound(t rapid.TB, d *Drawing) {
	t.Helper()
	picture := d.SVG()
	wellFormed(t, picture)
	if !bytes.Equal(picture, d.SVG()) {
		t.Error("drawn again, the picture is another")
	}
	chart := d.Mermaid()
	y := d.laidOut()
	for _, b := range d.boxes {
		if n := strings.Count(string(picture), fmt.Sprintf("id=\"step-%s\"", escaped(b.step.name))); n != 1 {
			t.Errorf("step %s is drawn %d times", b.step.name, n)
		}
		if !strings.Contains(chart, b.id()+" ") && !strings.Contains(chart, b.id()+"[") && !strings.Contains(chart, b.id()+"(") && !strings.Contains(chart, b.id()+"{") {
			t.Errorf("step %s is not in the chart", b.step.name)
		}
		drawn := map[string]bool{}
		for _, r := range b.rows {
			for _, why := range r.whys {
				drawn[why] = true
			}
			if got := reachedFrom(b, r); r.box != nil && (len(got) != 1 || !got[r.box]) {
				t.Errorf("step %s, %s: the line leads to %d steps, %v of them the right one", b.step.name, r.label, len(got), got[r.box])
			}
		}
		for _, e := range waysOf(b.step.verb) {
			if !drawn[e.why] {
				t.Errorf("step %s: the way %q is not drawn", b.step.name, e.why)
			}
		}
	}
	apartFromEachOther(t, d, y)
}

// reachedFrom follows the line of a row.
func reachedFrom(b *box, r row) map[*box]bool {
	got, seen := map[*box]bool{}, map[*spot]bool{}
	var back func(*spot)
	back = func(s *spot) {
		if seen[s] {
			return
		}
		seen[s] = true
		for _, h := range s.hooks {
			if h.entering {
				got[h.box.box] = true
			}
		}
		for _, l := range s.ins {
			back(l.from)
		}
	}
	var on func(*link)
	on = func(l *link) {
		if l.to.box != nil {
			got[l.to.box] = true
			return
		}
		for _, next := range l.to.outs {
			on(next)
		}
	}
	for _, l := range b.spot.outs {
		if l.leaves == r.middle && l.quiet == r.quiet {
			on(l)
		}
	}
	for _, h := range b.spot.hooks {
		if !h.entering && h.at == r.middle {
			back(h.lane)
		}
	}
	return got
}

type area struct{ x0, y0, x1, y1 float64 }

// apartFromEachOther checks rectangles, and points along every line.
func apartFromEachOther(t rapid.TB, d *Drawing, y *layout) {
	t.Helper()
	var solid []area
	for _, b := range d.boxes {
		reach := 0.0
		for _, r := range b.rows {
			reach = math.Max(reach, r.stub())
		}
		x := y.left[b.spot.layer]
		whole := area{x, b.spot.top, x + boxWidth + reach, b.spot.top + b.height}
		for i, other := range d.boxes {
			if other == b {
				break
			}
			o := solid[i]
			if whole.x0 < o.x1 && o.x0 < whole.x1 && whole.y0 < o.y1 && o.y0 < whole.y1 {
				t.Errorf("steps %s and %s cover each other", b.step.name, other.step.name)
			}
		}
		if whole.x0 < 0 || whole.y0 < 0 || whole.x1 > y.width+1 || whole.y1 > y.height+1 {
			t.Errorf("step %s lies outside the picture", b.step.name)
		}
		solid = append(solid, area{x, b.spot.top, x + boxWidth, b.spot.top + b.height})
	}
	var paths []string
	for _, l := range y.links {
		paths = append(paths, y.linkPath(l))
	}
	for _, h := range y.hooks {
		paths = append(paths, y.hookPath(h))
	}
	for _, path := range paths {
		for _, p := range along(t, path) {
			for i, a := range solid {
				if p[0] > a.x0+1 && p[0] < a.x1-1 && p[1] > a.y0+1 && p[1] < a.y1-1 {
					t.Fatalf("the line %s runs through step %s", path, d.boxes[i].step.name)
				}
			}
			if p[0] < 0 || p[0] > y.width+margin {
				t.Fatalf("the line %s leaves the picture", path)
			}
		}
	}
}

// along gives points on a path of M, H, L, C and Q.
func along(t rapid.TB, path string) (points [][2]float64) {
	t.Helper()
	var at [2]float64
	for path != "" {
		command, rest := path[0], path[1:]
		end := strings.IndexAny(rest, "MHLCQ")
		if end < 0 {
			end = len(rest)
		}
		var n []float64
		for _, word := range strings.Fields(rest[:end]) {
			v, err := strconv.ParseFloat(word, 64)
			if err != nil {
				t.Fatalf("path %s: %v", path, err)
			}
			n = append(n, v)
		}
		path = rest[end:]
		ends := [][2]float64{at}
		switch command {
		case 'M':
			at = [2]float64{n[0], n[1]}
			points = append(points, at)
			continue
		case 'H':
			ends = append(ends, [2]float64{n[0], at[1]})
		default:
			for i := 0; i < len(n); i += 2 {
				ends = append(ends, [2]float64{n[i], n[i+1]})
			}
		}
		for i := 1; i <= 40; i++ {
			points = append(points, between(ends, float64(i)/40))
		}
		at = ends[len(ends)-1]
	}
	return points
}

// between is a point of a Bézier curve of any degree.
func between(ends [][2]float64, at float64) [2]float64 {
	for len(ends) > 1 {
		var next [][2]float64
		for i := range len(ends) - 1 {
			next = append(next, [2]float64{ends[i][0] + (ends[i+1][0]-ends[i][0])*at, ends[i][1] + (ends[i+1][1]-ends[i][1])*at})
		}
		ends = next
	}
	return ends[0]
}

// TestAnyDrawing: flows that come by chance, most of them wrong somewhere, are drawn soundly.
func TestAnyDrawing(t *testing.T) {
	words, err := os.ReadFile("library/words.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 14).Draw(t, "steps")
		names := []string{"end", "flow report", "nowhere"}
		for i := range n {
			names = append(names, fmt.Sprintf("step%d", i))
		}
		to := rapid.SampledFrom(names).Draw
		var b strings.Builder
		b.WriteString("starts: {en: [GO]}\nsteps:\n")
		for i := range n {
			fmt.Fprintf(&b, "  step%d:\n", i)
			told := strconv.QuoteToASCII(rapid.SampledFrom([]string{"", "Hi.", `<b>&"'`, "¿Sí? 🙂 {line.name}", strings.Repeat("word ", 40), strings.Repeat("x", 90)}).Draw(t, "words"))
			switch rapid.IntRange(0, 5).Draw(t, "verb") {
			case 0:
				fmt.Fprintf(&b, "    say: %s\n    then: %s\n", told, to(t, "then"))
			case 1:
				fmt.Fprintf(&b, "    ask: %s\n    choices:\n", told)
				for c := range rapid.IntRange(1, 8).Draw(t, "choices") {
					fmt.Fprintf(&b, "      c%d: {label: %s, if: me.listed, then: %s}\n", c, told, to(t, "choice"))
				}
				fmt.Fprintf(&b, "    hangup: %s\n    giveup: %s\n    other: %s\n", to(t, "hangup"), to(t, "giveup"), to(t, "other"))
			case 2:
				fmt.Fprintf(&b, "    branch: [{if: me.listed, then: %s}, {if: ballots.open > 0, then: %s}, {else: %s}]\n", to(t, "if"), to(t, "if"), to(t, "else"))
			case 3:
				fmt.Fprintf(&b, "    do: find\n    on: {found: %s, none: %s}\n", to(t, "found"), to(t, "none"))
			case 4:
				fmt.Fprintf(&b, "    set: {x: 1}\n    then: %s\n", to(t, "then"))
			default:
				fmt.Fprintf(&b, "    ask: %s\n    record: {}\n    save: said\n    then: %s\n", told, to(t, "then"))
			}
		}
		files := map[string]string{wordsFile: string(words), "door.yaml": plainDoor, "report.yaml": plainReport, "test.yaml": b.String()}
		d, err := sketch(files, offered(), "test", "")
		if err != nil {
			t.Fatal(err)
		}
		sound(t, d)
	})
}

// FuzzDraw draws any text as a flow: it is a picture, or findings.
func FuzzDraw(f *testing.F) {
	words, err := os.ReadFile("library/words.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, flow := range []string{lift, errands, "steps:\n  a: {say: \"\\u0001]]>\", then: a}\n", "steps: {}\n", "steps: {'a b': {do: find, on: {x: y}}}\n"} {
		f.Add(flow)
	}
	f.Fuzz(func(t *testing.T, flow string) {
		d, err := sketch(map[string]string{wordsFile: string(words), "test.yaml": flow}, offered(), "test", "")
		if err == nil {
			wellFormed(t, d.SVG())
			d.Mermaid()
		}
	})
}
