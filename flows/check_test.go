package flows

import (
	"errors"
	"strings"
	"testing"
)

// checks are flows, each with what a rule says of it ("" where it just keeps the rule).
type checks map[string]struct{ flow, want string }

// each loads them. Warnings count as much as errors.
func (c checks) each(t *testing.T) {
	t.Helper()
	for name, one := range c {
		t.Run(name, func(t *testing.T) {
			s, err := with(t, one.flow)
			found := Findings(nil)
			if err != nil && !errors.As(err, &found) {
				t.Fatal(err)
			}
			if err == nil {
				found = s.Warnings()
			}
			switch {
			case one.want == "" && len(found) > 0:
				t.Errorf("nothing is wrong with it, and still:\n%v", found)
			case !strings.Contains(found.Error(), one.want):
				t.Errorf("got:\n%v\nwant in it:\n%s", found, one.want)
			}
		})
	}
}

// flowOf is a flow of these steps, which begins with GO.
func flowOf(steps string) string { return "starts: {en: [GO]}\nsteps:\n" + steps }

func letterRow(n int) string { return strings.Repeat("x", n) }

func TestSegmentsAreProved(t *testing.T) {
	two := "  one:\n    say: {text: %A%, voice: x}\n    then: two\n  two:\n    say: {text: %B%, voice: x}\n    then: end\n"
	pair := func(a, b string) string {
		return flowOf(strings.NewReplacer("%A%", a, "%B%", b).Replace(two))
	}
	menu := func(conditions ...string) string {
		var b strings.Builder
		b.WriteString("  one:\n    ask: {text: " + letterRow(100) + ", voice: x}\n    choices:\n")
		for i, c := range conditions {
			name := string(rune('a' + i))
			b.WriteString("      " + name + ": {label: {text: " + name + letterRow(80) + ", voice: " + name + "x}, then: end" + c + "}\n")
		}
		return flowOf(b.String())
	}
	checks{
		"two that just fit":         {pair(letterRow(152), letterRow(153)), ""},
		"two that do not":           {pair(letterRow(153), letterRow(153)), "test.yaml:7:17: the text may take 3 segments and 2 are allowed: choice test, one, two (English); it is up to 1 letter too long"},
		"a letter outside GSM-7":    {pair(letterRow(66), letterRow(66)+"ú"), ""},
		"one letter makes it three": {pair(letterRow(90), letterRow(90)+"ú"), `test.yaml:7:17: the text may take 3 segments and 2 are allowed: choice test, one, two (English, 'ú' in step two makes each hold 70 letters); it is up to 48 letters too long`},
		"braces take two places":    {pair(letterRow(150), "'"+letterRow(151)+"[]'"), "it is up to 1 letter too long"},
		"a longer budget":           {strings.Replace(pair(letterRow(153), letterRow(153)), "  two:\n", "  two:\n    segments: 3\n", 1), ""},
		"longest value":             {pair(letterRow(152), `"`+letterRow(122)+`{line.name}"`), ""},
		"longer than that":          {pair(letterRow(152), `"`+letterRow(123)+`{line.name}"`), "up to 1 letter too long"},
		"by another way only":       {flowOf("  one:\n    branch: [{if: channel == 'voice', then: two}, {else: end}]\n  two:\n    say: " + letterRow(400) + "\n    then: end\n"), ""},
		"a variable's length":       {flowOf("  one:\n    set: {x: \"'abc'\"}\n    then: two\n  two:\n    say: {text: \"" + letterRow(302) + "{x}\", voice: x}\n    then: end\n"), ""},
		"options never together":    {menu(", if: ballots.open > 1", ", if: ballots.open < 2", ""), ""},
		"options together":          {menu(", if: ballots.open > 1", ", if: ballots.open > 2", ""), "the text may take 3 segments"},
		"wrong answers come first": {flowOf("  one:\n    ask: {text: " + letterRow(300) + ", voice: x}\n    digits: {min: 1, max: 2}\n    save: x\n    wrong: Say a number.\n    then: end\n    giveup: end\n"),
			"the text may take 3 segments and 2 are allowed: a wrong answer, one"},
		"a step in another flow": {flowOf("  one:\n    say: {text: " + letterRow(302) + ", voice: x}\n    then: flow report\n"), "choice test, one, tell (English)"},
		"two languages": {flowOf("  one:\n    say: {text: {en: " + letterRow(160) + ", es: " + letterRow(160) + "}, voice: x}\n    bilingual: true\n    then: end\n"),
			"(English and Español); it is up to"},
		"a code of twelve digits": {flowOf("  one:\n    ask: Which?\n    digits: {min: 1, max: 12}\n    save: x\n    then: two\n  two:\n    say: {text: \"" + letterRow(291) + "{x}\", voice: x}\n    then: end\n"), ""},
		"of thirteen":             {flowOf("  one:\n    ask: Which?\n    digits: {min: 1, max: 13}\n    save: x\n    then: two\n  two:\n    say: {text: \"" + letterRow(291) + "{x}\", voice: x}\n    then: end\n"), "up to 1 letter too long"},
	}.each(t)
}

