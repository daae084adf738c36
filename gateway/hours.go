package gateway

import (
	"fmt"
	"time"
)

// Quiet hours, in the zone of the line's assembly: nothing that we start is sent in them.
const (
	quietFrom  = 21
	quietUntil = 8
)

// loud tells until when texts that we start may be sent, or, in quiet hours, that there are none and when they end.
func loud(now time.Time, zone string) (until, quietEnds time.Time, err error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return until, quietEnds, fmt.Errorf("reading an assembly's zone: %w", err)
	}
	local := now.In(loc)
	at := func(day, hour int) time.Time {
		return time.Date(local.Year(), local.Month(), local.Day()+day, hour, 0, 0, 0, loc)
	}
	switch h := local.Hour(); {
	case h < quietUntil:
		return until, at(0, quietUntil), nil
	case h >= quietFrom:
		return until, at(1, quietUntil), nil
	}
	return at(0, quietFrom), quietEnds, nil
}
