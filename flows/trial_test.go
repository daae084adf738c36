package flows

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestTrial: a flow is tried, effects are answered by a script and then by hand, and what was said is a scene that goes as written.
func TestTrial(t *testing.T) {
	s := mustLoad(t, errands)
	script, err := ParseTalk("test.talk", "@ fact me.listed true\n@ text en\n> GO\n> 1\n> x\n! file -> filed code=1234 by=\"2026-03-01 00:05 UTC\"\n")
	if err != nil {
		t.Fatal(err)
	}
	trial, err := s.Try("test", Text, "en", "es")
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(trial.Script(script))
	must(trial.Set("lang", "es"))
	must(trial.Set("fact", "next.place.es Calle 1"))
	written, _, err := trial.Begin()
	must(err)
	if written != "VAMOS" {
		t.Errorf("it began with %q", written)
	}
	for _, wrong := range []string{"[silence]", "[call]", "[wait long]", "[so]"} {
		if _, err := trial.Hear(wrong); err == nil {
			t.Errorf("%s was heard", wrong)
		}
	}
	_, err = trial.Hear("té")
	must(err)
	must(trial.Set("lang", "en"))
	out, err := trial.Hear(`a "spoon" -> two`)
	must(err)
	if asks := `! file about=yes what="a \"spoon\" -> two"`; out.Do == nil || trial.Asks() != asks {
		t.Errorf("it asks for %s", trial.Asks())
	}
	_, outcome, found, err := trial.Scripted()
	must(err)
	if !found || outcome != `filed code=1234 by="2026-03-01 00:05 UTC"` {
		t.Errorf("it came out as %q", outcome)
	}
	want := `@ text en es
@ fact me.listed true
@ lang es
@ fact next.place.es Calle 1
> VAMOS
< ¿Qué?
< 1 Té
< 2 Leche
< 3 Coffee
> té
< What else?
@ lang en
> a "spoon" -> two
! file about=yes what="a \"spoon\" -> two" -> filed code=1234 by="2026-03-01 00:05 UTC"
< 1234, Sunday, March 1, 12:05 am
`
	if got := trial.Scene(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	story(t, s, trial.Scene())
}

// TestTrialAsks: of an outcome each value is asked for, with one that would do, and what does not fit is refused.
func TestTrialAsks(t *testing.T) {
	s := mustLoad(t, errands)
	above, err := ParseTalk("my.talk", "@ fact me.listed true\n@ fact ballots.open 2\n@ voice\n> [call]\n")
	if err != nil {
		t.Fatal(err)
	}
	trial, err := s.Try("test", Voice)
	if err != nil {
		t.Fatal(err)
	}
	if err := trial.Under(above); err != nil {
		t.Fatal(err)
	}
	if err := trial.Set("fact", "me.listed false"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := trial.Begin(); err != nil {
		t.Fatal(err)
	}
	if out, err := trial.Hear("[keys 1]"); err != nil || out.Do == nil {
		t.Fatal(out, err)
	}
	if _, _, found, err := trial.Scripted(); found || err != nil {
		t.Error("nothing was scripted")
	}
	if got := trial.Outcomes(); !slices.Equal(got, []string{"found", "none"}) {
		t.Error(got)
	}
	if got := trial.Brings("found"); !slices.Equal(got, []Given{{"things", TypeList, "2"}}) {
		t.Error(got)
	}
	items := trial.Items("found", "things", 2)
	if !slices.Equal(items, []Given{{"things.1.id", TypeText, "id1"}, {"things.1.name", TypeWords, "name1"}, {"things.2.id", TypeText, "id2"}, {"things.2.name", TypeWords, "name2"}}) {
		t.Error(items)
	}
	if err := trial.Fits("found", Given{Name: "things.3.id", Value: "x"}); err == nil || !strings.Contains(err.Error(), "items are numbered from 1") {
		t.Error(err)
	}
	given, err := ParseGiven(`things.1.name="the lift"`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := trial.Came("found", given...); err != nil {
		t.Fatal(err)
	}
	want := "@ voice\n@ fact me.listed false\n@ flow test\n> [call]\n< Which?\n< To Tea, press 1.\n< To Milk, press 2.\n" +
		"> [keys 1]\n! find -> found things.1.name=\"the lift\"\n< To take 1, the lift, press 1.\n"
	if got := trial.Scene(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	for _, wrong := range []string{"things.1.name", "a=\"b", "a=1 -> b"} {
		if _, err := ParseGiven(wrong); err == nil {
			t.Errorf("%q went through", wrong)
		}
	}
}

// TestTrialsGoAsWritten: whatever is typed, the scene that it makes goes as written.
func TestTrialsGoAsWritten(t *testing.T) {
	s := mustLoad(t, errands)
	rapid.Check(t, func(t *rapid.T) {
		channel := rapid.SampledFrom([]Channel{Text, Voice}).Draw(t, "channel")
		trial, err := s.Try(rapid.SampledFrom([]string{"test", "door", "report"}).Draw(t, "flow"), channel, "en", "es")
		if err != nil {
			t.Fatal(err)
		}
		_, out, err := trial.Begin()
		for range rapid.IntRange(0, 8).Draw(t, "inputs") {
			for err == nil && out.Do != nil {
				outcome := rapid.SampledFrom(trial.Outcomes()).Draw(t, "outcome")
				var given []Given
				for _, g := range trial.Brings(outcome) {
					if given = append(given, g); g.Type == TypeList {
						given = append(given, trial.Items(outcome, g.Name, rapid.IntRange(0, 3).Draw(t, "items"))...)
					}
				}
				out, err = trial.Came(outcome, given...)
			}
			if err != nil {
				t.Fatal(err)
			}
			if out.Wait == nil {
				break
			}
			next, wrong := trial.Hear(anything(channel).Draw(t, "input"))
			if wrong != nil {
				continue // nothing has happened
			}
			out = next
		}
		if trial.Scene() == "" {
			return
		}
		talk, err := ParseTalk("test.talk", trial.Scene())
		if err != nil {
			t.Fatalf("%v\n%s", err, trial.Scene())
		}
		for _, f := range s.Play(talk).Failures {
			if len(f.Diff) > 0 || !strings.Contains(f.Message, "the answer ") {
				t.Fatalf("%s\n%s", f, trial.Scene())
			}
		}
	})
}

// anything is what somebody may do.
func anything(c Channel) *rapid.Generator[string] {
	if c == Voice {
		return rapid.OneOf(
			rapid.SampledFrom([]string{"[silence]", "[hangup]", "[record 3s]", "[record 9s, hangup]", "[keys 7]", "[keys 0]", "[keys *]", "[taken]"}),
			rapid.StringMatching(`\[keys [0-9*#]{1,6}\]`))
	}
	return rapid.OneOf(
		rapid.SampledFrom([]string{"1", "2", "GO", "yes", "MENU", "español", "52", "[idle] 1", "[blank]", "[photo] look", "[wait 3d]", "one two three four", "1234"}),
		rapid.StringN(1, 40, -1))
}
