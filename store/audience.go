package store

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"
)

// Replied is what somebody has to have answered to an invitation.
type Replied string

const (
	RepliedYes Replied = "yes"
	RepliedNo  Replied = "no"
	NoReply    Replied = "none"
	NotNo      Replied = "not no" // yes, or nothing so far
)

// Audience is to whom a broadcast goes, of the people of its assembly who agreed to notices. Each part narrows it; its zero value is all of
// them. It names records and no people: who they are is found when it is approved.
type Audience struct {
	Below     bool      `json:"below,omitempty"`    // also those of assemblies below that agree to hear from it
	Standing  Standing  `json:"standing,omitempty"` // StandsMember: members alone
	Languages []string  `json:"languages,omitempty"`
	Meeting   uuid.UUID `json:"meeting,omitzero"` // who answered that invitation …
	Answer    []Replied `json:"answer,omitempty"` // … in one of these ways
	NotVoted  uuid.UUID `json:"not_voted,omitzero"`
	Role      Role      `json:"role,omitempty"` // those alone who do this for the assembly
	Workplace string    `json:"-"`              // as the list of members calls it; sealed
}

// Role is what somebody does for an assembly.
type Role string

const (
	RoleOrganizers Role = "organizers"
	RoleDuty       Role = "duty" // whose phone was put on duty, whether it is at this moment or not
)

// FewestNotVoted is how many have to be left for a notice to those who have not voted: fewer, and it would tell who they are.
const FewestNotVoted = 10

// Uncounted tells whether nobody is told how many get it, or how far it has come in numbers: it goes to those who have not voted, so that two
// such numbers, one from before and one from after, would tell who has. Who they are is found when it begins, and not before; all that is told is
// how many it would go to if nobody had voted.
func (b Broadcast) Uncounted() bool { return b.Audience.NotVoted != uuid.Nil }

// all tells whether nothing narrows it or makes it wider.
func (a Audience) all() bool {
	return !a.Below && a.Standing == "" && len(a.Languages) == 0 && a.Meeting == uuid.Nil && a.NotVoted == uuid.Nil && a.Workplace == ""
}

func (a Audience) check() error {
	switch {
	case (a.Meeting == uuid.Nil) != (len(a.Answer) == 0):
		return refuse("an answer is one to a meeting: name both")
	case a.Standing != "" && a.Standing != StandsMember:
		return refuse("a notice goes to everybody who agreed, or to members alone")
	}
	if a.Role != "" && a.Role != RoleOrganizers && a.Role != RoleDuty {
		return refuse("a role is %q or %q, not %q", RoleOrganizers, RoleDuty, a.Role)
	}
	for _, lang := range a.Languages {
		if err := checkLanguage(lang); err != nil {
			return err
		}
	}
	return nil
}

// Recipient is a phone to which a broadcast goes, once for all who share it.
type Recipient struct {
	Phone uuid.UUID
	Line  uuid.UUID // on which they agreed, or that of the broadcast
	Lang  string    // which of its words they are told

	Channel string // ByText or ByVoice
}

// LeftOut counts phones to which a broadcast does not go though they agreed.
type LeftOut struct {
	Costly  int // numbers that cost extra, or that are no person's
	Country int // of countries that the line does not text
}

