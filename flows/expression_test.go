package flows

import (
	"reflect"
	"strings"
	"testing"
)

// TestExpressions evaluates formulas over one value of each type.
func TestExpressions(t *testing.T) {
	const flow = `
takes: {a: text, n: number, f: flag, at: time, w: words, c: code, s: said}
starts: {en: [GO]}
steps:
  find:
    do: find
    on: {found: set, none: end}
  set:
    set:
      x: EXPR
    then: ask
  ask:
    ask: Which?
    each: things
    label: "{it.name}"
    save: thing
    then: read
  read:
    do: file
    with: {what: a}
    on: {filed: again}
  again:
    branch: [{if: given(s) and x == x, then: end}, {else: end}]
`
	vars := map[string]Value{
		"a": {Text: "two words"}, "n": {Num: 3}, "f": {Flag: true}, "at": {Num: 1}, "w": {Words: map[Lang]string{"en": "x"}},
		"c": {Text: "1234"}, "s": {Rec: "RE1"},
	}
	env := byText
	env.Facts = noFacts()
	env.Facts["next"] = Value{Item: Item{"place": {Words: map[Lang]string{"en": "hall"}}}}
	for src, want := range map[string]Value{
		"7":                              {Num: 7},
		"true":                           {Flag: true},
		"\"'a'\"":                        {Text: "a"},
		"a":                              vars["a"],
		"n + 1":                          {Num: 4},
		"n - 1 < 2 or not f":             {},
		"f and n >= 3":                   {Flag: true},
		"words(a)":                       {Num: 2},
		"words(s)":                       {},
		"given(s)":                       {Flag: true},
		"given(a) and not given('  ')":   {Flag: true},
		"len(things) == 2":               {Flag: true},
		"a in ['one', 'two words']":      {Flag: true},
		"c == '1234'":                    {Flag: true},
		"\"channel + ' ' + lang\"":       {Text: "text en"},
		"ballots.open == 0":              {Flag: true},
		"me.listed != f":                 {Flag: true},
		"'n > 2 ? \"many\" : \"few\"'":   {Text: "many"},
		"next.place":                     {Words: map[Lang]string{"en": "hall"}},
		"given(line.name) or words(a)>1": {Flag: true},
	} {
		s, err := with(t, strings.Replace(flow, "EXPR", src, 1))
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		st := State{Flow: "test", Step: "find", Lang: "en", Vars: vars}
		things := Value{List: []Item{{"id": {Text: "a"}}, {"id": {Text: "b"}}}}
		out := next(t, s, st, Input{Kind: KindOutcome, Outcome: "found", Values: map[string]Value{"things": things}}, env)
		if got := out.State.Vars["x"]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %+v, want %+v", src, got, want)
		}
	}
}

// TestExpressionsRefused: what no formula may do, and what has no type that fits.
func TestExpressionsRefused(t *testing.T) {
	for src, want := range map[string]string{
		"[1, 2]":                 "gives neither a number nor a flag nor a text",
		"next + 1":               "mismatched types item and int",
		"next.at == 3":           "mismatched types moment and int",
		"words(ballots.open)":    "cannot use int as argument",
		"line.name.first":        `"line.name" has no "first"`,
		"words":                  `there is no fact or variable "words"`,
		"line['name']":           "",
		"let y = 1; y":           "only names, numbers",
		"1..9":                   `".." is no part of this language`,
		"len(1..1000000) > 0":    `".." is no part of this language`,
		"line.name | upper()":    `there is no function "upper"`,
		"{a: 1}":                 "only names, numbers",
		"if true { 1 } else {2}": "",
		"me.listed ? 1 : 'a'":    "",
	} {
		_, err := with(t, "starts: {en: [GO]}\nsteps:\n  one:\n    set:\n      x: '"+strings.ReplaceAll(src, "'", "''")+"'\n    then: two\n  two:\n    branch: [{if: x == x, then: end}, {else: end}]\n")
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %s", src, err, want)
		}
	}
}
