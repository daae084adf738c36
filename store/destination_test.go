package store_test

import (
	"strings"
	"testing"
	"time"

	"hotline/store"
)

// A line calls and texts its own country and those that organizers named, and nowhere a number that earns its owner money. (The issue: destinations
// allowed by country, premium prefixes refused.)
func TestWhereALineReaches(t *testing.T) {
	for _, c := range []struct {
		line, countries, to string
		want                store.Reach
	}{
		{"+12125550100", "", "+12125550101", store.Reaches},
		{"+12125550100", "", "+17875551234", store.Reaches}, // Puerto Rico
		{"+12125550100", "", "+14165550101", store.ReachCountry},
		{"+12125550100", "", "+18765551234", store.ReachCountry}, // Jamaica looks like a number at home
		{"+12125550100", "", "+525551234567", store.ReachCountry},
		{"+12125550100", "US,MX", "+525551234567", store.Reaches},
		{"+12125550100", "MX", "+12125550101", store.ReachCountry},
		{"+12125550100", "", "+19005551234", store.ReachCostly},
		{"+12125550100", "US,GB", "+449098790000", store.ReachCostly},
		{"+12125550100", "US,GB", "+447070123456", store.ReachCostly}, // a personal number
		{"+12125550100", "US,GB", "+447400123456", store.Reaches},
		{"+14165550100", "", "+14165550101", store.Reaches},
		{"+14165550100", "", "+12125550101", store.ReachCountry},
		{"+12125550100", "", "no number", store.ReachCountry},
	} {
		l := store.Line{Number: c.line}
		if c.countries != "" {
			l.Countries = strings.Split(c.countries, ",")
		}
		if got := l.Reaches(store.Phone(c.to)); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// A number that costs extra is refused in a list of members, and a phone abroad is left out of notices and counted, once for all who share it.
func TestPhonesThatNoticesDoNotReach(t *testing.T) {
	w := newWorld(t)
	_, bad, err := store.ParseMembers(strings.NewReader("name,phone\nAna,900-555-1234\n"), "US", w.now)
	if err != nil || len(bad) != 1 || !strings.Contains(bad[0].Reason, "costs extra") {
		t.Errorf("%+v, %v", bad, err)
	}
	w.members("Ana 212-555-0101", "Ben +525551234567", "Carla +525551234567", "Dan +14165550101")
	ana := must(w.FindMember(w.ctx, w.Pool, w.assembly.ID, "Ana"))(t)
	rosa := must(w.AddOrganizer(w.ctx, w.Pool, w.assembly.ID, "Rosa", ana.ID))(t)
	b := must(w.DraftBroadcast(w.ctx, w.Pool, store.Broadcast{Assembly: w.assembly.ID, Line: w.line.ID, Purpose: store.ForNotices, DraftedBy: rosa.ID,
		Words: store.Words{"en": "The gate is open.", "es": "La puerta ya abre."}, ExpiresAt: w.now.Add(24 * time.Hour)}, w.now))(t)
	for _, c := range []struct {
		countries []string
		role      store.Role
		to, out   int
	}{{nil, "", 1, 2}, {[]string{"us", "MX"}, "", 2, 1}, {[]string{"US", "MX", "CA"}, "", 3, 0}, {nil, store.RoleOrganizers, 1, 0}, {nil, store.RoleDuty, 0, 0}} {
		if c.countries != nil {
			must(w.ChangeLine(w.ctx, w.Pool, w.line.Number, store.LineChange{Countries: c.countries}))(t)
		}
		b.Audience.Role = c.role
		to, out, err := w.Audience(w.ctx, w.Pool, b)
		if err != nil || len(to) != c.to || out != (store.LeftOut{Country: c.out}) {
			t.Errorf("%+v: to %d, left out %+v, %v", c, len(to), out, err)
		}
	}
	if _, err := w.ChangeLine(w.ctx, w.Pool, w.line.Number, store.LineChange{Countries: []string{"Mexico"}}); err == nil {
		t.Error("Mexico is no code")
	}
}
