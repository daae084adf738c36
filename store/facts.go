package store

import (
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"
)

// Facts is a set of groups of facts, which a turn fetches with its first trip.
type Facts uint32

const (
	FactStanding Facts = 1 << iota
	FactBallots
	FactMeetings
	FactReaders
	FactDuty
	FactTook
	FactVoted
	FactDoors
	FactKeeps
	FactMayDuty
	FactNews
	FactCare
	FactAnswers
	FactMuted
	FactTexted
)

// KnownFacts is what was fetched; a group not asked for is zero.
type KnownFacts struct {
	Standing        Standing // in the line's assembly or one below it; a member is listed too; empty: neither
	OpenBallots     int      // that somebody of this phone may still vote in
	MeetingsComing  int      // in the line's assembly and those below it
	OrganizersCount int      // of the line's assembly: who reads reports
	Shifts          []Shift  // of the line's assembly and those above it, that are not over
	Keeps           Keeps    // by the line's own assembly
	Took            bool     // somebody took a call with this phone, not long ago (TookCall)
	VotedBallots    int      // open ones in which somebody of this phone has voted
	DoorsOpen       int      // meetings in the line's assembly and those below it whose code counts now
	MayDuty         bool     // this phone may put itself on duty (DutyOfPhone)
	News            int      // what became of what this phone sent to the line's assemblies, and has not heard

	CareReaders    int       // who reads what is about somebody in the line's assembly (Recipients)
	AnswersWaiting int       // to reports of this phone that it may be told of, and not told yet
	AnswersTexted  bool      // one was texted to this phone not long ago (Reply)
	MutedUntil     time.Time // until then the line's organizers do not see its reports (Mute); zero: they do
}

// factTable is the one place where a group of facts is added: its name, what it selects, and where that goes.
func factTable() []struct {
	group Facts
	sql   string
	into  func(*KnownFacts) any
} {
	return []struct {
		group Facts
		sql   string
		into  func(*KnownFacts) any
	}{
		{FactStanding, factStanding, func(k *KnownFacts) any { return &k.Standing }},
		{FactBallots, factBallots, func(k *KnownFacts) any { return &k.OpenBallots }},
		{FactMeetings, factMeetings, func(k *KnownFacts) any { return &k.MeetingsComing }},
		{FactReaders, factReaders, func(k *KnownFacts) any { return &k.OrganizersCount }},
		{FactDuty, factDuty, func(k *KnownFacts) any { return &k.Shifts }},
		{FactKeeps, factKeeps(), func(k *KnownFacts) any { return &k.Keeps }},
		{FactTook, factTook, func(k *KnownFacts) any { return &k.Took }},
		{FactVoted, factVoted, func(k *KnownFacts) any { return &k.VotedBallots }},
		{FactDoors, factDoors, func(k *KnownFacts) any { return &k.DoorsOpen }},
		{FactMayDuty, factMayDuty, func(k *KnownFacts) any { return &k.MayDuty }},
		{FactNews, factNews, func(k *KnownFacts) any { return &k.News }},
		{FactCare, factCare, func(k *KnownFacts) any { return &k.CareReaders }},
		{FactAnswers, factAnswers, func(k *KnownFacts) any { return &k.AnswersWaiting }},
		{FactTexted, factTexted, func(k *KnownFacts) any { return &k.AnswersTexted }},
		{FactMuted, factMuted, func(k *KnownFacts) any { return (*zeronull.Timestamptz)(&k.MutedUntil) }},
	}
}

