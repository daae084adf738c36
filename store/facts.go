package store

import (
	"github.com/jackc/pgx/v5"
)

// Facts says which groups of facts a turn fetches with its first trip.
type Facts struct {
	Standing, Ballots, Meetings, Readers bool
}

// KnownFacts is what was fetched; a group not asked for is zero.
type KnownFacts struct {
	Listed, Member  bool // in the line's assembly or one below it; a member is listed too
	OpenBallots     int  // that somebody of this phone may still vote in
	MeetingsComing  int  // in the line's assembly and those below it
	OrganizersCount int  // of the line's assembly: who reads reports
}

const (
	ofPhone      = `(select id from phones where index = $1)`
	factStanding = `select count(*) > 0, coalesce(bool_or(m.standing = 'member'), false)
		from phone_people pp join memberships m on m.person_id = pp.person_id
		where pp.phone_id = ` + ofPhone + ` and m.assembly_id = any($2)`
	factBallots = `select count(distinct b.id)
		from phone_people pp join ballot_roll r on r.person_id = pp.person_id join ballots b on b.id = r.ballot_id
		where pp.phone_id = ` + ofPhone + ` and b.assembly_id = any($2) and b.closed_at is null
		and not exists (select from votes v where v.ballot_id = b.id and v.person_id = r.person_id)`
	factMeetings = `select count(*) from meetings where assembly_id = any($1) and starts_at > now() and canceled_at is null`
	factReaders  = `select count(*) from organizers where assembly_id = $1 and removed_at is null`
)

func (f Facts) queue(b *pgx.Batch, s *Store, a Arrival) {
	var index []byte
	if a.Phone != "" {
		index = s.phoneIndex(a.Phone)
	}
	if f.Standing {
		b.Queue(factStanding, index, a.Line.Assemblies)
	}
	if f.Ballots {
		b.Queue(factBallots, index, a.Line.Assemblies)
	}
	if f.Meetings {
		b.Queue(factMeetings, a.Line.Assemblies)
	}
	if f.Readers {
		b.Queue(factReaders, a.Line.AssemblyID)
	}
}

func (f Facts) read(res pgx.BatchResults, k *KnownFacts) error {
	if f.Standing {
		if err := res.QueryRow().Scan(&k.Listed, &k.Member); err != nil {
			return err
		}
	}
	for _, count := range []struct {
		asked bool
		into  *int
	}{{f.Ballots, &k.OpenBallots}, {f.Meetings, &k.MeetingsComing}, {f.Readers, &k.OrganizersCount}} {
		if !count.asked {
			continue
		}
		if err := res.QueryRow().Scan(count.into); err != nil {
			return err
		}
	}
	return nil
}

// And joins two askings.
func (f Facts) And(o Facts) Facts {
	return Facts{f.Standing || o.Standing, f.Ballots || o.Ballots, f.Meetings || o.Meetings, f.Readers || o.Readers}
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
	return k
}
