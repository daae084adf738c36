package flows

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// input is what somebody does; it is one thing, but for a call with the keys that follow.
type input struct {
	before []Input // goes before, untold
	in     Input
	passed time.Duration // nothing was done for so long
	known  []pair        // of a reply: what the notice was about
}

// kindBegin is a flow that begins by itself, which no engine hears from outside.
const kindBegin Kind = "begin"

// parseInput reads what stands behind ">". What follows the bracket is what is sent.
func parseInput(rest string, c Channel) (input, error) {
	what, after, bracket := strings.Cut(rest, "]")
	bracket = bracket && strings.HasPrefix(what, "[")
	verb, arg, _ := strings.Cut(strings.TrimPrefix(what, "["), " ")
	arg, after = strings.TrimSpace(arg), strings.TrimSpace(after)
	switch {
	case c == Text && !strings.HasPrefix(rest, "["):
		return input{in: Input{Kind: KindText, Text: rest}}, nil
	case c == Text:
		return parseText(verb, arg, after, rest, bracket)
	case bracket && after == "":
		return parseCall(verb, arg, rest)
	}
	return input{}, fmt.Errorf("%s, and not %q", voiceInputs, rest)
}

const (
	textInputs  = "by text there are [idle], [photo], [blank], [text], [wait 3d], [begin] and [reply yes name=value]"
	voiceInputs = "by voice there are [call], [keys 1], [silence], [record 12s], [taken], [missed] and [hangup]"
)

func parseText(verb, arg, after, rest string, bracket bool) (input, error) {
	in := Input{Kind: KindText, Text: after}
	switch {
	case bracket && verb == "text" && arg == "":
	case bracket && verb == "idle" && arg == "":
		in.Idle = true
	case bracket && verb == "photo" && arg == "":
		in.Photos = 1
	case bracket && verb == "blank" && arg+after == "":
	case bracket && verb == "begin" && arg+after == "":
		in.Kind = kindBegin
	case bracket && verb == "reply" && arg != "":
		return parseReply(arg, after)
	case bracket && verb == "wait" && after == "":
		passed, err := parseSpan(arg)
		return input{in: Input{Kind: KindLapse}, passed: passed}, err
	default:
		return input{}, fmt.Errorf("%s, and not %q; \"[text] %s\" sends it as it is", textInputs, rest, rest)
	}
	return input{in: in}, nil
}

// parseReply reads an answer to a notice that carries the flow of the scene: its name, what the notice was about, and what stands behind the
// digits.
func parseReply(arg, after string) (input, error) {
	answer, rest, _ := strings.Cut(arg, " ")
	p := talkParser{talk: &Talk{}, found: &findings{}, line: rest}
	known, ok := p.allPairs(0)
	if !ok {
		return input{}, fmt.Errorf("an answer to a notice is [reply yes name=value], and not [reply %s]", arg)
	}
	return input{in: Input{Kind: KindReply, Outcome: answer, Text: after}, known: known}, nil
}

func parseCall(verb, arg, rest string) (input, error) {
	switch {
	case verb == "call":
		all := input{in: Input{Kind: KindCall}}
		for key := range strings.FieldsSeq(arg) {
			all.before, all.in = append(all.before, all.in), Input{Kind: KindKeys, Text: key}
		}
		return all, nil
	case verb == "keys" && arg != "":
		return input{in: Input{Kind: KindKeys, Text: arg}}, nil
	case verb == "record":
		length, hung := strings.CutSuffix(arg, ", hangup")
		if _, err := time.ParseDuration(length); err != nil {
			return input{}, fmt.Errorf("a recording has a length, as in [record 12s]")
		}
		return input{in: Input{Kind: KindRecording, Rec: length, HungUp: hung}}, nil
	}
	if arg == "" {
		switch verb {
		case "silence":
			return input{in: Input{Kind: KindSilence}}, nil
		case "hangup":
			return input{in: Input{Kind: KindHangup}}, nil
		case "taken", "missed":
			return input{in: Input{Kind: KindRang, Outcome: verb}}, nil
		}
	}
	return input{}, fmt.Errorf("%s, and not %q", voiceInputs, rest)
}

// mostPassed bounds a wait: nothing waits longer than a year.
const mostPassed = 366 * 24 * time.Hour

// parseSpan reads how long nothing was done: "3d", "90m", "36h".
func parseSpan(s string) (time.Duration, error) {
	days, isDays := strings.CutSuffix(s, "d")
	d, err := time.ParseDuration(s)
	if isDays {
		var n int
		n, err = strconv.Atoi(days)
		d = time.Duration(min(max(n, 0), 1000)) * 24 * time.Hour
	}
	if err != nil || d <= 0 || d > mostPassed {
		return 0, fmt.Errorf("a wait has a length of at most a year, as in [wait 3d], [wait 36h] or [wait 90m]")
	}
	return d, nil
}
