package store

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// readKnown adds the phones that are new, locks all of them and reads who and what is known of each: four trips for any number of
// rows.
func (s *Store) readKnown(ctx context.Context, q Querier, assembly uuid.UUID, rows []MemberRow) (map[Phone]*knownPhone, error) {
	known, byID, err := s.ensurePhones(ctx, q, assembly, rows)
	if err != nil {
		return nil, err
	}
	phones := make([]uuid.UUID, 0, len(byID))
	for id := range byID {
		phones = append(phones, id)
	}
	if err := s.readPeople(ctx, q, assembly, phones, byID); err != nil {
		return nil, err
	}
	return known, s.readConsent(ctx, q, phones, byID)
}

// ensurePhones finds or adds every phone of the rows once, by number and by id.
func (s *Store) ensurePhones(ctx context.Context, q Querier, assembly uuid.UUID, rows []MemberRow) (map[Phone]*knownPhone, map[uuid.UUID]*knownPhone, error) {
	known := map[Phone]*knownPhone{}
	byIndex := map[string]*knownPhone{}
	var fresh []uuid.UUID
	var indexes, sealed, stops [][]byte
	for _, row := range rows {
		if known[row.Phone] != nil {
			continue
		}
		id, index := newID(), s.phoneIndex(row.Phone)
		known[row.Phone] = &knownPhone{}
		byIndex[string(index)] = known[row.Phone]
		fresh, indexes = append(fresh, id), append(indexes, index)
		sealed, stops = append(sealed, s.Keys.Seal(phoneNumber, id, []byte(row.Phone.String()))), append(stops, s.stopIndex(row.Phone))
	}
	// In the order of the index, as every other import: two of them lock the same phones in the same order.
	if _, err := q.Exec(ctx, `with added as (
			insert into phones (id, assembly_id, index, key_version, sealed)
			select id, $1, index, $2, sealed from unnest($3::uuid[], $4::bytea[], $5::bytea[]) as n(id, index, sealed) order by index
			on conflict (index) do nothing returning id)
		insert into consent `+stopsAgain+`
		from added join unnest($3::uuid[], $6::bytea[]) as n(id, stop) using (id) join do_not_contact d on d.index = n.stop`,
		assembly, s.Keys.IndexVersion(), fresh, indexes, sealed, stops); err != nil {
		return nil, nil, err
	}
	// The lock keeps a flyer's word from putting somebody on one of these phones meanwhile.
	byID := map[uuid.UUID]*knownPhone{}
	var id uuid.UUID
	var index []byte
	var lang string
	err := each(ctx, q, func() error {
		p := byIndex[string(index)]
		p.id, p.lang = id, lang
		byID[id] = p
		return nil
	}, []any{&id, &index, &lang}, `select id, index, lang from phones where index = any($1) order by index for no key update`, indexes)
	return known, byID, err
}

// readPeople reads who is on these phones and how they stand to the assembly.
func (s *Store) readPeople(ctx context.Context, q Querier, assembly uuid.UUID, phones []uuid.UUID, byID map[uuid.UUID]*knownPhone) error {
	people := map[uuid.UUID]*knownPerson{} // one person may have several of the phones
	var phone, id uuid.UUID
	var name, workplace []byte
	var here bool
	var standing Standing
	var lang string
	return each(ctx, q, func() (err error) {
		k := people[id]
		if k == nil {
			k = &knownPerson{id: id, here: here, standing: standing, lang: lang}
			if k.name, err = s.openText(personName, id, name); err != nil {
				return err
			}
			if k.workplace, err = s.openText(memberWorkplace, id, workplace); err != nil {
				return err
			}
			people[id] = k
		}
		byID[phone].people = append(byID[phone].people, k)
		return nil
	}, []any{&phone, &id, &name, &here, &standing, &workplace, &lang}, `select pp.phone_id, p.id, p.name,
			exists (select from memberships b where b.person_id = p.id and b.assembly_id in (select assemblies_below($2))), coalesce(ms.standing, ''), ms.workplace, coalesce(ms.lang, '')
		from phone_people pp join people p on p.id = pp.person_id
		left join memberships ms on ms.person_id = p.id and ms.assembly_id = $2
		where pp.phone_id = any($1) order by p.id`, phones, assembly)
}

// readConsent reads what was said about notices and alerts on these phones. A sheet counts from the day it was signed, in UTC, whatever the
// session's zone.
func (s *Store) readConsent(ctx context.Context, q Querier, phones []uuid.UUID, byID map[uuid.UUID]*knownPhone) error {
	var phone uuid.UUID
	var c knownConsent
	var words []byte
	var on time.Time
	return each(ctx, q, func() (err error) {
		c.on = on.UTC()
		if c.words, err = s.openText(consentWords, phone, words); err != nil {
			return err
		}
		byID[phone].consent = append(byID[phone].consent, c)
		return nil
	}, []any{&phone, &c.purpose, &c.channel, &c.given, &c.how, &words, &on}, `select phone_id, purpose, channel, given, how, words,
			coalesce(agreed_on::timestamp at time zone 'UTC', at)
		from consent where phone_id = any($1) and purpose in ('notices', 'alerts') order by seq`, phones)
}
