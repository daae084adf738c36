package gateway

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"hotline/flows"
)

// library is read from its folder: no room but the command may import it.
var library = os.DirFS("../flows/library")

func loadLibrary(t testing.TB) *flows.Set {
	t.Helper()
	set, err := LoadFlows(library)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestLibrary plays the transcripts of the flows that this program ships, against what it offers them.
func TestLibrary(t *testing.T) {
	set := loadLibrary(t)
	for _, w := range set.Warnings() {
		t.Error(w)
	}
	names, err := fs.Glob(library, "*.talk")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			src, err := fs.ReadFile(library, name)
			if err != nil {
				t.Fatal(err)
			}
			talk, err := flows.ParseTalk(name, string(src))
			if err != nil {
				t.Fatal(err)
			}
			if err := set.Run(talk); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestLibraryNeverSticks talks to the library at random, noise included. Every input is answered, briefly and in letters that are
// cheap to send; what somebody writes at length is never lost, and a bare number is never taken for words; and from wherever that
// led, silence, blank texts and hanging up come to an end, and MENU to the menu.
func TestLibraryNeverSticks(t *testing.T) {
	set := loadLibrary(t)
	rapid.Check(t, func(t *rapid.T) {
		w := newWorker(t, set)
		for range rapid.IntRange(1, 12).Draw(t, "turns") {
			w.turn(w.input())
			if w.state.Gone {
				break
			}
		}
		w.leave()
	})
}

// worker is somebody at the other end, who does anything.
type worker struct {
	t     *rapid.T
	set   *flows.Set
	apart bool // something was kept apart in this turn
	env   flows.Env
	state flows.State
	over  bool
	rings bool // somebody's phone rings for them
}

func newWorker(t *rapid.T, set *flows.Set) *worker {
	w := &worker{t: t, set: set, over: true}
	w.env.Channel = rapid.SampledFrom([]flows.Channel{flows.Text, flows.Voice}).Draw(t, "channel")
	w.env.Languages = rapid.SampledFrom([][]flows.Lang{{"en", "es"}, {"es", "en"}, {"es"}, {"fr", "en"}, nil}).Draw(t, "languages")
	w.state.Lang = rapid.SampledFrom([]flows.Lang{"", "en", "es", "fr"}).Draw(t, "language")
	w.env.Facts = map[string]flows.Value{}
	for _, name := range slices.Sorted(maps.Keys(vocabulary().Facts)) {
		w.env.Facts[name] = w.value(vocabulary().Facts[name])
	}
	w.env.Facts["line.name"] = flows.Value{Text: "The 0100 Line"}
	w.env.Facts["line.number"] = flows.Value{Text: "(212) 555-0100"}
	if w.env.Channel == flows.Voice {
		w.turn(flows.Input{Kind: flows.KindCall})
	}
	return w
}

// value is anything that a fact or an outcome may be.
func (w *worker) value(shape flows.Shape) flows.Value {
	switch shape.Type {
	case flows.TypeNumber:
		return flows.Value{Num: rapid.Int64Range(0, 9).Draw(w.t, "number")}
	case flows.TypeFlag:
		return flows.Value{Flag: rapid.Bool().Draw(w.t, "flag")}
	case flows.TypeTime:
		return flows.Value{Num: rapid.Int64Range(1_770_000_000, 1_800_000_000).Draw(w.t, "time"), Zone: "America/Los_Angeles"}
	case flows.TypeWords:
		return flows.Value{Words: map[flows.Lang]string{"en": w.letters(shape.Most), "es": w.letters(shape.Most)}}
	case flows.TypeCode:
		return flows.Value{Text: "482719356620"}
	case flows.TypeList:
		var all []flows.Item
		for range rapid.IntRange(0, 9).Draw(w.t, "items") {
			it := flows.Item{}
			for _, name := range slices.Sorted(maps.Keys(shape.Fields)) {
				it[name] = w.value(shape.Fields[name])
			}
			all = append(all, it)
		}
		return flows.Value{List: all}
	}
	if shape.Most > 0 {
		return flows.Value{Text: w.letters(shape.Most)}
	}
	return flows.Value{Text: rapid.SampledFrom([]string{"", "yes", "no", "the night crew"}).Draw(w.t, "text")}
}

// letters are as many as a value may have, or fewer; each is told as one letter of GSM-7.
func (w *worker) letters(most int) string {
	long := rapid.StringOfN(rapid.SampledFrom([]rune("aeo ñá")), 1, most, -1).Draw(w.t, "letters")
	return strings.Repeat(long, most/len([]rune(long)))
}

// bareNumber is a number that a choice or a read-back may have.
var bareNumber = regexp.MustCompile(`^ *[0-9]{1,2}[.)]? *$`)

// input is anything that may happen next.
func (w *worker) input() flows.Input {
	if w.env.Channel == flows.Text {
		return flows.Input{
			Kind: flows.KindText,
			Idle: rapid.IntRange(0, 9).Draw(w.t, "idle") == 0,
			Text: rapid.OneOf(
				rapid.SampledFrom([]string{"1", "2", "3", "4", "7", "yes", "no", "9", "57", "52", "gracias", "AYUDA", "MENU", "REPORT", "JUNTA", "vote", "JOIN",
					"WHO", "español", "ENGLISH", "", "hola", "maple 7", "the lift in hall B is broken"}),
				rapid.String(),
				rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 1600), func(b []byte) string { return string(b) }),
			).Draw(w.t, "text"),
		}
	}
	if w.rings {
		return flows.Input{Kind: flows.KindRang, Outcome: rapid.SampledFrom([]string{Missed, Taken}).Draw(w.t, "rang")}
	}
	switch kind := rapid.SampledFrom([]flows.Kind{flows.KindKeys, flows.KindKeys, flows.KindKeys, flows.KindSilence, flows.KindRecording, flows.KindHangup}).Draw(w.t, "kind"); kind {
	case flows.KindKeys:
		return flows.Input{Kind: kind, Text: rapid.StringMatching(`[0-9*#]|77|88|[0-9*#]{2,12}`).Draw(w.t, "keys")}
	case flows.KindRecording:
		return flows.Input{Kind: kind, Rec: rapid.SampledFrom([]string{"", "RE1"}).Draw(w.t, "recording"), HungUp: rapid.IntRange(0, 4).Draw(w.t, "hung up") == 0}
	default:
		return flows.Input{Kind: kind}
	}
}

