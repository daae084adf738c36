package flows

import (
	"slices"
	"strings"
	"testing"
)

// TestUpdate: only what differs is rewritten; what a person wrote stays, to the space.
func TestUpdate(t *testing.T) {
	s := mustLoad(t, errands)
	const old = `# A story.
@ text en

>  GO
<  Which?
# The first is gone.
< 1 Coffee
< 1 Tea
> tea
! find -> none
  
< What else, please?
> a spoon
! find -> found things.1.id=a
  things.1.name=b
! file what="two spoons" about=yes ->  filed code=1234
  by="2026-03-01 00:05 UTC"

# The end.
@ text en
> GO
> 2
< 2 cups.
> 1234`
	talk, err := ParseTalk("test.talk", old)
	if err != nil {
		t.Fatal(err)
	}
	if talk.String() != old {
		t.Errorf("it was written again as\n%s", talk)
	}
	const want = `# A story.
@ text en

>  GO
< Which?
# The first is gone.
< 1 Tea
< 2 Milk
> tea
  
< What else?
> a spoon
! file what="a spoon" about=yes ->  filed code=1234
  by="2026-03-01 00:05 UTC"
< 1234, Sunday, March 1, 12:05 am

# The end.
@ text en
> GO
< Which?
< 1 Tea
< 2 Milk
> 2
< 2 cups.
> 1234
< 1234
`
	got, failures := talk.Update(s)
	if len(failures) > 0 {
		t.Error(failures)
	}
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s\n%s", got, want, strings.Join(diff(strings.Split(want, "\n"), strings.Split(got, "\n")), "\n"))
	}
	updated, err := ParseTalk("test.talk", got)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(updated); err != nil {
		t.Error(err)
	}
	if again, _ := updated.Update(s); again != got {
		t.Errorf("updated twice:\n%s", again)
	}
}

// TestUpdateCannotGuess: what comes of an effect is for a person to say. The scenes beside it are updated all the same, and the
// line ends are those of the file.
func TestUpdateCannotGuess(t *testing.T) {
	s := mustLoad(t, errands)
	talk, err := ParseTalk("test.talk", "@ text en\r\n> GO\r\n> 1\r\n< Wat else?\r\n> a spoon\r\n< Thanks.\r\n@ text en\r\n> GO\r\n")
	if err != nil {
		t.Fatal(err)
	}
	got, failures := talk.Update(s)
	want := "@ text en\r\n> GO\r\n< Which?\r\n< 1 Tea\r\n< 2 Milk\r\n> 1\r\n< What else?\r\n> a spoon\r\n< Thanks.\r\n" +
		"@ text en\r\n> GO\r\n< Which?\r\n< 1 Tea\r\n< 2 Milk\r\n"
	if got != want {
		t.Errorf("got:\n%q\nwant:\n%q", got, want)
	}
	if len(failures) != 1 || failures[0].String() != `test.talk:5:1: this asks for file, and nothing says what comes of it; write a line "! file about=yes what="a spoon" -> filed" below` {
		t.Error(failures)
	}
	misfit, err := ParseTalk("test.talk", "@ text en\n@ lang no\n> GO\n")
	if err != nil {
		t.Fatal(err)
	}
	if got, failures := misfit.Update(s); got != misfit.String() || len(failures) != 1 {
		t.Error(got, failures)
	}
}

// TestCoverage: transcripts tell together which steps and ways nobody tried.
func TestCoverage(t *testing.T) {
	s := mustLoad(t, errands)
	var played []Played
	for _, src := range []string{
		"@ text en\n> GO\n> 2\n> 1234\n",
		"@ text en\n> GO\n> neither of these is what I want\n> 1\n> a spoon\n! file -> filed code=1\n",
		"@ voice en\n@ flow test\n> [call]\n> [hangup]\n! file -> filed\n",
	} {
		talk, err := ParseTalk("test.talk", src)
		if err != nil {
			t.Fatal(err)
		}
		text, failures := talk.Update(s)
		if len(failures) > 0 {
			t.Fatal(failures)
		}
		if talk, err = ParseTalk("test.talk", text); err != nil {
			t.Fatal(err)
		}
		p := s.Play(talk)
		if p.Err() != nil {
			t.Fatal(p.Err())
		}
		played = append(played, p)
	}
	all := s.Coverage(played...)
	i := slices.IndexFunc(all, func(c Coverage) bool { return c.Flow == "test" })
	c := all[i]
	if c.Steps != 12 || c.StepsVisited != 8 || c.Ways != 20 || c.WaysVisited != 11 || c.File != "test.yaml" {
		t.Errorf("%d of %d steps, %d of %d ways", c.StepsVisited, c.Steps, c.WaysVisited, c.Ways)
	}
	var told []string
	for _, m := range c.Missed {
		told = append(told, m.String())
	}
	for _, want := range []string{
		`test.yaml:9:7: no transcript takes the choice "hidden" of step "which"`,
		`no transcript comes to step "code" by voice`,
		`test.yaml:42:3: no transcript comes to step "find"`,
		`no transcript takes the outcome "none" of step "find"`,
		`no transcript answers yes at step "sure"`,
		`in no transcript somebody gives up at step "sure"`,
	} {
		if !slices.ContainsFunc(told, func(one string) bool { return strings.Contains(one, want) }) {
			t.Errorf("not told: %s", want)
		}
	}
	if len(told) != 4+9 {
		t.Errorf("told:\n%s", strings.Join(told, "\n"))
	}
}
