package flows

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// TestFindings loads flows with one thing wrong each, and reads what is said about it.
func TestFindings(t *testing.T) {
	step := func(body string) string { return "starts: {en: [GO]}\nsteps:\n  one:\n    " + body + "\n" }
	choices := func(body string) string {
		return step("ask: Which?\n    choices:\n      " + body + "\n    then: end")
	}
	for name, c := range map[string]struct{ flow, want string }{
		"tab":                     {"steps:\n\tone: {}\n", `test.yaml:2:1: a tab; indent with spaces`},
		"Windows-1252":            {step("say: Cu\xe9ntenos.\n    then: end"), `test.yaml:4:12: this letter is not written in UTF-8; save the file as UTF-8`},
		"NUL":                     {step("say: H\x00i.\n    then: end"), `test.yaml:4:11: a character that cannot be seen, '\x00'; take it out`},
		"NUL in quotes":           {step("say: \"H\\0i.\"\n    then: end"), `'\x00' is no letter that can be texted or said`},
		"a mark before":           {"\ufeffstarts: {en: [GO]}\nsteps:\n  one: {say: Hi., than: end}\n", `test.yaml:3:19: say has no "than"`},
		"no YAML":                 {"steps: [", `test.yaml:1:8: sequence end token ']' not found`},
		"two documents":           {"steps: {}\n---\nsteps: {}\n", `a file holds one document, and this holds 2`},
		"empty":                   {"", `the file is empty`},
		"key twice":               {"steps:\n  one: {say: Hi., then: end}\n  one: {say: Ho., then: end}\n", `test.yaml:3:3: "one" stands here twice, first in line 2; keep one`},
		"anchor":                  {"steps:\n  one: &a {say: Hi., then: end}\n", `a step is written as "name: value" lines`},
		"alias":                   {step("say: *a\n    then: end"), `anchors, aliases and tags (& * !) are not part`},
		"merge":                   {"steps:\n  one:\n    <<: {say: Hi.}\n    then: end\n", `merging with << is not part of this language`},
		"unknown top":             {"begins: {en: [GO]}\nsteps: {one: {say: Hi., then: end}}\n", `test.yaml:1:1: a flow has no "begins"`},
		"unknown field":           {step("say: Hi.\n    than: end"), `test.yaml:5:5: say has no "than"; did you mean "then"?`},
		"no verb":                 {step("sya: Hi."), `step "one" does nothing; it needs one of say, ask, do, branch, set, call, wait, hand_over; did you mean "say"?`},
		"two verbs":               {step("say: Hi.\n    ask: Ho?"), `a step does one thing, and this has "say" and "ask"; make two steps`},
		"nowhere":                 {step("say: Hi."), `this say does not say what comes then; add "then: <step>", or "then: end"`},
		"unknown step":            {step("say: Hi.\n    then: onne"), `test.yaml:5:11: this goes to "onne", which is not a step of this flow; did you mean "one"?`},
		"unknown flow":            {step("say: Hi.\n    then: flow reprot"), `there is no flow "reprot"; did you mean "report"?`},
		"unknown fact":            {step("say: \"{line.nam}\"\n    then: end"), `{line.nam}: there is no fact or variable "line.nam"; did you mean "line.name"?`},
		"unknown format":          {step("say: \"{next.at.dya}\"\n    then: end"), `a time is told plainly, or as day, time, weekday; did you mean "day"?`},
		"unknown item field":      {step("say: \"{next.plaice}\"\n    then: end"), `it has no field "plaice", but at, place; did you mean "place"?`},
		"a list in words":         {step("do: find\n    on: {found: two, none: end}\n  two:\n    say: \"{things}\"\n    then: end"), `a list cannot be told in words; name a field of its items, or branch`},
		"a gap that is none":      {step("say: \"{two words}\"\n    then: end"), `"{" begins a gap like {code} or {at.day}, and this is none`},
		"a loose brace":           {step("say: \"a } b\"\n    then: end"), `a "}" without a "{" before it`},
		"unknown effect":          {step("do: fiel\n    on: {}"), `test.yaml:4:5: there is no effect "fiel"; did you mean "file"?`},
		"unknown outcome":         {step("do: find\n    on: {found: end, nonne: end}"), `find has no outcome "nonne"; did you mean "none"?`},
		"missing outcome":         {step("do: find\n    on: {found: end}"), `find may come out as "none", and nothing answers that; add "none: <step>"`},
		"missing argument":        {step("do: file\n    on: {filed: end}"), `file needs "what"; add it under "with:"`},
		"unknown argument":        {step("do: file\n    with: {what: \"'x'\", wat: 1}\n    on: {filed: end}"), `file does not take "wat", but about, what; did you mean "what"?`},
		"argument's type":         {step("do: file\n    with: {what: 1}\n    on: {filed: end}"), `1 is a number, and a said is needed here`},
		"missing language":        {step("say: {en: Hi.}\n    then: end"), `say is missing in "es"; write it`},
		"unknown language":        {step("say: {en: Hi., es: Hola., xx: Salut.}\n    then: end"), `say has "xx", and the languages are en, es, fr`},
		"missing channel":         {step("say: {text: Hi.}\n    then: end"), `say says nothing by voice; add "voice:", with "" if that is meant`},
		"unreachable":             {step("say: Hi.\n    then: end\n  two:\n    say: Ho.\n    then: end"), `test.yaml:6:3: nothing leads to step "two"`},
		"no end":                  {"starts: {en: [GO]}\nsteps:\n  one:\n    ask: Which?\n    choices: {a: {label: A}}\n    then: one\n    giveup: one\n", `no path from step "one" ever ends`},
		"circle":                  {step("say: Hi.\n    then: two\n  two:\n    branch: [{if: me.listed, then: one}, {else: end}]"), `this goes round in a circle, one, two, one; nobody is asked anything in it`},
		"too long a way":          {step("set: {x: 1}\n    then: s1" + rowOf(100)), `more than 99 steps follow here without anybody asked`},
		"circle of a hang-up":     {step("ask: Which?\n    choices: {a: {label: A}}\n    then: end\n    hangup: two\n  two:\n    do: find\n    on: {found: one, none: end}"), `one, two, one; it never ends when the caller hangs up`},
		"unset":                   {step("branch: [{if: me.listed, then: two}, {else: three}]\n  two:\n    set: {x: 1}\n    then: three\n  three:\n    say: \"{x}\"\n    then: end"), `test.yaml:9:10: "x" may not be set yet when step "three" is reached`},
		"two types":               {step("set: {x: 1}\n    then: two\n  two:\n    set: {x: \"'a'\"}\n    then: end"), `"x" is a text here and a number elsewhere; use two names`},
		"a fact saved":            {step("set: {next: 1}\n    then: end"), `"next" is known already, and cannot be saved`},
		"irrevocable":             {step("do: count\n    with: {choice: 1}\n    on: {counted: end}"), `count cannot be undone, and the flow begins with it`},
		"irrevocable, in silence": {step("ask: {text: Sure?, quiet: \"\", voice: Sure?}\n    confirm: {yes: A, no: B}\n    yes: end\n    no: end"), `test.yaml:4:10: a read-back says what is confirmed`},
		"irrevocable, by a no":    {step("ask: Sure?\n    confirm: {yes: A, no: B}\n    yes: end\n    no: two\n  two:\n    do: count\n    with: {choice: 1}\n    on: {counted: end}"), `count in step "two" cannot be undone; only the "yes:" of a confirm may lead to it`},
		"carrier's word":          {choices("a: {label: {en: Stop, es: Alto}}"), `test.yaml:6:23: "Stop" is a word of the phone companies' own, and cannot be a choice`},
		"carrier's start word":    {"starts: {es: [Arrêt]}\nsteps: {one: {say: Hi., then: end}}\n", `"Arrêt" is a word of the phone companies' own, and cannot be a start word`},
		"colliding":               {choices("a: {label: Good, words: {en: [fine]}}\n      b: {label: \"Fine!\"}"), `choices "a" and "b" are both met by "fine"`},
		"a number as label":       {choices("a: {label: \"2\"}\n      b: {label: B}"), `choice "a" is read as the number 2`},
		"a number that starts":    {"starts: {en: [\"57\"]}\nsteps: {one: {say: Hi., then: end}}\n", `"57" is the number 57, which answers questions; choose another`},
		"a start without letters": {"starts: {en: [\"!\"]}\nsteps: {one: {say: Hi., then: end}}\n", `"!" has no letters`},
		"colliding words":         {"starts: {en: [MENU]}\nsteps: {one: {say: Hi., then: end}}\n", `"MENU" is a word of the menu already`},
		"no choices":              {step("ask: Which?\n    choices: {}\n    then: end"), `there are 0 choices, and it takes 1 to 8`},
		"nine choices":            {choices("a: {label: A}" + nine()), `there are 9 choices, and it takes 1 to 8`},
		"two questions":           {step("ask: Which?\n    digits: {min: 1, max: 2}\n    words: true\n    save: x\n    voice: end\n    then: end"), `an ask asks one thing, and this has "digits" and "words"`},
		"no question":             {step("ask: Which?\n    then: end"), `this ask does not say what may be answered`},
		"words without a call":    {step("ask: What?\n    words: true\n    save: x\n    then: end"), `does not say what a call does; add "record:", or "voice: <step>"`},
		"words not kept":          {step("ask: What?\n    record: {}\n    then: end"), `nothing keeps the words; add "save: <variable>"`},
		"field out of place":      {step("ask: Sure?\n    confirm: {yes: A, no: B}\n    yes: end\n    no: end\n    voice: end"), `"voice" means nothing with "confirm"; leave it out`},
		"branch without else":     {step("branch: [{if: me.listed, then: end}]"), `a branch ends with {else: <step>}`},
		"else in the middle":      {step("branch: [{else: end}, {if: me.listed, then: end}]"), `nothing gets here: the "else" is above`},
		"condition's type":        {step("branch: [{if: ballots.open, then: end}, {else: end}]"), `ballots.open is a number, and a flag is needed here`},
		"types in an expression":  {step("branch: [{if: ballots.open > 'a', then: end}, {else: end}]"), `invalid operation: > (mismatched types int and string)`},
		"expression's name":       {step("branch: [{if: ballots.opne > 0, then: end}, {else: end}]"), `there is no fact or variable "ballots.opne"; did you mean "ballots.open"?`},
		"expression's function":   {step("branch: [{if: now() == 1, then: end}, {else: end}]"), `there is no function "now"`},
		"expression's loop":       {step("branch: [{if: 'any(1..9, # > 1)', then: end}, {else: end}]"), `there is no function "any"`},
		"expression's operator":   {step("branch: [{if: line.name matches '(a+)+', then: end}, {else: end}]"), `"matches" is no part of this language`},
		"no expression":           {step("branch: [{if: 'a ==', then: end}, {else: end}]"), `the expression "a ==" cannot be read`},
		"not taken":               {step("say: Hi.\n    then: {flow: report, with: {wat: line.name}}"), `flow "report" does not take "wat", but what; did you mean "what"?`},
		"taken otherwise":         {step("say: Hi.\n    then: {flow: report, with: {what: ballots.open}}"), `ballots.open is a number, and a said is needed here`},
		"unknown type":            {"takes: {a: txt}\nsteps: {one: {say: Hi., then: end}}\n", `"txt" is no type; it is one of text, number, flag, time, words, code, said; did you mean "text"?`},
		"a step called end":       {"steps: {end: {say: Hi., then: end}}\n", `a step cannot be called "end"`},
		"too long a pause":        {step("say: Hi.\n    pause: 1m\n    then: end"), `pause is a time up to 5s, as in 1s, not "1m"`},
		"tries":                   {choices("a: {label: A}\n    tries: 0"), `tries is a number from 1 to 9, not "0"`},
		"it":                      {step("say: \"{it.name}\"\n    then: end"), `"it" is an item of an each, and there is none here`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := with(t, c.flow)
			if found := (Findings)(nil); !errors.As(err, &found) {
				t.Fatalf("it was not refused with findings: %v", err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got:\n%v\nwant in it:\n%s", err, c.want)
			}
		})
	}
}

