package flows

import (
	"errors"
	"strings"
	"testing"
)

// TestTalkDiffers: a transcript that went differently shows where, line by line.
func TestTalkDiffers(t *testing.T) {
	s := mustLoad(t, errands)
	talk, err := ParseTalk("test.talk", `@ text en
> GO
< Which?
< 1 Coffee
< 2 Milk
@ text en
> GO
< Which?
< 1 Tea
< 2 Milk
> tea
< What else?
> a spoon
! file what="two spoons" -> filed code=1234
< 1234
`)
	if err != nil {
		t.Fatal(err)
	}
	want := `test.talk:2:1: the talk went differently (- expected, + came):
  > GO
  < Which?
- < 1 Coffee
+ < 1 Tea
  < 2 Milk
test.talk:13:1: the talk went differently (- expected, + came):
  > a spoon
- ! file what="two spoons" -> filed code=1234
- < 1234
+ ! file about=yes what="a spoon"`
	if err := s.Run(talk); err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
}

// TestTalkTooLong: an answer that costs more than its steps allow fails a transcript even when its words are right.
func TestTalkTooLong(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("word ", 62))
	s := mustLoad(t, "starts: {en: [GO]}\nsteps:\n  one:\n    say: \"{line.name}\"\n    then: end\n",
		"may.yaml", "starts: {en: [MAY]}\nsteps:\n  one:\n    say: \"{line.name}\"\n    segments: 3\n    then: end\n",
		"accent.yaml", "starts: {en: [REUNION]}\nsteps:\n  one:\n    say: Reunión.\n    then: end\n")
	for talk, want := range map[string]string{
		"@ text en\n@ fact line.name " + long + "\n> GO\n< " + long:  "the answer takes 3 segments, and may take 2",
		"@ text en\n@ fact line.name " + long + "\n> MAY\n< " + long: "",
		"@ text en\n> REUNION\n< Reunión.":                           `the answer has 'ó', which makes every segment hold 70 letters`,
	} {
		parsed, err := ParseTalk("test.talk", talk)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Run(parsed); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestTalkIsWrong: what cannot be read is told with its place, all at once.
func TestTalkIsWrong(t *testing.T) {
	for src, want := range map[string]string{
		"":                                    "test.talk:1:1: no scene",
		"> GO":                                "test.talk:1:1: there is no scene yet",
		"@ text\n< Hi.":                       "test.talk:2:1: nobody has said anything yet",
		"@ text\nGO":                          `test.talk:2:1: a line begins with one of # @ > ! <, and not "GO"`,
		"@ test":                              `test.talk:1:3: there is no setting "test"; there are @ text, @ voice, @ flow, @ lang, @ fact, @ now, @ quiet; did you mean "text"?`,
		"@ text\n@ tempo 3":                   `test.talk:2:3: there is no setting "tempo"`,
		"@ text\n@ fatc x 1":                  `test.talk:2:3: there is no setting "fatc"; there are @ text, @ voice, @ flow, @ lang, @ fact, @ now, @ quiet; did you mean "fact"?`,
		"@ text\n@ fact x":                    `test.talk:2:3: a fact is "@ fact name value"`,
		"@ text\n@ quiet please":              `test.talk:2:9: "@ quiet" stands alone`,
		"@ text\n@ lang":                      `test.talk:2:3: "@ lang" needs a value`,
		"@ text\n> GO\n@ flow test":           `test.talk:3:3: "@ flow" says where a scene begins`,
		"@ text\n> [silence]":                 "test.talk:2:3: by text there are [idle], [photo], [blank], [text], [wait 3d], [begin] and [reply yes name=value]",
		"@ text\n> [wait a while]":            "test.talk:2:3: a wait has a length of at most a year",
		"@ text\n> [wait 400d]":               "test.talk:2:3: a wait has a length of at most a year",
		"@ text\n> [not closed":               `test.talk:2:3: by text there are`,
		"@ voice\n> GO":                       "test.talk:2:3: by voice there are [call]",
		"@ voice\n> [keys]":                   "test.talk:2:3: by voice there are [call]",
		"@ voice\n> [record]":                 "test.talk:2:3: a recording has a length",
		"@ text\n> GO\n! find":                "test.talk:3:3: an effect is",
		"@ text\n> GO\n! find ->":             "test.talk:3:3: an effect is",
		"@ text\n> GO\n! find -> x a":         `test.talk:3:13: values are name=value or name="more words", and not "a"`,
		"@ text\n> GO\n! find -> x é=1 a=\"b": "test.talk:3:17: the quotes of a are not closed",
		"@ text\n> GO\n! find -> x -> y":      `test.talk:3:13: a second "->"`,
		"@ text\n> GO\n< Hi.\n! find -> none": "test.talk:4:1: an effect stands before the answer",
		"@ text\n> GO\n  a=b":                 "test.talk:3:1: a line that begins with a space goes on with an effect",
		strings.Repeat("#\n", 1<<20):          "test.talk:1:1: longer than",
		"@ text\n> [so]\n@ lnag es\n! find":   "test.talk:2:3: by text there are",
	} {
		_, err := ParseTalk("test.talk", src)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.40q: got %v, want %s", src, err, want)
		}
	}
	_, err := ParseTalk("test.talk", "@ text\n> [so]\n@ lnag es\n! find\n  a=1\n< Hi.")
	if found := (Findings)(nil); !errors.As(err, &found) || len(found) != 3 {
		t.Errorf("three things are wrong, and told are:\n%v", err)
	}
}

