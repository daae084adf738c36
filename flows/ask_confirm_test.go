package flows

import "testing"

// TestLeft: who goes elsewhere from a read-back hears so first, however they leave, and those who answer it do not.
func TestLeft(t *testing.T) {
	s := mustLoad(t, `
starts: {en: [GO], es: [VAMOS]}
steps:
  sure:
    ask: Sure?
    confirm: {yes: do it, no: leave it}
    yes: count
    no: end
    left: Not done.
  count:
    do: count
    with: {choice: "1"}
    on: {counted: end}
`)
	sure := State{Flow: "test", Step: "sure", Lang: "en", Pair: 50}
	held := sure
	held.Resume = true
	for _, c := range []struct {
		from State
		in   Input
		env  Env
		told bool
	}{
		{sure, Input{Kind: KindText, Text: "menu"}, byText, true},
		{sure, Input{Kind: KindText, Text: "go"}, byText, true},
		{held, Input{Kind: KindText, Text: "2"}, byText, true},
		{sure, Input{Kind: KindKeys, Text: "*"}, byVoice, true},
		{sure, Input{Kind: KindKeys, Text: "0"}, byVoice, true},
		{sure, Input{Kind: KindText, Text: "51"}, byText, false},
		{sure, Input{Kind: KindText, Text: "español"}, byText, false},
		{sure, Input{Kind: KindText, Text: "ayuda"}, byText, false},
		{sure, Input{Kind: KindKeys, Text: "8"}, byVoice, false},
	} {
		out := next(t, s, c.from, c.in, c.env)
		if told := len(out.Say) > 0 && out.Say[0].Words == "Not done."; told != c.told {
			t.Errorf("%+v is answered %+v", c.in, out.Say)
		}
	}
}
