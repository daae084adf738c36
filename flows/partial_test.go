package flows

import (
	"strings"
	"testing"
)

// completeFor is the library's words with languages complete for some flows.
func completeFor(t testing.TB, flows map[string]string) string {
	t.Helper()
	words := libraryWords(t)
	for lang, names := range flows {
		before, block, ok := strings.Cut(words, "\n  "+lang+":\n")
		if !ok || !strings.Contains(block, "    complete: []\n") {
			t.Fatalf("words.yaml has no language %q that is complete for nothing", lang)
		}
		words = before + "\n  " + lang + ":\n" + strings.Replace(block, "    complete: []\n", "    complete: ["+names+"]\n", 1)
	}
	return words
}

const untold = `
starts: {en: [GO]}
steps:
  one: {say: {en: "This costs nothing.", es: "Esto no cuesta nada."}, then: end}
`

const greeting = `
takes: {heard: text}
steps:
  menu:
    ask: {en: "Hello there.", es: "Hola a todos.", fr: "Bonjour à tous, ça va ?", vi: "Chào bạn.", zh: "你好。"}
    bilingual: true
    choices:
      tell: {label: {en: Tell us, es: Contar, fr: Raconter, vi: Kể lại, zh: 告诉我们}, then: flow report}
      test: {label: {en: Test, es: Prueba, fr: Essai, vi: Thử, zh: 测试}, then: flow test}
`

// TestPartialLanguages: a language that is complete for some flows is told in them; elsewhere a talk goes on in another, whole, with a
// sentence that says so where that costs nothing, and no warning for each text.
func TestPartialLanguages(t *testing.T) {
	s, err := with(t, untold, wordsFile, completeFor(t, map[string]string{"fr": "door", "vi": "door", "zh": "door"}), "door.yaml", greeting)
	if err != nil {
		t.Fatal(err)
	}
	if w := s.Warnings(); len(w) > 0 {
		t.Errorf("it warns: %v", w)
	}
	talk := func(env Env, lang Lang, langs ...Lang) *party {
		env.Languages = langs
		return &party{t: t, set: s, env: env, st: State{Lang: lang}}
	}
	p := talk(byText, "fr", "en", "fr")
	p.is(p.does(texted("hello")), "Bonjour à tous, ca va ?\n1 Raconter 2 Essai") // ç is not in the cheap alphabet
	p.is(p.does(texted("2")), "La suite est en anglais.\nThis costs nothing.")
	p = talk(byVoice, "fr", "en", "fr")
	p.does(Input{Kind: KindCall})
	if p.does(keyed("2")); len(p.out.Say) != 2 || p.out.Say[0].Lang != "fr" || p.out.Say[1].Lang != "en" {
		t.Errorf("on a call it goes on with %+v", p.out.Say)
	}
	p = talk(byText, "zh", "en", "zh") // one character would make the English after it cost double
	p.is(p.does(texted("你好")), "你好。\n1 告诉我们 2 测试")
	if p.does(texted("2")); p.out.Say[len(p.out.Say)-1].Words != "This costs nothing." {
		t.Errorf("it goes on with %+v", p.out.Say)
	}
	full := strings.Repeat("This costs nothing. ", 8)[:159]
	s, err = with(t, strings.Replace(untold, "This costs nothing.", full, 1), wordsFile, completeFor(t, map[string]string{"fr": "door"}), "door.yaml", greeting)
	if err != nil {
		t.Fatal(err)
	}
	p = talk(byText, "fr", "en", "fr") // the sentence would cost a segment, and the words show by themselves
	p.does(texted("hello"))
	p.is(p.does(texted("2")), full)
	p = talk(byText, "", "tl", "en") // whoever is not known is greeted in a language that has words for it
	p.is(p.does(texted("hello")), "Hello there.\n1 Tell us 2 Test")
	p = talk(byText, "", "en", "tl", "fr")
	p.is(p.does(texted("hello")), "Hello there.\n1 Tell us 2 Test\nBonjour à tous, ca va ?\n3 Raconter 4 Essai")
}

