package flows

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// offered is a small vocabulary, with one of everything.
func offered() Vocabulary {
	return Vocabulary{
		Facts: map[string]Shape{
			"line.name":   {Type: TypeText, Most: 30},
			"line.number": {Type: TypeText, Most: 16},

			"line.emergency": {Type: TypeCode, Most: 6},
			"late.sent":      {Type: TypeTime},
			"meet.at":        {Type: TypeTime},
			"meet.place":     {Type: TypeWords, Most: 80},

			"ballots.open": {Type: TypeNumber},
			"me.listed":    {Type: TypeFlag},
			"next":         {Type: TypeItem, Fields: map[string]Shape{"at": {Type: TypeTime}, "place": {Type: TypeWords, Most: 40}}},
		},
		Effects: map[string]Effect{
			"file": {
				Args:     map[string]Type{"what": TypeSaid, "about": TypeText},
				Optional: map[string]bool{"about": true},
				Outcomes: map[string]map[string]Shape{"filed": {"code": {Type: TypeCode}, "by": {Type: TypeTime}}},
			},
			"find": {Outcomes: map[string]map[string]Shape{
				"found": {"things": {Type: TypeList, Fields: map[string]Shape{"id": {Type: TypeText}, "name": {Type: TypeWords, Most: 20}}}},
				"none":  nil,
			}},
			"check": {Args: map[string]Type{"pin": TypeCode}, Outcomes: map[string]map[string]Shape{"right": nil}, Private: true},
			"ring": {
				Args:     map[string]Type{"tried": TypeNumber},
				Outcomes: map[string]map[string]Shape{"ringing": {"who": {Type: TypeText}}, "nobody": nil},
				Rings:    true,
			},
			"count": {Args: map[string]Type{"choice": TypeNumber}, Outcomes: map[string]map[string]Shape{"counted": nil}, Irrevocable: true},
		},
		Notices: map[string]map[string]Shape{"supper": {"supper": {Type: TypeText}, "at": {Type: TypeTime}, "place": {Type: TypeWords, Most: 40},
			"dishes": {Type: TypeList, Fields: map[string]Shape{"name": {Type: TypeWords, Most: 20}}}}},
	}
}

// The least that a set has besides the flow under test.
const (
	plainDoor   = "takes: {heard: text}\nsteps:\n  menu:\n    ask: Hello.\n    choices:\n      tell: {label: Tell us, then: flow report}\n      test: {label: Test, then: flow test}\n"
	plainReport = "takes: {what: said}\nsteps:\n  tell:\n    ask: Tell us.\n    record: {max: 60s}\n    save: what\n    then: file\n  file:\n    do: file\n    with: {what: what}\n    on: {filed: end}\n"
)

// completeList is what a language of words.yaml is complete for.
var completeList = regexp.MustCompile(`(?m)^    complete: \[.*\]$`)

// libraryWords is the library's words.yaml, in which no language is complete for any flow of the library: a set of a test has others.
func libraryWords(t testing.TB) string {
	t.Helper()
	src, err := os.ReadFile("library/words.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return completeList.ReplaceAllString(string(src), "    complete: []")
}

// with is a set of the flow test.yaml, the library's words, and the least of everything else that is not given by name, text.
func with(t testing.TB, test string, more ...string) (*Set, error) {
	t.Helper()
	files := map[string]string{wordsFile: libraryWords(t), "door.yaml": plainDoor, "report.yaml": plainReport, "test.yaml": test}
	for i := 0; i < len(more); i += 2 {
		files[more[i]] = more[i+1]
	}
	return LoadFiles(files, offered())
}

// mustLoad is with for a flow that is right.
func mustLoad(t testing.TB, test string, more ...string) *Set {
	t.Helper()
	s, err := with(t, test, more...)
	if err != nil {
		t.Fatalf("a flow that is right was refused:\n%v", err)
	}
	return s
}

// story plays a transcript.
func story(t *testing.T, s *Set, talk string) {
	t.Helper()
	parsed, err := ParseTalk(t.Name(), strings.TrimLeft(talk, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(parsed); err != nil {
		t.Error(err)
	}
}

// next is one input that the set can continue from.
func next(t testing.TB, s *Set, st State, in Input, env Env) Output {
	t.Helper()
	out, err := s.Next(st, in, env)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// noFacts knows every fact, each false, zero or empty.
func noFacts() map[string]Value {
	all := map[string]Value{}
	for name := range offered().Facts {
		all[name] = Value{}
	}
	return all
}

var (
	byText  = Env{Channel: Text, Languages: []Lang{"en", "es"}, Facts: noFacts(), Now: Value{Num: 1_795_000_000, Zone: "America/New_York"}}
	byVoice = Env{Channel: Voice, Languages: []Lang{"en", "es"}, Facts: noFacts(), Now: byText.Now}
)
