package flows

import (
	"slices"
	"strings"
	"testing"
)

// kicheByPhone is K'iche' as people have recorded it by calling in: these words of the Spanish, each under its own name.
func kicheByPhone(words ...string) *Recorded {
	r := &Recorded{Lang: "quc", Name: "K'iche'", Instead: []Lang{"es", "en"}, Sounds: map[string]string{}}
	for _, w := range words {
		r.Sounds[snippetKey(w)] = "[" + w + "]"
	}
	return r
}

const elevator = `
starts: {en: [GO]}
steps:
  works:
    ask: {en: "Does the lift work?", es: "¿Funciona el elevador?"}
    choices:
      yes: {label: {en: say yes, es: decir que sí}, then: told}
      no: {label: {en: say no, es: decir que no}, then: told}
  told:
    say: {en: "We read it by {next.at.day}. Thank you.", es: "Lo leemos antes del {next.at.day}. Gracias."}
    then: end
`

// heard is what a caller hears: recordings by what is said in them, and the rest with the language of its voice.
func heard(say []Prompt) string {
	var all []string
	for _, p := range say {
		switch {
		case p.Play != "":
			all = append(all, p.Play)
		case p.Words != "":
			all = append(all, string(p.Lang)+": "+p.Words)
		}
	}
	return strings.Join(all, "\n")
}

// TestRecordedByPhone: a language that no file has is heard where people have recorded it, and told by the voice of the language that it
// falls back on elsewhere; around a gap it is recorded in parts. What was recorded of other words than those of now is not heard.
func TestRecordedByPhone(t *testing.T) {
	s := mustLoad(t, elevator)
	digits := []string{"cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"}
	offer := "Para K'iche', oprima"
	all := append([]string{offer, "Para", "oprima", "¿Funciona el elevador?", "decir que sí", "decir que no", "Lo leemos antes del", "Gracias"}, digits...)
	for name, c := range map[string]struct {
		words      []string
		asks, ends string
	}{
		"all":             {all, "[¿Funciona el elevador?]\n[Para]\n[decir que sí]\n[oprima]\n[uno]\n[Para]\n[decir que no]\n[oprima]\n[dos]", "[Lo leemos antes del]\nes: jueves 1 de enero\n[Gracias]"},
		"no digits":       {all[:8], "[¿Funciona el elevador?]\n[Para]\n[decir que sí]\n[oprima]\nes: 1\n[Para]\n[decir que no]\n[oprima]\nes: 2", "[Lo leemos antes del]\nes: jueves 1 de enero\n[Gracias]"},
		"a label missing": {slices.DeleteFunc(slices.Clone(all), func(w string) bool { return w == "decir que no" }), "[¿Funciona el elevador?]\n[Para]\n[decir que sí]\n[oprima]\n[uno]\nes: Para decir que no, oprima 2.", "[Lo leemos antes del]\nes: jueves 1 de enero\n[Gracias]"},
		"a part missing":  {slices.DeleteFunc(slices.Clone(all), func(w string) bool { return w == "Gracias" }), "[¿Funciona el elevador?]\n[Para]\n[decir que sí]\n[oprima]\n[uno]\n[Para]\n[decir que no]\n[oprima]\n[dos]", "es: Lo leemos antes del jueves 1 de enero. Gracias."},
		"older words":     {[]string{offer, "¿Funciona bien el elevador?"}, "es: ¿Funciona el elevador?\nes: Para decir que sí, oprima 1.\nes: Para decir que no, oprima 2.", "es: Lo leemos antes del jueves 1 de enero. Gracias."},
	} {
		env := byVoice
		env.Languages, env.Recorded = []Lang{"en", "quc"}, []*Recorded{kicheByPhone(c.words...)}
		p := &party{t: t, set: s, env: env, st: State{Flow: "door", Step: "menu", Lang: "quc"}}
		p.does(keyed("2"))
		if got := heard(p.out.Say); got != c.asks {
			t.Errorf("%s: asked\n%s\nwant\n%s", name, got, c.asks)
		}
		p.does(keyed("1"))
		if got := heard(p.out.Say); got != c.ends {
			t.Errorf("%s: told\n%s\nwant\n%s", name, got, c.ends)
		}
	}
}