// TestAlphabets: languages that share no alphabet are not told in one text: the second is offered in a line of plain letters, whose
// word chooses it. A Vietnamese text has no marks, and so shares the alphabet of others.
func TestAlphabets(t *testing.T) {
	s, err := with(t, untold, wordsFile, completeFor(t, map[string]string{"fr": "door", "vi": "door", "zh": "door"}), "door.yaml", greeting)
	if err != nil {
		t.Fatal(err)
	}
	for langs, want := range map[[2]Lang]string{
		{"en", "vi"}: "Hello there.\n1 Tell us 2 Test\nChao ban.\n3 Ke lai 4 Thu",
		{"en", "zh"}: "Hello there.\n1 Tell us 2 Test\nZhongwen: fa ZHONGWEN",
		{"zh", "es"}: "你好。\n1 告诉我们 2 测试\nEspañol: mande ESPAÑOL",
	} {
		env := byText
		env.Languages = langs[:]
		p := &party{t: t, set: s, env: env}
		p.is(p.does(texted("hello")), want)
	}
	p := &party{t: t, set: s, env: byText}
	p.env.Languages = []Lang{"en", "zh"}
	p.does(texted("hello"))
	p.is(p.does(texted("zhongwen")), "你好。\n1 告诉我们 2 测试")
	p.is(p.does(texted("1告诉我们")), "以下为英文。\nTell us.") // no space stands between
	if !s.ShareAlphabet("en", "vi") || s.ShareAlphabet("en", "zh") {
		t.Error("it does not know which languages share an alphabet")
	}
}

// TestPairsAreProved: a greeting is proved in every two languages that may stand first on a line, and the pair that does not fit is named.
func TestPairsAreProved(t *testing.T) {
	long := strings.Replace(greeting, "Bonjour à tous, ça va ?", strings.Repeat("Bonjour à tous. ", 9), 1)
	long = strings.Replace(long, "Chào bạn.", strings.Repeat("Chào bạn. ", 16), 1)
	_, err := with(t, untold, wordsFile, completeFor(t, map[string]string{"fr": "door", "vi": "door"}), "door.yaml", long)
	if err == nil || !strings.Contains(err.Error(), "menu (Français and Tiếng Việt)") && !strings.Contains(err.Error(), "menu (Tiếng Việt and Français)") {
		t.Errorf("got %v", err)
	}
	if _, err := with(t, untold, wordsFile, completeFor(t, map[string]string{"fr": "door"}), "door.yaml", strings.Replace(long, "vi: ", "tl: ", 1)); err != nil {
		t.Errorf("each alone fits, beside English and Spanish too: %v", err)
	}
}

