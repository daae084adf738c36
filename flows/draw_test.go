package flows

import (
	"errors"
	"flag"
	"fmt"
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
		{"test", "xx", `the flows do not speak "xx"; they speak en, es, fr, ht, pt, vi, tl, zh`},
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
	const photo = "starts: {en: [GO]}\nsteps:\n  one:\n    ask: Send a picture.\n    photo: true\n    save: what\n    then: two\n    voice: end\n    other: two_words\n  two_words: {say: All right., then: end}\n  two:\n    do: file\n    with: {what: what}\n    on: {filed: three}\n  three:\n    ask: All right?\n    yes_no: true\n    then: end\n"
	const counts = "starts: {en: [GO]}\nsteps:\n  one:\n    ask: How many?\n    number: {min: 1, max: 200}\n    save: n\n    then: two\n  two:\n    ask: When?\n    when: moment\n    save: at\n    then: three\n  three:\n    say: {en: {count: n, one: One of you., other: \"Nobody but {n}.\"}, es: {count: n, one: Uno., other: \"{n}.\"}}\n    then: end\n"
	for text, words := range map[string][]string{
		photo:   {"a picture", "on a call", "asks", "does", "other words"},
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

// TestAnyDrawing: flows that come by chance, most of them wrong somewhere, are drawn soundly.
func TestAnyDrawing(t *testing.T) {
	words := libraryWords(t)
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
		files := map[string]string{wordsFile: words, "door.yaml": plainDoor, "report.yaml": plainReport, "test.yaml": b.String()}
		d, err := sketch(files, offered(), "test", "")
		if err != nil {
			t.Fatal(err)
		}
		sound(t, d)
	})
}

// FuzzDraw draws any text as a flow: it is a picture, or findings.
func FuzzDraw(f *testing.F) {
	words := libraryWords(f)
	for _, flow := range []string{lift, errands, "steps:\n  a: {say: \"\\u0001]]>\", then: a}\n", "steps: {}\n", "steps: {'a b': {do: find, on: {x: y}}}\n"} {
		f.Add(flow)
	}
	f.Fuzz(func(t *testing.T, flow string) {
		d, err := sketch(map[string]string{wordsFile: words, "test.yaml": flow}, offered(), "test", "")
		if err == nil {
			wellFormed(t, d.SVG())
			d.Mermaid()
		}
	})
}
