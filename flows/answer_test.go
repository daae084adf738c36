package flows

import (
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	for written, want := range map[string]string{
		"":                   "",
		" 1. ":               "1",
		"1)":                 "1",
		"(1)":                "1",
		"#1":                 "1",
		"１":                  "1",
		"١":                  "1",
		"۱":                  "1",
		"१":                  "1",
		"①":                  "1",
		"1️⃣":                "1",
		"¿Sí?":               "si",
		"«MENÚ»":             "menu",
		"menu\u200f":         "menu",
		"MENU":               "menu",
		"Cafe\u0301":         "cafe",
		"ESPAÑOL!!":          "espanol",
		"en \t español":      "en espanol",
		"don't":              "don't",
		"...":                "",
		"👷":                  "",
		"yes 👍":              "yes",
		"a\x00b":             "ab",
		"\xf1Ê":              "e",
		"\xff\xfe":           "",
		"４８２７ １９３５":          "4827 1935",
		"\u2068REPORT\u2069": "report",
	} {
		if got := fold(written); got != want {
			t.Errorf("%q is read as %q, want %q", written, got, want)
		}
	}
}

// TestDigits: every decimal digit of Unicode is read as the number it stands for; Go's tables name the zero of each script by
// where its ten begin.
func TestDigits(t *testing.T) {
	for zero, script := range map[rune]string{'٠': "Arabic-Indic", '۰': "Persian", '०': "Devanagari", '๐': "Thai", '０': "wide", '𝟎': "bold"} {
		for n := range rune(10) {
			if got := digit(zero + n); got != n || !unicode.IsDigit(zero+n) {
				t.Errorf("%s %d is read as %d", script, n, got)
			}
		}
	}
}

func TestNumber(t *testing.T) {
	s := mustLoad(t, errands)
	for written, want := range map[string]int{
		"1": 1, "one": 1, "uno": 1, "una": 1, "ocho": 8, "10": 10, "01": 1, "2)": 2, "3. coming": 3, "4 - four": 4,
		"": 0, "none": 0, "1e3": 0, "99999999999999999999": 0, "-": 0, "one's": 0, "zero": 0, "1.5": 0,
	} {
		if got, _ := s.commands.number(fold(written)); got != want {
			t.Errorf("%q is read as %d, want %d", written, got, want)
		}
	}
}

// TestTells: what is no more than a sign of life tells nothing, in any language; all else does.
func TestTells(t *testing.T) {
	s := mustLoad(t, errands)
	for written, want := range map[string]bool{
		"": false, "👍": false, "...": false, "1": false, "1.": false, "００": false, "zero": false, "nueve": false, "99": false,
		"ok": false, "Sí": false, "no": false, "¡Gracias!": false, "thank you 👍": false,
		"911": true, "4827": true, "1 hurt": true, "fire": true, "no water": true, "火事": true, "ok but the lift": true,
	} {
		if got := s.commands.tells(fold(written)); got != want {
			t.Errorf("%q tells something: %v, want %v", written, got, want)
		}
	}
}

func TestClean(t *testing.T) {
	if got := clean(" a\x00b\xffc\n"); got != "ab\uFFFDc" {
		t.Errorf("%q", got)
	}
}

// FuzzAnswer sends any text to each kind of question: it never panics or fails, it waits or is over or wants an effect, nothing
// invalid is kept, and only the digits of a read-back count anything.
func FuzzAnswer(f *testing.F) {
	s := mustLoad(f, errands)
	things := Value{List: []Item{{"id": {Text: "a"}, "name": {Words: map[Lang]string{"en": "Cup"}}}}}
	for _, text := range []string{"", "1", "go", "menu", "español", "one of the machines is broken", "50", "51", "１", "\xff\x00", "1️⃣ té"} {
		f.Add(text, false)
		f.Add(text, true)
	}
	f.Fuzz(func(t *testing.T, text string, idle bool) {
		folded := fold(text)
		if !utf8.ValidString(folded) || fold(folded) != folded {
			t.Fatalf("%q is read as %q, and that as %q", text, folded, fold(folded))
		}
		for _, step := range []string{"which", "many", "code", "list", "sure"} {
			st := State{Flow: "test", Step: step, Pair: 50, Vars: map[string]Value{
				"things": things, "thing": {Item: things.List[0]}, "cups": {Num: 2}, "drink": {Text: "yes"},
			}}
			out := next(t, s, st, Input{Kind: KindText, Text: text, Idle: idle}, byText)
			if out.Do == nil && out.Wait == nil && out.State.Flow != "" {
				t.Errorf("%q at %s: neither waits nor is over: %+v", text, step, out)
			}
			if out.Do != nil && out.Do.Effect == "count" && folded != "50" && folded != "50 take it" {
				t.Errorf("%q counted", text)
			}
			for name, v := range out.State.Vars {
				if !utf8.ValidString(v.Text) {
					t.Errorf("%q at %s left %q in %s", text, step, v.Text, name)
				}
			}
		}
	})
}

func TestCodeIn(t *testing.T) {
	for text, want := range map[string]string{
		"48213": "48213", "HERE 48213": "48213", "aquí: 48213": "48213", "Aquí 4 8 2 1 3.": "48213", "4827 1935 6620": "482719356620",
		"4827-1935-6620": "482719356620", "٤٨٢١٣": "48213", "４８２１３": "48213", "#48213#": "48213", "1": "1",
		"": "", "hola": "", "SOL27": "", "48213 please": "", "the 0100 line": "", "room 12a": "", "call me 48213": "",
	} {
		if got := codeIn(text); got != want {
			t.Errorf("%q is taken for the code %q, not %q", text, got, want)
		}
	}
}