// TestFirstTextIsShort: what a stranger gets out of the blue stays at two segments, whatever its step asks for.
func TestFirstTextIsShort(t *testing.T) {
	long := strings.Replace(plainDoor, "ask: Hello.", "ask: {text: "+letterRow(300)+", voice: x}\n    segments: 4", 1)
	_, err := with(t, flowOf("  one:\n    say: Hi.\n    then: end\n"), "door.yaml", long)
	if err == nil || !strings.Contains(err.Error(), "it is the first that a stranger gets, so say it shorter") {
		t.Errorf("got %v", err)
	}
}

// TestTheDearLetterOfADay: it stands neither in the step nor in a value, and is named all the same.
func TestTheDearLetterOfADay(t *testing.T) {
	words := mustLoad(t, errands).Files()[wordsFile]
	long := flowOf("  one:\n    set: {at: next.at}\n    then: two\n  two:\n    say: {text: \"" + letterRow(150) + "{at.day}\", voice: x}\n    then: end\n")
	_, err := with(t, long, wordsFile, strings.Replace(words, "[Jan, Feb, March", "[Jan, Fèb, Marš", 1))
	if err == nil || !strings.Contains(err.Error(), "'š' in a day or time that step two tells makes each hold 70 letters") {
		t.Errorf("got %v", err)
	}
}

func TestSecondsAreProved(t *testing.T) {
	words := func(n int) string { return strings.TrimSpace(strings.Repeat("word ", n)) }
	voice := func(s string) string {
		return flowOf("  one:\n    say: {text: x, voice: \"" + s + "\"}\n    then: end\n")
	}
	checks{
		"fifty words":       {voice(words(50)), ""},
		"fifty-one":         {voice(words(51)), "test.yaml:4:27: this takes up to 51 words to say (English), and only 50, about 20 seconds, are listened to"},
		"a name of letters": {voice(words(45) + " {line.name}"), "up to 51 words"},
		"a short name":      {voice(words(44) + " {line.name}"), ""},
		"a code":            {flowOf("  one:\n    do: file\n    with: {what: \"'x'\"}\n    on: {filed: two}\n  two:\n    say: {text: x, voice: \"" + words(31) + " {code}.\"}\n    then: end\n"), "up to 51 words"},
		"a label":           {flowOf("  one:\n    ask: Which?\n    choices:\n      a: {label: {text: A, voice: " + words(48) + "}, then: end}\n"), "this takes up to 5"},
	}.each(t)
}

func TestQuietIsProved(t *testing.T) {
	checks{
		"a word of the list":             {flowOf("  one:\n    say: {en: The union meets., es: Hola.}\n    then: end\n"), `test.yaml:4:15: a quiet phone would show "union"; give it "quiet:" words without it`},
		"in another case":                {flowOf("  one:\n    say: {en: Boss., es: Hola.}\n    then: end\n"), `"boss"`},
		"part of a word":                 {flowOf("  one:\n    say: {en: Reunion., es: Hola.}\n    then: end\n"), ""},
		"quiet words":                    {flowOf("  one:\n    say: {text: The union meets., quiet: We meet., voice: x}\n    then: end\n"), ""},
		"loud quiet words":               {flowOf("  one:\n    say: {text: We meet., quiet: The union meets., voice: x}\n    then: end\n"), `"union"; say it without`},
		"put into a variable":            {flowOf("  one:\n    set: {who: \"'the union'\"}\n    then: two\n  two:\n    say: \"{who} meets\"\n    then: end\n"), "test.yaml:7:10: {who} may be a word that a quiet phone is never shown"},
		"a choice's key":                 {flowOf("  one:\n    ask: Which?\n    choices: {strike: {label: A}}\n    save: which\n    then: two\n  two:\n    say: \"{which}\"\n    then: end\n"), "{which} may be a word"},
		"in a variable that is not told": {flowOf("  one:\n    set: {who: \"'the union'\"}\n    then: two\n  two:\n    say: {text: \"{who}\", quiet: We, voice: x}\n    then: end\n"), ""},
		"a label":                        {flowOf("  one:\n    ask: Which?\n    choices:\n      a: {label: Report, then: end}\n"), `"report"`},
	}.each(t)
}

