package flows

import (
	"slices"
	"testing"
	"time"
)

// TestCost: each answer by text with its most and least, each prompt with its seconds, and what it takes to come to an end.
func TestCost(t *testing.T) {
	s := mustLoad(t, flowOf(`  which:
    ask: {text: {en: Which?, es: "¿Qué?"}, voice: one two three four five}
    choices:
      a: {label: {text: A, voice: a}, then: told}
      b: {label: {text: B, voice: b}, if: me.listed, then: end}
  told:
    say: {text: "`+letterRow(150)+`{line.name}", voice: one two three four five}
    pause: 1s
    then: end
`))
	turns, totals := s.Cost("test")
	find := func(step string, ends bool, c Channel) Cost {
		i := slices.IndexFunc(turns, func(one Cost) bool {
			return one.Step == step && one.Ends == ends && one.Channel == c && slices.Equal(one.Langs, []Lang{"en"}) && len(one.Path) != 1
		})
		if i < 0 {
			t.Fatalf("%s is not among %+v", step, turns)
		}
		return turns[i]
	}
	if c := find("told", true, Text); c.Least != 1 || c.Most != 2 || c.Letters != 180 || c.UCS2 || !slices.Equal(c.Path, []string{"choice a", "told"}) {
		t.Errorf("told by text: %+v", c)
	}
	if c := find("which", false, Text); c.Letters != len("Please send one of these.\nWhich?\n1 A\n2 B") || c.Most != 1 {
		t.Errorf("asked by text: %+v", c)
	}
	i := slices.IndexFunc(turns, func(c Cost) bool { return c.Step == "told" && c.Channel == Voice })
	if i < 0 || turns[i].Duration != 3*time.Second {
		t.Errorf("told by voice: %+v", turns[max(i, 0)])
	}
	i = slices.IndexFunc(totals, func(c Total) bool { return c.Step == "told" && c.Lang == "es" })
	if i < 0 || totals[i].Sent != 2 || totals[i].Received != 3 || !slices.Equal(totals[i].Path, []string{"which", "told"}) {
		t.Errorf("to the end: %+v", totals)
	}
}

// TestCostBehindACall: what stands behind a flow that is called costs the texts of that too.
func TestCostBehindACall(t *testing.T) {
	inner := "steps:\n  ask:\n    ask: Why?\n    choices: {a: {label: A}}\n    then: sure\n  sure:\n    ask: Sure?\n    choices: {a: {label: A}}\n    then: end\n"
	s, err := with(t, flowOf("  first:\n    call: inner\n    then: last\n  last:\n    say: Good.\n    then: end\n"), "inner.yaml", inner)
	if err != nil {
		t.Fatal(err)
	}
	_, totals := s.Cost("test")
	i := slices.IndexFunc(totals, func(c Total) bool { return c.Step == "last" && c.Lang == "en" })
	if i < 0 {
		t.Fatalf("the end is not among %+v", totals)
	}
	if c := totals[i]; !c.Ends || c.Sent != 3 || c.Received != 3 || !slices.Equal(c.Path, []string{"inner: ask", "inner: sure", "last"}) {
		t.Errorf("behind the call: %+v", c)
	}
}
