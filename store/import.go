package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Import is what an import did, row by row.
type Import struct {
	Added     []Imported
	Changed   []Imported
	Unchanged int
	Shared    []SharedPhone
}

// SharedPhone is a row that added somebody whose phone others here have: a second person, or the first one's name spelled anew.
// Whoever imports has to say which, since nobody votes by name from a phone of several people.
type SharedPhone struct {
	Line int
	Name string
	With []string // the names of those who were on it, as far as this assembly knows them
}

// Imported is a row that made a difference.
type Imported struct {
	Line int
	Name string
	What []string // of a changed one: "language", "workplace", "member now", "agreed to texts", …
	Mute bool     // of an added one: they did not agree, so they are not to be contacted
}

// importLock lets one import run at a time: it decides by what it reads. Any constant does.
const importLock = 0x696d706f7274

// ImportMembers brings the rows of a members file into an assembly. A person is known again by their phone and name. It runs in the
// transaction q, which others may not see in part.
//
// Whoever imports learns nothing of people whom neither the assembly nor one below it knows: they count as added, are not named, and
// are not listed as sharing a phone. They stay one person all the same, with one place on the roll of an assembly above.
//
// What people did themselves wins: a language that a phone chose, a word taken back after the day a sheet was signed. An import adds
// and changes, but takes nothing away: nobody who is left out, left empty or marked as listed loses anything.
func (s *Store) ImportMembers(ctx context.Context, q Querier, assembly uuid.UUID, rows []MemberRow, now time.Time) (Import, error) {
	if _, err := q.Exec(ctx, `select pg_advisory_xact_lock($1)`, int64(importLock)); err != nil {
		return Import{}, fmt.Errorf("importing members: %w", err)
	}
	known, err := s.readKnown(ctx, q, assembly, rows)
	if err != nil {
		return Import{}, fmt.Errorf("importing members: %w", err)
	}
	var sum Import
	b := &pgx.Batch{}
	for _, row := range rows {
		p := &importing{s: s, b: b, assembly: assembly, now: now, row: row, phone: known[row.Phone]}
		with := p.others()
		added, what := p.plan()
		if added && len(with) > 0 {
			sum.Shared = append(sum.Shared, SharedPhone{row.Line, row.Name, with})
		}
		entry := Imported{Line: row.Line, Name: row.Name, What: what, Mute: row.Agreed == nil}
		switch {
		case added:
			entry.What = nil
			sum.Added = append(sum.Added, entry)
		case len(what) > 0:
			sum.Changed = append(sum.Changed, entry)
		default:
			sum.Unchanged++
		}
	}
	if err := q.SendBatch(ctx, b).Close(); err != nil {
		return Import{}, fmt.Errorf("importing members: %w", err)
	}
	return sum, nil
}

// knownPhone is what stands of a phone, as rows before this one left it.
type knownPhone struct {
	id      uuid.UUID
	lang    string
	people  []*knownPerson
	consent []knownConsent
}

type knownPerson struct {
	id        uuid.UUID
	name      string   // empty: they joined by a flyer
	here      bool     // they belong to the assembly or to one below it
	standing  Standing // in the assembly; empty: they do not belong to it
	workplace string
	lang      string // as the last import said
}

// knownConsent is a row of the ledger about notices or alerts, oldest first.
type knownConsent struct {
	purpose Purpose
	channel string
	given   bool
	how     string
	words   string
	on      time.Time // the day of a sheet; else when it was said
}

// importing is one row on its way in.
type importing struct {
	s        *Store
	b        *pgx.Batch
	assembly uuid.UUID
	now      time.Time
	row      MemberRow
	phone    *knownPhone
}

// others are the names, known here, of the people on the row's phone.
func (p *importing) others() (names []string) {
	for _, k := range p.phone.people {
		if k.here && k.name != "" {
			names = append(names, k.name)
		}
	}
	return names
}

// plan queues what this row changes, and says what that is. It brings what is known up to date too: a later row may be of the same
// phone, or of the same person's other one.
func (p *importing) plan() (added bool, what []string) {
	who, named := p.person()
	added, who.here = !who.here, true
	if named {
		what = append(what, "name")
	}
	what = append(what, p.membership(who)...)
	what = append(what, p.language(who)...)
	return added, append(what, p.agreement()...)
}

