package flows

import (
	"errors"
	"strings"
	"testing"
)

// FuzzTalk: whatever a transcript holds is read, or refused with places. What is read is written again as it was, and played; and
// what updating makes of it is read again, changes no more, and goes as written but for what updating said it cannot mend.
func FuzzTalk(f *testing.F) {
	s := mustLoad(f, errands)
	for _, src := range []string{
		"@ text en\n> GO\n< Which?\n",
		"@ fact next.at 2026-01-01 10:00 UTC\n@ voice es\n> [call 1]\n! find -> found things.1.id=a\n  things.1.name.en=\"x\"\n< [tone]",
		"@ text\n> [idle] 1\n> [blank]\n! file what=\"a\" -> filed by=\"2026-01-01 10:00 UTC\"",
		"# a\r\n@ text en es\r\n@ lang en\r\n> GO\r\n> 1\r\n> [photo] a spoon\r\n! file what=\"-> x\" about=\"yes\" -> filed code=1\r\n",
		"@ now 2026-01-01 10:00 UTC\n@ quiet\n@ text\n@ flow test\n> [begin]\n> [wait 3d]\n> [text] [so]\n<  x\n\n# b\n< y",
		"@ voice en\n@ flow test\n> [call]\n> [keys 1]\n! find -> found things.1.name=x\n> [keys 1]\n> [keys 7]\n! count -> counted\n> [hangup]",
		"@ voice en\n> [call]\n> [silence]\n> [record 3s, hangup]\n> [taken]\n> [missed]\n",
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		talk, err := ParseTalk("fuzz.talk", src)
		if err != nil {
			wrong(t, err)
			return
		}
		if talk.String() != src {
			t.Fatalf("written again it is %q", talk)
		}
		s.Play(talk)
		text, failures := talk.Update(s)
		updated, err := ParseTalk("fuzz.talk", text)
		if err != nil {
			t.Fatalf("updated, it cannot be read: %v\n%s", err, text)
		}
		if again, _ := updated.Update(s); again != text {
			t.Fatalf("updated again, it changes:\n%q\n%q", text, again)
		}
		left := 0
		for _, failure := range s.Play(updated).Failures {
			if !strings.Contains(failure.Message, "segment") && !strings.Contains(failure.Message, "a prompt of") {
				left++
			}
		}
		if left > len(failures) {
			t.Fatalf("updated, it still differs: %v\n%s", s.Run(updated), text)
		}
	})
}

// wrong sees that an error is findings, each with its place.
func wrong(t *testing.T, err error) {
	t.Helper()
	found := Findings(nil)
	if !errors.As(err, &found) || len(found) == 0 {
		t.Fatalf("no findings: %v", err)
	}
	for _, one := range found {
		if one.File == "" || one.Line < 1 || one.Column < 1 || one.Message == "" {
			t.Errorf("a finding without a place: %+v", one)
		}
	}
}
