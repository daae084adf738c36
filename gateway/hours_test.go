package gateway

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"hotline/store"
)

// Quiet hours are the person's own, else 21:00 to 08:00 in the assembly's zone, and in the number's where it differs; calls 10:00 to
// 20:00 unless chosen. (WORKERS.md, hours)
func TestWhenAPhoneMayBeWrittenTo(t *testing.T) {
	const ny, la = "America/New_York", "America/Los_Angeles"
	nightShift := store.Hours{Chosen: true, From: 9 * 60, Until: 16 * 60}
	late := store.Hours{Chosen: true, From: 18 * 60, Until: 2 * 60}
	for _, c := range []struct {
		now, zone string
		own       store.Hours
		number    store.Phone
		channel   string
		until     string // "": not now
		opens     string
	}{
		{"2026-11-23 12:00", ny, store.Hours{}, "+12125550101", "text", "2026-11-23 21:00", ""},
		{"2026-11-23 07:59", ny, store.Hours{}, "+12125550101", "text", "", "2026-11-23 08:00"},
		{"2026-11-23 08:00", ny, store.Hours{}, "+12125550101", "text", "2026-11-23 21:00", ""},
		{"2026-11-23 21:00", ny, store.Hours{}, "+12125550101", "text", "", "2026-11-24 08:00"},
		{"2026-11-23 20:30", ny, store.Hours{}, "+12125550101", "voice", "", "2026-11-24 10:00"},
		{"2026-11-23 12:00", ny, store.Hours{}, "+12125550101", "voice", "2026-11-23 20:00", ""},
		// A number from California: it is not woken at five.
		{"2026-11-23 08:30", ny, store.Hours{}, "+12135550101", "text", "", "2026-11-23 11:00"},
		{"2026-11-23 12:00", ny, store.Hours{}, "+12135550101", "text", "2026-11-23 21:00", ""},
		{"2026-11-23 20:00", la, store.Hours{}, "+12125550101", "text", "", "2026-11-24 08:00"},
		// A toll-free number is at home everywhere.
		{"2026-11-23 08:30", ny, store.Hours{}, "+18005550101", "text", "2026-11-23 21:00", ""},
		// Their own count alone, by text and by call.
		{"2026-11-23 08:30", ny, nightShift, "+12135550101", "text", "", "2026-11-23 09:00"},
		{"2026-11-23 09:30", ny, nightShift, "+12135550101", "text", "2026-11-23 16:00", ""},
		{"2026-11-23 09:30", ny, nightShift, "+12135550101", "voice", "2026-11-23 16:00", ""},
		{"2026-11-23 16:00", ny, nightShift, "+12125550101", "text", "", "2026-11-24 09:00"},
		{"2026-11-23 01:00", ny, late, "+12125550101", "text", "2026-11-23 02:00", ""},
		{"2026-11-23 23:00", ny, late, "+12125550101", "text", "2026-11-24 02:00", ""},
		{"2026-11-23 17:00", ny, late, "+12125550101", "text", "", "2026-11-23 18:00"},
		// The clocks change in the night: the morning begins by the wall all the same.
		{"2026-03-07 22:00", ny, store.Hours{}, "+12125550101", "text", "", "2026-03-08 08:00"},
		{"2026-10-31 22:00", ny, store.Hours{}, "+12125550101", "text", "", "2026-11-01 08:00"},
	} {
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at := func(s string) time.Time {
			if s == "" {
				return time.Time{}
			}
			when, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
			if err != nil {
				t.Fatal(err)
			}
			return when
		}
		until, opens, err := loud(at(c.now), c.zone, c.own, c.number, c.channel)
		if err != nil || !until.Equal(at(c.until)) || !opens.Equal(at(c.opens)) {
			t.Errorf("%s in %s, %s to a number of %v: until %s, opens %s, %v", c.now, c.zone, c.channel, c.number.Zones(), until.In(loc), opens.In(loc), err)
		}
	}
}