// TestQuietPatterns: what a language tells numbers, lists and days by is shown to a quiet phone too.
func TestQuietPatterns(t *testing.T) {
	words := mustLoad(t, flowOf("  one:\n    say: Hi.\n    then: end\n")).Files()[wordsFile]
	for _, change := range [][2]string{
		{`other: "{n} people"}`, `other: "{n} people of the union"}`},
		{`text: "A number from {min}`, `text: "For the union, a number from {min}`},
		{`text: "At what time?`, `text: "When is the strike?`},
	} {
		_, err := with(t, flowOf("  one:\n    say: Hi.\n    then: end\n"), wordsFile, strings.Replace(words, change[0], change[1], 1))
		if err == nil || !strings.Contains(err.Error(), "a quiet phone would show") {
			t.Errorf("%s: %v", change[1], err)
		}
	}
}

func TestDepthIsProved(t *testing.T) {
	menus := func(n int) string {
		var b strings.Builder
		for i := range n {
			next := "s" + string(rune('b'+i))
			if i == n-1 {
				next = "act"
			}
			b.WriteString("  s" + string(rune('a'+i)) + ":\n    ask: Which?\n    choices:\n      a: {label: A, then: " + next + "}\n")
		}
		return flowOf(b.String() + "  act:\n    do: find\n    on: {found: end, none: end}\n")
	}
	checks{
		"three, with the door's": {menus(2), ""},
		"four":                   {menus(4), `test.yaml:6:7: warning: whoever chooses "a" answers 4 times before anything comes of it`},
	}.each(t)
}

func TestChannelsAreProved(t *testing.T) {
	by := func(channel, allow string) string {
		return flowOf("  one:\n    branch: [{if: channel == '" + channel + "', then: act}, {else: end}]\n  act:\n    do: find\n    on: {found: end, none: end}\n" + allow)
	}
	checks{
		"by text only":  {by("text", ""), "test.yaml:6:5: warning: find can be come to by text and not by voice"},
		"by voice only": {by("voice", ""), "find can be come to by voice and not by text"},
		"allowed":       {by("voice", "    allow: {channels: only a call can}\n"), ""},
		"allowed at each of two places": {flowOf("  one:\n    branch: [{if: channel == 'voice', then: act}, {else: end}]\n  act:\n    do: find\n    on: {found: again, none: end}\n" +
			"    allow: {channels: only a call can}\n  again:\n    do: find\n    on: {found: end, none: end}\n    allow: {channels: here too}\n"), ""},
		"needlessly": {flowOf("  one:\n    say: Hi.\n    allow: {channels: only a call can}\n    then: end\n"), "channels is allowed here, and nothing here breaks it"},
	}.each(t)
}

func TestSilenceIsProved(t *testing.T) {
	checks{
		"a circle of silence": {flowOf("  one:\n    ask: Which?\n    choices: {a: {label: A, then: end}}\n    giveup: {silent: two, wrong: end}\n  two:\n    say: Hm.\n    then: one\n"),
			"whoever stays silent on a call, or presses wrong keys, never comes to an end"},
		"a circle of wrong answers": {flowOf("  one:\n    ask: Which?\n    choices: {a: {label: A, then: end}}\n    giveup: {wrong: two, silent: end}\n  two:\n    say: Hm.\n    then: one\n"),
			"whoever answers wrongly by text never comes to an end"},
		"a circle of waiting": {flowOf("  one:\n    ask: Which?\n    choices: {a: {label: A, then: end}}\n    lapse: {after: 1m, then: two}\n  two:\n    say: Hm.\n    then: one\n"),
			"it never ends where nobody answers"},
		"wrong by text, and then nothing": {flowOf("  one:\n    ask: Which?\n    choices: {a: {label: A, then: end}}\n    giveup: {wrong: two}\n    lapse: {after: 10m, then: end}\n  two:\n    ask: What?\n    choices: {a: {label: A, then: end}}\n    giveup: end\n    lapse: {after: 10m, then: one}\n"),
			"whoever answers wrongly by text, and then not at all, never comes to an end"},
		"an end": {flowOf("  one:\n    ask: Which?\n    choices: {a: {label: A, then: end}}\n    giveup: two\n  two:\n    say: Hm.\n    then: end\n"), ""},
	}.each(t)
}