// TestRecordedIsOffered: a language that no voice reads is offered on calls once its own offer is recorded, and never in writing; its
// speakers are written to in the language that it falls back on.
func TestRecordedIsOffered(t *testing.T) {
	s := mustLoad(t, "starts: {en: [GO]}\nsteps:\n  a: {ask: \"\", languages: true, then: b}\n  b: {say: {en: Good., es: Bien.}, then: end}\n")
	options := func(channel Channel, r *Recorded, langs ...Lang) string {
		env := byVoice
		env.Channel, env.Languages, env.Recorded = channel, langs, []*Recorded{r}
		p := &party{t: t, set: s, env: env, st: State{Flow: "door", Step: "menu", Lang: "en"}}
		if channel == Text {
			p.does(texted("2"))
		} else {
			p.does(keyed("2"))
		}
		return heard(p.out.Say)
	}
	if got := options(Voice, kicheByPhone("Para K'iche', oprima"), "en", "es", "quc"); got != "en: For English, press 1.\nes: Para español, oprima 2.\n[Para K'iche', oprima]\nes: 3" {
		t.Errorf("recorded: %s", got)
	}
	if got := options(Voice, kicheByPhone("Gracias"), "en", "es", "quc"); got != "en: For English, press 1.\nes: Para español, oprima 2." {
		t.Errorf("its offer is not recorded: %s", got)
	}
	if got := options(Text, kicheByPhone("Para K'iche', oprima"), "en", "es", "quc"); strings.Contains(got, "K'iche'") {
		t.Errorf("in writing: %s", got)
	}
	creole := &Recorded{Lang: "ht", Sounds: map[string]string{snippetKey("To Kreyòl ayisyen, press"): "[Pou kreyòl, peze]"}}
	if got := options(Voice, creole, "en", "ht"); got != "en: For English, press 1.\n[Pou kreyòl, peze]\nen: 2" {
		t.Errorf("one of the set's own, recorded: %s", got)
	}
	if got := options(Voice, kicheByPhone(), "en", "ht", "es"); got != "en: For English, press 1.\nes: Para español, oprima 2." {
		t.Errorf("one of the set's own, not recorded: %s", got)
	}
	if got := options(Voice, kicheByPhone(), "quc", "ht"); got != "es: Para español, oprima 1.\nen: For English, press 2." {
		t.Errorf("a line of none that can be heard speaks those that they fall back on: %s", got)
	}
	env := byText
	env.Languages, env.Recorded = []Lang{"en", "quc"}, []*Recorded{kicheByPhone()}
	p := &party{t: t, set: s, env: env, st: State{Flow: "test", Step: "a", Lang: "quc"}}
	if p.does(texted("GO")); heard(p.out.Say) != "es: Bien." || p.st.Lang != "quc" {
		t.Errorf("a speaker is written to: %s, and speaks %q", heard(p.out.Say), p.st.Lang)
	}
	env.Channel, env.Recorded = Voice, nil // it was removed
	p = &party{t: t, set: s, env: env, st: State{Lang: "quc"}}
	if p.does(Input{Kind: KindCall}); len(p.out.Say) == 0 || p.st.Lang != "" {
		t.Errorf("a language that is gone: %+v", p.out)
	}
}

// TestSnippets: everything that a call says can be recorded, each words once, and nothing else.
func TestSnippets(t *testing.T) {
	s := mustLoad(t, elevator, "other.yaml", "dialed: \"##\"\nsteps: {a: {say: {en: Hidden., es: Escondido.}, then: end}}\n")
	all := s.Snippets(*kicheByPhone())
	if first := all[0]; first != (Snippet{snippetKey("Para K'iche', oprima"), "es", "Para K'iche', oprima", "words.press_language", ""}) {
		t.Errorf("the first is %+v", first)
	}
	seen := map[string]int{}
	for _, one := range all {
		seen[one.Words]++
		if one.Lang != "es" {
			t.Errorf("%+v is not in the language that it falls back on", one)
		}
	}
	for words, want := range map[string]int{"Para": 1, "oprima": 1, "nueve": 1, "¿Funciona el elevador?": 1, "Lo leemos antes del": 1, "Gracias.": 1, "Escondido.": 0, ".": 0, "Manda MENU": 0} {
		if seen[words] != want {
			t.Errorf("%q can be recorded %d times, want %d", words, seen[words], want)
		}
	}
	if none := s.Snippets(Recorded{Lang: "mam", Instead: []Lang{"ht", "fr"}}); none != nil { // no voice; not complete
		t.Errorf("what no voice says whole: %d", len(none))
	}
	written := mustLoad(t, "starts: {en: [GO]}\nsteps:\n  a: {say: {en: \"Hello {line.name}.\", es: Hola., ht: \"Bonjou {line.name}.\"}, then: end}\n",
		wordsFile, completeFor(t, map[string]string{"ht": "test"}))
	for _, one := range written.Snippets(Recorded{Lang: "ht"}) {
		if one.Words == "Hello" && (one.Lang != "en" || one.Own != "Bonjou {line.name}.") {
			t.Errorf("what is written in it stands beside: %+v", one)
		}
	}
}

// Words of a record that somebody has recorded are played on a call where they stand alone; in a text, and among other words, they are told.
func TestWordsOfARecordArePlayed(t *testing.T) {
	s := mustLoad(t, `
starts: {en: [GO]}
steps:
  alone:
    say: {text: {en: "{next.place}", es: "{next.place}"}, voice: "{next.place}"}
    then: among
  among:
    ask: {en: "It says: {next.place}.", es: "Dice: {next.place}."}
    choices:
      again: {label: {en: say it again, es: oir otra vez}, then: alone}
      leave: {label: {en: leave it, es: dejarlo}, then: end}
`)
	plays := map[Lang]string{"quc": "notice.wav", "es": "puerta.wav"}
	for name, c := range map[string]struct {
		words   map[Lang]string
		channel Channel
		want    string
	}{
		"in a language of calls alone": {map[Lang]string{"quc": ""}, Voice, "notice.wav"},
		"and in one that is written":   {map[Lang]string{"es": "La puerta abre"}, Voice, "puerta.wav"},
		"not where nobody said it":     {map[Lang]string{"en": "The gate is open"}, Voice, "en: The gate is open"},
		"nor by text":                  {map[Lang]string{"es": "La puerta abre"}, Text, "en: La puerta abre"},
	} {
		t.Run(name, func(t *testing.T) {
			known := Value{Item: Item{"place": {Words: c.words, Plays: plays}}}
			in := Input{Kind: KindKeys, Text: "1"}
			if c.channel == Text {
				in.Kind = KindText
			}
			out, err := s.Next(State{Flow: "test", Step: "among", Lang: "en"}, in,
				Env{Channel: c.channel, Languages: []Lang{"en", "es"}, Facts: map[string]Value{"next": known, "line.name": {Text: "x"}, "line.number": {Text: "1"}}})
			if err != nil {
				t.Fatal(err)
			}
			if got := heard(out.Say); !strings.HasPrefix(got, c.want+"\nen: It says: ") {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