// turn is one input, and all that comes of it. A call that is over hears nothing more.
func (w *worker) turn(in flows.Input) {
	if w.over && in.Kind != flows.KindText && in.Kind != flows.KindCall {
		return
	}
	before := w.state
	var say []flows.Prompt
	kept, now := "", in
	w.apart = false
	for range 10 {
		out, again := w.next(now), w.next(now)
		if !reflect.DeepEqual(out, again) {
			w.t.Fatalf("twice the same input, and two answers: %+v and %+v", out, again)
		}
		w.state, say = out.State, append(say, out.Say...)
		if out.Do == nil {
			w.over, w.rings = out.Wait == nil, out.Wait != nil && out.Wait.Ring != nil
			w.env.Nonce++
			w.check(in, say, out)
			w.checkKept(in, kept, before)
			return
		}
		takesWords := slices.Contains([]string{"file_report", "add_to_report", "find_flyer"}, out.Do.Effect)
		if takesWords && !before.Resume && bareNumber.MatchString(in.Text) && w.env.Channel == flows.Text {
			w.t.Fatalf("%q is no words, and does %+v", in.Text, *out.Do)
		}
		w.apart = w.apart || out.Do.Effect == "set_aside"
		for _, a := range out.Do.Args {
			kept += a.Text
		}
		now = w.outcome(out.Do.Effect)
	}
	w.t.Fatalf("%+v had ten effects", in)
}

func (w *worker) next(in flows.Input) flows.Output {
	out, err := w.set.Next(w.state, in, w.env)
	if err != nil {
		w.t.Fatalf("%+v in %+v: %v", in, w.state, err)
	}
	return out
}

func (w *worker) outcome(effect string) flows.Input {
	outcomes := vocabulary().Effects[effect].Outcomes
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(outcomes)), func(name string) bool {
		return effect == "find_ballot" && (name == "stands" && w.env.Channel == flows.Text || name == "by_call" && w.env.Channel == flows.Voice) // it never comes to them there
	})
	name := rapid.SampledFrom(names).Draw(w.t, effect)
	values := map[string]flows.Value{}
	for _, v := range slices.Sorted(maps.Keys(outcomes[name])) {
		values[v] = w.value(outcomes[name][v])
	}
	return flows.Input{Kind: flows.KindOutcome, Outcome: name, Values: values}
}