func nine() string {
	var b strings.Builder
	for _, c := range "bcdefghi" {
		b.WriteString("\n      " + string(c) + ": {label: " + strings.ToUpper(string(c)) + "x}")
	}
	return b.String()
}

// TestAllFindings: everything wrong is told at once, in the order of the files.
func TestAllFindings(t *testing.T) {
	_, err := with(t, "steps:\n  one:\n    say: Hi.\n    then: nowhere\n  two:\n    do: fly\n    on: {}\n", "door.yaml", "steps: {}\n")
	want := `door.yaml:1:1: a flow has at least one step
test.yaml:4:11: this goes to "nowhere", which is not a step of this flow
test.yaml:6:5: there is no effect "fly"`
	if err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
}

// TestSetIsItsFiles: a set made again of its texts is the same; any other letter makes another.
func TestSetIsItsFiles(t *testing.T) {
	s := mustLoad(t, "starts: {en: [GO]}\nsteps: {one: {say: Hi., then: end}}\n")
	again, err := LoadFiles(s.Files(), offered())
	if err != nil || again.Hash() != s.Hash() || !maps.Equal(again.Files(), s.Files()) {
		t.Errorf("made again: %v, %s and %s", err, again.Hash(), s.Hash())
	}
	other := mustLoad(t, "starts: {en: [GO]}\nsteps: {one: {say: Ho., then: end}}\n")
	if other.Hash() == s.Hash() || len(s.Hash()) != 64 {
		t.Errorf("hashes %s and %s", s.Hash(), other.Hash())
	}
	folder := fstest.MapFS{"notes.txt": {Data: []byte("not a flow")}, "test.talk": {Data: []byte("nor this")}}
	for name, text := range s.Files() {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	fromFolder, err := Load(folder, offered())
	if err != nil || fromFolder.Hash() != s.Hash() {
		t.Errorf("from a folder: %v", err)
	}
}

// TestRestore: a set of an earlier day runs on though more is proved today; what this program does not have it cannot run on.
func TestRestore(t *testing.T) {
	s := mustLoad(t, "starts: {en: [GO]}\nsteps: {one: {say: Hi., then: end}}\n")
	files := s.Files()
	files["test.yaml"] = "starts: {en: [GO]}\nsteps:\n  one: {say: Hi., then: end}\n  two: {say: Ho., then: end}\n"
	if _, err := LoadFiles(files, offered()); err == nil || !strings.Contains(err.Error(), "nothing leads to step") {
		t.Fatalf("loaded: %v", err)
	}
	files[wordsFile] = regexp.MustCompile(`(?m)^  by_text:.*\n(    .*\n)+`).ReplaceAllString(files[wordsFile], "")
	// Counts once stood in a language's block by themselves, and nothing said how days are understood.
	words := strings.NewReplacer("    counts:\n", "", "      people: ", "    people: ", "      readers: ", "    readers: ", "      hearers: ", "    hearers: ").Replace(files[wordsFile])
	words = regexp.MustCompile(`(?m)^(    (?:people|readers|hearers): .*)other:`).ReplaceAllString(words, "${1}many:")
	files[wordsFile] = regexp.MustCompile(`(?m)^      (?:reads|ask_\w+):.*\n(        .*\n)+`).ReplaceAllString(words, "")
	if _, err := LoadFiles(files, offered()); err == nil || !strings.Contains(err.Error(), `a language has no "people"`) || !strings.Contains(err.Error(), `clock needs "reads"`) {
		t.Fatalf("loaded: %v", err)
	}
	restored, err := Restore(files, offered())
	if err != nil {
		t.Fatal(err)
	}
	if told := restored.languages[0].number(2, "readers", Text); told != "two people will read it" {
		t.Errorf("it counts %q", told)
	}
	out, err := restored.Next(State{}, Input{Kind: KindText, Text: "go"}, Env{Channel: Text, Languages: []Lang{"en"}})
	if err != nil || len(out.Say) != 1 || out.Say[0].Words != "Hi." {
		t.Errorf("it says %+v, %v", out.Say, err)
	}
	for lacking, want := range map[string]func(*Vocabulary){
		`report.yaml:9:5: there is no effect "file"`: func(v *Vocabulary) { delete(v.Effects, "file") },
		`file has no outcome "filed"`:                func(v *Vocabulary) { v.Effects["file"] = Effect{Args: map[string]Type{"what": TypeSaid}} },
	} {
		v := offered()
		want(&v)
		if _, err := Restore(files, v); err == nil || !strings.Contains(err.Error(), lacking) {
			t.Errorf("restored: %v; want %s", err, lacking)
		}
	}
}

// TestNoWords: a set without its words, or with a phrase left out, says so and nothing else.
func TestNoWords(t *testing.T) {
	if _, err := LoadFiles(nil, offered()); err == nil || !strings.HasPrefix(err.Error(), "words.yaml:1:1: a set needs this file") {
		t.Errorf("without any file: %v", err)
	}
	s := mustLoad(t, "starts: {en: [GO]}\nsteps: {one: {say: Hi., then: end}}\n")
	files := s.Files()
	files[wordsFile] = strings.Replace(files[wordsFile], "  unsure:", "  unshure:", 1)
	_, err := LoadFiles(files, offered())
	if err == nil || !strings.Contains(err.Error(), `phrases has no "unshure"; did you mean "unsure"?`) || !strings.Contains(err.Error(), `the phrase "unsure" is missing`) {
		t.Errorf("with a phrase misspelled: %v", err)
	}
}

// TestWordsAreWhole: a language that lacks something, or has too much, is refused with its place.
func TestWordsAreWhole(t *testing.T) {
	files := mustLoad(t, errands).Files()
	for change, want := range map[[2]string]string{
		{"    name: English\n", ""}:                                                            `:5: "name" is missing; add it`,
		{"  en:\n", "  english:\n"}:                                                            `a language is named by two or three letters, as in en, not "english"`,
		{"numbers: [zero, one, two,", "numbers: [] # ["}:                                       `numbers has 0 words, and needs at least 9`,
		{"press {key}.\"\n    press_language", "press {kye}.\"\n    press_language"}:           `press has a gap {kye}; it can have key, label`,
		{"      people: {none: the organizers, one: one person, other: \"{n} people\"}\n", ""}: `language "es" counts "people", and another does not`,
		{"one: one person, other: \"{n} people\"", "one: one person, many: \"{n} people\""}:    `people has "many", and whole numbers in "en" are one, other; leave it out`,
		{"one: one person will read it, ", ""}:                                                 `readers needs "one": whole numbers in "en" are one, other`,
		{"        today: [today]\n", ""}:                                                       `"today" is missing; add it`,
		{"order: mdy", "order: mfy"}:                                                           `order is mdy, dmy or ymd, not "mfy"`,
		{"locale: es-US", "locale: es US!"}:                                                    `locale is a language and a country, as in es-US, not "es US!"`,
		{"      halves: {text: [am, pm], voice: [AM, PM]}\n", ""}:                              `clock needs "halves"`,
		{"(a picture, without words)", "(a picture)"}:                                          `what stands for a picture takes more than 3 words`,
		{"call {line.number}.", "call {line.nmber}."}:                                          `there is no fact or variable "line.nmber"; did you mean "line.number"?`,
		{"menu: [MENU, START OVER, BACK]", "menu: [HELP]"}:                                     `"HELP" is a word of the phone companies' own, and cannot be a command`,
		{"menu: [MENU, START OVER, BACK]", "menu: [ENGLISH]"}:                                  `"ENGLISH" is a word of the language en already`,
	} {
		broken := maps.Clone(files)
		broken[wordsFile] = strings.Replace(files[wordsFile], change[0], change[1], 1)
		if broken[wordsFile] == files[wordsFile] {
			t.Errorf("%q does not stand in words.yaml", change[0])
		}
		if _, err := LoadFiles(broken, offered()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", change[1], err, want)
		}
	}
}

// TestHostileFiles: what is meant to cost much costs little.
func TestHostileFiles(t *testing.T) {
	for name, src := range map[string]string{
		"10 MB":           strings.Repeat("# all work and no play\n", 10<<20/23),
		"deep lists":      strings.Repeat("[", 200_000),
		"deep lists down": strings.Repeat("[\n", 100_000),
		"deep entries":    strings.Repeat("- ", 100_000),
		"deep steps":      deep(),
		"many anchors":    "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nsteps: *c\n",
		"a novel":         "starts: {en: [GO]}\nsteps:\n  one:\n    say: |\n" + strings.Repeat("      and then another thing happened\n", 6000) + "    then: end\n",
		"binary":          "\x00\x01\xff\xfe",
		"deep expression": "starts: {en: [GO]}\nsteps:\n  one:\n    branch: [{if: '" + strings.Repeat("(", 1500) + "', then: end}, {else: end}]\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := with(t, src); err == nil {
				t.Error("it was not refused")
			}
		})
	}
}

