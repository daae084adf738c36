package simulator

import (
	"fmt"
	"slices"
	"time"
)

// Problem is an entry of the company's error log: what it could not do with the answers
// it got, under Twilio's error code. Messages may quote what was answered.
type Problem struct {
	At      time.Time `json:"at"`
	Code    int       `json:"code"`
	Message string    `json:"message"`
	SID     string    `json:"sid,omitempty"` // of the message or call
	URL     string    `json:"url,omitempty"` // asked, without its fragment
}

func (p *Problem) Error() string {
	if p.URL == "" {
		return fmt.Sprintf("%d: %s", p.Code, p.Message)
	}
	return fmt.Sprintf("%d: %s (%s)", p.Code, p.Message, p.URL)
}

func problem(code int, format string, args ...any) *Problem {
	return &Problem{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Errors lists the newest thousand problems, oldest first.
func (c *Company) Errors() []Problem {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Problem{}, c.problems...)
}

// note adds a problem to the error log. The program's own log gets no more than its code.
func (c *Company) note(p *Problem, sid string) {
	p.At, p.SID = c.now(), sid
	c.log.Warn("phone company error", "code", p.Code, "sid", sid)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.problems = append(c.problems, *p)
	if extra := len(c.problems) - keepProblems; extra > 0 {
		c.problems = slices.Delete(c.problems, 0, extra)
	}
}