// check is about what was answered.
func (w *worker) check(in flows.Input, say []flows.Prompt, out flows.Output) {
	if (out.Wait == nil) != (out.State.Flow == "") {
		w.t.Fatalf("%+v neither waits nor is over: %+v", in, out)
	}
	if out.State.Gone {
		if len(say) > 0 || out.Wait != nil {
			w.t.Fatalf("nobody listens, and still: %+v", say)
		}
		return
	}
	text := Reply{Say: say}.Text()
	kept := w.state.Flow == "report" && w.state.Step == "listen" // pieces of a report are not answered each
	if text == "" && !kept {
		w.t.Fatalf("%+v is answered by nothing in %+v", in, w.state)
	}
	if w.env.Channel == flows.Voice {
		for _, p := range say {
			if n := len(strings.Fields(p.Words)); n > 50 {
				w.t.Fatalf("a prompt of %d words: %s", n, p.Words)
			}
		}
		if wait := out.Wait; wait != nil && wait.Ring == nil && (wait.Timeout <= 0 || (wait.Keys > 0) == (wait.Record > 0)) {
			w.t.Fatalf("a caller waits for %+v", *wait)
		}
		return
	}
	most := 2
	if w.state.Flow == "vote" { // where `ballot open` refuses words that take more
		most = 3
	}
	if w.apart { // the question stands behind it
		most = 5
	}
	if n, _, forced := flows.Segments(text); n > most || forced != 0 {
		w.t.Fatalf("%d segments, by %q: %s", n, forced, text)
	}
}

// checkKept is about what somebody wrote at length: it went into an effect, or is remembered. Only a read-back takes two digits and
// nothing else.
func (w *worker) checkKept(in flows.Input, kept string, before flows.State) {
	words := slices.DeleteFunc(strings.Fields(strings.ReplaceAll(strings.ToValidUTF8(in.Text, "\uFFFD"), "\x00", "")), func(word string) bool {
		if strings.ContainsFunc(word, unicode.IsNumber) && (w.set.Secret(before) || before.Step == "other_phone") { // digits are not kept there
			return true
		}
		return !strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	})
	if w.env.Channel == flows.Voice || len(words) <= 3 || before.Flow == "vote" && before.Step == "confirm" {
		return
	}
	stored, err := json.Marshal(w.state)
	if err != nil {
		w.t.Fatal(err)
	}
	var state flows.State
	if err := json.Unmarshal(stored, &state); err != nil {
		w.t.Fatal(err)
	}
	if again, err := json.Marshal(state); err != nil || !bytes.Equal(stored, again) {
		w.t.Fatalf("%s came back as %s: %v", stored, again, err)
	}
	kept += state.Held
	for _, v := range state.Vars {
		kept += v.Text
	}
	if !strings.Contains(kept, words[0]) || !strings.Contains(kept, words[len(words)-1]) {
		w.t.Fatalf("%q was lost: %+v", in.Text, w.state)
	}
}

// leave stops answering, each way from the same place.
func (w *worker) leave() {
	here := *w
	if w.env.Channel == flows.Text {
		w.turn(flows.Input{Kind: flows.KindText, Text: "menu"})
		if w.state.Flow != "door" || w.state.Step != "menu" && w.state.Step != "greeting" {
			w.t.Fatalf("MENU leads to %+v", w.state)
		}
		*w = here
		for range 8 { // the door hears out seven words that are no flyer's
			if w.over {
				return
			}
			w.turn(flows.Input{Kind: flows.KindText})
		}
	} else {
		w.turn(flows.Input{Kind: flows.KindHangup})
		if !w.over {
			w.t.Fatalf("hanging up leads to %+v", w.state)
		}
		*w = here
		for range 12 {
			if w.rings {
				w.turn(flows.Input{Kind: flows.KindRang, Outcome: Missed})
				continue
			}
			w.turn(flows.Input{Kind: flows.KindSilence})
		}
	}
	if !w.over {
		w.t.Fatalf("saying nothing leads to %+v", w.state)
	}
}

// TestReportIsCheap: what a report costs the worker by text, whatever the language. (WORKERS.md)
func TestReportIsCheap(t *testing.T) {
	_, totals := loadLibrary(t).Cost("report")
	if len(totals) == 0 {
		t.Fatal("nothing was measured")
	}
	for _, c := range totals {
		if c.Sent > 4 || c.Received > 6 {
			t.Errorf("%d texts sent and %d segments received to come to %s in %s, by %v", c.Sent, c.Received, c.Step, c.Lang, c.Path)
		}
	}
}