// audience is over: $1 the assembly, $2 also below, $3 the standing, $4 the purpose, $5 the line, $6 the ballot, $7 the meeting, $8 the answers, $9 the
// channel, $10 the role, $11 whether who has voted is among them. Of a person's phones it is the one that was used last, of those that agreed. STOP on the line that would carry it is asked
// too.
const audience = `with mine as (
		select a.id, case when a.id = $1 then '-infinity'::timestamptz else a.hears_above_at end as told from assemblies a
		where a.id = $1 or $2 and a.id in (select assemblies_below($1)) and a.hears_above_at is not null),
	phones as (
		select distinct on (m.person_id, m.assembly_id) m.person_id, m.workplace, p.id, p.lang, p.sealed, coalesce(yes.line_id, $5) as line_id
		from memberships m join mine on mine.id = m.assembly_id
		join phone_people pp on pp.person_id = m.person_id join phones p on p.id = pp.phone_id
		cross join lateral (select c.given, c.line_id, c.at from consent c where c.phone_id = p.id and c.purpose = $4 and c.channel in ('all', $9)
			order by c.seq desc limit 1) yes
		where ($3 = '' or m.standing = $3) and yes.given and yes.at >= mine.told
		and coalesce((select c.given from consent c where c.phone_id = p.id and c.purpose = 'all' and c.channel in ('all', $9)
			and (c.line_id is null or c.line_id = coalesce(yes.line_id, $5)) order by c.seq desc limit 1), true)
		and ($10 = '' or $10 = 'organizers' and exists (select from organizers o where o.person_id = m.person_id and o.assembly_id = m.assembly_id and o.removed_at is null)
			or $10 = 'duty' and exists (select from duty d where d.phone_id = p.id and d.assembly_id = m.assembly_id))
		and ($6::uuid is null or exists (select from ballot_roll r join ballots b on b.id = r.ballot_id where r.ballot_id = $6 and r.person_id = m.person_id
			and b.closed_at is null and ($11 or not exists (select from votes v where v.ballot_id = $6 and v.person_id = m.person_id))))
		order by m.person_id, m.assembly_id, (select max(c.heard_at) from conversations c where c.phone_id = p.id) desc nulls last, p.id)
	select id, line_id, lang, person_id, workplace, sealed from phones
	where $7::uuid is null or coalesce((select r.answer from rsvps r where r.meeting_id = $7 and r.phone_id = phones.id), 'none') = any($8)
	order by id, person_id`

// AudienceOf finds to whom a broadcast would go as things are now, those by text before those by call, each by phone. Of one that is uncounted these
// are all on the roll whom it could reach, whether they have voted or not. Names of workplaces are sealed, so that it opens those of everybody.
func (s *Store) AudienceOf(ctx context.Context, q Querier, b Broadcast) ([]Recipient, error) {
	all, _, err := s.Audience(ctx, q, b)
	return all, err
}

// Audience is AudienceOf, and tells whom the line does not reach.
func (s *Store) Audience(ctx context.Context, q Querier, b Broadcast) (all []Recipient, out LeftOut, err error) {
	return s.audience(ctx, q, b, true)
}

// audience is Audience; voted tells whether who has voted is among them.
func (s *Store) audience(ctx context.Context, q Querier, b Broadcast, voted bool) (all []Recipient, out LeftOut, err error) {
	first, err := s.LineByID(ctx, q, b.Line)
	if err != nil {
		return nil, out, err
	}
	if b.Alert == AlertUnconfirmed || b.Alert.After() {
		all, err = s.reached(ctx, q, b, first.Languages)
		return all, out, err
	}
	lines, err := s.Lines(ctx, q)
	if err != nil {
		return nil, out, err
	}
	a := gathering{Store: s, of: b, line: first, voted: voted, people: map[uuid.UUID]bool{}, reaches: map[uuid.UUID]*reaching{}}
	for _, l := range lines {
		a.reaches[l.ID] = &reaching{l, map[string]Reach{}}
	}
	if b.Ways != WaysCall {
		if err := a.gather(ctx, q, ByText); err != nil {
			return nil, out, err
		}
	}
	if b.Ways != WaysText {
		if err := a.gather(ctx, q, ByVoice); err != nil {
			return nil, out, err
		}
	}
	if b.Uncounted() && len(a.people) < FewestNotVoted {
		return nil, out, refuse("it could reach fewer than %d people who have not voted, and would tell who they are", FewestNotVoted)
	}
	return a.all, a.leftOut(), nil
}

// gathering is an audience as it is found, one channel after the other.
type gathering struct {
	*Store
	of      Broadcast
	line    Line
	voted   bool                    // also who has voted
	reaches map[uuid.UUID]*reaching // by line
	all     []Recipient
	people  map[uuid.UUID]bool  // of all; of those who share a phone one
	told    map[uuid.UUID]bool  // the people of all, where each of them is told one way only
	out     map[uuid.UUID]Reach // phones that the line does not reach
}

