package flows

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/text/feature/plural"
	bcp47 "golang.org/x/text/language"
)

// TestHowMany: a number is asked for with bounds, and told with the words that go with it.
func TestHowMany(t *testing.T) {
	s := mustLoad(t, `
starts: {en: [MANY], es: [CUANTOS]}
steps:
  many:
    ask: {en: "How many people?", es: "¿Cuanta gente?"}
    number: {min: 0, max: 1500}
    save: n
    then: told
  told:
    say:
      en: {count: n, none: "Nobody.", one: "One person.", other: "{n} people."}
      es: {count: n, none: "Nadie.", one: "Una persona.", other: "{n} personas."}
    then: end
`)
	story(t, s, `
@ text en es
> MANY
< How many people?
> a lot
< A number from 0 to 1,500, please.
< How many people?
> between 10 and 12
< A number from 0 to 1,500, please.
< How many people?
> about 12, I think
< 12 people.
> MANY
< How many people?
> 1,200
< 1,200 people.
> MANY
< How many people?
> nobody, zero
< Nobody.
> CUANTOS
< How many people?
> doce personas
< 12 people.
> MANY
< How many people?
> 2000
< A number from 0 to 1,500, please.
< How many people?
> twenty-five
< 25 people.

# 56 could be an answer to a read-back elsewhere; here it is a number
@ text en es
@ lang es
> CUANTOS
< ¿Cuanta gente?
> unas cincuenta y seis
< 56 personas.
> MANY
< ¿Cuanta gente?
> 1
< Una persona.

# by voice 0 and 9 are digits; four of them need no #
@ voice en es
> [call 2]
< How many people?
> [keys 9999]
< Please key a number from 0 to 1500, and then press the pound key.
< How many people?
> [keys 0]
< Nobody.
< [end]
`)
	out := next(t, s, State{Lang: "en"}, Input{Kind: KindCall}, byVoice)
	out = next(t, s, out.State, Input{Kind: KindKeys, Text: "2"}, byVoice)
	if want := (Wait{Keys: 4, Finish: "#", Timeout: 12 * time.Second}); *out.Wait != want {
		t.Errorf("a call waits for %+v, want %+v", *out.Wait, want)
	}
}

// TestSorts: a language needs exactly the words that its whole numbers tell apart.
func TestSorts(t *testing.T) {
	for lang, want := range map[string]string{
		"en": "one, other", "zh": "other", "fr": "one, other", "tl": "one, other", "ru": "one, few, many", "ar": "zero, one, two, few, many, other",
	} {
		if got := strings.Join(sortsOf(bcp47.Make(lang)), ", "); got != want {
			t.Errorf("%s tells %s apart, want %s", lang, got, want)
		}
	}
	if got := sortOf(bcp47.Make("ru"), 1_000_000_021); got != plural.One {
		t.Errorf("a thousand million and 21 in Russian is %v", got)
	}
}