// person finds whom the row means, gives a name to somebody who joined this phone by a flyer, or adds somebody.
func (p *importing) person() (who *knownPerson, named bool) {
	for _, k := range p.phone.people {
		if k.name != "" && sameName(k.name, p.row.Name) {
			return k, false
		}
	}
	for _, k := range p.phone.people {
		if k.name == "" && k.here {
			k.name = p.row.Name
			p.b.Queue(`update people set name = $2 where id = $1`, k.id, p.s.sealName(k.id, k.name))
			return k, true
		}
	}
	k := &knownPerson{id: newID(), name: p.row.Name}
	p.phone.people = append(p.phone.people, k)
	p.b.Queue(`insert into people (id, assembly_id, name) values ($1, $2, $3)`, k.id, p.assembly, p.s.sealName(k.id, k.name))
	p.b.Queue(`insert into phone_people (phone_id, person_id, assembly_id) values ($1, $2, $3)`, p.phone.id, k.id, p.assembly)
	return k, false
}

// membership makes them belong to the assembly, or raises how they stand.
func (p *importing) membership(k *knownPerson) (what []string) {
	switch {
	case k.standing == "":
		k.standing, k.workplace, k.lang = p.row.Standing, p.row.Workplace, ""
		p.b.Queue(`insert into memberships (person_id, assembly_id, standing, workplace, how, since) values ($1, $2, $3, $4, 'import', $5)`,
			k.id, p.assembly, k.standing, p.sealWorkplace(k), p.now)
		return []string{fmt.Sprintf("%s now", k.standing)}
	case p.row.Standing == StandsMember && k.standing == Listed:
		k.standing = StandsMember
		p.b.Queue(`update memberships set standing = 'member', how = 'import', since = $3 where person_id = $1 and assembly_id = $2`, k.id, p.assembly, p.now)
		what = append(what, "member now")
	}
	if p.row.Workplace != "" && p.row.Workplace != k.workplace {
		k.workplace = p.row.Workplace
		p.b.Queue(`update memberships set workplace = $3 where person_id = $1 and assembly_id = $2`, k.id, p.assembly, p.sealWorkplace(k))
		what = append(what, "workplace")
	}
	return what
}

func (p *importing) sealWorkplace(k *knownPerson) []byte {
	if k.workplace == "" {
		return nil
	}
	return p.s.Keys.Seal(memberWorkplace, k.id, []byte(k.workplace))
}

const memberWorkplace = "memberships.workplace"

// language follows a sheet that says another language than the last one did; the first one only where the phone chose none itself.
func (p *importing) language(k *knownPerson) []string {
	if p.row.Language == "" || p.row.Language == k.lang {
		return nil
	}
	first := k.lang == ""
	k.lang = p.row.Language
	p.b.Queue(`update memberships set lang = $3 where person_id = $1 and assembly_id = $2`, k.id, p.assembly, k.lang)
	if p.phone.lang == k.lang || first && p.phone.lang != "" {
		return nil
	}
	p.phone.lang = k.lang
	p.b.Queue(`update phones set lang = $2 where id = $1`, p.phone.id, k.lang)
	return []string{"language"}
}

// agreement writes down what the sheet says, for every line, unless it stands there already or was taken back since. STOP is not
// looked at: it is a switch of its own, and binds whatever else somebody agrees to.
func (p *importing) agreement() (what []string) {
	a := p.row.Agreed
	if a == nil {
		return nil
	}
	purposes := []Purpose{ForNotices}
	if a.Alerts {
		purposes = append(purposes, ForAlerts)
	}
	for _, purpose := range purposes {
		for _, channel := range a.Channels {
			if p.agreed(a, purpose, channel) {
				continue
			}
			p.phone.consent = append(p.phone.consent, knownConsent{purpose, channel, true, "import", a.How, a.On})
			p.b.Queue(`insert into consent (assembly_id, phone_id, purpose, channel, given, how, words, agreed_on)
				values ($1, $2, $3, $4, true, 'import', $5, $6)`,
				p.assembly, p.phone.id, purpose, channel, p.s.Keys.Seal(consentWords, p.phone.id, []byte(a.How)), a.On)
			what = append(what, map[Purpose]string{ForNotices: "agreed to ", ForAlerts: "chose alerts by "}[purpose]+map[string]string{ByText: "texts", ByVoice: "calls"}[channel])
		}
	}
	return what
}

// agreed tells whether what a sheet says stands in the ledger already, or was taken back since it was signed.
func (p *importing) agreed(a *Agreement, purpose Purpose, channel string) bool {
	return slices.ContainsFunc(p.phone.consent, func(c knownConsent) bool {
		known := c.given && c.how == "import" && c.channel == channel && c.on.Equal(a.On) && c.words == a.How
		takenBack := !c.given && (c.channel == channel || c.channel == AnyChannel) && !c.on.Before(a.On)
		return c.purpose == purpose && (known || takenBack)
	})
}