func TestSecretsAreProved(t *testing.T) {
	pin := "  one:\n    ask: Your PIN?\n    digits: {min: 4, max: 8}\n    save: pin\n    secret: true\n    then: two\n"
	checks{
		"used at once": {flowOf(pin + "  two:\n    do: file\n    with: {what: \"'x'\", about: line.name}\n    on: {filed: three}\n  three:\n    say: \"{pin}\"\n    then: end\n"), ""},
		"kept at the next question": {flowOf(pin + "  two:\n    ask: Which?\n    choices: {a: {label: A}}\n    then: three\n  three:\n    say: \"{pin}\"\n    then: end\n"),
			`test.yaml:9:3: "pin" was answered in secret and would be kept while step "two" waits`},
		"kept under another name": {flowOf(pin + "  two:\n    set: {copy: pin}\n    then: ask\n  ask:\n    ask: Which?\n    choices: {a: {label: A}}\n    then: three\n  three:\n    say: \"{copy}\"\n    then: end\n"),
			`"copy" was answered in secret`},
		"a yes under another name": {flowOf("  one:\n    ask: Is it so?\n    yes_no: true\n    save: so\n    secret: true\n    then: two\n  two:\n    set: {copy: so}\n    then: ask\n  ask:\n    ask: Which?\n    choices: {a: {label: A}}\n    then: three\n  three:\n    branch: [{if: copy, then: end}, {else: end}]\n"),
			`"copy" was answered in secret`},
		"kept while another flow is called": {flowOf(pin+"  two:\n    call: other\n    then: three\n  three:\n    say: \"{pin}\"\n    then: end\n") + "", `"pin" was answered in secret`},
		"nudged":                            {flowOf(strings.Replace(pin, "then: two", "then: end\n    lapse: {after: 1m, nudge: Still there?}", 1)), "a secret question is put once"},
	}.eachWith(t, "other.yaml", "steps:\n  ask:\n    ask: Which?\n    choices: {a: {label: A}}\n    then: end\n")
}

// eachWith is each with another flow, which the flows call or not.
func (c checks) eachWith(t *testing.T, name, flow string) {
	t.Helper()
	for label, one := range c {
		t.Run(label, func(t *testing.T) {
			more := []string{name, flow}
			if !strings.Contains(one.flow, "call: ") {
				more = nil
			}
			_, err := with(t, one.flow, more...)
			switch {
			case one.want == "" && err != nil:
				t.Errorf("nothing is wrong with it, and still:\n%v", err)
			case one.want != "" && (err == nil || !strings.Contains(err.Error(), one.want)):
				t.Errorf("got:\n%v\nwant in it:\n%s", err, one.want)
			}
		})
	}
}

const nudged = "  one:\n    ask: Which?\n    choices: {a: {label: A, then: %TO%}}\n    lapse: {after: 1m, nudge: Still there?}\n"

func TestNudgesAreProved(t *testing.T) {
	to := func(where string) string { return flowOf(strings.ReplaceAll(nudged, "%TO%", where)) }
	checks{
		"where nothing is private":      {to("end"), ""},
		"where a report may be filed":   {to("two") + "  two:\n    do: join\n    on: {joined: end}\n", "nothing is nudged here: the flow may do join; take the nudge out"},
		"called where one may join":     {flowOf("  one:\n    call: asker\n    then: two\n  two:\n    do: join\n    on: {joined: end}\n"), "nothing is nudged here: the flow is called by flow test, which may do join"},
		"that leads where one may join": {to("flow other"), "leads to flow other, which may do join"},
		"by a step when time has passed": {flowOf("  one:\n    ask: Which?\n    choices: {a: {label: A, then: two}}\n    lapse: {after: 1m, then: late}\n" +
			"  two:\n    do: join\n    on: {joined: end}\n  late:\n    say: Are you there?\n    then: end\n"), "it is said here when time has passed after step \"one\""},
		"after a wait": {flowOf("  one:\n    do: join\n    on: {joined: two}\n  two:\n    wait: 1m\n    then: late\n  late:\n    say: It is done.\n    then: end\n"),
			"it is said here when time has passed after step \"two\""},
		"or ends without a word": {flowOf("  one:\n    do: join\n    on: {joined: two}\n  two:\n    wait: 1m\n    then: end\n"), ""},
	}.eachJoining(t)
}

