package flows

import "testing"

// menu is a flow of two menus with conditions and gaps, as flows have them.
const menu = `
starts: {en: [GO]}
steps:
  one:
    ask: {en: "{line.name}: run by workers. No name needed.", es: "Somos trabajadores."}
    choices:
      tell: {label: {text: {en: Tell us, es: Contar}, voice: x}, then: two}
      meeting: {label: {en: Meeting, es: Junta}, then: two}
      vote: {label: {en: Vote, es: Votar}, if: ballots.open > 0, then: two}
      join: {label: {en: Join, es: Unirse}, if: not me.listed, then: two}
      who: {label: {en: Who sees this, es: Quién ve esto}, then: two}
    after: {en: "Or write, or call.", es: "O escriba."}
  two:
    ask: {en: "Which one?", es: "¿Qué?"}
    choices:
      a: {label: {en: The first, es: El primero}, then: one}
      b: {label: {en: The last, es: La segunda}, then: one}
`

// BenchmarkMenuStep answers one menu and asks the other: the long one, with conditions and a gap, and the short one.
func BenchmarkMenuStep(b *testing.B) {
	s := mustLoad(b, menu)
	env := byText
	env.Facts = map[string]Value{"line.name": {Text: "The 0100 Line"}, "ballots.open": {Num: 1}, "me.listed": {}}
	for name, from := range map[string]struct{ step, text string }{"to the long menu": {"two", "the last"}, "to the short one": {"one", "2"}} {
		st := State{Flow: "test", Step: from.step, Lang: "en"}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Next(st, Input{Kind: KindText, Text: from.text}, env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLoad reads and checks a set of four flows in two languages.
func BenchmarkLoad(b *testing.B) {
	files := mustLoad(b, menu).Files()
	for b.Loop() {
		if _, err := LoadFiles(files, offered()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSegments(b *testing.B) {
	const text = "We have it. Two people will read it by Friday, Nov 27. To add, write. Others see your phone? Keep 4827 1935 6620 on paper and erase this."
	b.ReportAllocs()
	for b.Loop() {
		if n, _, _ := Segments(text); n != 1 {
			b.Fatal(n)
		}
	}
}
