package gateway

import (
	"context"
	"io/fs"
	"maps"

	"hotline/flows"
	"hotline/store"
)

// effect is something that a flow may ask for: what the language needs to know of it, and the function that does it. The function
// works in the turn's transaction; what people can expect is an outcome, and an error ends the turn with nothing recorded. What was
// told in secret reaches Postgres as a keyed digest or sealed to a key that is not here, never as it is: its log may show parameters.
type effect struct {
	flows.Effect
	do func(p *playing, ctx context.Context, a args) (outcome string, brings args, err error)
}

type args = map[string]flows.Value

// effects is all that flows may ask for: one literal table for each subject (effects_report.go, effects_meeting.go …). To add one, write
// its function and its line in the table where it belongs.
func effects() map[string]effect {
	all := map[string]effect{}
	for _, table := range []map[string]effect{
		reportsEffects(), meetingsEffects(), membersEffects(), votesEffects(), dutyEffects(),
		promptsEffects(), ownEffects(), offersEffects(), proposalsEffects(),
		broadcastsEffects(), alertsEffects(), calledEffects(),
	} {
		maps.Copy(all, table)
	}
	return all
}

type (
	takes  = map[string]flows.Type
	brings = map[string]flows.Shape
	comes  = map[string]brings
)

// shaped is the shapes of what effects bring that several tables use.
type shaped struct {
	text, name, moment, code, flag flows.Shape
	along                          flows.Shape // heads beside one's own
	people                         flows.Shape // on duty, who are called
	few                            flows.Shape
	count                          flows.Shape // the number of a record
}

func shapes() shaped {
	return shaped{
		text: flows.Shape{Type: flows.TypeText}, name: flows.Shape{Type: flows.TypeText, Most: mostName},
		moment: flows.Shape{Type: flows.TypeTime}, code: flows.Shape{Type: flows.TypeCode, Most: mostCode}, flag: flows.Shape{Type: flows.TypeFlag},
		along: flows.Shape{Type: flows.TypeNumber, Most: store.MostAlong}, people: flows.Shape{Type: flows.TypeNumber, Most: mostCalled},
		few: flows.Shape{Type: flows.TypeNumber, Most: 999}, count: flows.Shape{Type: flows.TypeNumber, Most: 9999},
	}
}

// words is what organizers or members wrote, of at most so many letters.
func (shaped) words(most int) flows.Shape { return flows.Shape{Type: flows.TypeWords, Most: most} }

func (shaped) list(fields brings) flows.Shape {
	return flows.Shape{Type: flows.TypeList, Fields: fields}
}

// The longest that a value may be, in letters as a text counts them: what is longer is refused where it is written (in the store, or
// by the commands of organizers), or cut before a flow sees it.
const (
	mostCode     = 12
	mostLine     = store.LongestLineName
	mostName     = store.LongestName // of an assembly
	mostAbove    = store.MostAbove*(mostName+2) - 2
	mostPlace    = store.LongestPlace
	mostQuestion = store.LongestQuestion
	mostOption   = store.LongestOption
	mostTitle    = 30 // of a question in a list: its beginning
	mostAnswer   = store.LongestAnswer
	mostDialed   = 16 // a number as people dial it
	mostPrompts  = 5000
	mostTongues  = 2  // languages of those on duty that are offered to somebody who speaks another
	mostTongue   = 16 // what a language is called by its speakers
	mostRescue   = 6  // and the one for an ambulance
)

// vocabulary is all that flows may know and do. A fact is answered in facts.go.
func vocabulary() flows.Vocabulary {
	v := flows.Vocabulary{
		Facts: map[string]flows.Shape{
			"line.name":       {Type: flows.TypeText, Most: mostLine},   // as the group chose it: "The 0100 Line"
			"line.number":     {Type: flows.TypeText, Most: mostDialed}, // as people dial it: "(212) 555-0100"
			"line.texts":      {Type: flows.TypeFlag},                   // texts can be answered (registration is done)
			"organizers":      {Type: flows.TypeNumber, Most: 999},      // how many people read reports
			"me.known":        {Type: flows.TypeFlag},                   // the number was not withheld
			"me.listed":       {Type: flows.TypeFlag},                   // signed up for notices of the line's assemblies
			"me.member":       {Type: flows.TypeFlag},                   // vouched for in one of them
			"ballots.open":    {Type: flows.TypeNumber},                 // ballots this phone may still vote in
			"meetings.coming": {Type: flows.TypeNumber},                 // meetings ahead in the line's assemblies
			"duty.on":         {Type: flows.TypeFlag},                   // somebody may be rung now who speaks the language; while none is chosen, any
			"duty.until":      {Type: flows.TypeTime},                   // when that changes, as far as is known; not given: it does not
			"duty.took":       {Type: flows.TypeFlag},                   // this phone took a call in the last 12 hours
			"ballots.voted":   {Type: flows.TypeNumber},                 // open ballots in which this phone has voted, and may change it
			"meetings.now":    {Type: flows.TypeNumber},                 // meetings at whose door a code is shown that counts now
			"me.quiet":        {Type: flows.TypeFlag},                   // this phone, or its group, is sent none of the revealing words
			"keeps.number":    {Type: flows.TypeNumber, Most: 3660},     // days after its last word that the number of a phone is kept which only reported
			"keeps.words":     {Type: flows.TypeNumber, Most: 3660},     // days that the words of a report are kept; 0: nobody can say, since a hold stands
			"keeps.weeks":     {Type: flows.TypeNumber, Most: 523},      // the same in weeks, and the last one whole

			"duty.mine":      {Type: flows.TypeFlag},                   // this phone is on the rota, or an organizer's: it may put itself on duty
			"line.emergency": {Type: flows.TypeCode, Most: mostRescue}, // what people dial for an ambulance or the police: "911"
			"news.waiting":   {Type: flows.TypeNumber, Most: 999},      // what became of what this phone sent here, and it has not heard

			"care.readers":     {Type: flows.TypeNumber, Most: 9},  // who reads what is about somebody in the group, outside it
			"answers.waiting":  {Type: flows.TypeNumber, Most: 99}, // answers that this phone may be told of, and has not been
			"answers.texted":   {Type: flows.TypeFlag},             // one was texted to this phone in the last seven days
			"me.blocked_until": {Type: flows.TypeTime},             // until then organizers do not see what it reports; not given: they do
			"late.sent":        {Type: flows.TypeTime},             // in the phrase came_late: when the carrier had a text that came late; else not given
			"meet.at":          {Type: flows.TypeTime},             // in the phrases about a meeting: when it is; else not given
			"meet.place":       {Type: flows.TypeWords, Most: mostPlace},
		},
		Effects: map[string]flows.Effect{},
		Notices: noticesAbout(),
	}
	for name, e := range effects() {
		v.Effects[name] = e.Effect
	}
	return v
}

// Vocabulary is all that flows may know and do here, for whoever reads flows that LoadFlows would refuse.
func Vocabulary() flows.Vocabulary { return vocabulary() }

// LoadFlows reads a folder of flows for this program. Its error is findings, each with its place in a file.
func LoadFlows(fsys fs.FS) (*flows.Set, error) { return flows.Load(fsys, vocabulary()) }

// ProvedFlows is LoadFlows for a folder that LoadFlows has accepted before, and proves nothing again.
func ProvedFlows(fsys fs.FS) (*flows.Set, error) { return flows.Proved(fsys, vocabulary()) }
