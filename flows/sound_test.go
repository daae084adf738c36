package flows

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
)

// kiche is a language that exists on calls alone.
const kiche = `
  quc:
    name: K'iche'
    words: [KICHE]
    falls_back: [es, en]
    calls_only: true
    press: {play: ["{label}", press.wav, "{key}"]}
    press_language: {play: [kiche.wav, "{key}"]}
    digits: {play: x}
  es:
`

// recordedSet is a set with recordings, in which test.yaml is what is given.
func recordedSet(t *testing.T, test string, more ...string) (*Set, error) {
	t.Helper()
	words := libraryWords(t)
	block := strings.Replace(kiche, "    digits: {play: x}\n", "    digits: [d0.wav, d1.wav, d2.wav, d3.wav, d4.wav, d5.wav, d6.wav, d7.wav, d8.wav, d9.wav]\n", 1)
	fsys := fstest.MapFS{
		wordsFile:     {Data: []byte(strings.Replace(words, "\n  es:\n", block, 1))},
		"door.yaml":   {Data: []byte(plainDoor)},
		"report.yaml": {Data: []byte(plainReport)},
		"test.yaml":   {Data: []byte(test)},
	}
	names := []string{"press.wav", "kiche.wav", "hello.wav", "code.wav", "tea.wav", "milk.wav"}
	for d := range 10 {
		names = append(names, "d"+string(rune('0'+d))+".wav")
	}
	for _, name := range append(names, more...) {
		fsys["sounds/"+name] = &fstest.MapFile{Data: []byte("RIFF " + name)}
	}
	return Load(fsys, offered())
}

const recorded = `
starts: {en: [GO]}
steps:
  which:
    ask:
      text: {en: "Which?", es: "¿Que quiere?"}
      voice: {en: {play: hello.wav, say: "Which?"}, es: "¿Qué quiere?", quc: {play: hello.wav}}
    choices:
      tea: {label: {text: {en: Tea, es: Agua}, voice: {en: have tea, es: tomar agua, quc: {play: tea.wav}}}}
      milk: {label: {text: {en: Milk, es: Leche}, voice: {en: have milk, es: tomar leche, quc: {play: milk.wav}}}}
    then: file
  file:
    do: file
    with: {what: "'x'"}
    on: {filed: filed}
  filed:
    say:
      text: {en: "{code}", es: "{code}"}
      voice: {en: "{code}", es: "{code}", quc: {play: [code.wav, "{code}", "{by.day}"]}}
    then: end
`

func TestRecordings(t *testing.T) {
	s, err := recordedSet(t, recorded)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range s.Warnings() {
		if w.File == "test.yaml" {
			t.Errorf("recordings alone are enough for a language of calls: %v", w)
		}
	}
	p := &party{t: t, set: s, env: byVoice}
	p.env.Languages = []Lang{"en", "quc"}
	filed := Input{Kind: KindOutcome, Outcome: "filed", Values: map[string]Value{"code": {Text: "48271"}, "by": {Num: 1764270000, Zone: "UTC"}}}
	p.st = State{Flow: "door", Step: "menu", Lang: "quc"}
	p.is(p.does(keyed("2")), "[quc .wav] \n[quc .wav] \n[quc .wav] \n[quc .wav] 1\n[quc .wav] \n[quc .wav] \n[quc .wav] 2")
	p.is(p.does(keyed("1"), filed), "! file 1\n[quc .wav] \n[quc .wav] 4\n[quc .wav] 8\n[quc .wav] 2\n[quc .wav] 7\n[quc .wav] 1\njueves 27 de noviembre")
	if last := p.out.Say[len(p.out.Say)-1]; last.Lang != "es" {
		t.Errorf("what has no recording is said by the voice of %q", last.Lang)
	}
	p.st = State{Flow: "door", Step: "menu", Lang: "en"}
	p.does(keyed("2"))
	if first := p.out.Say[0]; first.Words != "Which?" || string(s.Sound(first.Play)) != "RIFF hello.wav" {
		t.Errorf("with a recording and words: %+v", first)
	}
	p = &party{t: t, set: s, env: byText, st: State{Lang: "quc"}}
	p.is(p.does(texted("GO")), "¿Que quiere?\n1 Agua\n2 Leche") // what is written falls back

	again, err := LoadFiles(s.Files(), offered())
	if err != nil || again.Hash() != s.Hash() {
		t.Errorf("made of its files again it is another set: %v", err)
	}
}