func deep() string {
	var b strings.Builder
	for i := range 600 {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// rowOf is so many steps, from s1 on, each of which goes on to the next.
func rowOf(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "\n  s%d:\n    set: {x: 1}\n    then: s%d", i+1, i+2)
	}
	return b.String() + fmt.Sprintf("\n  s%d:\n    say: Hi.\n    then: end", n+1)
}

// TestRestoreKnowsNoBounds: what was right for an earlier program is finished, whatever bounds have come since.
func TestRestoreKnowsNoBounds(t *testing.T) {
	for name, f := range map[string]string{
		"a short wait":  flowOf("  one:\n    wait: 30s\n    then: end\n"),
		"a short lapse": flowOf("  one:\n    ask: Which?\n    choices: {a: {label: A, then: end}}\n    lapse: {after: 30s, nudge: Hm?, then: end}\n"),
		"printed, if":   flowOf("  one:\n    ask: \"Which? 1 A 2 B\"\n    printed: true\n    choices: {a: {label: A, then: end}, b: {label: B, if: me.listed, then: end}}\n"),
	} {
		s := mustLoad(t, flowOf("  one:\n    say: x\n    then: end\n"))
		files := s.Files()
		files["test.yaml"] = f
		if _, err := LoadFiles(files, s.vocabulary); err == nil {
			t.Errorf("%s: it loads", name)
		}
		if _, err := Restore(files, s.vocabulary); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
