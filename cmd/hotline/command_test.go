package main

import (
	"context"
	"encoding/json"
	"flag"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestFlagsStandAnywhere(t *testing.T) {
	var place string
	var yes bool
	var got []string
	c := command{name: "meeting move", takes: "NUMBER [WORDS…]", bind: func(fs *flag.FlagSet) action {
		fs.StringVar(&place, "place", "", "")
		fs.BoolVar(&yes, "yes", false, "")
		return func(_ context.Context, _ *world, args []string) error {
			got = args
			return nil
		}
	}}
	for _, args := range [][]string{
		{"1", "a", "--place", "Hall", "--yes"},
		{"--place", "Hall", "1", "--yes", "a"},
		{"-place=Hall", "-yes", "1", "a"},
		{"--place", "Hall", "--yes", "--", "1", "a"},
	} {
		place, yes, got = "", false, nil
		if err := c.run(t.Context(), &world{}, args); err != nil {
			t.Errorf("%q: %v", args, err)
		}
		if place != "Hall" || !yes || !slices.Equal(got, []string{"1", "a"}) {
			t.Errorf("%q: place %q, yes %v, %q", args, place, yes, got)
		}
	}
	if err := c.run(t.Context(), &world{}, []string{"--", "--yes"}); err != nil || got[0] != "--yes" {
		t.Errorf("behind --: %q, %v", got, err)
	}
	if err := c.run(t.Context(), &world{}, nil); err == nil || !strings.Contains(err.Error(), "meeting move needs NUMBER") {
		t.Errorf("nothing given: %v", err)
	}
}

func TestFindingCommands(t *testing.T) {
	table := commands()
	for args, want := range map[string]string{
		"":                   "help",
		"--help talk":        "help",
		"talk --call":        "talk",
		"report show 1":      "report show",
		"keys new --out x":   "keys new",
		"version and more":   "version",
		"meeting add --at x": "meeting add",
	} {
		c, _, err := find(table, strings.Fields(args))
		if err != nil || c.name != want {
			t.Errorf("%q: %q, %v", args, c.name, err)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	known := []string{"report", "meeting", "ballot"}
	for word, want := range map[string]string{
		"reprot": `Did you mean "report"?`, "meetin": `Did you mean "meeting"?`, "vote": "there are three", "": "there are three",
		strings.Repeat("report", 20): "there are three",
	} {
		if got := didYouMean(word, known, "there are three"); got != want {
			t.Errorf("%q: %s", word, got)
		}
	}
}

// The table is one that a person can read: words in the right form, and nothing twice.
func TestTheTable(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range commands() {
		if seen[c.name] {
			t.Errorf("%s stands there twice", c.name)
		}
		seen[c.name] = true
		if c.short == "" || strings.HasSuffix(c.short, ".") || len(c.name)+len(c.short) > 95 {
			t.Errorf("%s: its sentence %q", c.name, c.short)
		}
		for line := range strings.SplitSeq(c.long, "\n") {
			if len([]rune(line)) > 132 {
				t.Errorf("%s: a line of its help is too long to read: %s", c.name, line)
			}
		}
		c.flags().VisitAll(func(f *flag.Flag) {
			if f.Usage == "" {
				t.Errorf("%s: --%s says nothing", c.name, f.Name)
			}
		})
	}
}

// What programs rely on is told to whoever writes them: every key of JSON stands in the help of its record.
func TestJSONKeysAreDocumented(t *testing.T) {
	for help, v := range map[string]any{
		reportHelp: reportJSON{}, meetingHelp: meetingJSON{}, ballotHelp: ballotJSON{}, memberHelp: memberJSON{}, importHelp: importJSON{},
		organizerHelp: organizerJSON{}, flyerHelp: flyerJSON{}, assemblyHelp: assemblyJSON{}, lineHelp: lineJSON{}, loadHelp: loadJSON{},
		trendsHelp: periodJSON{}, recipientsHelp: recipientsJSON{}, revealHelp: revealJSON{}, flowCostHelp: flowCostJSON{}, checkHelp: findingJSON{},
	} {
		for _, key := range jsonKeys(reflect.TypeOf(v)) {
			if !regexp.MustCompile(`\b` + key + `\b`).MatchString(help) {
				t.Errorf("%T: %s is not documented", v, key)
			}
		}
	}
}

func jsonKeys(t reflect.Type) (keys []string) {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t.Implements(reflect.TypeFor[json.Marshaler]()) {
		return nil
	}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		keys = append(append(keys, name), jsonKeys(t.Field(i).Type)...)
	}
	return keys
}