// TestPluralsAreWhole: what is wrong with plurals is found where it stands.
func TestPluralsAreWhole(t *testing.T) {
	say := func(en string) string {
		return "starts: {en: [GO]}\nsteps:\n  one:\n    say:\n      en: " + en + "\n      es: Hola.\n    then: end\n"
	}
	for name, c := range map[string]struct{ flow, want string }{
		"a sort too many":     {say(`{count: ballots.open, one: A, few: B, other: C}`), `test.yaml:5:41: en has "few", and whole numbers in "en" are one, other; leave it out`},
		"a sort missing":      {say(`{count: ballots.open, none: A, one: B}`), `test.yaml:5:11: en needs "other": whole numbers in "en" are one, other`},
		"no number":           {say(`{count: line.name, one: A, other: B}`), `test.yaml:5:19: count is a number, and "line.name" is none`},
		"nothing known":       {say(`{count: ballots.opne, one: A, other: B}`), `count: there is no fact or variable "ballots.opne"; did you mean "ballots.open"?`},
		"a formula":           {say(`{count: ballots.open + 1, one: A, other: B}`), `count is the name of a fact or a variable, as in organizers`},
		"two numbers":         {say(`{count: ballots.open, one: {count: ballots.open, one: A, other: B}, other: C}`), `one number is enough for a text`},
		"all languages":       {"starts: {en: [GO]}\nsteps:\n  one:\n    say: {count: ballots.open, one: A, other: B}\n    then: end\n", `differs between languages; write {en: {count: …}}`},
		"a field of a list":   {"starts: {en: [GO]}\nsteps:\n  one:\n    do: find\n    on: {found: two, none: end}\n  two:\n    branch: [{if: things.name == 'x', then: end}, {else: end}]\n", `"things.name" is told of every item of a list, and can only be told`},
		"a number unbounded":  {"starts: {en: [GO]}\nsteps:\n  one:\n    ask: How many?\n    number: {min: 1}\n    save: n\n    then: end\n", `number needs "max", so that a slip is noticed`},
		"no kind of time":     {"starts: {en: [GO]}\nsteps:\n  one:\n    ask: When?\n    when: soon\n    save: n\n    then: end\n", `test.yaml:5:11: when is day, time or moment, not "soon"`},
		"bounds turned round": {"starts: {en: [GO]}\nsteps:\n  one:\n    ask: When?\n    when: day\n    from: 9d\n    until: 3d\n    save: n\n    then: end\n", `from is after until`},
		"bounds of a time":    {"starts: {en: [GO]}\nsteps:\n  one:\n    ask: When?\n    when: time\n    until: 3d\n    save: n\n    then: end\n", `a time of day is the next one`},
		"bounds elsewhere":    {"starts: {en: [GO]}\nsteps:\n  one:\n    ask: How many?\n    number: {min: 1, max: 2}\n    past: true\n    save: n\n    then: end\n", `"past" means nothing with "number"; leave it out`},
	} {
		if _, err := with(t, c.flow); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

// TestPluralsAnywhere: plurals stand in labels, in recordings' words and behind a fallback, and begin with a capital where they should.
func TestPluralsAnywhere(t *testing.T) {
	s := mustLoad(t, `
starts: {en: [GO]}
allow: {untranslated: it is told in English here}
steps:
  one:
    ask: {en: {count: ballots.open, one: "A ballot is open.", other: "{ballots.open.word} ballots are open."}}
    choices:
      a: {label: {text: {en: {count: ballots.open, one: See it, other: "See {ballots.open}"}, es: Ver}, voice: x}, then: end}
      b: {label: Nothing, then: end}
`, "words.yaml", strings.Replace(mustLoad(t, errands).Files()[wordsFile], "    name: Español\n", "    name: Español\n    falls_back: [en]\n", 1))
	story(t, s, `
@ text en es
@ lang en
@ fact ballots.open 2
> GO
< Two ballots are open.
< 1 See 2
< 2 Nothing
> see 2
@ text en es
@ lang es
@ fact ballots.open 1
> GO
< A ballot is open.
< 1 Ver
< 2 Nothing
`)
}

// TestLists: a field of a list is told of every item, as the language writes and says lists.
func TestLists(t *testing.T) {
	s := mustLoad(t, `
starts: {en: [GO], es: [YA]}
steps:
  one:
    do: find
    on: {found: told, none: end}
  told:
    say: {en: "We found {things.name}.", es: "Hay {things.name}."}
    then: end
`)
	story(t, s, `
@ text en es
> GO
! find -> found things.1.name="water" things.2.name="shade" things.3.name="rest"
< We found water, shade and rest.
> GO
! find -> found things.1.name="water"
< We found water.
> ESPAÑOL
< Hello.
< 1 Tell us
< 2 Test
> YA
! find -> found things.1.name="agua" things.2.name="hielo"
< Hay agua y hielo.
> YA
! find -> found things.1.name="Ana" things.2.name="Inés"
< Hay Ana e Inés.
> YA
! find -> found things.1.name="pan" things.2.name="sombra" things.3.name="higos"
< Hay pan, sombra e higos.
`)
}

// TestShortForms: days are told in full unless the short form saves a segment or the dearer alphabet; what began before an effect is
// told in short, since nobody knows yet how long it becomes.
func TestShortForms(t *testing.T) {
	long := strings.Repeat("x", 135)
	s := mustLoad(t, `
starts: {es: [YA]}
steps:
  one:
    say: "{next.at.day}."
    then: two
  two:
    ask: "Mas?"
    choices: {a: {label: Esto, then: three}, b: {label: Eso, then: four}}
  three:
    say: "`+long+` {next.at}."
    then: end
  four:
    say: "{next.at.day}"
    then: five
  five:
    do: find
    on: {found: end, none: six}
  six:
    say: "{next.at.day}"
    then: end
`)
	ask := "\n< Mas?\n< 1 Esto\n< 2 Eso\n"
	story(t, s, `
@ text es
@ fact next.at 2026-11-27 19:00 UTC
> YA
< Viernes 27 de noviembre.`+ask+`> 1
< `+long+` vie. 27 nov., 7:00 pm.
> YA
< Viernes 27 de noviembre.`+ask+`> 2
! find -> none
< Vie. 27 nov.
< Vie. 27 nov.
@ text es
@ fact next.at 2026-11-28 19:00 UTC
> YA
< Sab. 28 nov.`+ask+`
@ text es
@ fact next.at 2026-12-02 19:00 UTC
> YA
< Miércoles 2 de diciembre.`+ask)
}

// TestNow: what time it is stands in a transcript, in a scene or above all of them.
func TestNow(t *testing.T) {
	s := mustLoad(t, whenFlow)
	story(t, s, `
@ now 2026-11-24 15:20 America/New_York
@ text en
> DAY
< Which day?
@ now 2026-12-30 12:00 UTC
> friday
< Friday, Jan 1.
< When do we meet?
`)
	talk, err := ParseTalk("x.talk", "@ text en\n@ now soon\n> DAY\n< Which day?\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(talk); err == nil || !strings.Contains(err.Error(), "x.talk:2:7: ") {
		t.Errorf("a time that is none: %v", err)
	}
}
