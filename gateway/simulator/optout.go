package simulator

import (
	"slices"
	"strings"
)

// OptOut are a line's own opt-out words and answers, for Line.AdvancedOptOut. What is
// empty keeps its default.
type OptOut struct {
	StopWords  []string `json:"stopWords,omitempty"`
	StartWords []string `json:"startWords,omitempty"`
	HelpWords  []string `json:"helpWords,omitempty"`
	StopText   string   `json:"stopText,omitempty"`
	StartText  string   `json:"startText,omitempty"`
	HelpText   string   `json:"helpText,omitempty"`
}

// defaultOptOut is what Twilio does for a line nobody configured, in its own words.
func defaultOptOut() OptOut {
	return OptOut{
		StopWords:  []string{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "ARRET"},
		StartWords: []string{"START", "YES", "UNSTOP"},
		HelpWords:  []string{"HELP", "INFO"},
		StopText:   "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.",
		StartText:  "You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
		HelpText:   "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
	}
}

func (l Line) optOut() OptOut {
	o := defaultOptOut()
	if !l.AdvancedOptOut {
		return o
	}
	own := l.OptOut
	for _, w := range []struct{ to, from *[]string }{
		{&o.StopWords, &own.StopWords}, {&o.StartWords, &own.StartWords}, {&o.HelpWords, &own.HelpWords},
	} {
		if len(*w.from) > 0 {
			*w.to = *w.from
		}
	}
	for _, w := range []struct{ to, from *string }{
		{&o.StopText, &own.StopText}, {&o.StartText, &own.StartText}, {&o.HelpText, &own.HelpText},
	} {
		if *w.from != "" {
			*w.to = *w.from
		}
	}
	return o
}

// carrierAct does what the carrier does with a text before the customer sees it: blocks,
// unblocks, answers. It returns the OptOutType for the webhook ("" for an ordinary text)
// and the carrier's own answer ("" for silence).
func (c *Company) carrierAct(line Line, phone, body string) (kind, words string) {
	o := line.optOut()
	word := strings.ToUpper(strings.TrimSpace(body))
	is := func(list []string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return strings.ToUpper(w) == word })
	}
	stopped := c.isStopped(line.Number, phone)
	switch {
	case is(o.StopWords):
		c.setStopped(line.Number, phone, true)
		if stopped { // a second confirmation would be a text to someone who said stop
			return "STOP", ""
		}
		return "STOP", o.StopText
	case is(o.StartWords) && (word != "YES" || stopped):
		c.setStopped(line.Number, phone, false)
		return "START", o.StartText
	case is(o.HelpWords):
		return "HELP", o.HelpText
	}
	return "", ""
}

func (c *Company) isStopped(line, phone string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	stopped, _ := c.stopped.get(line + " " + phone)
	return stopped
}

func (c *Company) setStopped(line, phone string, stopped bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if stopped {
		c.stopped.put(line+" "+phone, true)
	} else {
		c.stopped.drop(line + " " + phone)
	}
}