// TestPartialFindings: what a language says it is complete for, it is.
func TestPartialFindings(t *testing.T) {
	for name, c := range map[string]struct {
		complete map[string]string
		door     string
		change   [2]string
		want     string
	}{
		"a text missing":    {map[string]string{"fr": "door"}, strings.Replace(greeting, "fr: Essai, ", "", 1), [2]string{}, `label is missing in "fr", which words.yaml calls complete here; write it`},
		"no such flow":      {map[string]string{"fr": "door, daor"}, greeting, [2]string{}, `"fr" is called complete for the flow "daor", and there is none; did you mean "door"?`},
		"nothing is said":   {nil, greeting, [2]string{`falls_back: {en: "La suite est en anglais."}`, "falls_back: [en]"}, `say with each language, in words of "fr", that it goes on in that`},
		"falls on nothing":  {nil, greeting, [2]string{`falls_back: {en: "La suite est en anglais."}`, `falls_back: {zh: "La suite est en chinois."}`}, `flow "door" has no words in "fr", nor in a language that it falls back on`},
		"no word to choose": {nil, greeting, [2]string{"Francais: envoyez FRANCAIS", "Parlez ici ?"}, `the offer holds none of the words that choose the language`},
		"another alphabet":  {nil, greeting, [2]string{"Francais: envoyez FRANCAIS", "Français: FRANÇAIS"}, `it stands under a greeting in another alphabet`},
		"no day":            {nil, greeting, [2]string{"read_by_speaker: false", "read_by_speaker: yesterday"}, `it is false, or the day on which somebody who speaks it read all of it`},
		"no such marks":     {nil, greeting, [2]string{"marks: cheap #", "marks: some #"}, `marks is cheap or none, not "some"`},
	} {
		words := completeFor(t, c.complete)
		if changed := strings.Replace(words, c.change[0], c.change[1], 1); c.change[0] != "" && changed == words {
			t.Errorf("%s: %q does not stand in words.yaml", name, c.change[0])
		} else if c.change[0] != "" {
			words = changed
		}
		if _, err := with(t, untold, wordsFile, words, "door.yaml", c.door); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v\nwant in it: %s", name, err, c.want)
		}
	}
	s, err := with(t, untold, "door.yaml", greeting)
	if err != nil || len(s.Warnings()) != 3 || !strings.Contains(s.Warnings().Error(), `has words in fr, and this flow goes on in en until all of it has; then add "door" to "complete:" of fr`) {
		t.Errorf("words that nobody is told: %v, %v", err, s.Warnings())
	}
	s, err = with(t, untold, wordsFile, completeFor(t, map[string]string{"fr": "door"})) // a door that an assembly wrote in its own languages
	if err != nil || s.Readings()[2].Lang != "fr" || len(s.Readings()[2].Complete) != 0 {
		t.Errorf("a flow without a word in a language: %v, %+v", err, s.Readings())
	}
	day := strings.Replace(completeFor(t, nil), "read_by_speaker: false", "read_by_speaker: 2027-01-15", 1)
	if s, err = with(t, untold, wordsFile, day); err != nil || s.Readings()[0].Read != "2027-01-15" || s.Readings()[1].Read != "" {
		t.Errorf("who has read what: %v, %+v", err, s.Readings())
	}
}

// TestNoVoice: what no voice reads aloud is told on calls in the language that it falls back on, and in writing in its own words.
func TestNoVoice(t *testing.T) {
	door := strings.NewReplacer("fr:", "ht:").Replace(greeting)
	s, err := with(t, untold, wordsFile, completeFor(t, map[string]string{"ht": "door"}), "door.yaml", door)
	if err != nil {
		t.Fatal(err)
	}
	p := &party{t: t, set: s, env: byText, st: State{Lang: "ht"}}
	p.is(p.does(texted("alo")), "Bonjour à tous, ca va ?\n1 Raconter 2 Essai")
	p = &party{t: t, set: s, env: byVoice, st: State{Lang: "ht"}}
	p.does(Input{Kind: KindCall})
	for _, said := range p.out.Say {
		if said.Lang != "en" {
			t.Errorf("a voice of %q says %q", said.Lang, said.Words)
		}
	}
	p = &party{t: t, set: s, env: byVoice}
	p.env.Languages = []Lang{"en", "ht"}
	p.st = State{Flow: "report", Step: "tell"}
	if p.does(Input{Kind: KindSilence}); len(p.out.Say) == 0 || p.out.Say[0].Lang != "en" {
		t.Errorf("it says %+v", p.out.Say)
	}
}

// TestQuietInChinese: in a writing without spaces between words, a revealing word is found inside a sentence.
func TestQuietInChinese(t *testing.T) {
	s := mustLoad(t, untold)
	for text, want := range map[string]string{"今天工会开会": "工会", "明天见": "", "Hom nay bao cao": "báo cáo", "Sept 27": ""} {
		if got := s.Revealing(text); got != want {
			t.Errorf("%q reveals %q, want %q", text, got, want)
		}
	}
}
