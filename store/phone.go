package store

import (
	"fmt"
	"log/slog"
)

// Phone is a phone number in E.164, "+12125550101", or empty for a withheld one. It never shows in a log line, an error or a
// formatted text; String gives it to the few places that dial, seal or look up numbers.
type Phone string

// String returns the number itself. Only what hands it to the carrier, the index or the seal may call it.
func (p Phone) String() string { return string(p) }

// Format hides the number from every verb of fmt.
func (p Phone) Format(f fmt.State, _ rune) { fmt.Fprint(f, p.hidden()) }

// LogValue hides the number from structured logs.
func (p Phone) LogValue() slog.Value { return slog.StringValue(p.hidden()) }

func (p Phone) hidden() string {
	if p == "" {
		return "[no number]"
	}
	return "[number]"
}