// Each fact is a subquery of one statement, over the phone's index, the line's assemblies, its own, and the time: to start a statement
// costs Postgres more than to run these.
const (
	factStanding = `coalesce((select max(m.standing)
		from phones p join phone_people pp on pp.phone_id = p.id join memberships m on m.person_id = pp.person_id
		where p.index = a.phone and m.assembly_id = any(a.served)), '')` // 'member' comes after 'listed'
	factBallots = `(select count(distinct b.id)
		from phones p join phone_people pp on pp.phone_id = p.id join ballot_roll r on r.person_id = pp.person_id
		join ballots b on b.id = r.ballot_id
		where p.index = a.phone and b.assembly_id = any(a.served) and b.closed_at is null
		and not exists (select from votes v where v.ballot_id = b.id and v.person_id = r.person_id))`
	factMeetings = `(select count(*) from meetings where assembly_id = any(a.served) and starts_at > a.at and canceled_at is null)`
	factReaders  = `(select count(*) from organizers where assembly_id = a.own and removed_at is null)`
	factDuty     = `(select coalesce(jsonb_agg(jsonb_build_object('Languages', d.languages, 'Since', d.since, 'Until', coalesce(d.off_at, d.until),
		'From', d.from_minute, 'To', d.to_minute, 'Zone', s.zone, 'OnUntil', d.on_until)), '[]') from duty d join assemblies s on s.id = d.assembly_id
		where d.assembly_id in (select assemblies_above(a.own)) and (d.off_at is null and (d.until is null or d.until > a.at) or d.on_until > a.at))`
	factTook = `exists (select from phones p join duty d on d.phone_id = p.id join duty_calls c on c.duty_id = d.id
		where p.index = a.phone and c.taken_at > a.at - interval '12 hours')` // tookFor
	factVoted = `(select count(*) from ballots b where b.assembly_id = any(a.served) and b.closed_at is null
		and exists (select from phones p join phone_people pp on pp.phone_id = p.id join votes v on v.ballot_id = b.id and v.person_id = pp.person_id
			where p.index = a.phone))`
	factDoors = `(select count(*) from doors d join meetings m on m.id = d.meeting_id where d.assembly_id = any(a.served)
		and m.canceled_at is null and m.starts_at between a.at - interval '6 hours' and a.at + interval '2 hours')` // DoorCloses, DoorOpens
	factMayDuty = `(exists (select from phones p join duty d on d.phone_id = p.id where p.index = a.phone
			and (d.assembly_id = any(a.served) or d.assembly_id in (select assemblies_above(a.own))))
		or exists (select from phones p join phone_people pp on pp.phone_id = p.id join organizers o on o.person_id = pp.person_id
			where p.index = a.phone and o.removed_at is null and (o.assembly_id = any(a.served) or o.assembly_id in (select assemblies_above(a.own)))))`
	factNews = `(select (select count(*) from proposals o where o.phone_id = p.id and o.untold and o.assembly_id = any(a.served))
			+ (select count(*) from offers o where o.phone_id = p.id and o.untold and o.assembly_id = any(a.served))
			+ (select count(*) from offer_messages m join offer_talks t on t.id = m.talk_id join offers o on o.id = t.offer_id
				where m.untold and t.ended_at is null and o.assembly_id = any(a.served) and (o.phone_id = p.id or t.phone_id = p.id)
				and case when m.by_owner then t.phone_id else o.phone_id end = p.id)
		from (select (select id from phones where index = a.phone) as id) p)`
	factCare = `(select count(*) from report_recipients r join organizers o on o.id = r.organizer_id
		where r.assembly_id = a.own and o.removed_at is null)`
	// Somebody else may hold the phone: of a report for which neither texts here nor digits were chosen it tells nothing.
	factAnswers = `(select count(*) from phones p join reports r on r.phone_id = p.id join report_answers t on t.report_id = r.id
		left join outgoing o on o.id = t.outgoing_id
		where p.index = a.phone and r.assembly_id = any(a.served) and t.heard_at is null
		and (r.may_text or exists (select from report_digits d where d.report_id = r.id and d.phone_id = p.id))
		and (o.id is null or o.state in ('expired', 'canceled', 'refused', 'failed', 'undelivered')))`
	factTexted = `exists (select from phones p join reports r on r.phone_id = p.id join report_answers t on t.report_id = r.id
		join outgoing o on o.id = t.outgoing_id where p.index = a.phone and r.assembly_id = any(a.served) and ` + wasTexted + `
		and t.at > a.at - interval '7 days')` // repliesFor
	factMuted = `(select m.until from phones p join report_mutes m on m.phone_id = p.id
		where p.index = a.phone and m.assembly_id = a.own and m.until > a.at)`
	factsAbout = ` from (select $1::bytea as phone, $2::uuid[] as served, $3::uuid as own, $4::timestamptz as at) a`
)

// query puts the statement together.
func (f Facts) query() string {
	var columns []string
	for _, fact := range factTable() {
		if f&fact.group != 0 {
			columns = append(columns, fact.sql)
		}
	}
	return "select " + strings.Join(columns, ", ") + factsAbout
}

func (f Facts) queue(b *pgx.Batch, t *Turn) {
	if f != 0 {
		b.Queue(f.query(), t.phone, t.arrival.Line.Assemblies, t.arrival.Line.AssemblyID, t.arrival.At)
	}
}

// read takes in what queue asked for, and leaves the other groups as they are.
func (f Facts) read(res pgx.BatchResults, k *KnownFacts) error {
	if f == 0 {
		return nil
	}
	var into []any
	for _, fact := range factTable() {
		if f&fact.group != 0 {
			into = append(into, fact.into(k))
		}
	}
	return res.QueryRow().Scan(into...)
}