// Whatever the zones, the day and the hours: what may be sent now lies within the hours by every clock that counts, until it may not;
// and what may not is told a moment at which it may.
func TestHoursHoldByEveryClock(t *testing.T) {
	zones := []string{"America/New_York", "America/Los_Angeles", "America/Phoenix", "Pacific/Honolulu", "Europe/Berlin", "Asia/Kolkata", "Asia/Manila",
		"Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns", "UTC"}
	numbers := []store.Phone{"+12125550101", "+12135550101", "+18085550101", "+18005550101", "+493012345678", "+63212345678", "+442079460000", ""}
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		number := rapid.SampledFrom(numbers).Draw(t, "number")
		channel := rapid.SampledFrom([]string{store.ByText, store.ByVoice}).Draw(t, "channel")
		own := store.Hours{Chosen: rapid.Bool().Draw(t, "own"), From: rapid.IntRange(0, 1439).Draw(t, "from"), Until: rapid.IntRange(0, 1439).Draw(t, "until")}
		if own.From == own.Until {
			own.Until = (own.Until + 60) % 1440
		}
		now := time.Unix(rapid.Int64Range(1_767_225_600, 1_798_761_600).Draw(t, "now"), 0)
		until, opens, err := loud(now, zone, own, number, channel)
		if err != nil {
			t.Fatal(err)
		}
		if until.IsZero() == opens.IsZero() {
			t.Fatalf("both or neither: until %s, opens %s", until, opens)
		}
		clocks := append([]string{zone}, number.Zones()...)
		hours := usualHours(channel)
		if own.Chosen {
			hours, clocks = own, clocks[:1]
		}
		within := func(at time.Time) string {
			for _, name := range clocks {
				loc, err := time.LoadLocation(name)
				if err != nil {
					t.Fatal(err)
				}
				local := at.In(loc)
				_, before := local.Zone()
				_, after := local.Add(3 * time.Hour).Zone()
				_, earlier := local.Add(-3 * time.Hour).Zone()
				minute := local.Hour()*60 + local.Minute()
				in := hours.From <= minute && minute < hours.Until
				if hours.Until < hours.From {
					in = hours.From <= minute || minute < hours.Until
				}
				if !in && before == after && before == earlier { // in the hours of a change the wall shows an hour twice, or not at all
					return name
				}
			}
			return ""
		}
		common := len(clocks) == 1 // else two clocks may have no hour in common, and the assembly's counts
		if _, _, some := together(now, windows(t, hours, clocks)); some {
			common = true
		}
		if !common {
			clocks = clocks[:1]
		}
		if !until.IsZero() {
			for _, at := range []time.Time{now, until.Add(-time.Second), now.Add(until.Sub(now) / 2)} {
				if by := within(at); by != "" {
					t.Fatalf("at %s it may be sent, and by the clock of %s it may not", at, by)
				}
			}
			return
		}
		if !opens.After(now) || opens.After(now.Add(49*time.Hour)) {
			t.Fatalf("now %s, and it opens %s", now, opens)
		}
		if by := within(opens); by != "" {
			t.Fatalf("it opens at %s, and not by the clock of %s", opens, by)
		}
	})
}

func windows(t *rapid.T, hours store.Hours, clocks []string) (all []window) {
	for _, name := range clocks {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, window{hours, loc})
	}
	return all
}

// "I work nights": what we start comes from nine to four, and what somebody asks is answered at any hour.
func TestWhoWorksNights(t *testing.T) {
	h, p := waitingHouse(t)
	h.now.Store(time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC).Unix()) // eight in the evening
	h.text(ana, "ENGLISH")
	h.text(ana, "HOURS")
	if said := h.text(ana, "I work nights"); said == "" {
		t.Error("not answered")
	}
	h.text(ana, "2")
	if n := h.count("select count(*) from phones where hours_from = 540 and hours_until = 960"); n != 1 {
		t.Fatal("the hours are not kept")
	}
	h.text(ana, "LIFT")
	h.pass(11 * time.Minute)
	h.sweep()
	h.deliver()
	if len(p.taken) != 0 {
		t.Errorf("in the evening %q was sent", p.bodies())
	}
	h.text(ana, "HOURS")
	h.text(ana, "1")
	h.text(ana, "LIFT")
	h.pass(11 * time.Minute)
	h.sweep()
	h.deliver()
	if p.bodies() != "Still there?" {
		t.Errorf("to a phone of everybody's hours %q was sent", p.bodies())
	}
	h.text(ana, "HOURS")
	h.text(ana, "3")
	h.text(ana, "10 am")
	if said := h.text(ana, "2:30 pm"); said != "OK: we text you from 10:00 am to 2:30 pm only, unless you text first. To change it, send HOURS." {
		t.Errorf("answered %q", said)
	}
	if n := h.count("select count(*) from phones where hours_from = 600 and hours_until = 870"); n != 1 {
		t.Error("their own hours are not kept")
	}
}