// TestTalkDoesNotFit: what a transcript says about facts, languages and effects is checked against what there is.
func TestTalkDoesNotFit(t *testing.T) {
	s := mustLoad(t, errands)
	for src, want := range map[string]string{
		"@ text en ess\n> GO":                                             `test.talk:1:11: there is no language "ess"; did you mean "es"?`,
		"@ text\n@ lang no\n> GO":                                         `test.talk:2:8: there is no language "no"`,
		"@ text\n@ flow tset\n> [begin]":                                  `test.talk:2:8: there is no flow "tset"; did you mean "test"?`,
		"@ text\n> [begin]":                                               `test.talk:2:1: [begin] begins the flow of the scene, and this scene has none`,
		"@ text\n@ fact me.lsited true\n> GO":                             `test.talk:2:8: there is no fact "me.lsited"; did you mean "me.listed"?`,
		"@ fact me.listed maybe\n@ text\n> GO\n@ text\n> GO":              `test.talk:1:8: @ fact me.listed: it is true or false, and not "maybe"`,
		"@ text\n@ fact ballots.open many\n> GO":                          `test.talk:2:8: @ fact ballots.open: a number is written in digits, and not "many"`,
		"@ text\n@ fact next.at noon\n> GO":                               `@ fact next.at: a moment is written 2026-11-27 19:00 America/New_York, and not "noon"`,
		"@ text\n@ now 2026-01-01 10:00 Mars\n> GO":                       `there is no time zone "Mars"`,
		"@ text\n@ fact next.place.es Aquí\n@ fact next.palce Here\n> GO": `test.talk:3:8: @ fact next.palce: there is no field "palce"; did you mean "place"?`,
		"@ text en\n> GO\n! fiel -> filed":                                `test.talk:3:1: there is no effect "fiel"; did you mean "file"?`,
		"@ text en\n> GO\n! file -> fild":                                 `test.talk:3:1: file has no outcome "fild"; did you mean "filed"?`,
		"@ text en\n> GO\n! file waht=1 -> filed":                         `test.talk:3:8: file does not take "waht"; did you mean "what"?`,
		"@ text en\n> GO\n! file -> filed\n  cod=1":                       `test.talk:4:3: file -> filed: it brings no "cod"; did you mean "code"?`,
		"@ text en\n> GO\n! find -> found things.3.id=a":                  `test.talk:3:17: find -> found: things.3.id: items are numbered from 1`,
	} {
		talk, err := ParseTalk("test.talk", src)
		if err != nil {
			t.Fatal(err)
		}
		p := s.Play(talk)
		if len(p.Failures) != 1 || !strings.Contains(p.Err().Error(), want) {
			t.Errorf("%q: got %v, want %s", src, p.Err(), want)
		}
	}
}

// TestTalkOnTheLine: nobody presses keys into a call that is over, or that nobody made.
func TestTalkOnTheLine(t *testing.T) {
	s := mustLoad(t, errands)
	for _, src := range []string{"@ voice en\n> [keys 1]", "@ voice en\n@ flow test\n> [call]\n< Which?\n< To Tea, press 1.\n< To Milk, press 2.\n> [hangup]\n! file -> filed\n> [silence]"} {
		talk, err := ParseTalk("test.talk", src)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Run(talk); err == nil || !strings.Contains(err.Error(), "nobody is on the line here") {
			t.Errorf("%q: got %v", src, err)
		}
	}
}

// TestTalkBeginsInAFlow: a scene may begin in a flow that nobody called for, and arrows may stand in quotes.
func TestTalkBeginsInAFlow(t *testing.T) {
	s := mustLoad(t, errands)
	story(t, s, `
@ flow test
@ text en
> [begin]
< Which?
< 1 Tea
< 2 Milk
> 1
< What else?
@ lang es
> ESPAÑOL
< What else?
> [wait 3d]
> -> there, and "so"
! file what="-> there, and \"so\"" -> filed code=1234 by="2026-03-01 00:05 UTC"
< 1234, domingo 1 de marzo, 12:05 am
@ voice en
> [call 2]
< 2 cups.
`)
}
