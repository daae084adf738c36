package store

import (
	"strings"

	"github.com/jackc/pgx/v5"
)

// Facts says which groups of facts a turn fetches with its first trip.
type Facts struct {
	Standing, Ballots, Meetings, Readers, Duty, Took bool
}

// KnownFacts is what was fetched; a group not asked for is zero.
type KnownFacts struct {
	Listed, Member  bool    // in the line's assembly or one below it; a member is listed too
	OpenBallots     int     // that somebody of this phone may still vote in
	MeetingsComing  int     // in the line's assembly and those below it
	OrganizersCount int     // of the line's assembly: who reads reports
	Shifts          []Shift // of the line's assembly and those above it, that are not over
	Took            bool    // somebody took a call with this phone, not long ago (TookCall)
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
	factDuty     = `(select coalesce(jsonb_agg(jsonb_build_object('Languages', d.languages, 'Since', d.since, 'Until', d.until,
		'From', d.from_minute, 'To', d.to_minute, 'Zone', s.zone)), '[]') from duty d join assemblies s on s.id = d.assembly_id
		where d.assembly_id in (select assemblies_above(a.own)) and d.off_at is null and (d.until is null or d.until > a.at))`
	factTook = `exists (select from phones p join duty d on d.phone_id = p.id join duty_calls c on c.duty_id = d.id
		where p.index = a.phone and c.taken_at > a.at - interval '12 hours')` // tookFor
	factsAbout = ` from (select $1::bytea as phone, $2::uuid[] as served, $3::uuid as own, $4::timestamptz as at) a`
)

// query puts the statement together; what is not asked for stands in it as nothing.
func (f Facts) query() string {
	columns := []string{`''`, `0`, `0`, `0`, `'[]'::jsonb`, `false`}
	for i, fact := range []struct {
		asked bool
		sql   string
	}{{f.Standing, factStanding}, {f.Ballots, factBallots}, {f.Meetings, factMeetings}, {f.Readers, factReaders}, {f.Duty, factDuty}, {f.Took, factTook}} {
		if fact.asked {
			columns[i] = fact.sql
		}
	}
	return "select " + strings.Join(columns, ", ") + factsAbout
}

func (f Facts) queue(b *pgx.Batch, t *Turn) {
	if f != (Facts{}) {
		b.Queue(f.query(), t.phone, t.arrival.Line.Assemblies, t.arrival.Line.AssemblyID, t.arrival.At)
	}
}

func (f Facts) read(res pgx.BatchResults, k *KnownFacts) error {
	if f == (Facts{}) {
		return nil
	}
	var standing Standing
	if err := res.QueryRow().Scan(&standing, &k.OpenBallots, &k.MeetingsComing, &k.OrganizersCount, &k.Shifts, &k.Took); err != nil {
		return err
	}
	k.Listed, k.Member = standing != "", standing == StandsMember
	return nil
}

// And joins two askings.
func (f Facts) And(o Facts) Facts {
	return Facts{f.Standing || o.Standing, f.Ballots || o.Ballots, f.Meetings || o.Meetings, f.Readers || o.Readers, f.Duty || o.Duty, f.Took || o.Took}
}

// And takes the groups that were newly fetched from o, and the others from k.
func (k KnownFacts) And(o KnownFacts, fetched Facts) KnownFacts {
	if fetched.Standing {
		k.Listed, k.Member = o.Listed, o.Member
	}
	if fetched.Ballots {
		k.OpenBallots = o.OpenBallots
	}
	if fetched.Meetings {
		k.MeetingsComing = o.MeetingsComing
	}
	if fetched.Readers {
		k.OrganizersCount = o.OrganizersCount
	}
	if fetched.Duty {
		k.Shifts = o.Shifts
	}
	if fetched.Took {
		k.Took = o.Took
	}
	return k
}
