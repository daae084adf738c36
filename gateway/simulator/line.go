package simulator

import (
	"maps"
	"regexp"
	"slices"
	"time"
)

// Line is a number the company sells, with the URLs its customer set for it. A URL may
// end in connection overrides (#ct=2000&rt=4500&tt=15000&rc=2&rp=ct,rt,5xx).
type Line struct {
	Number           string `json:"number"` // E.164
	SMSURL           string `json:"smsUrl,omitempty"`
	SMSFallbackURL   string `json:"smsFallbackUrl,omitempty"`
	VoiceURL         string `json:"voiceUrl,omitempty"`
	VoiceFallbackURL string `json:"voiceFallbackUrl,omitempty"`
	StatusURL        string `json:"statusUrl,omitempty"` // told when a call to this line has ended

	VoiceOnly      bool   `json:"voiceOnly,omitempty"`      // sending texts from it is error 21606
	Unregistered   bool   `json:"unregistered,omitempty"`   // its texts are blocked: undelivered, 30034
	AdvancedOptOut bool   `json:"advancedOptOut,omitempty"` // webhooks carry OptOutType, and OptOut counts
	OptOut         OptOut `json:"optOut,omitzero"`

	sid   string // PN…, kept when SetLines changes the rest
	since time.Time
}

// SetLines replaces the lines; a number that stays keeps its SID.
func (c *Company) SetLines(lines []Line) {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := make(map[string]*Line, len(lines))
	for _, line := range lines {
		if old, ok := c.lines[line.Number]; ok {
			line.sid, line.since = old.sid, old.since
		} else {
			line.sid, line.since = newSID("PN"), c.now()
		}
		next[line.Number] = &line
	}
	c.lines = next
}

// line looks a number up among ours. It returns a copy.
func (c *Company) line(number string) (Line, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if l, ok := c.lines[number]; ok {
		return *l, true
	}
	return Line{}, false
}

// allLines lists the lines by number.
func (c *Company) allLines() []Line {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make([]Line, 0, len(c.lines))
	for _, number := range slices.Sorted(maps.Keys(c.lines)) {
		all = append(all, *c.lines[number])
	}
	return all
}

// clientName is the address of an app's user, whom Dial can ring as it rings a number.
var clientName = regexp.MustCompile(`^client:[A-Za-z0-9_.-]+$`)

func canRing(number string) bool { return e164.MatchString(number) || clientName.MatchString(number) }

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// withheld are the From values that stand for a caller without a number: words, or the
// words' keys on a keypad.
var withheld = []string{
	"+266696687", "anonymous", "Restricted", "+7378742833", "+2562533", "+8656696", "+86282452253",
}

func isWithheld(number string) bool { return slices.Contains(withheld, number) }
