package gateway

import (
	"maps"
	"time"

	"hotline/flows"
	"hotline/store"
)

// MeetingWords are the words of a notice about a meeting, in every language that the line writes: when and, as far as they are told, where. inside is
// what members are told besides; nil: nothing. A place shows none of the words that tell what this is about: dots stand there.
func MeetingWords(set *flows.Set, line store.Line, m store.Meeting, kind store.Following, now time.Time) (words, inside store.Words) {
	head := map[store.Following]string{
		store.FollowsNone: "meet", store.FollowsChange: "meet_moved", store.FollowsCancel: "meet_off", store.FollowsDay: "meet_soon", store.FollowsHour: "meet_soon",
	}[kind]
	words, inside = store.Words{}, store.Words{}
	for _, lang := range languages(line) {
		if !set.Writes(lang) {
			continue
		}
		known := LineFacts(line)
		maps.Copy(known, map[string]flows.Value{"meet.at": {Num: m.StartsAt.Unix(), Zone: line.Zone}, "meet.place": maskedPlace(set, line, m.Place)})
		told := set.Unasked(head, lang, known)
		if kind == store.FollowsCancel {
			words[string(lang)] = told
			continue
		}
		there := told + set.Unasked("meet_there", lang, known)
		switch {
		case m.PlaceFor == store.PlaceForMembers:
			words[string(lang)], inside[string(lang)] = told+set.Unasked("meet_members", lang, known), there
		case m.PlaceFor == store.PlaceOnTheDay && !sameDay(m.StartsAt, now, line.Zone):
			words[string(lang)] = told + set.Unasked("meet_later", lang, known)
		default:
			words[string(lang)] = there
		}
	}
	if len(inside) == 0 {
		inside = nil
	}
	return words, inside
}

func maskedPlace(set *flows.Set, line store.Line, place store.Words) flows.Value {
	told := make(store.Words, len(place))
	for lang, w := range place {
		told[lang] = set.Masked(w, languages(line), line.Names)
	}
	return localized(told)
}

// sameDay tells whether two moments are of one day by the clock of a zone.
func sameDay(a, b time.Time, zone string) bool {
	loc, err := time.LoadLocation(zone)
	if err != nil { // of a line that serves, it was read before
		return false
	}
	return a.In(loc).Format(time.DateOnly) == b.In(loc).Format(time.DateOnly)
}
