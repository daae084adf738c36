package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"hotline/gateway/simulator"
)

// held is a call at a handset's ear. What is heard comes back from what the phone does and, for what happens by itself, from a
// stream; each event is shown once, in order.
type held struct {
	*handset
	call *simulator.Call

	mu   sync.Mutex
	last int           // id of the newest event shown
	over chan struct{} // closed when the end was shown
}

func (h *handset) callLine(ctx context.Context) error {
	who := h.phone.Number()
	if h.withheld {
		who = "A phone that hides its number"
	}
	h.show("%s calls %s. Type keys, silence, record WORDS /SECONDS, or hangup.", who, h.to)
	call, err := h.phone.Call(ctx, h.to)
	if err != nil {
		return err
	}
	if err := h.hold(ctx, call); err != nil {
		return err
	}
	h.linger(ctx)
	return nil
}

func (h *handset) answer(ctx context.Context, ring simulator.Ring) error {
	call, err := h.phone.Answer(ctx, ring)
	if err != nil {
		return err
	}
	return h.hold(ctx, call)
}

// hold goes through a call with what is typed. The end of the input hangs up.
func (h *handset) hold(ctx context.Context, call *simulator.Call) error {
	c := &held{handset: h, call: call, over: make(chan struct{})}
	c.hear(call.History())
	streaming, stop := context.WithCancel(ctx)
	var stream sync.WaitGroup
	stream.Go(func() { c.follow(streaming) })
	defer stream.Wait()
	defer stop()
	for {
		h.prompt()
		select {
		case <-c.over:
			return nil
		default:
		}
		select {
		case <-c.over:
			return nil
		case <-ctx.Done():
			return c.hangUp()
		case typed, more := <-h.typed:
			if !more {
				return c.hangUp()
			}
			h.echo(typed)
			if err := c.entered(ctx, typed); err != nil {
				return err
			}
		}
	}
}

// hangUp ends the call even when whoever held it has been told to stop.
func (c *held) hangUp() error {
	ctx, cancel := context.WithTimeout(context.Background(), awaitWithin)
	defer cancel()
	events, err := c.call.Hangup(ctx)
	c.hear(events)
	return err
}

// follow shows what happens by itself: a call that is led elsewhere, the other phone of a call put through.
func (c *held) follow(ctx context.Context) {
	for e, err := range c.call.Stream(ctx, c.newest()) {
		if err != nil {
			return // what the phone does next will tell
		}
		c.hear(simulator.Events{e})
	}
}

func (c *held) newest() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// hear shows the events that were not shown yet.
func (c *held) hear(events simulator.Events) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range events {
		if e.ID <= c.last {
			continue
		}
		c.last = e.ID
		switch {
		case e.Heard != nil:
			c.show("< %s", c.sound(*e.Heard))
		case e.Listening != nil:
			if hint := waitsFor(*e.Listening); hint != "" {
				c.show("  (%s)", hint)
			}
		case e.Ended != nil:
			c.show("  (%s, after %s)", ending(e.Ended.Reason), count(e.Ended.Duration, "second", "seconds"))
			close(c.over)
		}
	}
}

// entered is one line typed during a call. A line that means nothing is explained, and the call goes on.
func (c *held) entered(ctx context.Context, typed string) error {
	events, err := c.act(ctx, strings.TrimSpace(typed))
	if wrong := new(usageError); errors.As(err, wrong) {
		c.show("  (%s)", *wrong)
		return nil
	}
	if err != nil {
		select {
		case <-c.over: // it ended while this was typed
			return nil
		case <-time.After(lingerFor):
			return err
		}
	}
	c.hear(events)
	return nil
}

// act does what was typed. What means nothing is a usageError.
func (c *held) act(ctx context.Context, typed string) (simulator.Events, error) {
	verb, rest, _ := strings.Cut(typed, " ")
	switch strings.ToLower(verb) {
	case "", "silence":
		return c.call.Silence(ctx)
	case "hangup":
		return c.call.Hangup(ctx)
	case "say":
		return c.call.Speak(ctx, rest)
	case "record":
		words, seconds, end, err := recording(rest)
		if err != nil {
			return nil, err
		}
		return c.call.RecordUntil(ctx, seconds, words, end)
	}
	keys := strings.ReplaceAll(typed, " ", "")
	if strings.Trim(keys, "0123456789*#") != "" {
		return nil, misused("%q is nothing a caller can do: type keys (0 to 9, * and #), silence, record WORDS /SECONDS, say WORDS, or hangup", typed)
	}
	return c.call.Press(ctx, keys)
}

// speed is how many letters a second people speak.
const speed = 15

// recording reads "the lift is broken /12 #": words, seconds, and how it ends: by a key, by hanging up, or in silence.
func recording(typed string) (words string, seconds int, end string, err error) {
	at := strings.LastIndex(typed, "/")
	if at < 0 {
		return typed, 1 + len(typed)/speed, "", nil
	}
	words = strings.TrimSpace(typed[:at])
	length, end, _ := strings.Cut(strings.TrimSpace(typed[at+1:]), " ")
	seconds, err = strconv.Atoi(strings.TrimSuffix(length, "s"))
	if err != nil || seconds < 0 {
		return "", 0, "", misused("a recording is written like: record the lift is broken /12")
	}
	if end = strings.TrimSpace(end); strings.EqualFold(end, "hangup") {
		return words, seconds, simulator.Hangup, nil
	}
	if strings.Trim(end, "0123456789*#") != "" {
		return "", 0, "", misused("a recording ends with a key, or with hangup: record the lift is broken /12 #")
	}
	return words, seconds, end, nil
}

// sound is what the ear hears, as a line. A language is told where it changes.
func (c *held) sound(e simulator.Heard) string {
	words := printable(e.Text)
	switch e.Kind {
	case simulator.HeardSay:
		if lang, _, _ := strings.Cut(e.Lang, "-"); lang != c.voice {
			c.voice = lang
			words = "[" + lang + "] " + words
		}
		if e.Interrupted {
			words += " [cut off]"
		}
		return words
	case simulator.HeardPlay:
		if said := printable(e.Words); said != "" {
			return "[recording: " + said + "]"
		}
		return "[plays " + words + "]"
	case simulator.HeardPause:
		return fmt.Sprintf("[%s of silence]", count(e.Seconds, "second", "seconds"))
	case simulator.HeardBeep:
		return "[beep]"
	case simulator.HeardTone:
		return "[tone: " + words + "]"
	case simulator.HeardRing:
		return "[another phone rings]"
	case simulator.HeardVoice:
		return "[a person] " + words
	}
	return words
}

// waitsFor says what the line waits for, where that is not plain from what was heard.
func waitsFor(l simulator.Listening) string {
	switch l.Kind {
	case simulator.ListenGather:
		return "it waits for keys"
	case simulator.ListenRecord:
		return fmt.Sprintf("it records, %d seconds at most", l.MaxLength)
	case simulator.ListenDial:
		return "another phone rings; silence waits for it"
	case simulator.ListenTalk:
		return "you are through to a person: say WORDS"
	case simulator.ListenPause, simulator.ListenHold:
		return "silence waits for what comes next"
	}
	return ""
}

func ending(r simulator.Reason) string {
	switch r {
	case simulator.EndedByCaller:
		return "you hung up"
	case simulator.EndedByPeer:
		return "the other person hung up"
	case simulator.EndedRejected:
		return "the call was not taken"
	case simulator.EndedNoAnswer:
		return "nobody answered"
	case simulator.EndedFailed:
		return "the call failed"
	case simulator.EndedClosed:
		return "the phone company closed"
	}
	return "the line hung up"
}
