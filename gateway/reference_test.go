package gateway

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"hotline/flows"
)

// The reference of the flow language lists what flows may know and do here, and nothing else.
func TestTheReferenceTellsEveryFactAndEffect(t *testing.T) {
	text, err := os.ReadFile("../flows/README.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{} // the rows of its tables, by their first column
	for line := range strings.Lines(string(text)) {
		if first, rest, ok := strings.Cut(strings.TrimPrefix(line, "| `"), "` |"); ok && strings.HasPrefix(line, "| `") {
			told[first] = rest
		}
	}
	v := vocabulary()
	want := map[string]string{}
	for name, fact := range v.Facts {
		want[name] = string(fact.Type)
	}
	for name, e := range v.Effects {
		var args []string
		for _, arg := range slices.Sorted(maps.Keys(e.Args)) {
			one := arg + " (" + string(e.Args[arg]) + ")"
			if e.Optional[arg] {
				one += " or nothing"
			}
			args = append(args, one)
		}
		var outcomes []string
		for _, outcome := range slices.Sorted(maps.Keys(e.Outcomes)) {
			outcomes = append(outcomes, "`"+outcome+"`"+bringsInWords(e.Outcomes[outcome]))
		}
		want[name] = strings.TrimSpace(strings.Join(args, ", ") + " | " + strings.Join(outcomes, "; "))
	}
	for name, row := range want {
		if !strings.HasPrefix(strings.TrimSpace(told[name]), row+" |") {
			t.Errorf("flows/README.md has no row that begins:\n| `%s` | %s |\nbut\n| `%s` |%s", name, row, name, told[name])
		}
	}
}

func bringsInWords(fields map[string]flows.Shape) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if fields[name].Type == flows.TypeList {
			name += " (" + strings.Join(slices.Sorted(maps.Keys(fields[name].Fields)), ", ") + ")"
		}
		all = append(all, name)
	}
	if len(all) == 0 {
		return ""
	}
	return ": " + strings.Join(all, ", ")
}

// Every effect stands in one table: of two with one name, one would be lost without a word.
func TestEachEffectStandsInOneTable(t *testing.T) {
	n := 0
	for _, table := range []map[string]effect{reportsEffects(), meetingsEffects(), membersEffects(), votesEffects(), dutyEffects(),
		promptsEffects(), ownEffects(), offersEffects(), proposalsEffects(), broadcastsEffects(), alertsEffects(), calledEffects()} {
		n += len(table)
	}
	if all := effects(); len(all) != n {
		t.Errorf("%d effects stand in the tables, and %d are known", n, len(all))
	}
}
