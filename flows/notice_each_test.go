package flows

import (
	"slices"
	"strings"
	"testing"
)

// courses is a flow whose notice has an answer for each dish.
const courses = `starts: {en: [GO]}
takes: {supper: text, at: time, reply: text, n: number, dish: words}
notice:
  of: supper
  about: "{at}"
  before: {en: "The cook sees your name. {at}", es: "El cocinero ve su nombre. {at}"}
  each: dishes
  label: "{it.name}"
  save: {n: number, dish: name}
  answer: reply
  answers:
    go: {label: {en: I choose, es: Escojo}}
  without: {en: "Send GO.", es: "Mande GO."}
steps:
  begin:
    branch:
      - {if: given(dish), then: eats}
      - {else: asks}
  eats:
    say: {text: "{n}: {dish}", voice: x}
    then: end
  asks:
    say: {text: {en: "Which?", es: "¿Cuál?"}, voice: x}
    then: end
`

// What a flow says of an answer for each of a list is proved like fixed answers.
func TestAnswersOfAListAreProved(t *testing.T) {
	changed := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(courses) }
	checks{
		"as it should be":         {courses, ""},
		"without fixed answers":   {changed("  answer: reply\n  answers:\n    go: {label: {en: I choose, es: Escojo}}\n", ""), ""},
		"of nothing known":        {changed("each: dishes", "each: plates"), `a supper brings no list "plates", but dishes`},
		"no list":                 {changed("each: dishes", "each: place"), `a supper brings no list "place", but dishes`},
		"without a label":         {changed("  label: \"{it.name}\"\n", ""), `a notice needs "label"; add it`},
		"without what it saves":   {changed("  save: {n: number, dish: name}\n", ""), `a notice needs "save"; add it`},
		"a label without a list":  {changed("  each: dishes\n", ""), `a notice needs "each"; add it`},
		"a field that is not":     {changed("dish: name}", "dish: price}"), `an item of it has no field "price", but name, number`},
		"not taken":               {changed("save: {n: number", "save: {m: number"), `it comes as "m", which this flow does not take`},
		"another type":            {changed("n: number, dish: words}", "n: text, dish: words}"), `"n" is a text, and this is a number; change its type`},
		"leads nowhere":           {changed("if: given(dish)", "if: reply == 'go'"), "an answer for each of dishes leads nowhere of its own"},
		"by its number":           {changed("if: given(dish)", "if: n > 0"), ""},
		"tells what it may not":   {changed(`label: "{it.name}"`, `label: "{it.name} {line.name}"`), "a notice tells nothing but what its flow takes"},
		"a revealing word":        {changed("The cook sees your name.", "The boss sees your name."), "boss"},
		"no room is left":         {changed("The cook sees your name.", letterRow(160)), "leave a notice no room"},
		"a language is missing":   {changed("before: {en: \"The cook sees your name. {at}\", es: \"El cocinero ve su nombre. {at}\"}", "before: {en: \"The cook sees your name. {at}\"}"), "es"},
		"what cannot be undone":   {changed("then: eats}", "then: counts}", "  asks:\n", "  counts:\n    do: count\n    with: {choice: n}\n    on: {counted: end}\n  asks:\n"), "cannot be undone"},
		"answers without a name":  {changed("  answer: reply\n", ""), `a notice needs "answer"; add it`},
		"nothing to answer by":    {changed("  before: {en: \"The cook sees your name. {at}\", es: \"El cocinero ve su nombre. {at}\"}\n  each: dishes\n  label: \"{it.name}\"\n  save: {n: number, dish: name}\n  answer: reply\n  answers:\n    go: {label: {en: I choose, es: Escojo}}\n", ""), `a notice needs "answers"; add it`},
		"two fixed ones, guessed": {changed("    go: {", "    no: {label: {en: Nothing, es: Nada}}\n    go: {"), `answer "no" leads nowhere of its own`},
	}.each(t)
}

// What is printed of a list, how an answer is read, and what the flow takes of it.
func TestWhatANoticePrintsOfAList(t *testing.T) {
	s := mustLoad(t, courses)
	dish := func(en, es string) Item { return Item{"name": {Words: map[Lang]string{"en": en, "es": es}}} }
	known := map[string]Value{"at": {Num: 1795804200, Zone: "UTC"}, "dishes": {List: []Item{dish("Soup", "Sopa"), dish("5 beans", "Té"), dish("Stop", "Alto")}}}
	for lang, want := range map[Lang]string{
		"en": "The cook sees your name. ", "es": "El cocinero ve su nombre. ",
	} {
		lines, after := s.Printed("test", lang, 51, known)
		labels := map[Lang]string{"en": "\n51 Soup\n52 5 beans\n53 Stop", "es": "\n51 Sopa\n52 T\u00e9\n53 Alto"}[lang]
		if !strings.HasPrefix(lines, want) || !strings.HasSuffix(lines, labels) || after != "" {
			t.Errorf("%s prints %q and %q", lang, lines, after)
		}
	}
	if lines, _ := s.Printed("test", "en", 51, map[string]Value{"at": known["at"]}); lines != "51 I choose" {
		t.Errorf("without the list: %q", lines)
	}
	if q, ok := s.Question("test"); !ok || q.Each != "dishes" || !slices.Equal(q.Answers, []string{"go"}) || !slices.Equal(s.Answers("test", known), []string{"1", "2", "3"}) {
		t.Errorf("it asks %+v", q)
	}
	for text, is := range map[string]bool{"5 beans": true, "té.": true, "TE": true, "soup": false, "2": false} {
		if s.LabelSaid("test", "2", text, known) != is {
			t.Errorf("%q is read as the second: %v", text, !is)
		}
	}
	if s.MayPrint("test", known) {
		t.Error("STOP is offered")
	}
	known["dishes"].List[2] = dish("Yes", "Sí")
	if s.MayPrint("test", known) {
		t.Error("5 is offered, which may be another answer's")
	}
	more := map[string]Value{"dishes": {List: []Item{dish("Soup", "Sopa"), dish("Tea", "Té"), dish("Yes", "Sí")}}}
	if !s.MayPrint("test", more) {
		t.Error("three dishes are not offered")
	}
	in := s.Reply("test", "2", "q1", 51, "", known)
	if got := in.Values; got["n"].Num != 2 || got["dish"].Words["en"] != "5 beans" || got["reply"].Text != "" {
		t.Errorf("the flow takes %+v", got)
	}
	out, err := s.Next(State{}, in, Env{Channel: Text, Languages: []Lang{"en"}})
	if err != nil || oneText(out.Say) != "2: 5 beans" {
		t.Errorf("it says %q: %v", oneText(out.Say), err)
	}
	if out, err = s.Next(State{}, s.Reply("test", "go", "q1", 51, "", nil), Env{Channel: Text, Languages: []Lang{"en"}}); err != nil || oneText(out.Say) != "Which?" {
		t.Errorf("it says %q: %v", oneText(out.Say), err)
	}
}