func (c checks) eachJoining(t *testing.T) {
	t.Helper()
	for label, one := range c {
		t.Run(label, func(t *testing.T) {
			s := mustLoad(t, flowOf("  one:\n    say: Hi.\n    then: end\n"))
			files, v := s.Files(), offered()
			files["test.yaml"] = one.flow
			if strings.Contains(one.flow, "flow other") {
				files["other.yaml"] = "steps:\n  one:\n    do: join\n    on: {joined: end}\n"
			}
			if strings.Contains(one.flow, "call: asker") {
				files["asker.yaml"] = "steps:\n" + strings.ReplaceAll(nudged, "%TO%", "end")
			}
			v.Effects["join"] = Effect{Outcomes: map[string]map[string]Shape{"joined": nil}, Private: true}
			_, err := LoadFiles(files, v)
			if one.want == "" && err != nil || one.want != "" && (err == nil || !strings.Contains(err.Error(), one.want)) {
				t.Errorf("got:\n%v\nwant in it:\n%s", err, one.want)
			}
		})
	}
}

func TestEchoesAreProved(t *testing.T) {
	words := "  one:\n    ask: What?\n    words: true\n    voice: end\n    save: w\n    then: two\n"
	checks{
		"their words":           {flowOf(words + "  two:\n    say: \"You said {w}.\"\n    then: end\n"), "test.yaml:10:10: {w} is what somebody wrote, and is never repeated"},
		"under another name":    {flowOf(words + "  two:\n    set: {x: w}\n    then: three\n  three:\n    say: \"You said {x}.\"\n    then: end\n"), "{x} is what somebody wrote"},
		"put together":          {flowOf(words + "  two:\n    set: {x: \"w + '.'\"}\n    then: three\n  three:\n    say: \"You said {x}\"\n    then: end\n"), "{x} is what somebody wrote"},
		"how many they were":    {flowOf(words + "  two:\n    set: {x: words(w)}\n    then: three\n  three:\n    say: \"{x} words.\"\n    then: end\n"), ""},
		"heard":                 {flowOf("  one:\n    ask: Which?\n    choices: {a: {label: A, then: end}}\n    other: two\n  two:\n    say: \"{heard}\"\n    then: end\n"), "{heard} is what somebody wrote"},
		"a number they pressed": {flowOf("  one:\n    ask: Which?\n    digits: {min: 1, max: 4}\n    save: n\n    then: two\n  two:\n    say: \"{n}\"\n    then: end\n"), ""},
	}.each(t)
}

func TestPrintedWordsAreProved(t *testing.T) {
	checks{
		"printed as a choice": {flowOf("  one:\n    ask: \"Which?\\n1 Stop\\n2 Go\"\n    printed: true\n    choices:\n      a: {label: Leave, then: end}\n      b: {label: Go on, then: end}\n"),
			`test.yaml:4:10: "Stop" is a word of the phone companies' own, and cannot be printed as a choice`},
		"a confirm's":         {flowOf("  one:\n    ask: Sure?\n    confirm: {yes: Go on, no: Cancel}\n    yes: end\n    no: end\n"), `test.yaml:5:31: "Cancel" is a word of the phone companies' own, and cannot be a choice`},
		"on a quiet phone":    {flowOf("  one:\n    ask: Which?\n    choices: {a: {label: {text: Go, quiet: Stop, voice: go}, then: end}}\n"), `"Stop" is a word of the phone companies' own, and cannot be a choice`},
		"with a number":       {flowOf("  one:\n    ask: Which?\n    choices: {a: {label: {en: {count: ballots.open, one: End, other: End}, es: A}, then: end}}\n"), `"End" is a word of the phone companies' own, and cannot be a choice`},
		"on one line":         {flowOf("  one:\n    say: \"1 Go 2 HELP\"\n    then: end\n"), "HELP"},
		"not as a choice":     {flowOf("  one:\n    say: \"STOP = no texts.\"\n    then: end\n"), ""},
		"yes by another name": {flowOf("  one:\n    ask: Which?\n    choices:\n      yes: {label: Tea, then: end}\n      other: {label: Coffee, words: {en: [OKAY]}, then: end}\n"), `choices "yes" and "other" are both met by "okay"`},
	}.each(t)
}