// TestOneRecordingMissing: what has no recording is spoken between the others, and every choice is offered.
func TestOneRecordingMissing(t *testing.T) {
	s, err := recordedSet(t, strings.Replace(recorded, "quc: {play: milk.wav}", "quc: {play: gone.wav, say: leche}", 1))
	if err != nil {
		t.Fatal(err)
	}
	env := byVoice
	env.Languages = []Lang{"en", "quc"}
	p := party{t: t, set: s, env: env, st: State{Flow: "test", Step: "which", Lang: "quc"}}
	p.is(p.does(keyed("#")), "[quc .wav] \n[quc .wav] \n[quc .wav] \n[quc .wav] 1\nleche\n[quc .wav] \n[quc .wav] 2")
}

func TestRecordingsFindings(t *testing.T) {
	say := func(voice string) string {
		return "starts: {en: [GO]}\nsteps:\n  a:\n    say: {text: Hi., voice: " + voice + "}\n    then: end\n"
	}
	for name, c := range map[string]struct{ voice, want string }{
		"missing, nothing to say": {"{en: Hi., es: Hola., quc: {play: gone.wav}}", "there is no recording sounds/gone.wav, and no words to speak instead"},
		"no name of a file":       {"{en: Hi., es: Hola., quc: {play: ../gone}}", `"../gone" is no recording`},
		"nothing to play":         {"{en: Hi., es: Hola., quc: {say: Hi.}}", `quc names no recording; add "play:"`},
		"words alone":             {"{en: Hi., es: Hola., quc: Saqarik.}", "test.yaml:4:55: no voice reads quc aloud; record it, as in {play: hello.wav}"},
		"a gap that is none":      {"{en: Hi., es: Hola., quc: {play: [\"{nothing}\"]}}", `there is no fact or variable "nothing"`},
	} {
		_, err := recordedSet(t, say(c.voice))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v\nwant in it: %s", name, err, c.want)
		}
	}
	s, err := recordedSet(t, say("{en: {play: gone.wav, say: Hi.}, es: Hola.}"))
	if err != nil {
		t.Fatal(err)
	}
	warned := s.Warnings().Error()
	for _, want := range []string{
		"there is no recording sounds/gone.wav, so the words are spoken; record it [recording]",
		`voice is missing in quc (told in es instead); write it [untranslated]`,
	} {
		if !strings.Contains(warned, want) {
			t.Errorf("got:\n%s\nwant in it: %s", warned, want)
		}
	}
	if _, err := recordedSet(t, "steps:\n  a:\n    say: {play: hello.wav}\n    then: end\n"); err == nil || !errors.As(err, new(Findings)) {
		t.Errorf("a recording by text: %v", err)
	}
}

func TestAllow(t *testing.T) {
	flow := func(allow string) string {
		return "starts: {en: [GO]}\nsteps:\n  a:\n    say: {text: Hi., voice: {en: Hi., es: Hola.}}\n" + allow + "    then: end\n"
	}
	count := func(s *Set, r rule) (n int) {
		for _, w := range s.Warnings() {
			if w.Rule == string(r) && w.File == "test.yaml" {
				n++
			}
		}
		return n
	}
	s, err := recordedSet(t, flow(""))
	if err != nil || count(s, ruleUntranslated) != 1 {
		t.Fatalf("%v; %v", err, s.Warnings())
	}
	s, err = recordedSet(t, flow("    allow: {untranslated: no speaker has recorded it yet}\n"))
	if err != nil || count(s, ruleUntranslated) != 0 || len(s.Allowed()) != 1 {
		t.Errorf("%v; allowed: %v; left: %v", err, s.Allowed(), s.Warnings())
	}
	s, err = recordedSet(t, flow("    allow: {recording: none is needed here}\n"))
	if err != nil || count(s, ruleNeedless) != 1 {
		t.Errorf("what is allowed for nothing is not found: %v; %v", err, s.Warnings())
	}
	for allow, want := range map[string]string{
		"    allow: {segments: it is long}\n": `allow has no "segments"`,
		"    allow: {untranslated: soon}\n":   "say in a few words why untranslated is all right here",
	} {
		if _, err = recordedSet(t, flow(allow)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant in it: %s", err, want)
		}
	}
}