// leftOut counts the phones that are not reached: one that agreed to both ways counts once.
func (g *gathering) leftOut() (out LeftOut) {
	for _, why := range g.out {
		if why == ReachCostly {
			out.Costly++
		} else {
			out.Country++
		}
	}
	return out
}

// gather adds the phones that agreed to a channel. Whoever is told by text already is called only where both ways are wanted.
func (g *gathering) gather(ctx context.Context, q Querier, channel string) error {
	var last uuid.UUID
	var sealed []byte
	var r Recipient
	var person uuid.UUID
	var workplace []byte
	oneWay := g.of.Ways == WaysAgreed
	texted := g.told
	if oneWay && channel == ByText {
		g.told = map[uuid.UUID]bool{}
	}
	add := func() error {
		if oneWay && channel == ByVoice && texted[person] {
			return nil
		}
		if w := g.of.Audience.Workplace; w != "" {
			if works, err := g.openText(memberWorkplace, person, workplace); err != nil || !sameName(works, w) {
				return err
			}
		}
		lang, written := g.of.wordsFor(r.Lang, g.line.Languages)
		if ls := g.of.Audience.Languages; len(ls) > 0 && !slices.Contains(ls, written) {
			return nil
		}
		if oneWay && channel == ByText {
			g.told[person] = true
		}
		if r.Phone == last { // several share it
			return nil
		}
		last = r.Phone
		number, err := g.Keys.Open(phoneNumber, r.Phone, sealed)
		if err != nil {
			return err
		}
		if why := g.reaches[r.Line].of(Phone(number)); why != Reaches {
			if g.out == nil {
				g.out = map[uuid.UUID]Reach{}
			}
			g.out[r.Phone] = why
			return nil
		}
		g.all, g.people[person] = append(g.all, Recipient{r.Phone, r.Line, lang, channel}), true
		return nil
	}
	err := each(ctx, q, add, []any{&r.Phone, &r.Line, (*zeronull.Text)(&r.Lang), &person, &workplace, &sealed}, audience, g.of.Assembly, g.of.Audience.Below,
		g.of.Audience.Standing, g.of.Purpose, g.of.Line, nullable(g.of.Audience.NotVoted), nullable(g.of.Audience.Meeting), g.of.Audience.answers(), channel, g.of.Audience.Role,
		g.voted)
	return wrap("looking to whom a broadcast goes", err)
}

func (a Audience) answers() (all []string) {
	for _, one := range a.Answer {
		switch one {
		case NotNo:
			all = append(all, string(RepliedYes), string(NoReply))
		default:
			all = append(all, string(one))
		}
	}
	return all
}

// wordsFor is in which of its languages a broadcast is told to a phone: the phone's, else the line's first, else any. written is the language
// that the phone has chosen, or else the line's first.
func (b Broadcast) wordsFor(chosen string, line []string) (lang, written string) {
	if written = chosen; written == "" {
		written = line[0]
	}
	for _, lang := range append([]string{written}, line...) {
		if _, has := b.Words[lang]; has {
			return lang, written
		}
	}
	return b.Words.Languages()[0], written
}

// freeze writes a row for each recipient and way. From then on a broadcast goes to nobody else. A call is never made once more because it left no
// trace: it is tried again at another hour (calling_tries.go).
func (s *Store) freeze(ctx context.Context, tx pgx.Tx, b Broadcast, all []Recipient, at time.Time) error {
	row := func(i int) ([]any, error) {
		r := all[i]
		return []any{randomID(), b.Assembly, r.Line, r.Phone, r.Channel, b.Purpose, b.ExpiresAt, b.HasPlace, b.ID, i, r.Lang, at, at, r.Channel == ByText}, nil
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"outgoing"}, []string{"id", "assembly_id", "line_id", "phone_id", "channel", "purpose", "expires_at", "has_place",
		"broadcast_id", "place", "lang", "at", "changed_at", "may_repeat"}, pgx.CopyFromSlice(len(all), row))
	return wrap("writing down to whom a broadcast goes", err)
}
