package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"hotline/flows"
	"hotline/gateway/simulator"
)

// tryout is a talk with one flow. It shows what a phone would, and asks what would come of effects.
type tryout struct {
	*held
	trial *flows.Trial
	call  bool
	wait  *flows.Wait // what the other side may do; nil: the talk is over
}

// talk goes through it with what is typed. The end of the input leaves.
func (t *tryout) talk(ctx context.Context, name string) error {
	if t.call {
		t.show("This is flow %s alone, on a call. Type keys, silence, record WORDS /SECONDS, or hangup; facts, lang es.", name)
	} else {
		t.show("This is flow %s alone, by text. What you type is sent to it; facts, lang es and wait 3d are not.", name)
	}
	written, out, err := t.trial.Begin()
	if !t.call {
		t.show("> %s", written)
	}
	for err = t.heard(ctx, out, err); err == nil && t.wait != nil; {
		var typed string
		if typed, err = t.read(ctx); err == nil {
			t.echo(typed)
			err = t.entered(ctx, strings.TrimSpace(typed))
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil {
		t.show("[the talk is over]")
	}
	return err
}

// read is the next line typed; io.EOF at the end of the input, or when whoever sits here is told to leave.
func (t *tryout) read(ctx context.Context) (string, error) {
	t.prompt()
	select {
	case <-ctx.Done():
		return "", io.EOF
	case typed, more := <-t.typed:
		if !more {
			return "", io.EOF
		}
		return typed, nil
	}
}

// entered is one line typed. What means nothing is explained, and the talk goes on.
func (t *tryout) entered(ctx context.Context, typed string) error {
	word, rest, _ := strings.Cut(typed, " ")
	rest = strings.TrimSpace(rest)
	var err error
	switch {
	case word == "facts" && rest == "":
		for _, fact := range t.trial.Facts() {
			t.show("  %s", fact)
		}
	case word == "facts" && strings.Contains(rest, "="):
		err = setFact(t.trial, rest)
	case word == "lang" && len(rest) > 0 && len(rest) < 4:
		err = t.trial.Set("lang", rest)
	case t.call:
		return t.act(ctx, typed)
	case word == "wait" && rest != "" && strings.ContainsAny(rest[:1], "0123456789"):
		return t.hear(ctx, "["+typed+"]")
	case typed != "":
		return t.hear(ctx, typed)
	}
	if err != nil {
		t.show("  (%v)", err)
	}
	return nil
}

// ringHint tells what can happen while somebody's phone rings for the caller.
const ringHint = "a phone rings for this caller: type taken, missed, or hangup"

// act does what was typed on a call.
func (t *tryout) act(ctx context.Context, typed string) error {
	verb, rest, _ := strings.Cut(typed, " ")
	keys := strings.ReplaceAll(typed, " ", "")
	switch verb = strings.ToLower(verb); {
	case (verb == "" || verb == "silence") && t.wait.Ring == nil:
		return t.hear(ctx, "[silence]")
	case verb == "hangup":
		return t.hear(ctx, "[hangup]")
	case verb == "record" && t.wait.Keys > 0:
		t.show("  (it waits for keys here, and records nothing)")
	case verb == "record" && t.wait.Record > 0:
		_, seconds, end, err := recording(rest)
		if err != nil {
			t.show("  (%v)", err)
			return nil
		}
		made := fmt.Sprintf("[record %ds", seconds)
		if end == simulator.Hangup {
			made += ", hangup"
		}
		return t.hear(ctx, made+"]")
	case strings.HasPrefix(typed, "["):
		return t.hear(ctx, typed)
	case t.wait.Ring != nil && (verb == "taken" || verb == "missed"):
		return t.hear(ctx, "["+verb+"]")
	case t.wait.Ring != nil:
		t.show("  (%s)", ringHint)
	case strings.Trim(keys, "0123456789*#") != "":
		t.show("  (%q is nothing a caller can do: type keys (0 to 9, * and #), silence, record WORDS /SECONDS, or hangup)", typed)
	case t.wait.Record > 0:
		t.show("  (it records: type record WORDS /SECONDS, silence, or hangup)")
	default:
		return t.press(ctx, keys)
	}
	return nil
}

// press presses as many keys at a time as are waited for.
func (t *tryout) press(ctx context.Context, keys string) error {
	for keys != "" && t.wait != nil && t.wait.Keys > 0 {
		some := keys[:min(len(keys), t.wait.Keys)]
		if t.wait.Finish != "" {
			some, _, _ = strings.Cut(some, t.wait.Finish)
		}
		rest := strings.TrimPrefix(keys[len(some):], t.wait.Finish)
		if some == "" {
			some = "#" // the finishing key alone
		}
		if err := t.hear(ctx, "[keys "+some+"]"); err != nil {
			return err
		}
		keys = rest
	}
	return nil
}

// hear gives the flow an input, as a transcript has it.
func (t *tryout) hear(ctx context.Context, written string) error {
	out, err := t.trial.Hear(written)
	if err != nil {
		t.show("  (%v)", err)
		return nil
	}
	return t.heard(ctx, out, nil)
}

// heard shows what comes of an input, once all that it asks for has been answered.
func (t *tryout) heard(ctx context.Context, out flows.Output, err error) error {
	say := out.Say
	for err == nil && out.Do != nil {
		if out, err = t.effect(ctx); err == nil {
			say = append(say, out.Say...)
		}
	}
	if err != nil {
		return err
	}
	t.wait = out.Wait
	switch {
	case t.call:
		t.speak(say, out)
	case len(say) == 0:
		t.show("  (no answer)")
	default:
		t.receive(say)
	}
	if !t.call && out.Wait != nil && out.Wait.After > 0 {
		t.show("  (with nothing sent it goes on by itself: type wait %s)", span(out.Wait.After))
	}
	return nil
}

// span is how a wait is typed: "3d", "36h", "90m".
func span(d time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if d%unit.of == 0 {
			return fmt.Sprint(int(d/unit.of), unit.name)
		}
	}
	return d.String()
}

// receive shows an answer as a text.
func (t *tryout) receive(say []flows.Prompt) {
	var lines []string
	for _, p := range say {
		lines = append(lines, p.Words)
	}
	text := simulator.Text{Body: strings.Join(lines, "\n"), Encoding: "GSM-7"}
	n, ucs2, _ := flows.Segments(text.Body)
	if text.Segments = n; ucs2 {
		text.Encoding = "UCS-2"
	}
	t.show("%s", t.received(text))
}

// speak shows what a caller hears, and what the line waits for then.
func (t *tryout) speak(say []flows.Prompt, out flows.Output) {
	for _, p := range say {
		heard := simulator.Heard{Kind: simulator.HeardSay, Text: p.Words, Lang: string(p.Lang)}
		if p.Play != "" {
			heard = simulator.Heard{Kind: simulator.HeardPlay, Text: strings.TrimSpace(p.Play + " " + p.Words)}
		}
		if p.Pause > 0 {
			heard = simulator.Heard{Kind: simulator.HeardPause, Seconds: int(math.Ceil(p.Pause.Seconds()))}
		}
		t.show("< %s", t.sound(heard))
	}
	switch {
	case out.Wait == nil && out.State.Gone:
		t.show("  (%s)", ending(simulator.EndedByCaller))
	case out.Wait == nil:
		t.show("  (the line hung up)")
	case out.Wait.Record > 0:
		t.show("< %s", t.sound(simulator.Heard{Kind: simulator.HeardBeep}))
		t.show("  (%s)", waitsFor(simulator.Listening{Kind: simulator.ListenRecord, MaxLength: int(out.Wait.Record.Seconds())}))
	case out.Wait.Ring != nil:
		t.show("  (%s)", ringHint)
	default:
		t.show("  (%s)", waitsFor(simulator.Listening{Kind: simulator.ListenGather}))
	}
}

// effect answers the effect that is asked for: by the script or, where it has nothing left, by whoever sits here.
func (t *tryout) effect(ctx context.Context) (flows.Output, error) {
	asks := t.trial.Asks()
	out, outcome, found, err := t.trial.Scripted()
	if found {
		t.show("%s -> %s", asks, outcome)
		return out, err
	}
	t.show("%s", asks)
	var given []flows.Given
	if outcome, given, err = t.outcome(ctx); err != nil {
		return out, err
	}
	return t.trial.Came(outcome, given...)
}

// outcome asks what comes of the effect, and for each value that this brings.
func (t *tryout) outcome(ctx context.Context) (string, []flows.Given, error) {
	all := t.trial.Outcomes()
	if len(all) == 1 {
		t.show("  -> %s", all[0])
		given, err := t.values(ctx, all[0], t.trial.Brings(all[0]))
		return all[0], given, err
	}
	for i, outcome := range all {
		t.show("  %d %s", i+1, outcome)
	}
	for {
		typed, err := t.question(ctx, "what comes of it", "1")
		if err != nil {
			return "", nil, err
		}
		name, written, _ := strings.Cut(typed, " ")
		if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(all) {
			name = all[n-1]
		}
		if !slices.Contains(all, name) {
			t.show("  (type a number from 1 to %d, or a name of the list)", len(all))
			continue
		}
		if strings.TrimSpace(written) == "" {
			given, err := t.values(ctx, name, t.trial.Brings(name))
			return name, given, err
		}
		given, err := flows.ParseGiven(written)
		if err == nil {
			err = t.trial.Fits(name, given...)
		}
		if err == nil {
			return name, given, nil
		}
		t.show("  (%v)", err)
	}
}

// values asks for values one by one; what a list holds, behind how many there are.
func (t *tryout) values(ctx context.Context, outcome string, ask []flows.Given) ([]flows.Given, error) {
	var given []flows.Given
	for len(ask) > 0 {
		one := ask[0]
		typed, err := t.question(ctx, fmt.Sprintf("%s (%s)", one.Name, one.Type), one.Value)
		if err != nil {
			return nil, err
		}
		if line, ok := strings.CutPrefix(typed, outcome+" "); ok && len(given) == 0 && strings.Contains(line, "=") { // all in one line
			all, err := flows.ParseGiven(line)
			if err == nil {
				err = t.trial.Fits(outcome, all...)
			}
			if err == nil {
				return all, nil
			}
			t.show("  (%v)", err)
			continue
		}
		if one.Value = typed; typed == "-" {
			one.Value = ""
		}
		if one.Type == flows.TypeList {
			n, err := strconv.Atoi(cmp.Or(one.Value, "0"))
			if err != nil || n < 0 {
				t.show("  (how many there are is a number)")
				continue
			}
			ask = append(t.trial.Items(outcome, one.Name, n), ask[1:]...)
			continue
		}
		if err := t.trial.Fits(outcome, append(slices.Clone(given), one)...); err != nil {
			t.show("  (%v)", err)
			continue
		}
		given, ask = append(given, one), ask[1:]
	}
	return given, nil
}

// question asks for one value. Nothing typed is the usual one.
func (t *tryout) question(ctx context.Context, what, usual string) (string, error) {
	if t.person {
		t.show("  %s [%s]:", what, usual)
	}
	typed, err := t.read(ctx)
	if typed = strings.TrimSpace(typed); typed == "" {
		typed = usual
	}
	if err == nil && !t.person {
		t.show("  %s [%s]: %s", what, usual, typed)
	}
	return typed, err
}

// askWhere asks whether to keep the talk, and where.
func (t *tryout) askWhere(ctx context.Context) string {
	for t.trial.Scene() != "" {
		t.show("To keep this talk as a transcript type a file's name (my.talk); Enter drops it.")
		typed, err := t.read(ctx)
		if typed = strings.TrimSpace(typed); err != nil || typed == "" || filepath.Ext(typed) == ".talk" {
			return typed
		}
		t.show("  (its name ends in .talk)")
	}
	return ""
}
