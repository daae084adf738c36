package flows

import (
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
	want := `test.talk:2: the talk went differently (- expected, + came):
  > GO
  < Which?
- < 1 Coffee
+ < 1 Tea
  < 2 Milk
test.talk:13: the talk went differently (- expected, + came):
  > a spoon
- ! file what="two spoons" -> filed code=1234
- < 1234
+ ! file about=yes what="a spoon"`
	if err := s.Run(talk); err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
}

// TestTalkTooLong: an answer that costs more than it may fails a transcript even when its words are right.
func TestTalkTooLong(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("word ", 62))
	s := mustLoad(t, "starts: {en: [GO, ACCENT]}\nsteps:\n  one:\n    say: {text: "+long+", voice: \"\"}\n    segments: 3\n    then: end\n",
		"accent.yaml", "starts: {en: [REUNION]}\nsteps:\n  one:\n    say: Reunión.\n    then: end\n")
	for talk, want := range map[string]string{
		"@ text en\n> GO\n< " + long:       "the answer takes 3 segments, and may take 2",
		"@ text en\n> REUNION\n< Reunión.": `the answer has 'ó', which makes every segment hold 70 letters`,
	} {
		parsed, err := ParseTalk("test.talk", talk)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Run(parsed); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestTalkIsWrong(t *testing.T) {
	for src, want := range map[string]string{
		"":                                    "test.talk: no scene",
		"> GO":                                "test.talk:1: there is no scene yet",
		"@ text\n< Hi.":                       "test.talk:2: nobody has said anything yet",
		"@ text\nGO":                          `test.talk:2: a line begins with one of # @ > ! <, and not "GO"`,
		"@ test":                              "test.talk:1: there is no scene yet",
		"@ text\n@ tempo 3":                   "test.talk:2: a setting is @ text, @ voice, @ fact",
		"@ text\n@ fact x":                    "test.talk:2: a fact is \"@ fact name value\"",
		"@ text\n> GO\n@ lang es":             "test.talk:3: a setting is",
		"@ text\n> [silence]":                 "test.talk:2: by text there are [idle], [photo], [blank] and [text]",
		"@ voice\n> GO":                       "test.talk:2: by voice there are [call]",
		"@ voice\n> [keys]":                   "test.talk:2: by voice there are [call]",
		"@ voice\n> [record]":                 "test.talk:2: a recording has a length",
		"@ text\n> GO\n! find":                "test.talk:3: an effect is",
		"@ text\n> GO\n! find -> x a":         `test.talk:3: values are name=value or name="more words", and not "a"`,
		"@ text\n> GO\n! find -> x a=\"b":     "test.talk:3: the quotes of a are not closed",
		"@ text\n> GO\n< Hi.\n! find -> none": "test.talk:4: an effect stands before the answer",
		"@ text\n> GO\n  a=b":                 "test.talk:3: a line that begins with a space goes on with an effect",
		strings.Repeat("#\n", 1<<20):          "test.talk: longer than",
	} {
		if _, err := ParseTalk("test.talk", src); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.40q: got %v, want %s", src, err, want)
		}
	}
}

// TestTalkDoesNotFit: what a transcript says about facts and outcomes is checked against what the program offers.
func TestTalkDoesNotFit(t *testing.T) {
	s := mustLoad(t, errands)
	for src, want := range map[string]string{
		"@ text\n@ fact me.lsited true\n> GO":                              `there is no fact "me.lsited"; did you mean "me.listed"?`,
		"@ text\n@ fact me.listed maybe\n> GO":                             `@ fact me.listed:`,
		"@ text\n@ fact next.at noon\n> GO":                                `a moment is "2006-01-02 15:04" and a zone`,
		"@ text\n@ fact next.place.es Aquí\n@ fact next.palce Here\n> GO":  `there is no field "palce"; did you mean "place"?`,
		"@ text en\n> GO\n> 1\n> x\n! file -> fild":                        `file has no outcome "fild"`,
		"@ text en\n> GO\n> 1\n> x\n! file -> filed cod=1":                 `file brings no "cod" with filed`,
		"@ voice en\n> [call]\n> [keys 2]\n> [hangup]\n! count -> counted": "the talk went differently",
	} {
		talk, err := ParseTalk("test.talk", src)
		if err != nil {
			t.Fatal(err)
		}
		for i := range talk.scenes { // only what the script says about values matters here
			for j := range talk.scenes[i].turns[:len(talk.scenes[i].turns)-1] {
				talk.scenes[i].turns[j].said = told(t, s, talk.scenes[i], j)
			}
		}
		if err := s.Run(talk); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", src, err, want)
		}
	}
}

// told is what is answered at a turn of a scene.
func told(t *testing.T, s *Set, one scene, turn int) []string {
	t.Helper()
	r := reading{set: s, env: Env{Channel: one.channel, Languages: one.languages, Facts: noFacts()}}
	var lines []string
	for _, x := range one.turns[:turn+1] {
		out := next(t, s, r.state, x.input, r.env)
		r.state = out.State
		r.env.Nonce++
		lines = nil
		for _, line := range r.written(out.Say, out.Wait) {
			lines = append(lines, strings.TrimPrefix(line, "< "))
		}
	}
	return lines
}

// FuzzTalk: whatever a transcript holds is read, or refused, and played without a panic.
func FuzzTalk(f *testing.F) {
	s := mustLoad(f, errands)
	for _, src := range []string{
		"@ text en\n> GO\n< Which?\n",
		"@ fact next.at 2026-01-01 10:00 UTC\n@ voice es\n> [call 1]\n! find -> found things.1.id=a\n  things.1.name.en=\"x\"\n< [tone]",
		"@ text\n> [idle] 1\n> [blank]\n! file what=\"a\" -> filed by=\"2026-01-01 10:00 UTC\"",
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		talk, err := ParseTalk("fuzz.talk", src)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz.talk") {
				t.Errorf("an error without a place: %v", err)
			}
			return
		}
		if err := s.Run(talk); err != nil && err.Error() == "" {
			t.Error("an empty error")
		}
	})
}
